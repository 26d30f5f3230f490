//! The arguments of qroute-resolve.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

use super::reading::FormatArgs;

const EXAMPLES: &str = "\
Examples:
  qroute-resolve user@example.org
      where this mail system (/var/qmail) sends mail for the address, with DNS
  qroute-resolve --no-dns --routes ./smtproutes --explain user@example.org
      which line of one table decides, and which lines lose
  qroute-resolve --home /var/qmail --sender '' user@example.org
      the same question for a bounce
  qroute-resolve --no-dns --batch addresses.txt --output-format jsonl
      one answer a line for a file of addresses
  qroute-resolve --batch addresses.txt --against yesterday.jsonl
      which of them get another answer than yesterday

Exit status: 0 all answered, 1 some undecided, 100 some failed permanently,
111 some failed temporarily, 2 usage, I/O or unusable input. With --against: 0 no answer
changed, 1 some did, 111 none is known to have changed and some are unknown.";

/// Where would mail for this address go, and why?
///
/// Without --routes it answers for the mail system of a qmail home: percenthack, locals, virtualdomains, the dialect's own
/// sibling files, then the routes. With --routes it answers for that table alone.
#[derive(Debug, Parser)]
#[command(name = "qroute-resolve", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct ResolveArgs {
    /// Addresses (user@example.org) or bare domains (example.org)
    #[arg(value_name = "ADDRESS|DOMAIN")]
    pub addresses: Vec<OsString>,

    /// Which table to ask
    #[command(flatten)]
    pub table: TableArgs,

    /// The envelope
    #[command(flatten)]
    pub envelope: EnvelopeArgs,

    /// DNS
    #[command(flatten)]
    pub dns: DnsArgs,

    /// Output
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Which table is asked, and how it is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Table")]
pub struct TableArgs {
    /// Ask this table alone (`-`: standard input)
    #[arg(long, value_name = "PATH")]
    pub routes: Option<PathBuf>,

    /// The qmail home [default: $QMAILHOME, else /var/qmail]
    #[arg(long, value_name = "DIR", conflicts_with = "routes")]
    pub home: Option<PathBuf>,

    /// The control directory itself
    #[arg(long, value_name = "DIR", conflicts_with = "routes")]
    pub control: Option<PathBuf>,

    /// The dialect of smtproutes [default: what the file, smtproutesdialect or qroute.toml says, else notqmail]
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<String>,

    /// How it is read
    #[command(flatten)]
    pub format: FormatArgs,

    /// Answer by the routes that are free of errors, although others have some
    #[arg(long)]
    pub valid_only: bool,

    /// A variable of the deliverer's environment that replaces a file (indimail: SMTPROUTE, QMTPROUTE)
    #[arg(long = "env", value_name = "NAME=VALUE", conflicts_with = "routes")]
    pub environment: Vec<OsString>,

    /// Names and addresses of this host, separated by commas [default: the addresses of its interfaces]
    #[arg(long, value_name = "NAME|IP[,…]")]
    pub own: Option<String>,

    /// Read this configuration instead of searching for qroute.toml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long)]
    pub no_config: bool,
}

/// What is known of the message.
#[derive(Debug, Args)]
#[command(next_help_heading = "Envelope")]
pub struct EnvelopeArgs {
    /// The sender; `''` or `<>` is the null sender [default: unknown]
    #[arg(long, value_name = "ADDR")]
    pub sender: Option<OsString>,

    /// The subject [default: unknown]
    #[arg(long, value_name = "TEXT")]
    pub subject: Option<OsString>,

    /// The direction [default: unknown]
    #[arg(long, value_name = "WAY")]
    pub direction: Option<Direction>,

    /// The domains that a named route stands for
    #[arg(long, value_name = "NAME=DOMAIN[,…]")]
    pub bind: Vec<String>,

    /// Each argument or record is a bare host, byte for byte qmail-remote's first argument
    #[arg(long)]
    pub hosts: bool,

    /// Read records from FILE (`-`: standard input): recipient, then optionally TAB sender, TAB subject
    #[arg(long, value_name = "FILE")]
    pub batch: Option<PathBuf>,

    /// Records and text output end in NUL instead of LF
    #[arg(short = '0')]
    pub nul: bool,
}

/// The way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Direction {
    /// From outside.
    Inbound,
    /// To outside.
    Outbound,
}

impl From<Direction> for crate::model::Direction {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Inbound => Self::Inbound,
            Direction::Outbound => Self::Outbound,
        }
    }
}

/// Asking DNS.
#[derive(Debug, Args)]
#[command(next_help_heading = "DNS")]
pub struct DnsArgs {
    /// Do not ask DNS: name hosts, no addresses
    #[arg(long)]
    pub no_dns: bool,

    /// Ask these name servers [default: those of the system]
    #[arg(long, value_name = "IP[:PORT]", env = "QROUTE_DNS")]
    pub dns_server: Option<String>,

    /// Most time for all queries of one record
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub timeout: f64,

    /// Records asked at the same time
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: u16,

    /// Print one real order of the hosts instead of the sorted one
    #[arg(long)]
    pub shuffle: bool,

    /// The seed of --shuffle [default: another one each time]
    #[arg(long, value_name = "N", requires = "shuffle")]
    pub seed: Option<u64>,
}

/// What is printed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Say how each answer came about
    #[arg(long)]
    pub explain: bool,

    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output_format: OutputFormat,

    /// Print the records alone whose decision, next hops or groups are not those of this earlier output (JSON lines or JSON)
    #[arg(long, value_name = "OLD.jsonl")]
    pub against: Option<PathBuf>,

    /// Show passwords and user names
    #[arg(long)]
    pub show_secrets: bool,

    /// Exit with 0 unless there is trouble (2)
    #[arg(long)]
    pub exit_zero: bool,

    /// Print the decisions and error kinds, and exit
    #[arg(long)]
    pub kinds: bool,

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

/// How much is said, and in which colours.
#[derive(Clone, Copy, Debug, Args)]
pub struct VoiceArgs {
    /// Errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Say more
    #[arg(short, long)]
    pub verbose: bool,

    /// Colour on a terminal
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
}

/// When messages are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal that is not dumb, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColorWhen {
    /// What the streams of a terminal want to know.
    pub(super) fn choice(self) -> anstream::ColorChoice {
        match self {
            ColorWhen::Auto => anstream::ColorChoice::Auto,
            ColorWhen::Always => anstream::ColorChoice::Always,
            ColorWhen::Never => anstream::ColorChoice::Never,
        }
    }

    /// Whether standard output is coloured.
    pub(super) fn of_stdout(self) -> bool {
        let choice = match self.choice() {
            anstream::ColorChoice::Auto => anstream::AutoStream::choice(&std::io::stdout()),
            choice => choice,
        };
        choice != anstream::ColorChoice::Never
    }
}

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// One line an answer; with --explain several, for people.
    Text,
    /// One array.
    Json,
    /// One object a line.
    Jsonl,
}
