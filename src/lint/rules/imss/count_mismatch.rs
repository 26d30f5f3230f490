//! A count does not fit the list that it counts.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "count-mismatch",
    summary: "a count does not fit the list that it counts",
    severity: Severity::Error,
    on: true,
    formats: &["imss"],
    explanation: "\
SmartHostCount and DNSServerCount say how many values follow, and these are numbered from 0 without
a gap. Here there are more or fewer, or a number is missing. A product may read as far as the
count, as far as the first gap, or refuse the file; which is not documented, and hosts would get
mail, or get none, against what the file seems to say. The key is not used. With --lenient those
values count whose number is below the count and that are there without a gap, and each of the
others is named.

Bad:

    <value name=\"SmartHostCount\">1</value>
    <value name=\"SmartHost0\">192.0.2.1:25</value>
    <value name=\"SmartHost1\">192.0.2.2:25</value>

Good:

    <value name=\"SmartHostCount\">2</value>
    <value name=\"SmartHost0\">192.0.2.1:25</value>
    <value name=\"SmartHost1\">192.0.2.2:25</value>",
});
