//! What skarnet's reader makes of a table before and after: it decides for the whole file at once.

use super::super::skarnet::{Bad, entries};
use super::line::{Changes, Kind, Line, Rules, lines, push_entry};

/// Why skarnet defers all mail; the report differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Syntax,
    Port,
}

/// What binds the lines of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bond {
    /// Nothing: skarnet is not asked, or refuses the most changed form for the same reason.
    Free,
    /// It reads every line before this number: their keys keep their case.
    Reads(usize),
    /// It refuses the file at this line, which must go on to be refused.
    Refused(usize, Why),
}

/// The reason that must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Why(Refusal);

/// What binds the lines of `bytes`.
pub(super) fn bond(bytes: &[u8], rules: Rules) -> Bond {
    if !rules.skarnet {
        return Bond::Free;
    }
    let mut before = None;
    let mut after = None;
    let mut scratch = Vec::new();
    let mut end = usize::MAX;
    for (number, line) in lines(bytes, rules).enumerate() {
        if before.is_none() {
            before = refused(line.text).map(|why| (number, why));
        }
        scratch.clear();
        push_most(&mut scratch, &line);
        if after.is_none() {
            after = refused(&scratch);
        }
        // It reads no further than to a NUL, nor than to what it refuses.
        let ends = memchr::memchr(0, line.text).is_some();
        if ends {
            end = number;
        }
        if ends || (before.is_some() && after.is_some()) {
            break;
        }
    }
    match before {
        None => Bond::Reads(end),
        Some((_, why)) if after == Some(why) => Bond::Free,
        Some((number, why)) => Bond::Refused(number, Why(why)),
    }
}

/// The most that `bond` lets change in line `number`.
///
/// Small letters never change whether a line is refused, or why: `z` is an error, but so is a `Z` that no `\` closes, and a
/// key with `\` keeps its letters.
pub(super) fn allowed(bond: Bond, number: usize, line: &Line<'_>) -> Changes {
    match bond {
        Bond::Reads(end) if number < end => Changes {
            key_case: false,
            trailing: true,
        },
        Bond::Refused(at, Why(why)) if number == at => {
            let mut text = Vec::with_capacity(line.text.len());
            push_entry(&mut text, line, Changes::ALL);
            Changes {
                key_case: true,
                trailing: refused(&text) == Some(why),
            }
        }
        _ => Changes::ALL,
    }
}

/// The line as it is when nothing binds it.
fn push_most(out: &mut Vec<u8>, line: &Line<'_>) {
    match line.kind {
        Kind::Opaque => out.extend_from_slice(line.text),
        Kind::Blank | Kind::Comment => {}
        Kind::Entry { .. } => push_entry(out, line, Changes::ALL),
    }
}

/// What skarnet has against a line; every line begins in the same state.
fn refused(line: &[u8]) -> Option<Refusal> {
    match entries(line) {
        Ok(_) => None,
        Err(Bad::Syntax(_)) => Some(Refusal::Syntax),
        Err(Bad::Port(_)) => Some(Refusal::Port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::smtproutes::DIALECTS;

    fn of(text: &str) -> Bond {
        bond(
            text.as_bytes(),
            Rules::new(&DIALECTS.iter().collect::<Vec<_>>()),
        )
    }

    #[test]
    fn a_file_is_free_when_it_stays_refused() {
        assert_eq!(of("A:b \nzoo:c\n"), Bond::Free);
        assert_eq!(of("A:b\nC:d\n"), Bond::Reads(usize::MAX));
        assert_eq!(of("A:b\nC:\0\nzoo:\n"), Bond::Reads(1));
        assert_eq!(of("A:b\nC:d \n"), Bond::Refused(1, Why(Refusal::Syntax)));
        assert_eq!(
            of("A:b \nC:d:\n"),
            Bond::Refused(0, Why(Refusal::Syntax)),
            "the report would change"
        );
        assert_eq!(of("A:b:\nC:d \n"), Bond::Free);
    }
}
