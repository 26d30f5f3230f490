//! The arguments of qroute-fmt.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser};

use crate::cli::args::VoiceArgs;
use crate::cli::reading::FormatArgs;

const EXAMPLES: &str = "\
Examples:
  qroute-fmt /var/qmail/control/smtproutes
      rewrites the table in place
  qroute-fmt --diff smtproutes
      shows what would change, and changes nothing
  qroute-fmt --check .
      names the tables below this directory that would change
  qroute-fmt --for notqmail --backup smtproutes
      one product reads this table: unify what only others would notice

Exit status: 0 done, 1 something would change (--check, --diff),
2 usage, I/O or unusable input.";

/// Brings smtproutes tables into one form, and keeps what happens to mail.
///
/// Case of domains, zeros before ports, blanks at line ends, line ends and blank lines are unified; order and comments stay.
/// Decisions and credentials stay the same under every dialect, or under those that --for names: this is proved before
/// anything is written.
#[derive(Debug, Parser)]
#[command(name = "qroute-fmt", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct FmtArgs {
    /// Tables, and directories that are searched for smtproutes* and esmtproutes* (`-`: standard input to standard output)
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// What is done
    #[command(flatten)]
    pub work: WorkArgs,

    /// How the tables are read
    #[command(flatten)]
    pub reading: ReadingArgs,

    /// Print the formats and dialects, and exit
    #[arg(long)]
    pub formats: bool,

    /// Print completions for this shell, and exit
    #[arg(long, value_name = "SHELL")]
    pub completions: Option<clap_complete::Shell>,

    /// Messages
    #[command(flatten)]
    pub voice: VoiceArgs,
}

/// What is done.
#[derive(Debug, Args)]
#[command(next_help_heading = "Work")]
pub struct WorkArgs {
    /// Change nothing; name the files that would change
    #[arg(long, conflicts_with = "diff")]
    pub check: bool,

    /// Change nothing; print what would change, with secrets masked
    #[arg(long)]
    pub diff: bool,

    /// Keep the old file under its name and this suffix [default suffix: ~]
    #[arg(
        long,
        value_name = "SUFFIX",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "~",
        conflicts_with_all = ["check", "diff"]
    )]
    pub backup: Option<OsString>,

    /// Sort routes between blank lines and comments, where no dialect can tell
    #[arg(long)]
    pub sort: bool,

    /// Keep the promise to these dialects only, separated by commas [default: all]
    #[arg(long = "for", value_name = "DIALECT[,…]", value_delimiter = ',')]
    pub promise: Vec<String>,
}

/// How the tables are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Table")]
pub struct ReadingArgs {
    /// The dialect of smtproutes [default: what the file, smtproutesdialect or qroute.toml says, else notqmail]
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<String>,

    /// How they are read
    #[command(flatten)]
    pub format: FormatArgs,

    /// Read this configuration instead of searching for qroute.toml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long)]
    pub no_config: bool,
}
