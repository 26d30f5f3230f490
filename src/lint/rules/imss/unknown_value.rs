//! A value that the vendor does not document.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-value",
    summary: "a value with a name that the vendor does not document",
    severity: Severity::Warning,
    on: true,
    formats: &["imss"],
    explanation: "\
The name is none of those that are documented for this key: UseMethod, SmartHostCount, SmartHost0
and on, DNSServerCount, DNSServer0 and on; in MetaInfo version, build and platform. Numbers begin
at 0 and are written without zeros before them. Whoever wrote the value believed that it does
something. It most likely does nothing, and mail goes as if it were not there. It is kept when the
file is rewritten.

Bad:

    <value name=\"TLSMode\">2</value>
    <value name=\"SmartHost01\">192.0.2.2:25</value>

Good:

    <value name=\"SmartHost1\">192.0.2.2:25</value>",
});
