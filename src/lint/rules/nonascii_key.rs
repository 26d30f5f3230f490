//! A key that is not ASCII.

use super::bom::behind_mark;
use super::invisible;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Consequence, Harm, Line, Reading, Rule};
use crate::model::Domain;
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "nonascii-key",
        summary: "a key holds letters outside ASCII, which match byte for byte",
        severity: Severity::Warning,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Keys are compared byte by byte; nothing is decoded, and only the letters A to Z are folded. A key
such as `bücher.example` matches mail whose domain has exactly these bytes. Most mail carries the
other form of the name, `xn--bcher-kva.example`, and is not matched: it goes to its MX or to the
default route. Courier converts both and finds either; skarnet's qmail-remote defers all mail
because of the first byte outside ASCII.

Bad:

    bücher.example:mx1.example.net

Good:

    xn--bcher-kva.example:mx1.example.net

Where mail arrives with SMTPUTF8 too, both lines are needed.",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    let key = line.key();
    // A mark before the first key and characters that nobody sees are other rules' business.
    let marked = behind_mark(line).is_some();
    if key.is_ascii() || !line.is_route() || marked || invisible::without(key).is_ascii() {
        return None;
    }
    let dot = key.starts_with(b".");
    let name = &key[usize::from(dot)..];
    let (first, last) = (
        key.iter().position(|b| !b.is_ascii())?,
        key.iter().rposition(|b| !b.is_ascii())?,
    );
    let complaint = Complaint::new(first..last + 1, "the key holds bytes outside ASCII")
        .judged_by(judge);
    let Ok(domain) = Domain::new(name) else {
        return Some(complaint.help("write the name in its ASCII form, which begins with `xn--`"));
    };
    let ascii = [if dot { "." } else { "" }, domain.as_str()].concat();
    let complaint = complaint
        .help(format!(
            "write `{ascii}`; where mail comes with SMTPUTF8 too, keep this line beside it"
        ))
        .meant(line.with(0..key.len(), ascii.as_bytes()));
    Some(complaint.unsafe_fix())
}

/// A line that makes the file unusable matters more than one that matches too little.
fn judge(
    line: &Line<'_>,
    reading: &Reading<'_>,
    meant: Option<&[u8]>,
) -> Option<(Severity, String)> {
    let consequence = Consequence::of(line, meant, reading);
    match (consequence.witness, consequence.harm, meant) {
        (None, ..) => Some((Severity::Error, consequence.sentence)),
        (Some(_), _, None) => {
            let effect = format!(
                "`{}` matches no mail but that whose domain has exactly these bytes, which no domain of DNS has",
                Visible(line.key())
            );
            Some((Severity::Warning, effect))
        }
        (Some(_), Harm::None | Harm::Overruled, Some(_)) => None,
        (Some(_), _, Some(_)) => Some((Severity::Warning, consequence.sentence)),
    }
}
