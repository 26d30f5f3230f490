//! A key that ends in a dot.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "key-trailing-dot",
        summary: "a key ends in a dot, and matches only addresses that are written with it",
        severity: Severity::Warning,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
In zone files a dot at the end makes a name complete. Keys are compared byte for byte:
`example.org.` is the route of mail to `user@example.org.`, which hardly anybody writes, and not of
mail to `user@example.org`. With a line for each of the two, nothing is said.

Bad:

    example.org.:mx1.example.net

Good:

    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let key = line.key();
    let name = key.strip_suffix(b".")?;
    let dotted = name.iter().all(|&b| b == b'.');
    if !line.is_route() || dotted || name.ends_with(b".") || name.iter().any(|b| b"@*".contains(b)) {
        return None;
    }
    // Both are there: somebody knows the difference.
    if reading.has_key(name) {
        return None;
    }
    let at = name.len()..key.len();
    let complaint = Complaint::new(at.clone(), "the key ends in a dot, as domains of mail do not")
        .meant(line.with(at, b""));
    // Mail to the name with its dot loses its route.
    Some(complaint.unsafe_fix())
}
