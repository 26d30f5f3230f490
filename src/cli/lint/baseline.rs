//! Known findings: written once, not repeated afterwards.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::cli::replace::{Locks, write_whole};
use crate::diagnostic::Finding;
use crate::source::{Input, Visible};

/// Version of the file's shape.
const VERSION: u32 = 1;

/// Findings that are known: how often each rule speaks about a line with a certain text in a certain file.
///
/// Lines are known by their text with secrets masked, so that a baseline survives lines that are added before them and can
/// be shown to anybody.
#[derive(Debug, Default)]
pub(super) struct Baseline {
    known: HashMap<(String, String, String), u64>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    rule: String,
    file: String,
    text: String,
    count: u64,
}

impl Baseline {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// It cannot be read, or is no baseline.
    pub fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let text = std::fs::read(path).with_context(|| {
            format!("cannot read the baseline {shown}; --write-baseline makes one")
        })?;
        let stored: Stored = serde_json::from_slice(&text)
            .with_context(|| format!("{shown} is no baseline; --write-baseline makes one"))?;
        if stored.version != VERSION {
            bail!(
                "{shown}: a baseline of version {}, which is not known",
                stored.version
            );
        }
        let entries = stored.findings.into_iter();
        Ok(Baseline {
            known: entries
                .map(|entry| ((entry.rule, entry.file, entry.text), entry.count))
                .collect(),
        })
    }

    /// Adds a finding.
    pub fn add(&mut self, input: &Input, finding: &Finding) {
        *self.known.entry(key(input, finding)).or_default() += 1;
    }

    /// True when `finding` is known; each known one counts once.
    pub fn takes(&mut self, input: &Input, finding: &Finding) -> bool {
        match self.known.get_mut(&key(input, finding)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Writes it to `path`, whole or not at all.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut findings: Vec<Entry> = self
            .known
            .iter()
            .map(|((rule, file, text), &count)| Entry {
                rule: rule.clone(),
                file: file.clone(),
                text: text.clone(),
                count,
            })
            .collect();
        findings.sort_by(|a, b| (&a.file, &a.rule, &a.text).cmp(&(&b.file, &b.rule, &b.text)));
        let stored = Stored {
            version: VERSION,
            findings,
        };
        let mut text = serde_json::to_vec_pretty(&stored)?;
        text.push(b'\n');
        write_whole(&mut Locks::default(), path, &text)
            .with_context(|| format!("cannot write the baseline {}", path.display()))
    }
}

fn key(input: &Input, finding: &Finding) -> (String, String, String) {
    let file = input.file_of(finding.span);
    let name = file.map_or_else(String::new, |file| {
        Visible(file.path.as_bytes()).to_string()
    });
    let text = Visible(&input.shown(input.line_span(finding.span))).to_string();
    (finding.rule.to_owned(), name, text)
}
