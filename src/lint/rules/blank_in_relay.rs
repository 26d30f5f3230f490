//! A blank inside the relay.

use super::continuation;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, blanks, is_blank};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "blank-in-relay",
        summary: "a blank stands inside the relay",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Blanks at the end of a line are dropped; all others belong to the value. A relay with a blank in it
is the name of no host, and the mail bounces. Where a blank separates relay and credentials
(eQmail, qmail-ldap, indimail with AUTH_SMTP), what follows is taken for a user name, and the next
line of the file for the password. Qsmtp ignores the whole file, skarnet's qmail-remote defers all
mail.

Bad:

    example.org:mx1.example.net :587
    example.org:mx1.example.net 587
    example.org:mx1. example.net

Good:

    example.org:mx1.example.net:587
    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    if !line.is_route() || continuation::is_continued(line) {
        return None;
    }
    let notation = &reading.notation;
    let value = line.value_range();
    let start = value.start + blanks(line.value());
    let text = line.bytes.get(start..value.end)?;
    let (relay, rest) = text.split_at(text.iter().position(is_blank)?);
    let word = &rest[blanks(rest)..];
    // Behind a port or a `|` blanks do other things, which other rules speak of.
    if relay.is_empty() || relay.iter().any(|b| b":;,|#".contains(b)) {
        return None;
    }
    let at = start + relay.len()..value.end - word.len();
    let complaint = Complaint::new(at.clone(), "a blank stands inside the relay");
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    if let Some((&separator @ (b':' | b';' | b','), port)) = word.split_first() {
        let complaint = complaint.meant(line.with(at, b""));
        return is_number(port).then(|| match separator == notation.port_separator {
            true => complaint.safe(),
            false => complaint.unsafe_fix(),
        });
    }
    if word.first() == Some(&b'|') && notation.credentials == Some(b'|') {
        return Some(complaint.meant(line.with(at, b"")).safe());
    }
    // Two words are a user and a password, or several relays; a `#` begins a comment, a `/` Courier's flags or a token.
    if word.iter().any(|b| is_blank(b) || b"|#/:;,".contains(b)) {
        return None;
    }
    if is_number(word) {
        let meant = line.with(at, &[notation.port_separator]);
        return Some(complaint.meant(meant).unsafe_fix());
    }
    if relay.ends_with(b".") || word.starts_with(b".") {
        return Some(complaint.meant(line.with(at, b"")).unsafe_fix());
    }
    // One word is a user without a password where blanks separate credentials; with a dot it is a second relay.
    let user = rest.first() == Some(&b' ') && notation.credentials == Some(b' ');
    let other = user || word.contains(&b'.');
    (!other).then(|| complaint.help("write one name, without a blank"))
}
