//! The section MetaInfo, or a value of it, is missing.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "missing-metainfo",
    summary: "the section MetaInfo, or a value of it, is missing",
    severity: Severity::Warning,
    on: true,
    formats: &["imss"],
    explanation: "\
The section MetaInfo says which product, version and platform wrote the file. The vendor uses it
for a version check when the file is imported, and says that it must not be edited. A file without
it, or without one of its three values, may be refused by the product. No mail is decided by it, so
that the file is read all the same.

Bad: a file that begins with

    <IMSS_DBD>
      <key section=\"DefaultRelay\">

Good:

    <IMSS_DBD>
      <key section=\"MetaInfo\">
        <value name=\"version\">7.5</value>
        <value name=\"build\">1304</value>
        <value name=\"platform\">Win32</value>
      </key>",
});
