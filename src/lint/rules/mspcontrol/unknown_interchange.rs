//! The file says that it is another one.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-interchange",
    summary: "the file names a format or a version that this program does not know",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
The routes stand in a file of our own, since MSPControl has none: it says
`\"format\":\"mspcontrol-email-routes\"` and `\"version\":1`. Another format is another file; another
version could hold values that mean something else than they seem to. So the file is refused whole,
and no mail is decided by it. A newer version of this program may have written it.

Bad:

    {\"format\":\"mspcontrol-email-routes\",\"version\":2,\"routes\":[]}

Good:

    {\"format\":\"mspcontrol-email-routes\",\"version\":1,\"routes\":[]}",
});
