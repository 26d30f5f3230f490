//! The run of qroute-lint: units in, findings out, in order.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::args::{LintArgs, LintForm};
use super::baseline::Baseline;
use super::choose::Policy;
use super::dns::Asker;
use super::engine::Question;
use super::fix::{Repaired, Wanted, repair};
use super::listing;
use super::paths::{Unit, is_named, units};
use super::unit::{Opened, open};
use crate::cli::Exit;
use crate::cli::home;
use crate::cli::in_order::in_order;
use crate::cli::listing as common;
use crate::cli::messages::{Messages, held};
use crate::cli::output::Output;
use crate::cli::replace::{Backup, Locks};
use crate::diagnostic::{Finding, Severity};
use crate::formats::ReadOptions;
use crate::lint::rules;
use crate::report::{FindingsForm, FindingsOptions, FindingsWriter};
use crate::source::Input;

/// Lints everything that is named and says how it went.
///
/// # Errors
/// Usage, I/O, unusable input: exit status 2. What is wrong with a file is a finding, not an error.
pub fn lint(args: LintArgs) -> Result<Exit> {
    let output = Output::new().context("cannot watch signals")?;
    if args.rules.rules {
        return listing::rule_list(&output);
    }
    if let Some(name) = &args.rules.explain_rule {
        return listing::explain(&output, name);
    }
    if let Some(shell) = args.output.completions {
        return common::completions::<LintArgs>(&output, shell);
    }
    if args.output.formats {
        return common::formats(&output);
    }
    args.reading.format.named()?;
    let messages = Messages::new("qroute-lint", args.output.voice);
    let (units, errors) = match args.paths.as_slice() {
        [] => {
            let reading = &args.reading;
            let dir =
                home::control_directory(reading.home.as_deref(), reading.control.as_deref(), None)?;
            (vec![Unit::Directory { dir, only: None }], Vec::new())
        }
        paths => units(paths),
    };
    let mut exit = Exit::Success;
    for (path, error) in &errors {
        messages.error(&format!("{}: {error}", path.display()));
        exit = Exit::Unusable;
    }
    if units.is_empty() && errors.is_empty() {
        let shown: Vec<String> = args.paths.iter().map(|p| p.display().to_string()).collect();
        messages.warning(&format!(
            "{}: no control file and no table was found there; a table of any name is checked when it is named itself",
            shown.join(", ")
        ));
    }
    if args
        .paths
        .iter()
        .filter(|path| path.as_os_str() == "-")
        .count()
        > 1
    {
        anyhow::bail!("standard input is named twice");
    }
    let mut run = Run::new(&args, output, messages)?;
    run.print(|writer| writer.begin())?;
    let mut judged = |run: &mut Run<'_>, result: Result<Exit>| {
        match result {
            Ok(found) => exit = exit.max(found),
            Err(error) if crate::cli::output::is_closed_pipe(&error) => return Err(error),
            Err(error) => {
                run.messages.error(&format!("{error:#}"));
                exit = Exit::Unusable;
            }
        }
        Ok(())
    };
    if run.only_looks() && units.len() > 1 {
        // Files are independent; what is said of them comes in their order all the same.
        let look = |unit: &Unit| held(|| examine(&args, unit, None, &messages));
        in_order(&units, look, |unit, (examined, said)| {
            said.say(&messages);
            let result = examined.and_then(|it| run.deliver(unit, it, &mut Locks::default()));
            judged(&mut run, result)
        })?;
    } else {
        for unit in &units {
            let result = run.unit(unit);
            judged(&mut run, result)?;
        }
    }
    run.end()?;
    Ok(match exit {
        Exit::Findings if args.output.exit_zero => Exit::Success,
        exit => exit,
    })
}

struct Run<'a> {
    args: &'a LintArgs,
    output: Output,
    messages: Messages,
    writer: FindingsWriter,
    /// True when the findings go to standard error, because standard output holds a text or a diff.
    aside: bool,
    baseline: Option<Baseline>,
    backup: Option<Backup>,
    asker: Option<Asker>,
    statistics: BTreeMap<&'static str, u64>,
    totals: [u64; 3],
    fixable: u64,
}

