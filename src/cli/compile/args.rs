//! The arguments of qroute-compile.

use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

use crate::cli::args::VoiceArgs;

const EXAMPLES: &str = "\
Examples:
  qroute-compile
      makes /var/qmail/control/smtproutes.cdb; qroute-resolve and qroute-remote use it
  qroute-compile --check || qroute-compile
      makes it again when the table has changed
  qroute-compile --dump smtproutes | qroute-diff smtproutes -
      compares the database with the text
  qroute-compile --for postfix /etc/postfix/transport
      makes /etc/postfix/transport.cdb for transport_maps = cdb:/etc/postfix/transport

Exit status: 0 done, 1 the database is not current (--check) or the table cannot be compiled,
2 usage or I/O.";

/// Writes a table as a constant database (cdb), in which a million lines cost what ten cost.
///
/// The database holds one record for each route that some mail can reach, and says what it was made of: once the text
/// changes, it is not used any more. The database is replaced in one step, and never seen half written.
#[derive(Debug, Parser)]
#[command(name = "qroute-compile", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct CompileArgs {
    /// The table [default: smtproutes of the control directory]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// What is done
    #[command(flatten)]
    pub work: WorkArgs,

    /// How the table is read
    #[command(flatten)]
    pub reading: ReadingArgs,

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
    /// The database [default: FILE.cdb]
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,

    /// Write nothing; say whether the database is current
    #[arg(long, conflicts_with_all = ["dump", "strict"])]
    pub check: bool,

    /// Write nothing; print the routes of the database, with the passwords in them
    #[arg(long, conflicts_with = "strict")]
    pub dump: bool,

    /// Refuse a table with any error that qroute-lint finds
    #[arg(long)]
    pub strict: bool,

    /// Write what this product looks up: a transport table for Postfix, smtproutes as route data for Exim
    #[arg(long = "for", value_name = "PRODUCT", conflicts_with_all = ["check", "dump"])]
    pub product: Option<Reader>,
}

/// A product that looks keys up in a constant database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Reader {
    /// A transport table, for transport_maps.
    Postfix,
    /// Route data for a manualroute router, looked up by partial0(.)cdb*.
    Exim,
}

/// How the table is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Table")]
pub struct ReadingArgs {
    /// The dialect of smtproutes [default: what the file, smtproutesdialect or qroute.toml says, else notqmail]
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<String>,

    /// The qmail home [default: $QMAILHOME, else /var/qmail]
    #[arg(long, value_name = "DIR", conflicts_with = "file")]
    pub home: Option<PathBuf>,

    /// The control directory itself
    #[arg(long, value_name = "DIR", conflicts_with = "file")]
    pub control: Option<PathBuf>,

    /// Read this configuration instead of searching for qroute.toml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long)]
    pub no_config: bool,
}
