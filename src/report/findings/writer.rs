//! Findings, table by table, in the form that was asked for.

use std::collections::HashMap;

use super::fingerprint::Fingerprints;
use super::lines::Lines;
use super::paint::Paint;
use super::path::Root;
use super::{concise, github, gitlab, json, sarif, text};
use crate::diagnostic::{Finding, RuleInfo};
use crate::source::Input;

/// The forms of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingsForm {
    /// For people: lines with carets, effect, help and fix.
    Text,
    /// `file:line:column: severity: message [rule]`, one a line.
    Concise,
    /// One array of objects.
    Json,
    /// One object a line.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
}

/// How findings are written.
#[derive(Clone, Debug)]
pub struct FindingsOptions {
    /// The form.
    pub form: FindingsForm,
    /// True for colours in [`FindingsForm::Text`].
    pub color: bool,
    /// All rules; SARIF lists them.
    pub rules: Vec<RuleInfo>,
    /// Path of the repository, which paths in SARIF, GitHub and GitLab reports are relative to.
    pub root: Option<String>,
    /// Where relative paths start, the current directory; without it they are taken to start at the root.
    pub directory: Option<String>,
    /// True to say with each finding what its rule looks for ([`FindingsForm::Text`]).
    pub verbose: bool,
}

/// Writes findings: [`begin`](Self::begin), [`unit`](Self::unit) for each table or directory, [`end`](Self::end). The bytes
/// they return make the report, one after the other.
pub struct FindingsWriter {
    options: FindingsOptions,
    rules: HashMap<&'static str, usize>,
    root: Root,
    prints: Fingerprints,
    /// True when a finding was written.
    any: bool,
}

impl FindingsWriter {
    /// A writer of a new report.
    pub fn new(options: FindingsOptions) -> Self {
        let names = options.rules.iter().map(|rule| rule.name);
        FindingsWriter {
            rules: names.zip(0..).collect(),
            root: Root::new(options.root.clone(), options.directory.clone()),
            prints: Fingerprints::default(),
            any: false,
            options,
        }
    }

    /// What precedes all findings.
    pub fn begin(&mut self) -> Vec<u8> {
        match self.options.form {
            FindingsForm::Json | FindingsForm::Gitlab => b"[".to_vec(),
            FindingsForm::Sarif => sarif::begin(&self.options.rules, &self.root).into_bytes(),
            _ => Vec::new(),
        }
    }

    /// The findings of `input`, in their order. May be called several times for one input, with a part of its findings each:
    /// so a million of them need not be rendered into memory at once.
    pub fn unit(&mut self, input: &Input, findings: &[Finding]) -> Vec<u8> {
        let mut lines = Lines::new(input);
        let mut out = String::new();
        for finding in findings {
            self.finding(&mut out, &mut lines, finding);
        }
        out.into_bytes()
    }

    /// What follows all findings.
    pub fn end(&mut self) -> Vec<u8> {
        let end = match self.options.form {
            FindingsForm::Json | FindingsForm::Gitlab => "]\n",
            FindingsForm::Sarif => sarif::END,
            _ => return Vec::new(),
        };
        let line_end = if self.any { "\n" } else { "" };
        [line_end, end].concat().into_bytes()
    }

    fn finding(&mut self, out: &mut String, lines: &mut Lines<'_>, finding: &Finding) {
        let form = self.options.form;
        let index = self.rules.get(finding.rule).copied();
        let kept = !finding.suppressed;
        let start = out.len();
        match form {
            FindingsForm::Text if kept => {
                let rule = index.filter(|_| self.options.verbose);
                let rule = rule.and_then(|index| self.options.rules.get(index));
                self.separate(out, "\n", "");
                let paint = Paint::new(self.options.color);
                text::render(out, lines, finding, rule, paint);
            }
            FindingsForm::Concise if kept => concise::render(out, lines, finding),
            FindingsForm::Github if kept => github::render(out, lines, finding, &self.root),
            FindingsForm::Text | FindingsForm::Concise | FindingsForm::Github => {}
            FindingsForm::Json => {
                self.separate(out, ",\n", "\n");
                json::render(out, lines, finding);
            }
            FindingsForm::Jsonl => {
                json::render(out, lines, finding);
                out.push('\n');
            }
            FindingsForm::Sarif => {
                self.separate(out, ",\n", "\n");
                sarif::render(out, lines, finding, index, &self.root, &mut self.prints);
            }
            FindingsForm::Gitlab => {
                self.separate(out, ",\n", "\n");
                if !gitlab::render(out, lines, finding, &self.root, &mut self.prints) {
                    out.truncate(start);
                }
            }
        }
        self.any |= out.len() > start;
    }

    /// Appends what stands between two findings, or before the first.
    fn separate(&self, out: &mut String, between: &str, before: &str) {
        out.push_str(if self.any { between } else { before });
    }
}
