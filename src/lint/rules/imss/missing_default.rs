//! There is no DefaultRelay.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "missing-default",
    summary: "there is no DefaultRelay",
    severity: Severity::Info,
    on: true,
    formats: &["imss"],
    explanation: "\
DefaultRelay says where mail goes that no domain takes. Right after the installation it is DNS, and
so it is taken where the file has none. A product that imports the file may keep the one that was
in force before, or set it back; which is not documented. A file with one says the same before and
after an import.

Bad, perhaps: keys with domains alone.

Good, besides:

    <key section=\"DefaultRelay\">
      <value name=\"UseMethod\">0</value>
      <value name=\"DNSServerCount\">0</value>
    </key>",
});
