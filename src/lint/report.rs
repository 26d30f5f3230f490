//! Where rules about routes put what they find.

use crate::diagnostic::{Finding, Severity, Tally};
use crate::source::Span;

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
