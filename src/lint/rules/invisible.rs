//! Characters that nobody sees.

use super::bom::behind_mark;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "invisible",
        summary: "a character that is not seen stands in a key, a relay or a comment",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Text copied from web pages and word processors brings characters that look like a blank or like
nothing: the no-break space, the zero width space, the soft hyphen, form feeds, escapes. Readers of
smtproutes keep them. A key with one matches no mail, so that its mail goes to its MX; a relay with
one is the name of no host, and the mail bounces. The line looks right in every editor.

In comments, characters that change the direction of writing, and escapes, can make a line look
like another one, or hide it; that is a warning.

Bad, with the zero width space shown as <200B>:

    example.org:mx1.example.net<200B>

Good: the same line without it.",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    if line.is_comment() {
        return comment(line);
    }
    if !line.is_route() || line.bytes.contains(&0) {
        return None;
    }
    let start = line.bytes.len() - behind_mark(line).unwrap_or(line.bytes).len();
    let colon = line.colon()?;
    let value = line.value_range();
    // What stands behind a blank or a pipe may be a password, in which any byte is meant.
    let secret = |b: &u8| matches!(b, b' ' | b'\t' | b'|');
    let end = line.value().iter().position(secret);
    let end = end.map_or(value.end, |at| value.start + at);
    let (at, what) = find(&line.bytes[..end], start)?;
    let place = if at.start < colon { "key" } else { "relay" };
    let mut meant = line.bytes[..start].to_vec();
    strip(&line.bytes[start..end], &mut meant);
    let sure = meant[start..].iter().all(|b| (b'!'..=b'~').contains(b));
    meant.extend_from_slice(&line.bytes[end..]);
    let mut complaint = Complaint::new(at, format!("{what} stands in the {place}")).meant(meant);
    if what == CR {
        complaint = complaint.help("end lines with LF");
    }
    // Between two words it may have been a separator.
    Some(match sure && what != CR {
        true => complaint.safe(),
        false => complaint.unsafe_fix(),
    })
}

/// What can make a comment look like something else.
fn comment(line: &Line<'_>) -> Option<Complaint> {
    let mut from = 0;
    loop {
        let (at, what) = find(&line.bytes[..line.content().len()], from)?;
        if what == ESCAPE || what == DIRECTION {
            let complaint = Complaint::new(at, format!("{what} stands in a comment"))
                .help("delete it, and look at the lines around it byte by byte")
                .effect(
                    Severity::Warning,
                    "none on mail: what is shown on a screen may differ from what is read",
                );
            return Some(complaint);
        }
        from = at.end;
    }
}

const ESCAPE: &str = "an escape character";
const DIRECTION: &str = "a character that changes the direction of writing";
const CR: &str = "a carriage return";

/// The first character at or behind `from` that is not seen, and what it is called.
fn find(text: &[u8], from: usize) -> Option<(std::ops::Range<usize>, &'static str)> {
    let mut at = from;
    while let Some(&byte) = text.get(at) {
        let before = at.checked_sub(1).map_or(0, |at| text[at]);
        if !(b' '..=b'~').contains(&byte)
            && let Some((len, what)) = character(&text[at..], before)
        {
            return Some((at..at + len, what));
        }
        at += 1;
    }
    None
}

/// `text` without such characters; a carriage return ends a line, as its writer meant.
fn strip(text: &[u8], into: &mut Vec<u8>) {
    let mut at = 0;
    while let Some((range, what)) = find(text, at) {
        into.extend_from_slice(&text[at..range.start]);
        if what == CR {
            into.push(b'\n');
        }
        at = range.end;
    }
    into.extend_from_slice(&text[at..]);
}

/// `text` without characters that are not seen.
pub(super) fn without(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    strip(text, &mut out);
    out
}

/// The character that `text` begins with, if it is not seen: its length and its name.
fn character(text: &[u8], before: u8) -> Option<(usize, &'static str)> {
    Some(match *text {
        [b'\r', ..] => (1, CR),
        // Colours and the like: up to a letter.
        [0x1B, b'[', ref rest @ ..] => {
            let parameters = |b: &&u8| b.is_ascii_digit() || **b == b';';
            let len = rest.iter().take_while(parameters).count();
            let end = rest.get(len).is_some_and(u8::is_ascii_alphabetic);
            (if end { len + 3 } else { 1 }, ESCAPE)
        }
        [0x1B, ..] => (1, ESCAPE),
        [0x0B, ..] => (1, "a vertical tab"),
        [0x0C, ..] => (1, "a form feed"),
        [b'\t' | b'\n' | 0, ..] => return None,
        [0x7F, ..] | [..b' ', ..] => (1, "a control character"),
        [0xC2, 0xA0, ..] => (2, "a no-break space"),
        // In Latin-1; in UTF-8 it is part of another character.
        [0xA0, ..] if before < 0x80 => {
            let run = text.iter().take_while(|&&b| b == 0xA0).count();
            (run, "a no-break space")
        }
        [0xC2, 0xAD, ..] => (2, "a soft hyphen"),
        [0xC2, 0x80..=0x9F, ..] => (2, "a control character"),
        [0xD8, 0x9C, ..] => (2, DIRECTION),
        [0xE2, 0x80, 0x8E | 0x8F | 0xAA..=0xAE, ..] => (3, DIRECTION),
        [0xE2, 0x81, 0xA6..=0xA9, ..] => (3, DIRECTION),
        [0xE2, 0x80, 0x8B..=0x8D, ..] | [0xE2, 0x81, 0xA0, ..] | [0xEF, 0xBB, 0xBF, ..] => {
            (3, "a character without width")
        }
        [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF, ..]
        | [0xE2, 0x81, 0x9F, ..]
        | [0xE3, 0x80, 0x80, ..]
        | [0xE1, 0x9A, 0x80, ..] => (3, "a blank outside ASCII"),
        _ => return None,
    })
}
