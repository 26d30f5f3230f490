//! One writer for all forms.

use super::{github, gitlab, json, sarif, text};
use crate::diagnostic::Finding;
use crate::diagnostic::RuleInfo;
use crate::source::Input;

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingsForm {
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

/// How findings are rendered.
#[derive(Clone, Debug)]
pub struct FindingsOptions {
    /// The form.
    pub form: FindingsForm,
    /// Whether text is coloured.
    pub color: bool,
    /// All rules, for SARIF.
    pub rules: Vec<RuleInfo>,
    /// The root of the repository, to which paths of SARIF, GitHub and GitLab are relative.
    pub root: Option<String>,
}

/// Renders findings, unit by unit.
///
/// Suppressed findings are in JSON and SARIF, marked; the other forms leave them out.
#[derive(Debug)]
pub struct FindingsWriter {
    options: FindingsOptions,
    /// Findings written so far.
    count: u64,
    fingerprints: super::place::Fingerprints,
}

impl FindingsWriter {
    /// A writer that has written nothing.
    pub fn new(options: FindingsOptions) -> Self {
        FindingsWriter {
            options,
            count: 0,
            fingerprints: super::place::Fingerprints::default(),
        }
    }

    /// What stands before all findings.
    pub fn begin(&mut self) -> Vec<u8> {
        match self.options.form {
            FindingsForm::Json | FindingsForm::Gitlab => b"[".to_vec(),
            FindingsForm::Sarif => sarif::head(&self.options.rules, self.options.root.as_deref()),
            _ => Vec::new(),
        }
    }

    /// The findings of one unit, which are sorted already.
    pub fn unit(&mut self, input: &Input, findings: &[Finding]) -> Vec<u8> {
        let mut out = String::new();
        for finding in findings {
            self.one(&mut out, input, finding);
        }
        out.into_bytes()
    }

    fn one(&mut self, out: &mut String, input: &Input, finding: &Finding) {
        let form = self.options.form;
        let carries_suppressed = matches!(
            form,
            FindingsForm::Json | FindingsForm::Jsonl | FindingsForm::Sarif
        );
        if finding.suppressed && !carries_suppressed {
            return;
        }
        if matches!(
            form,
            FindingsForm::Json | FindingsForm::Sarif | FindingsForm::Gitlab
        ) {
            out.push_str(if self.count == 0 { "\n" } else { ",\n" });
        }
        self.count += 1;
        let root = self.options.root.as_deref();
        match form {
            FindingsForm::Text => {
                if self.count > 1 {
                    out.push('\n');
                }
                text::push(out, input, finding, self.options.color);
            }
            FindingsForm::Concise => text::push_concise(out, input, finding),
            FindingsForm::Json => out.push_str(&json::object(input, finding).to_string()),
            FindingsForm::Jsonl => {
                out.push_str(&json::object(input, finding).to_string());
                out.push('\n');
            }
            FindingsForm::Sarif => {
                let fingerprint = self.fingerprints.of(input, finding);
                let result = sarif::result(input, finding, &self.options.rules, root, &fingerprint);
                out.push_str(&result.to_string());
            }
            FindingsForm::Github => github::push(out, input, finding, root),
            FindingsForm::Gitlab => {
                let fingerprint = self.fingerprints.of(input, finding);
                out.push_str(&gitlab::object(input, finding, root, &fingerprint).to_string());
            }
        }
    }

    /// What stands behind all findings.
    pub fn end(&mut self) -> Vec<u8> {
        let line = if self.count == 0 { "" } else { "\n" };
        match self.options.form {
            FindingsForm::Json | FindingsForm::Gitlab => format!("{line}]\n").into_bytes(),
            FindingsForm::Sarif => format!("{line}{}", sarif::TAIL).into_bytes(),
            _ => Vec::new(),
        }
    }
}
