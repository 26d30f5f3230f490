//! A dialect that does not exist.

use crate::control::only_word;
use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Rule, Site};
use crate::source::{Span, State, Visible};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "unknown-dialect",
        summary: "a place that should name the dialect of the table names none that exists",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
The dialect of a table stands in a comment `# qroute: dialect NAME` at its top, in the file
`smtproutesdialect` beside it (one line, nothing else), or in `dialect` of qroute.toml. A name that
no dialect has, an empty file, and one that cannot be read leave open how the table is meant: the
programs of qroute stop there and do not guess. A carriage return behind the name is part of it.

Bad:

    qmail-1.03

Good:

    notqmail

`qroute-lint --formats` lists the names.",
    },
    harmless: None,
    check: Check::Site(check),
};

/// A place that names a dialect.
pub(super) struct Stated {
    /// What it is called.
    pub place: &'static str,
    /// Where the name stands.
    pub span: Span,
    /// The name.
    pub name: String,
}

/// The places that name a dialect, in the order in which they are asked.
pub(super) fn stated(site: &Site<'_>) -> Vec<Stated> {
    let comment = site.input.files().first().and_then(|file| {
        let (at, name) = comment(file.state.bytes()?)?;
        Some(Stated {
            place: "a comment at the top of the table",
            span: Span::at(file.base(), at..at + name.len()),
            name: Visible(name).to_string(),
        })
    });
    let file = site.bytes("smtproutesdialect").map(|(base, bytes)| {
        let name = only_word(bytes);
        Stated {
            place: "smtproutesdialect",
            name: Visible(&bytes[name.clone()]).to_string(),
            span: Span::at(base, name),
        }
    });
    let config = site.bytes("qroute.toml").and_then(|(base, bytes)| {
        let (at, name) = setting(bytes)?;
        Some(Stated {
            place: "qroute.toml",
            span: Span::at(base, at..at + name.len()),
            name: Visible(name).to_string(),
        })
    });
    [comment, file, config].into_iter().flatten().collect()
}

/// `# qroute: dialect NAME` among the comments at the top of a table.
fn comment(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut start = 0;
    for line in bytes.split(|&b| b == b'\n') {
        if line.first() != Some(&b'#') {
            return None;
        }
        let mut words = words(line, 1);
        if words.next().is_some_and(|(_, word)| word == b"qroute:")
            && words.next().is_some_and(|(_, word)| word == b"dialect")
            && let Some((at, name)) = words.next()
        {
            return Some((start + at, name));
        }
        start += line.len() + 1;
    }
    None
}

/// The words of `line` behind its first `from` bytes, with where they begin.
fn words(line: &[u8], from: usize) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = from.min(line.len());
    std::iter::from_fn(move || {
        let blanks = line[at..].iter().take_while(|b| b.is_ascii_whitespace());
        let start = at + blanks.count();
        let end = line[start..]
            .iter()
            .position(u8::is_ascii_whitespace)
            .map_or(line.len(), |len| start + len);
        at = end;
        (start < end).then(|| (start, &line[start..end]))
    })
}

/// The string of `dialect = "…"` before the first section of a qroute.toml that was read and is in order.
fn setting(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut start = 0;
    for line in bytes.split(|&b| b == b'\n') {
        let text = line.trim_ascii_start();
        if text.first() == Some(&b'[') {
            return None;
        }
        let value = text
            .strip_prefix(b"dialect")
            .map(<[u8]>::trim_ascii_start)
            .and_then(|rest| rest.strip_prefix(b"="));
        if let Some(value) = value {
            let at = start + line.len() - value.len();
            let open = value.iter().position(|b| matches!(b, b'"' | b'\''))?;
            let rest = &value[open + 1..];
            let close = rest.iter().position(|b| *b == value[open])?;
            return Some((at + open + 1, &rest[..close]));
        }
        start += line.len() + 1;
    }
    None
}

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    const STOP: &str =
        "the programs of qroute stop there; how the table is meant to be read is not known";
    let mut find = |span, message: String| {
        found.push(
            Finding::new("unknown-dialect", Severity::Error, span, message)
                .effect(STOP)
                .help("`qroute-lint --formats` lists the names of the dialects"),
        );
    };
    for Stated { place, span, name } in stated(site) {
        if (site.dialect)(&name).is_some() {
            continue;
        }
        let message = match name.is_empty() {
            true => format!("{place} names no dialect"),
            false => format!("{place} says dialect `{name}`, and there is none of that name"),
        };
        find(span, message);
    }
    let state = site.file("smtproutesdialect").map(|file| &file.state);
    if matches!(state, Some(State::Directory | State::Unreadable(_))) {
        find(
            site.start_of("smtproutesdialect"),
            "smtproutesdialect exists and cannot be read".to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_names() {
        let text = b"# routes\n#  qroute: dialect  sagredo \na:b\n";
        assert_eq!(comment(text), Some((29, &b"sagredo"[..])));
        assert_eq!(comment(b"a:b\n# qroute: dialect sagredo\n"), None);
        assert_eq!(comment(b""), None);
        assert_eq!(setting(b"own = \"x\"\ndialect = 'eqmail' # x\n"), Some((21, &b"eqmail"[..])));
        assert_eq!(setting(b"[lint]\ndialect = \"x\"\n"), None);
        assert_eq!(setting(b"dialect = \"x\n"), None);
    }
}
