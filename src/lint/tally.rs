//! Findings, kept and counted.

use std::collections::HashMap;

use crate::diagnostic::{Finding, Severity};
use crate::source::Span;

/// Findings, at most so many of each rule; the rest is counted.
pub(super) struct Tally {
    most: usize,
    pub findings: Vec<Finding>,
    counts: HashMap<&'static str, (usize, u64, Span)>,
}

impl Tally {
    pub fn new(most: usize) -> Self {
        Tally {
            most,
            findings: Vec::new(),
            counts: HashMap::new(),
        }
    }

    pub fn is_full(&self, rule: &'static str) -> bool {
        self.counts
            .get(rule)
            .is_some_and(|(kept, _, _)| *kept >= self.most)
    }

    pub fn count(&mut self, rule: &'static str, span: Span) {
        let entry = self.counts.entry(rule).or_insert((0, 0, span));
        if entry.1 == 0 {
            entry.2 = span;
        }
        entry.1 += 1;
    }

    pub fn add(&mut self, finding: Finding) {
        if self.is_full(finding.rule) {
            self.count(finding.rule, finding.span);
        } else {
            self.counts
                .entry(finding.rule)
                .or_insert((0, 0, finding.span))
                .0 += 1;
            self.findings.push(finding);
        }
    }

    pub fn append(&mut self, other: Tally) {
        for (rule, (_, more, span)) in other.counts {
            if more > 0 {
                let entry = self.counts.entry(rule).or_insert((0, 0, span));
                if entry.1 == 0 {
                    entry.2 = span;
                }
                entry.1 += more;
            }
        }
        other
            .findings
            .into_iter()
            .for_each(|finding| self.add(finding));
    }

    pub fn finish(mut self) -> Vec<Finding> {
        let mut counts: Vec<_> = self.counts.into_iter().collect();
        counts.sort_unstable_by_key(|(rule, _)| *rule);
        for (rule, (_, more, span)) in counts {
            if more > 0 {
                let severity = self
                    .findings
                    .iter()
                    .filter(|finding| finding.rule == rule)
                    .map(|finding| finding.severity)
                    .max()
                    .unwrap_or(Severity::Info);
                let message = format!("{more} more lines like the ones before, from here on");
                let effect = "as for those before".to_owned();
                self.findings
                    .push(Finding::new(rule, severity, span, message).effect(effect));
            }
        }
        self.findings
    }
}

/// Where a rule about routes puts its findings.
pub struct Report<'t> {
    rule: &'static str,
    tally: &'t mut Tally,
}

impl<'t> Report<'t> {
    pub(super) fn new(rule: &'static str, tally: &'t mut Tally) -> Self {
        Report { rule, tally }
    }

    /// True when further findings are only counted, and need not be looked at closely.
    pub fn is_full(&self) -> bool {
        self.tally.is_full(self.rule)
    }

    /// A finding at `span`; `make` completes it, and is not called for what is only counted.
    pub fn add(&mut self, severity: Severity, span: Span, make: impl FnOnce(Finding) -> Finding) {
        if self.tally.is_full(self.rule) {
            self.tally.count(self.rule, span);
        } else {
            let finding = Finding::new(self.rule, severity, span, "");
            self.tally.add(make(finding));
        }
    }
}
