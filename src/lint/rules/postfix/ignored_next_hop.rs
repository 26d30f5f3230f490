//! A next hop stands behind `local:`, which has no use for it.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "ignored-next-hop",
    summary: "a next hop stands behind `local:`, which has no use for it",
    severity: Severity::Warning,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
local(8) delivers to the local part of the recipient's address. A next hop behind `local:` changes
nothing: in sendmail's mailertable `local:root` gives the mail to the user root, here it does not.
Who shall get the mail is said in virtual(5) or aliases(5).

Bad:

    example.org  local:root

Good, with a line `@example.org root` in virtual_alias_maps:

    example.org  local:",
});
