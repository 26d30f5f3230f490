//! Another version wrote the file than those that are documented.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-version",
    summary: "MetaInfo names a version, build or platform that is not documented",
    severity: Severity::Warning,
    on: true,
    formats: &["imss"],
    explanation: "\
The vendor documents this file for versions 7.1 and 7.5 of IMSS for Windows, platform Win32. This
one says that another version, or another platform, wrote it. Whether the same names mean the same
there nobody outside knows. The file is read as those of 7.1 and 7.5 are; look whether the answers
are those of the product. A product of another version may refuse to import it.

Bad:

    <value name=\"version\">9.9</value>
    <value name=\"platform\">Win64</value>

Good:

    <value name=\"version\">7.5</value>
    <value name=\"platform\">Win32</value>",
});
