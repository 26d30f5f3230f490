//! The arguments of qroute-diff.

use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

use crate::cli::args::{Direction, VoiceArgs};

const EXAMPLES: &str = "\
Examples:
  qroute-diff smtproutes.old smtproutes
      which mail goes elsewhere, one address to try for each kind
  qroute-diff --dialect-old notqmail --dialect-new s-qmail smtproutes
      what would change if another product read this table
  qroute-diff /var/qmail/control/smtproutes CustomSmtpRouting.xml
      what a migration does to mail
  qroute-diff --addresses recipients.txt --list old new
      which of these addresses change route
  qroute-diff --addresses /var/log/mail.log --addresses-from postfix old new
      the same for the recipients of a log
  qroute-diff --output-format html old new >changes.html
      a page to decide on, with a picture

A reading option sets both sides; with -old or -new behind its name it sets one of them.

Exit status: 0 all mail goes where it went, 1 some does not or is undecided,
2 usage, I/O or unusable input.";

/// For which mail do two tables decide differently?
///
/// OLD and NEW are tables of any formats or dialects, or control directories of qmail; without NEW the same table is read in two
/// ways. The comparison is exact: no difference printed means that no mail goes elsewhere, whoever sends it to whom under
/// which subject. What cannot be decided is said, and never taken for equal.
#[derive(Debug, Parser)]
#[command(name = "qroute-diff", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct DiffArgs {
    /// The table as it was (`-`: standard input)
    #[arg(value_name = "OLD", required_unless_present_any = ["formats", "completions"])]
    pub old: Option<PathBuf>,

    /// The table as it will be (`-`: standard input) [default: OLD, read in another way]
    #[arg(value_name = "NEW")]
    pub new: Option<PathBuf>,

    /// How the tables are read
    #[command(flatten)]
    pub reading: DiffReadingArgs,

    /// Which mail
    #[command(flatten)]
    pub mail: DiffMailArgs,

    /// Output
    #[command(flatten)]
    pub output: DiffOutputArgs,
}

/// How the tables are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub struct DiffReadingArgs {
    /// The format of both tables [default: what the content says, then the name; --formats lists them]
    #[arg(long, value_name = "FORMAT", env = "QROUTE_FROM")]
    pub from: Option<String>,

    /// The format of the old table
    #[arg(long, value_name = "FORMAT")]
    pub from_old: Option<String>,

    /// The format of the new table
    #[arg(long, value_name = "FORMAT")]
    pub from_new: Option<String>,

    /// The dialect of smtproutes [default: what the file, smtproutesdialect or qroute.toml says, else notqmail]
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<String>,

    /// The dialect of the old table
    #[arg(long, value_name = "NAME")]
    pub dialect_old: Option<String>,

    /// The dialect of the new table
    #[arg(long, value_name = "NAME")]
    pub dialect_new: Option<String>,

    /// Settle what a vendor leaves open; --formats lists what, and what is assumed otherwise
    #[arg(long, value_name = "KEY=VALUE")]
    pub assume: Vec<String>,

    /// The same for the old table
    #[arg(long, value_name = "KEY=VALUE")]
    pub assume_old: Vec<String>,

    /// The same for the new table
    #[arg(long, value_name = "KEY=VALUE")]
    pub assume_new: Vec<String>,

    /// The domains that a named route stands for
    #[arg(long, value_name = "NAME=DOMAIN[,…]")]
    pub bind: Vec<String>,

    /// The same for the old table
    #[arg(long, value_name = "NAME=DOMAIN[,…]")]
    pub bind_old: Vec<String>,

    /// The same for the new table
    #[arg(long, value_name = "NAME=DOMAIN[,…]")]
    pub bind_new: Vec<String>,

    /// Read a documented shape although it has defects
    #[arg(long)]
    pub lenient: bool,

    /// The same for the old table
    #[arg(long)]
    pub lenient_old: bool,

    /// The same for the new table
    #[arg(long)]
    pub lenient_new: bool,

    /// Read XML of a shape that nobody documents, by what its names say
    #[arg(long)]
    pub infer_roles: bool,

    /// The same for the old table
    #[arg(long)]
    pub infer_roles_old: bool,

    /// The same for the new table
    #[arg(long)]
    pub infer_roles_new: bool,

    /// The encoding, whatever the files declare
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,

    /// The encoding of the old table
    #[arg(long, value_name = "NAME")]
    pub encoding_old: Option<String>,

    /// The encoding of the new table
    #[arg(long, value_name = "NAME")]
    pub encoding_new: Option<String>,

    /// Compare the routes that are free of errors, although others have some
    #[arg(long)]
    pub valid_only: bool,

    /// The same for the old table
    #[arg(long)]
    pub valid_only_old: bool,

    /// The same for the new table
    #[arg(long)]
    pub valid_only_new: bool,

    /// What to call standard input in messages
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,

    /// Read this configuration instead of searching for qroute.toml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long)]
    pub no_config: bool,
}

/// Which mail is compared.
#[derive(Debug, Args)]
#[command(next_help_heading = "Mail")]
pub struct DiffMailArgs {
    /// Mail in this direction only [default: both]
    #[arg(long, value_name = "WAY")]
    pub direction: Option<Direction>,

    /// Most kinds of mail that are put to both tables; the rest is undecided
    #[arg(long, value_name = "N", default_value_t = 50_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub max_classes: u64,

    /// Weigh the change by these recipients, one a line (`-`: standard input): recipient, then optionally TAB sender, TAB subject
    #[arg(long, value_name = "FILE")]
    pub addresses: Option<PathBuf>,

    /// The recipients stand in a log of this program
    #[arg(long, value_name = "PROGRAM", requires = "addresses")]
    pub addresses_from: Option<Log>,

    /// Print the addresses that change route, with both decisions
    #[arg(long, requires = "addresses")]
    pub list: bool,

    /// The exit status, and the text, are about all mail, whatever addresses are given
    #[arg(long, requires = "addresses")]
    pub all_mail: bool,
}

/// Whose log lines are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// `starting delivery N: msg N to remote ADDRESS`
    QmailSend,
    /// `ID: to=<ADDRESS>, …`
    Postfix,
    /// `=> ADDRESS …`, `-> ADDRESS …`
    Exim,
}

/// What is printed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct DiffOutputArgs {
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output_format: DiffForm,

    /// Exit with 0 unless there is trouble (2)
    #[arg(long)]
    pub exit_zero: bool,

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

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffForm {
    /// For people.
    Text,
    /// One object.
    Json,
    /// One page that needs nothing else.
    Html,
}
