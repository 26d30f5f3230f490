//! An address, or a part of one, in the place of a domain.

use super::star_wildcard::may_become;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};
use crate::model::Walk;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "at-key",
        summary: "a key has an at sign: only the domain of the recipient is compared with keys",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A key is compared with what stands right of the `@` of a recipient. `@example.org` and
`user@example.org` are equal to no domain: the route is never used.

A route for one recipient cannot be written here. virtualdomains has keys that are addresses, and
its mail can be forwarded; indimail has moresmtproutes.cdb. In sagredo and s/qmail, authsenders has
keys like these, and they mean the sender.

Bad:

    @example.org:mx1.example.net

Good:

    example.org:mx1.example.net",
    },
    harmless: Some(Severity::Warning),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let key = line.key();
    // `!@` is the key of bounces, here or elsewhere, and has a rule of its own.
    if !line.is_route() || key == b"!@" || !key.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    let at = memchr::memrchr(b'@', key)?;
    let domain = &key[at + 1..];
    let senders = reading.notation.auth_senders;
    if domain.is_empty() {
        let complaint = Complaint::new(at..at + 1, "the key ends in an at sign")
            .help("write the domain alone")
            .effect(
                Severity::Error,
                "no mail comes to this line: no domain has an at sign",
            );
        return Some(complaint);
    }
    let meant = line.with(0..at + 1, b"");
    // `*@domain` means all of a domain, as `@domain` does.
    if at == 0 || key[..at] == *b"*" {
        let complaint = Complaint::new(0..at + 1, "the key begins with an at sign, as no domain does")
            .meant(meant);
        let certain = reading
            .stage()
            .is_some_and(|stage| stage.semantics.walk == Walk::DotSuffixes);
        // Where senders have a table, they may be what was meant.
        return Some(match certain && !senders && may_become(domain, reading) {
            true => complaint.safe(),
            false => complaint.unsafe_fix(),
        });
    }
    let help = match senders {
        true => "write the domain alone; a route for one sender belongs into authsenders",
        false => "write the domain alone: one recipient cannot have a route of its own",
    };
    let complaint = Complaint::new(0..key.len(), "the key is an address, and keys are domains");
    Some(complaint.help(help).meant(meant))
}
