//! The panel says one thing and the lists another.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "mismatch",
    summary: "a user file and the lists say different things of a domain",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel"],
    explanation: "\
The panel keeps its setting of a domain in the file of the user (`MXCHECK-DOMAIN=`), and writes
the lists from it. Exim reads the lists alone. Where they say something else than the setting,
the panel shows what does not happen: a domain is shown as remote, and its mail stays here.
Setting it again writes the lists anew.

Bad:

    cpuser:        MXCHECK-shop.example=remote
    localdomains:  shop.example

Good:

    cpuser:         MXCHECK-shop.example=remote
    remotedomains:  shop.example",
});