impl<'a> Run<'a> {
    fn new(args: &'a LintArgs, output: Output, messages: Messages) -> Result<Self> {
        let fixing = &args.fixing;
        let stdin = args.paths.iter().any(|path| path.as_os_str() == "-");
        let aside = fixing.diff || stdin && (fixing.fix || fixing.unsafe_fixes);
        let baseline = match (&args.rules.baseline, &args.rules.write_baseline) {
            (Some(path), _) => Some(Baseline::read(path)?),
            (None, Some(_)) => Some(Baseline::default()),
            (None, None) => None,
        };
        let color = match aside {
            true => anstream::AutoStream::choice(&std::io::stderr()),
            false => anstream::AutoStream::choice(&std::io::stdout()),
        };
        let color = match args.output.voice.color.choice() {
            anstream::ColorChoice::Auto => color,
            choice => choice,
        };
        let options = FindingsOptions {
            form: form(args.output.output_format),
            color: color != anstream::ColorChoice::Never,
            rules: rules::infos(),
            root: root(args),
            directory: std::env::current_dir()
                .ok()
                .and_then(|dir| dir.to_str().map(str::to_owned)),
            verbose: args.output.voice.verbose,
        };
        Ok(Run {
            args,
            output,
            messages,
            writer: FindingsWriter::new(options),
            aside,
            baseline,
            asker: match args.dns.dns {
                true => Some(Asker::new(
                    args.dns.dns_server.as_deref(),
                    args.dns.timeout,
                )?),
                false => None,
            },
            backup: fixing.backup.as_deref().map(Backup::new).transpose()?,
            statistics: BTreeMap::new(),
            totals: [0; 3],
            fixable: 0,
        })
    }

    /// True when no file is changed and nobody else is asked.
    fn only_looks(&self) -> bool {
        let fixing = &self.args.fixing;
        !(fixing.fix || fixing.unsafe_fixes || fixing.diff) && self.asker.is_none()
    }

    /// True when files are replaced.
    fn writes(&self) -> bool {
        let fixing = &self.args.fixing;
        (fixing.fix || fixing.unsafe_fixes) && !fixing.diff
    }

    /// Lints one unit and prints what is found.
    fn unit(&mut self, unit: &Unit) -> Result<Exit> {
        let mut locks = Locks::default();
        // From before the files are read until the last of them is replaced.
        let _lock = match unit.directory().filter(|_| self.writes()) {
            Some(dir) => Some(locks.of(dir)?),
            None => None,
        };
        let examined = examine(self.args, unit, self.asker.as_ref(), &self.messages)?;
        self.deliver(unit, examined, &mut locks)
    }

    /// Writes and prints what came out.
    fn deliver(&mut self, unit: &Unit, examined: Examined, locks: &mut Locks) -> Result<Exit> {
        let Examined {
            repaired,
            policy,
            only,
            options,
            refused,
        } = examined;
        let mut exit = Exit::Success;
        for path in refused {
            self.messages.error(&format!(
                "{path}: this user may not read it, so that nothing is known of it; ask as root or as qmailr"
            ));
            exit = Exit::Unusable;
        }
        if self.args.fixing.diff {
            let diff = repaired.diff(&options)?;
            if !diff.is_empty() {
                exit = exit.max(Exit::Findings);
                self.output.write_diff(&diff)?;
            }
        } else if self.writes() {
            match unit {
                Unit::Stdin => self.output.write(repaired.text(repaired.subject.table))?,
                _ => repaired.write(locks, self.backup.as_ref())?,
            }
        }
        let (input, mut findings) = (repaired.subject.input, repaired.findings);
        self.judge(&input, &mut findings, &policy, only.as_deref());
        if findings.iter().any(|finding| policy.fails(finding)) {
            exit = exit.max(Exit::Findings);
        }
        if !self.args.output.statistics {
            self.print(|writer| writer.unit(&input, &findings))?;
        }
        Ok(exit)
    }

    /// Leaves what is printed: findings in the files that were named, not known ones; counts them.
    fn judge(
        &mut self,
        input: &Input,
        findings: &mut Vec<Finding>,
        policy: &Policy,
        only: Option<&[PathBuf]>,
    ) {
        for finding in findings.iter_mut() {
            let path = input.file_of(finding.span).map(|file| file.path.clone());
            policy.weigh(finding, path.as_deref().unwrap_or(""));
        }
        findings.retain(|finding| {
            let path = input.file_of(finding.span).map(|file| file.path.clone());
            let named = is_named(path.as_deref().unwrap_or(""), only);
            let known = |baseline: &mut Baseline| baseline.takes(input, finding);
            named
                && (finding.suppressed
                    || self.args.rules.baseline.is_none()
                    || !self.baseline.as_mut().is_some_and(known))
        });
        for finding in findings.iter().filter(|finding| !finding.suppressed) {
            if self.args.rules.write_baseline.is_some()
                && let Some(baseline) = &mut self.baseline
            {
                baseline.add(input, finding);
            }
            *self.statistics.entry(finding.rule).or_default() += 1;
            self.totals[finding.severity as usize] += 1;
            self.fixable += u64::from(finding.fix.as_ref().is_some_and(|fix| fix.safe));
        }
    }

