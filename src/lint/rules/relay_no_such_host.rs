//! A relay that does not exist.

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "relay-no-such-host",
        summary: "a relay does not exist in DNS, so that its mail bounces (--dns)",
        severity: Severity::Error,
        on: true,
        formats: EVERY,
        explanation: "\
With --dns the name of every relay is looked up as the product would do it. A name that does not
exist is final for qmail: the mail bounces at once (`couldn't find any host named`), and is not
tried again. Qsmtp takes it for a mistake in its configuration and defers the mail. Names are asked
as they stand, without the search list of resolv.conf, as qmail does.

A server that does not answer says nothing about the name: see `dns-unanswered`.

Bad:

    example.org:mx1.exmaple.net

Good:

    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Runner,
};
