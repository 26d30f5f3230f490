//! The arguments of qroute-lint.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

use crate::cli::args::VoiceArgs;
use crate::cli::reading::FormatArgs;

const EXAMPLES: &str = "\
Examples:
  qroute-lint
      check the control directory of this host's qmail (/var/qmail/control)
  qroute-lint ./smtproutes
      check one table, and what stands beside it
  qroute-lint --fix ./smtproutes
      repair what can be repaired without changing any other decision
  qroute-lint --dialect notqmail --dialect eqmail --portable ./smtproutes
      on which lines do two products disagree?
  qroute-lint --explain-rule port-empty
      what a rule is about
  qroute-lint --output-format sarif control/ >lint.sarif
      for machines; also json, jsonl, github, gitlab, concise

A comment `# qroute: allow(rule) reason` says that the next route is meant as it is,
`# qroute: allow-file(rule)` says it for the file.

Exit status: 0 nothing at or above --fail-on, 1 findings, 2 usage, I/O or unusable input.";

/// What is wrong or suspicious in these files?
///
/// Without PATH it checks the control directory of a qmail home. Directories are searched for control directories and tables; a
/// control file stands for its directory, and only findings in the files that are named are printed. Every finding says what
/// happens to mail because of it.
#[derive(Debug, Parser)]
#[command(name = "qroute-lint", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct LintArgs {
    /// Tables, control files or directories (`-`: standard input)
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// What is read, and how
    #[command(flatten)]
    pub reading: LintReadingArgs,

    /// Which rules run
    #[command(flatten)]
    pub rules: LintRuleArgs,

    /// Fixing
    #[command(flatten)]
    pub fixing: LintFixArgs,

    /// DNS
    #[command(flatten)]
    pub dns: LintDnsArgs,

    /// Output
    #[command(flatten)]
    pub output: LintOutputArgs,
}

/// What is read, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub struct LintReadingArgs {
    /// Check the control directory of this home, and who may read its files [default: $QMAILHOME, else /var/qmail]
    #[arg(long, value_name = "DIR", conflicts_with = "paths")]
    pub home: Option<PathBuf>,

    /// Check this control directory
    #[arg(long, value_name = "DIR", conflicts_with = "paths")]
    pub control: Option<PathBuf>,

    /// Whose rights count with --home
    #[arg(long, value_name = "NAME", default_value = "qmailr")]
    pub user: String,

    /// The dialect of smtproutes; may be given several times [default: what the file, smtproutesdialect or qroute.toml
    /// says, else notqmail]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub dialect: Vec<String>,

    /// Also report lines on which the dialects disagree [dialects: those given, else all]
    #[arg(long)]
    pub portable: bool,

    /// How files are read
    #[command(flatten)]
    pub format: FormatArgs,

    /// The domains that a route stands for whose table names none, by name of the route
    #[arg(long, value_name = "NAME=DOMAIN[,…]")]
    pub bind: Vec<String>,

    /// Names and addresses of this host, separated by commas [default: the addresses of its interfaces, and control/me]
    #[arg(long, value_name = "NAME|IP[,…]")]
    pub own: Option<String>,

    /// Read this configuration instead of searching for qroute.toml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long)]
    pub no_config: bool,
}

/// Which rules run, and what they count for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
pub struct LintRuleArgs {
    /// Run these rules alone (`default`: those that run anyway, `all`: hints too)
    #[arg(long, value_name = "RULE[,…]", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Do not run these rules
    #[arg(long, value_name = "RULE[,…]", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// Findings of these rules are errors (`warnings`: all warnings are)
    #[arg(long, value_name = "RULE|warnings", value_delimiter = ',')]
    pub deny: Vec<String>,

    /// The least severity that makes the exit status 1 [default: warning]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,

    /// Explain a rule, and exit
    #[arg(long, value_name = "RULE")]
    pub explain_rule: Option<String>,

    /// Print the rules, and exit
    #[arg(long)]
    pub rules: bool,

    /// Do not repeat the findings that this file knows
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write the findings into this file, as known
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,
}

/// The least severity that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Mail is lost, misrouted or a secret leaks.
    Error,
    /// Likely a mistake.
    Warning,
    /// Worth knowing.
    Info,
}

/// Repairing files.
#[derive(Debug, Args)]
#[command(next_help_heading = "Fixing")]
pub struct LintFixArgs {
    /// Repair what can be repaired safely: no decision changes but the one complained of
    #[arg(long)]
    pub fix: bool,

    /// Repair also what somebody should look at afterwards
    #[arg(long)]
    pub unsafe_fixes: bool,

    /// Print what --fix would do, and write nothing
    #[arg(long)]
    pub diff: bool,

    /// Keep the old file under its name with SUFFIX
    #[arg(long, value_name = "SUFFIX", num_args = 0..=1, require_equals = true, default_missing_value = "~")]
    pub backup: Option<OsString>,
}

/// Asking DNS.
#[derive(Debug, Args)]
#[command(next_help_heading = "DNS")]
pub struct LintDnsArgs {
    /// Also ask DNS: relays that do not exist, have no address, lead here
    #[arg(long)]
    pub dns: bool,

    /// Ask these name servers [default: those of the system]
    #[arg(long, value_name = "IP[:PORT]", env = "QROUTE_DNS")]
    pub dns_server: Option<String>,

    /// Most time for all queries of one relay
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub timeout: f64,
}

/// What is printed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct LintOutputArgs {
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub output_format: LintForm,

    /// Print how often each rule speaks, instead of the findings
    #[arg(long)]
    pub statistics: bool,

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
pub enum LintForm {
    /// For people: the line, carets, the effect, the help.
    Text,
    /// `file:line:column: severity: message [rule]`.
    Concise,
    /// One array.
    Json,
    /// One object a line.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub.
    Github,
    /// Code quality of GitLab.
    Gitlab,
}
