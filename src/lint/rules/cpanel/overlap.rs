//! A domain is in two lists.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "overlap",
    summary: "a domain is in localdomains and in another list",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel"],
    explanation: "\
A domain is local, or a backup, or remote. In the published configuration of a live server the
lists of local domains are asked before anything is relayed, so that a domain in localdomains is
local whatever other list names it. With remotedomains that is the classic fault after mail has
moved to another provider: the world delivers to the new mailboxes, and what is sent from the web
site of the domain itself vanishes into an old mailbox on this server. With secondarymx the
listing as a backup has no effect.

Bad:

    localdomains:   shop.example
    remotedomains:  shop.example

Good:

    remotedomains:  shop.example",
});
