//! The arguments of qroute-convert.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

use crate::cli::args::VoiceArgs;
use crate::cli::reading::FormatArgs;
use crate::translate::OnConflict;

const EXAMPLES: &str = "\
Examples:
  qroute-convert smtproutes --to imsva -o delivery.xml
      the same routes for IMSVA, if nothing is lost
  qroute-convert CustomSmtpRouting.xml --to smtproutes
      says what smtproutes cannot hold, and refuses
  qroute-convert CustomSmtpRouting.xml --to smtproutes --accept sender --accept subject
      leaves out what depends on them
  qroute-convert smtproutes --to smtproutes --to-dialect s-qmail --with-secrets -o new
      another qmail's spelling, credentials included
  qroute-convert new.xml --to imsva --merge old.xml -o old.xml --on-conflict keep
      adds what old.xml does not have

Exit status: 0 written, 1 refused because of a loss, 2 trouble,
3 with --diff: something would change.";

/// What is this table in another product's format, and what is lost?
///
/// What is written is read back and compared with the source for all mail; a difference that no loss announces is a bug, and
/// nothing is written then. Losses go to standard error, one a line. More than a comment or a name is lost only where --accept
/// says so.
#[derive(Debug, Parser)]
#[command(name = "qroute-convert", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct ConvertArgs {
    /// The table (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// What is written
    #[command(flatten)]
    pub target: TargetArgs,

    /// What may be lost
    #[command(flatten)]
    pub loss: LossArgs,

    /// A table that is there already
    #[command(flatten)]
    pub there: ThereArgs,

    /// How the table is read
    #[command(flatten)]
    pub reading: ConvertReadingArgs,

    /// Output
    #[command(flatten)]
    pub output: ConvertOutputArgs,
}

/// What is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Target")]
pub struct TargetArgs {
    /// The format to write (--formats lists them); cpanel-commands prints the commands of a running cPanel
    #[arg(long, value_name = "FORMAT")]
    pub to: Option<String>,

    /// The dialect to write smtproutes in [default: notqmail]
    #[arg(long, value_name = "NAME")]
    pub to_dialect: Option<String>,

    /// The file to write; a directory for cpanel [default: standard output]
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,

    /// An export of the product that shows how records are written (imsva, imss)
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,

    /// Only routes with this key or name; `*` is everybody's
    #[arg(long, value_name = "KEY")]
    pub only: Vec<String>,

    /// Domains of senders, separated by commas: for a target that wants a sender for every route
    #[arg(long, value_name = "DOMAIN[,…]", value_delimiter = ',')]
    pub sender_domains: Vec<String>,

    /// Write user names and passwords
    #[arg(long)]
    pub with_secrets: bool,
}

/// What may be lost.
#[derive(Debug, Args)]
#[command(next_help_heading = "Losses")]
pub struct LossArgs {
    /// Go on although this is lost; `all` for everything
    #[arg(long, value_name = "FEATURE")]
    pub accept: Vec<String>,

    /// Drop this condition where the target lacks it, although the route takes more mail then
    #[arg(long, value_name = "FEATURE")]
    pub widen: Vec<String>,

    /// Of several hosts take the first, where the target knows one
    #[arg(long)]
    pub first_destination: bool,

    /// Write the hosts that DNS names now, where the target cannot say the MX of a name
    #[arg(long)]
    pub snapshot_mx: bool,

    /// The name server for --snapshot-mx
    #[arg(long, value_name = "IP[:PORT]", env = "QROUTE_DNS")]
    pub dns_server: Option<String>,

    /// Write a report as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Print the names of features, and exit
    #[arg(long)]
    pub features: bool,
}

/// What becomes of a table that is there already.
#[derive(Debug, Args)]
#[command(next_help_heading = "A table that is there")]
pub struct ThereArgs {
    /// Add the routes to those of this table, which is of the target's format
    #[arg(long, value_name = "EXISTING")]
    pub merge: Option<PathBuf>,

    /// What becomes of two routes for the same mail that say different things
    #[arg(long, value_name = "WHAT", default_value = "fail", requires = "merge")]
    pub on_conflict: ConflictChoice,

    /// Replace OUT, whatever it holds
    #[arg(long, conflicts_with = "merge")]
    pub overwrite: bool,

    /// Keep the old file under its name and this suffix [default suffix: ~]
    #[arg(
        long,
        value_name = "SUFFIX",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "~"
    )]
    pub backup: Option<OsString>,

    /// Write nothing; print the decisions that would change, or the lines
    #[arg(
        long,
        value_name = "WHAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "decisions"
    )]
    pub diff: Option<PreviewForm>,
}

/// How the table is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Table")]
pub struct ConvertReadingArgs {
    /// The dialect of smtproutes [default: what the file, smtproutesdialect or qroute.toml says, else notqmail]
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<String>,

    /// How it is read
    #[command(flatten)]
    pub format: FormatArgs,

    /// The domains that a named route stands for
    #[arg(long, value_name = "NAME=DOMAIN[,…]")]
    pub bind: Vec<String>,

    /// Translate the routes that are free of errors, although others have some
    #[arg(long)]
    pub valid_only: bool,

    /// Most kinds of mail that are compared; what is left is not proved, and nothing is written
    #[arg(long, value_name = "N", default_value_t = 50_000_000)]
    pub max_classes: u64,

    /// Read this configuration instead of searching for qroute.toml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long)]
    pub no_config: bool,
}

/// Output.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct ConvertOutputArgs {
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

/// What becomes of two routes for the same mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConflictChoice {
    /// The one that is there stays
    Keep,
    /// The new one takes its place
    Replace,
    /// Nothing is written
    Fail,
}

impl From<ConflictChoice> for OnConflict {
    fn from(choice: ConflictChoice) -> Self {
        match choice {
            ConflictChoice::Keep => OnConflict::Keep,
            ConflictChoice::Replace => OnConflict::Replace,
            ConflictChoice::Fail => OnConflict::Fail,
        }
    }
}

/// What a preview shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PreviewForm {
    /// Mail whose decision changes
    Decisions,
    /// Lines of the file
    Text,
}
