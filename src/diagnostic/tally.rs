//! Findings, kept and counted.

use std::collections::HashMap;

use super::{Finding, Severity};
use crate::source::Span;

/// Findings, at most so many of each rule; the rest is counted.
#[derive(Debug)]
pub struct Tally {
    most: usize,
    /// Those that are kept.
    pub findings: Vec<Finding>,
    counts: HashMap<&'static str, (usize, u64, Span)>,
}

impl Tally {
    /// Keeps at most `most` findings of each rule.
    pub fn new(most: usize) -> Self {
        Tally {
            most,
            findings: Vec::new(),
            counts: HashMap::new(),
        }
    }

    /// True when further findings of `rule` are only counted.
    pub fn is_full(&self, rule: &'static str) -> bool {
        self.counts
            .get(rule)
            .is_some_and(|(kept, _, _)| *kept >= self.most)
    }

    /// Counts a finding that is not kept.
    pub fn count(&mut self, rule: &'static str, span: Span) {
        let entry = self.counts.entry(rule).or_insert((0, 0, span));
        if entry.1 == 0 {
            entry.2 = span;
        }
        entry.1 += 1;
    }

    /// Takes in a finding.
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

    /// Takes in all of another tally.
    pub fn append(&mut self, other: Tally) {
        other
            .findings
            .into_iter()
            .for_each(|finding| self.add(finding));
        // What was not kept stands behind what was.
        for (rule, (_, more, span)) in other.counts {
            if more > 0 {
                let entry = self.counts.entry(rule).or_insert((0, 0, span));
                if entry.1 == 0 {
                    entry.2 = span;
                }
                entry.1 += more;
            }
        }
    }

    /// All that are kept, and for each rule with more one finding that says how many.
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
                let message = format!("{more} more like the ones before, from here on");
                let effect = "as for those before".to_owned();
                self.findings
                    .push(Finding::new(rule, severity, span, message).effect(effect));
            }
        }
        self.findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_begins_where_it_begins() {
        let finding = |at| Finding::new("r", Severity::Info, Span::new(at, 1), "m");
        let tally = |places: &[u32]| {
            let mut tally = Tally::new(1);
            places.iter().for_each(|at| tally.add(finding(*at)));
            tally
        };
        let mut first = tally(&[0]);
        first.append(tally(&[5, 9]));
        let spans = |tally: Tally| -> Vec<(Span, String)> {
            let all = tally.finish().into_iter();
            all.map(|finding| (finding.span, finding.message)).collect()
        };
        assert_eq!(spans(first), spans(tally(&[0, 5, 9])));
    }
}
