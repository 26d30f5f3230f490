//! A wildcard stands where the format has none.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "wildcard-not-supported",
    summary: "a wildcard stands where the format has none",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss", "cpanel", "postfix-transport"],
    explanation: "\
In this format a domain is that domain exactly. A `*` stands for nothing, and a leading dot does not
mean the subdomains, as both do in other products. The line or route looks as if it took the mail of
many domains and takes that of none: mail goes where it goes without it.

In Postfix a leading dot does mean all domains below one; `*` stands alone, for every recipient.

Bad:

    <recipient>@*.example.org</recipient>
    <recipient>@.example.org</recipient>

Good: one route for each domain, or in Xeams `ANY` for every recipient.",
});
