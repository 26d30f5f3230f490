//! Lines on which dialects disagree, by comparing what each decides.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Reading;
use super::line::{Line, lines};
use super::words::Fate;
use crate::diagnostic::{Finding, Severity};
use crate::model::{Decision, FileVerdict};
use crate::source::{Span, Visible};

/// Name of the rule; its file is `rules/not_portable.rs`.
const RULE: &str = "not-portable";

/// Most lines that are described.
const MOST: usize = 10_000;

/// What several dialects decide about the mail of each line, gathered dialect by dialect.
#[derive(Debug, Default)]
pub struct Portable {
    /// Dialects that read the file.
    names: Vec<&'static str>,
    /// Dialects that do not, with what they do instead, and where.
    refusing: Vec<(&'static str, String, Option<Span>)>,
    /// What the first dialect decides about each line.
    first: Vec<u64>,
    /// Numbers of the lines on which another decides differently, and whether any of them decides by that line.
    differing: BTreeMap<u32, bool>,
    /// Lines by which the first dialect decides.
    own: Vec<bool>,
    /// What each dialect says about the differing lines, in words.
    words: BTreeMap<u32, Vec<(&'static str, String)>>,
}

impl Portable {
    /// Takes in what one dialect decides about each line.
    pub fn compare(&mut self, reading: &Reading<'_>) {
        let document = reading.document();
        match &document.table.verdict {
            FileVerdict::Normal => {}
            FileVerdict::IgnoredWhole(text) | FileVerdict::DeferAll { text, .. } => {
                let span = document.problems.first().map(|problem| problem.span);
                self.refusing
                    .push((reading.notation.name, text.clone(), span));
                return;
            }
        }
        let first = self.names.is_empty();
        self.names.push(reading.notation.name);
        for (number, line) in entries(reading).enumerate() {
            let (hash, own) = summary(&line, reading);
            if first {
                self.first.push(hash);
                self.own.push(own);
            } else if self.first.get(number) != Some(&hash) {
                let before = self.own.get(number).copied().unwrap_or(false);
                *self.differing.entry(number as u32).or_default() |= own || before;
            } else if own && let Some(differs) = self.differing.get_mut(&(number as u32)) {
                *differs = true;
            }
        }
    }

    /// True when there is something to describe.
    pub fn is_interesting(&self) -> bool {
        self.differing.values().any(|&own| own)
    }

    /// Takes in, for the lines that differ, what one dialect does in words; to be called for each once more.
    pub fn describe(&mut self, reading: &Reading<'_>) {
        if reading.document().table.verdict != FileVerdict::Normal {
            return;
        }
        let wanted = self.differing.iter().filter(|&(_, &own)| own).take(MOST);
        let mut wanted = wanted.map(|(&number, _)| number).peekable();
        for (number, line) in entries(reading).enumerate() {
            if wanted.peek() != Some(&(number as u32)) {
                continue;
            }
            wanted.next();
            let said: Vec<String> = witnesses(line.key())
                .iter()
                .map(|host| match reading.select(host) {
                    Some(selection) => {
                        let product = reading.document().table.product;
                        let fate = Fate::of(&selection.decision, product).instead_of(None);
                        format!("mail for {} {fate}", Visible(host))
                    }
                    None => "unknown".to_owned(),
                })
                .collect();
            self.words
                .entry(number as u32)
                .or_default()
                .push((reading.notation.name, said.join(", ")));
        }
    }

    /// The findings; `reading` is any of them, for the places.
    pub fn findings(self, reading: &Reading<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let start = reading
            .file()
            .map_or(Span::default(), |file| Span::new(file.base(), 0));
        let mut groups: Vec<(&str, Option<Span>, Vec<&'static str>)> = Vec::new();
        for (name, text, span) in &self.refusing {
            match groups.iter_mut().find(|(other, _, _)| other == text) {
                Some((_, _, names)) => names.push(name),
                None => groups.push((text, *span, vec![name])),
            }
        }
        // Where nobody reads the file, all agree.
        groups.retain(|_| !self.names.is_empty());
        for (text, span, names) in groups {
            let place = span.unwrap_or(start);
            let who = names.join(", ");
            let others = self.names.join(", ");
            let message = format!("the file is unusable to {who}, and is not to {others}");
            let effect = format!("{who}: {text}; {others}: the lines decide");
            let mut finding = Finding::new(RULE, Severity::Warning, place, message).effect(effect);
            finding.dialects = names;
            findings.push(finding);
        }
        let mut left = self.differing.values().filter(|&&own| own).count();
        for (number, line) in entries(reading).enumerate() {
            let Some(words) = self.words.get(&(number as u32)) else {
                continue;
            };
            left -= 1;
            let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
            for (name, text) in words {
                match groups.iter_mut().find(|(other, _)| other == text) {
                    Some((_, names)) => names.push(name),
                    None => groups.push((text, vec![name])),
                }
            }
            let effect: Vec<String> = groups
                .iter()
                .map(|(text, names)| format!("{}: {text}", names.join(", ")))
                .collect();
            let mut finding = Finding::new(
                RULE,
                Severity::Warning,
                line.span_of(0..line.content().len()),
                format!(
                    "{} dialects read this line in {} ways",
                    words.len(),
                    groups.len()
                ),
            )
            .effect(effect.join("; "));
            finding.dialects = words.iter().map(|(name, _)| *name).collect();
            findings.push(finding);
        }
        if left > 0 {
            let message = format!("{left} more lines on which the dialects disagree");
            findings.push(Finding::new(RULE, Severity::Warning, start, message));
        }
        findings
    }
}

fn entries<'a>(reading: &Reading<'a>) -> impl Iterator<Item = Line<'a>> {
    let file = reading.file();
    let bytes = file.and_then(|file| file.state.bytes()).unwrap_or(b"");
    let base = file.map_or(0, |file| file.base());
    lines(bytes, base, true).filter(Line::is_entry)
}

/// Hosts whose mail the key could be about under some walk.
fn witnesses(key: &[u8]) -> Vec<Vec<u8>> {
    match key.first() {
        None => vec![b"elsewhere.example".to_vec()],
        Some(b'.') => vec![[b"sub", key].concat()],
        Some(_) => vec![key.to_vec(), [b"sub.", key].concat()],
    }
}

/// A number that is the same for decisions that do the same with the line's mail, and whether the line itself decides.
fn summary(line: &Line<'_>, reading: &Reading<'_>) -> (u64, bool) {
    let mut hasher = DefaultHasher::new();
    let mut own = false;
    for host in witnesses(line.key()) {
        let Some(selection) = reading.select(&host) else {
            continue;
        };
        if let Some(route) = &selection.route {
            let origin = route.view().origin();
            own |= line.span.start <= origin.start && origin.start <= line.span.end();
        }
        let product = reading.document().table.product;
        Fate::of(&selection.decision, product)
            .key()
            .hash(&mut hasher);
        if let Decision::Relay(relay) = &selection.decision
            && let Some(credentials) = relay.credentials()
            && credentials.would_be_sent()
        {
            credentials.user.hash(&mut hasher);
            credentials.expose_password().hash(&mut hasher);
        }
    }
    (hasher.finish(), own)
}