    fn print(&mut self, make: impl FnOnce(&mut FindingsWriter) -> Vec<u8>) -> Result<()> {
        if self.args.output.statistics {
            return Ok(());
        }
        let text = make(&mut self.writer);
        if self.aside {
            // Nobody can be told that standard error is closed.
            let _ = std::io::stderr().write_all(&text);
            return Ok(());
        }
        self.output.write(&text)
    }

    fn end(mut self) -> Result<()> {
        self.print(|writer| writer.end())?;
        if self.args.output.statistics {
            let mut counts: Vec<_> = self.statistics.iter().collect();
            counts.sort_by_key(|&(rule, count)| (std::cmp::Reverse(*count), *rule));
            for (rule, count) in counts {
                self.output.write(format!("{count}\t{rule}\n").as_bytes())?;
            }
        }
        self.output.flush()?;
        if let (Some(path), Some(baseline)) = (&self.args.rules.write_baseline, &self.baseline) {
            baseline.write(path)?;
        }
        let total: u64 = self.totals.iter().sum();
        let voice = self.args.output.voice;
        let terminal = std::io::stderr().is_terminal() && !voice.quiet;
        if terminal && self.args.output.output_format == LintForm::Text && total > 0 {
            let count = |severity: Severity, word: &str| match self.totals[severity as usize] {
                1 => format!("1 {word}"),
                n => format!("{n} {word}s"),
            };
            let fixable = match self.fixable {
                0 => String::new(),
                n => format!("; --fix repairs {n}"),
            };
            self.messages.summary(&format!(
                "{}, {}, {}{fixable}",
                count(Severity::Error, "error"),
                count(Severity::Warning, "warning"),
                count(Severity::Info, "remark")
            ));
        }
        Ok(())
    }
}

/// What came out about a unit.
struct Examined {
    repaired: Repaired,
    policy: Policy,
    only: Option<Vec<PathBuf>>,
    options: ReadOptions,
    /// Files that this user may not read.
    refused: Vec<String>,
}

/// Reads a unit, runs the rules, and repairs what is wanted, in memory.
fn examine(
    args: &LintArgs,
    unit: &Unit,
    asker: Option<&Asker>,
    messages: &Messages,
) -> Result<Examined> {
    let fixing = &args.fixing;
    let Opened {
        subject,
        policy,
        dialects,
        only,
        own,
        options,
    } = open(args, unit, messages)?;
    let refused = subject.site.iter().flat_map(|facts| &facts.refused);
    let refused = refused.filter(|path| is_named(path, only.as_deref()));
    let refused = refused.map(ToString::to_string).collect();
    let this_host = Asker::own(&own);
    let asking = asker.map(|asker| asker.asking(&this_host));
    let question = Question {
        own: &own,
        portable: args.reading.portable,
        dns: asking.as_ref(),
        options: Some(&options),
        ..Question::new(&dialects, &policy.chosen)
    };
    let wanted = Wanted {
        safe: fixing.fix || fixing.unsafe_fixes || fixing.diff,
        unsafe_too: fixing.unsafe_fixes,
        only: only.as_deref(),
    };
    let repaired = repair(subject, &question, wanted)?;
    Ok(Examined {
        repaired,
        policy,
        only,
        options,
        refused,
    })
}

fn form(form: LintForm) -> FindingsForm {
    match form {
        LintForm::Text => FindingsForm::Text,
        LintForm::Concise => FindingsForm::Concise,
        LintForm::Json => FindingsForm::Json,
        LintForm::Jsonl => FindingsForm::Jsonl,
        LintForm::Sarif => FindingsForm::Sarif,
        LintForm::Github => FindingsForm::Github,
        LintForm::Gitlab => FindingsForm::Gitlab,
    }
}

/// The root of the repository that the first path lies in, for forms whose paths are relative to it.
fn root(args: &LintArgs) -> Option<String> {
    let first = args.paths.first().filter(|path| path.as_os_str() != "-");
    let start = first
        .map_or(Path::new("."), PathBuf::as_path)
        .canonicalize()
        .ok()?;
    let root = start.ancestors().find(|dir| dir.join(".git").exists())?;
    root.to_str().map(str::to_owned)
}
