//! An address to send from that is none.

use super::file_unreadable::joined;
use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Rule, Site};
use crate::model::FileVerdict;
use crate::source::State;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "outgoingip-malformed",
        summary: "outgoingip does not begin with an IPv4 address",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
sagredo-dev/qmail and qmail-ldap read `outgoingip`, the address that remote connections come from.
Where the file exists and its first line is no IPv4 address, qmail-remote defers all remote mail
with `invalid ipaddr in control/outgoingip`. An empty file, a host name, an IPv6 address and a
comment in the first line all do that. Other products do not read the file.

Bad:

    # the second interface
    192.0.2.10

Good:

    192.0.2.10",
    },
    harmless: None,
    check: Check::Site(check),
};

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    let Some((_, bytes)) = site.bytes("outgoingip") else {
        return;
    };
    // The first line is all that is read.
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let state = [("outgoingip", State::Bytes(bytes[..end].to_vec()))];
    let effects: Vec<(String, &'static str)> = site
        .products
        .iter()
        .filter_map(|product| match (product.fate)(&state) {
            FileVerdict::DeferAll { text, .. } => Some((text, product.notation.name)),
            _ => None,
        })
        .collect();
    if effects.is_empty() {
        return;
    }
    let mut finding = Finding::new(
        "outgoingip-malformed",
        Severity::Error,
        site.first_line_of("outgoingip"),
        "the first line is no IPv4 address",
    )
    .effect(joined(&effects))
    .help("write the address into the first line, or delete the file");
    finding.dialects = effects.into_iter().map(|(_, name)| name).collect();
    found.push(finding);
}
