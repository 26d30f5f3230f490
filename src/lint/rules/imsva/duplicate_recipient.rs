//! Two entries have the same recipient.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "duplicate-recipient",
    summary: "two entries have the same recipient",
    severity: Severity::Error,
    on: true,
    formats: &["imsva", "imss"],
    explanation: "\
Two entries for one recipient, letters of either case and a final dot apart. The vendor does not
document which counts, or whether \"Merge with current list\" keeps the old one. Neither is used
here, unless `--assume duplicates=first` or `last` says which one counts. In IMSS for Windows they
are two keys for one domain that say different things, or two DefaultRelay.

Bad:

    <Entry recipient=\"acme.example\" method=\"mx\"><Mx name=\"acme.example\"/></Entry>
    <Entry recipient=\"Acme.Example\" method=\"mx\"><Mx name=\"pool.example.net\"/></Entry>

Good: one of them.",
});
