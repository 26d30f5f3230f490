//! Which rules run, and what their findings count for.

use anyhow::{Result, bail};

use super::args::{FailOn, LintRuleArgs};
use crate::cli::config::LintConfig;
use crate::cli::near::or_nearest;
use crate::diagnostic::{Finding, Severity};
use crate::lint::{Chosen, Rule, rules};

/// Most findings of one rule about one table that are held.
const MOST: usize = 20_000;

/// What the options and the configuration say about rules.
#[derive(Debug)]
pub(super) struct Policy {
    /// The rules that run.
    pub chosen: Chosen,
    /// Rules whose findings are errors.
    denied: Vec<&'static str>,
    /// True when all warnings are errors.
    deny_warnings: bool,
    /// The least severity that makes the exit status 1.
    pub fail_on: Severity,
    /// Rules that a configuration allows in files whose path ends so.
    allowed: Vec<(String, Vec<&'static str>)>,
}

impl Policy {
    /// Options add to a configuration; `--select` and `--fail-on` replace what it says.
    ///
    /// # Errors
    /// A rule or a severity that does not exist.
    pub fn new(args: &LintRuleArgs, config: &LintConfig) -> Result<Self> {
        let select = match args.select.as_slice() {
            [] => &config.select,
            select => select,
        };
        let mut chosen: Vec<&'static Rule> = Vec::new();
        let mut add = |rule: &'static Rule| {
            if !chosen.iter().any(|other| other.info.name == rule.info.name) {
                chosen.push(rule);
            }
        };
        for name in select {
            match name.as_str() {
                "all" => rules::RULES.iter().for_each(&mut add),
                "default" => ordinary().for_each(&mut add),
                name => add(rule(name, "--select")?),
            }
        }
        if select.is_empty() {
            ordinary().for_each(&mut add);
        }
        for name in args.ignore.iter().chain(&config.ignore) {
            let ignored = rule(name, "--ignore")?.info.name;
            chosen.retain(|rule| rule.info.name != ignored);
        }
        let (mut denied, mut deny_warnings) = (Vec::new(), false);
        for name in args.deny.iter().chain(&config.deny) {
            match name.as_str() {
                "warnings" => deny_warnings = true,
                name => denied.push(rule(name, "--deny")?.info.name),
            }
        }
        let fail_on = match (args.fail_on, config.fail_on.as_deref()) {
            (Some(FailOn::Error), _) => Severity::Error,
            (Some(FailOn::Warning), _) | (None, None) => Severity::Warning,
            (Some(FailOn::Info), _) => Severity::Info,
            (None, Some(name)) => match Severity::find(name) {
                Some(severity) => severity,
                None => bail!("fail-on: `{name}` is no severity; they are error, warning, info"),
            },
        };
        let mut allowed = Vec::new();
        for (file, names) in &config.allow {
            let names: Result<Vec<&'static str>> = names
                .iter()
                .map(|name| Ok(rule(name, "[lint.allow]")?.info.name))
                .collect();
            allowed.push((file.clone(), names?));
        }
        Ok(Policy {
            chosen: Chosen {
                rules: chosen,
                most: MOST,
            },
            denied,
            deny_warnings,
            fail_on,
            allowed,
        })
    }

    /// Gives findings the severity that they count for, and marks those that the configuration allows in `file`.
    pub fn weigh(&self, finding: &mut Finding, file: &str) {
        let denied = self.denied.contains(&finding.rule)
            || self.deny_warnings && finding.severity == Severity::Warning;
        if denied {
            finding.severity = Severity::Error;
        }
        let allowed = |(end, rules): &(String, Vec<&'static str>)| {
            let ends = file == end || file.ends_with(&format!("/{end}"));
            ends && rules.contains(&finding.rule)
        };
        if self.allowed.iter().any(allowed) {
            finding.suppressed = true;
        }
    }

    /// True when a finding makes the exit status 1.
    pub fn fails(&self, finding: &Finding) -> bool {
        !finding.suppressed && finding.severity >= self.fail_on
    }
}

/// The rules that run when nothing is said.
fn ordinary() -> impl Iterator<Item = &'static Rule> {
    rules::RULES.iter().filter(|rule| rule.info.on)
}

/// The rule called `name`, which `source` asks for.
pub(super) fn rule(name: &str, source: &str) -> Result<&'static Rule> {
    if let Some(rule) = rules::find(name) {
        return Ok(rule);
    }
    // The one name that --deny knows besides.
    let also = (source == "--deny").then_some("warnings");
    let names = rules::RULES.iter().map(|rule| rule.info.name);
    let names: Vec<&str> = names.chain(also).collect();
    let near = or_nearest(name, &names);
    bail!("{source}: no rule is called `{name}`{near} --rules lists them")
}
