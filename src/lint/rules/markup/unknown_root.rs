//! The root element is not that of the format.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-root",
    summary: "the root element is not that of the format",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss"],
    explanation: "\
The root element says what an XML file is: CustomRouting is a table of Xeams, IMSS_DBD one of IMSS
for Windows, MessageDeliverySettings the neutral form for IMSVA. This file has another one. It may
be another kind of file of the same product, the table of another product, or a page that was saved
in its place. Names in XML are case-sensitive, and a name in a namespace is another name than the
same without one.

Bad:

    <customrouting>

Good:

    <CustomRouting>

When the file is one of another format, name that with --from.",
});
