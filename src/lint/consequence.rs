//! What a mistake does to mail: the product's decision as the line is, and as it was meant.

use std::borrow::Cow;

use super::reading::decision;
use super::words::{Fate, same_fate};
use super::{Line, Reading};
use crate::lookup::{Store, equal, keys, prefers};
use crate::model::{Action, Decision, FileVerdict, Product};
use crate::source::Visible;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// It does what it was meant to do.
    None,
    /// Another line would decide even if it did what it was meant to do.
    Overruled,
    /// It was meant to say nothing, and is a route that no mail is likely to be about.
    Clutter,
    /// Mail goes another way than was meant, or does not arrive.
    Mail,
}

/// What happens to one mail because of a line.
#[derive(Clone, Debug)]
pub struct Consequence {
    /// The host of the mail that was asked about; `None` when the line is about no mail at all.
    pub witness: Option<Vec<u8>>,
    /// What the product does with it.
    pub actual: Option<Decision>,
    /// What it would do with the line as it was meant.
    pub intended: Option<Decision>,
    /// How much the difference matters.
    pub harm: Harm,
    /// One sentence.
    pub sentence: String,
}

impl Consequence {
    /// Compares what the product does with the mail that `line` is about, as it is and as it was `meant`.
    ///
    /// The mail is that of the key as it was meant. A table that is refused whole is judged by the line alone: either the
    /// line is what makes it so, or it is judged as if the rest were in order.
    pub fn of(line: &Line<'_>, meant: Option<&[u8]>, reading: &Reading<'_>) -> Consequence {
        let about_no_mail = |harm, sentence: String| Consequence {
            witness: None,
            actual: None,
            intended: None,
            harm,
            sentence,
        };
        let line_alone = (reading.alone)(line.bytes);
        if let Some(why) = line_alone.as_deref().and_then(refusal) {
            return about_no_mail(Harm::Mail, format!("{}: {why}", reading.notation.title));
        }
        if let Some(sentence) = displaced(line, line_alone.as_deref(), reading) {
            return about_no_mail(Harm::Mail, sentence);
        }
        let meant = meant.map(tidy);
        let meant_alone = meant.as_deref().and_then(|text| (reading.alone)(text));
        let key_of = |store: Option<&dyn Store>| {
            let document = store?.document();
            document.routes().last().map(|route| route.key().to_vec())
        };
        let line_key = key_of(line_alone.as_deref());
        let silent = meant
            .as_deref()
            .is_some_and(|text| text.is_empty() || text.starts_with(b"#"));
        let meant_key = key_of(meant_alone.as_deref());
        if silent && let (Some(key), None) = (&line_key, &meant_key) {
            let sentence = format!("the line is no comment but a route for `{}`", Visible(key));
            return about_no_mail(Harm::Clutter, sentence);
        }
        let repaired = silent || meant_key.is_some();
        let Some(key) = meant_key.or(line_key) else {
            // Where even the line as it was meant is no route, something else is wrong with it too.
            let lost = !silent && (meant.is_some() || line.is_entry());
            let (harm, text) = match lost {
                true => (
                    Harm::Mail,
                    "the line is ignored: its mail goes where the other lines send it",
                ),
                false => (Harm::None, "the line is ignored"),
            };
            return about_no_mail(harm, text.to_owned());
        };
        let witness = reading.witness(&key);
        let product = reading.document().table.product;
        let whole = reading.document().table.verdict == FileVerdict::Normal;
        let actual = if whole {
            reading.select(&witness).map(|selection| selection.decision)
        } else {
            line_alone
                .as_deref()
                .and_then(|store| decision(store, &witness))
        };
        let meant_alone = meant_alone.filter(|_| repaired);
        let intended = match (&meant_alone, whole) {
            (Some(store), true) => intended(line, store.as_ref(), &witness, reading),
            (Some(store), false) => Intended::Decision(decision(store.as_ref(), &witness)),
            // What was meant is not known; but where another line decides anyway, it does not matter.
            (None, true) => match decided_by(line, &key, &witness, reading) {
                Some(place) => Intended::OtherLine(place),
                None => Intended::Decision(None),
            },
            (None, false) => Intended::Decision(None),
        };
        let shown = Visible(&witness).to_string();
        let intended = match intended {
            Intended::Decision(decision) => decision,
            Intended::OtherLine(place) => {
                return Consequence {
                    witness: Some(witness),
                    intended: actual.clone(),
                    actual,
                    harm: match meant_alone.is_some() {
                        true => Harm::Overruled,
                        false => Harm::None,
                    },
                    sentence: format!("none on mail for {shown}: {place} decides about it"),
                };
            }
        };
        let (harm, sentence) = match &actual {
            Some(actual) => {
                let (harm, words) = compared(actual, intended.as_ref(), product);
                (harm, format!("mail for {shown} {words}"))
            }
            None => (Harm::Mail, "unknown".to_owned()),
        };
        Consequence {
            witness: Some(witness),
            actual,
            intended,
            harm,
            sentence,
        }
    }
}

/// What happens to mail, beside what was meant.
fn compared(actual: &Decision, intended: Option<&Decision>, product: Product) -> (Harm, String) {
    let fate = Fate::of(actual, product);
    let Some(intended) = intended else {
        return (Harm::Mail, fate.instead_of(None));
    };
    let meant = Fate::of(intended, product);
    // No line is meant to fail: where even the one that was meant does, something else is wrong with it too.
    if same_fate(actual, intended, product) && !fate.fails() {
        return (
            Harm::None,
            format!("{}, as it was meant", fate.instead_of(None)),
        );
    }
    if fate != meant || fate.fails() {
        return (Harm::Mail, fate.instead_of(Some(&meant)));
    }
    let credentials = |decision: &Decision| match decision {
        Decision::Relay(relay) => relay.credentials().cloned(),
        _ => None,
    };
    let what = match credentials(actual) == credentials(intended) {
        true => "with other settings",
        false => "with another user or password",
    };
    let words = format!("{}, but {what} than was meant", fate.instead_of(None));
    (Harm::Mail, words)
}

/// The line as it was meant without the blanks and CRs around key and value: they are mistakes of their own, and would hide
/// what this one does.
pub(super) fn tidy(meant: &[u8]) -> Cow<'_, [u8]> {
    // A comment may have been moved to a line before.
    let start = memchr::memrchr(b'\n', meant).map_or(0, |lf| lf + 1);
    let line = &meant[start..];
    if line.starts_with(b"#") {
        return Cow::Borrowed(line);
    }
    let line = line.trim_ascii();
    match memchr::memchr(b':', line) {
        None => Cow::Borrowed(line),
        Some(colon) => {
            let (key, value) = (&line[..colon], &line[colon + 1..]);
            Cow::Owned([key.trim_ascii_end(), b":", value.trim_ascii_start()].concat())
        }
    }
}

/// Where lines depend on one another, a line that is no route by itself may be one in its place, under another key, and take
/// the place of a line that is one (Qsmtp).
fn displaced(line: &Line<'_>, alone: Option<&dyn Store>, reading: &Reading<'_>) -> Option<String> {
    let document = reading.document();
    if reading.notation.independent_lines || alone?.document().routes().next().is_some() {
        return None;
    }
    let stage = reading.stage()?;
    let (mut low, mut high) = (stage.first, stage.end);
    while low < high {
        let middle = low + (high - low) / 2;
        match document.route(middle).origin().start < line.span.start {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    let route = (low < stage.end).then(|| document.route(low))?;
    if route.origin().end() > line.span.end() {
        return None;
    }
    let title = reading.notation.title;
    Some(match route.action() {
        Action::Crash(_) => {
            format!("{title}: the program crashes on all mail that no line before decides about")
        }
        _ => format!(
            "{title}: the line is read as a route for `{}`, and an entry at the end of the list is lost",
            Visible(route.key())
        ),
    })
}

enum Intended {
    Decision(Option<Decision>),
    /// Another line would decide even then.
    OtherLine(String),
}

/// What the table would decide with the line as it was meant: the line's own decision, unless another line still wins.
fn intended(line: &Line<'_>, meant: &dyn Store, witness: &[u8], reading: &Reading<'_>) -> Intended {
    let key = meant.document().routes().last().map(|route| route.key());
    match key.and_then(|key| decided_by(line, key, witness, reading)) {
        Some(place) => Intended::OtherLine(place),
        None => Intended::Decision(decision(meant, witness)),
    }
}

/// The place of the line that decides about `witness` although `line` has `key`; `None` when `line` does or would.
fn decided_by(
    line: &Line<'_>,
    key: &[u8],
    witness: &[u8],
    reading: &Reading<'_>,
) -> Option<String> {
    let semantics = reading.stage()?.semantics;
    let hit = reading.best(witness)?;
    let winner = hit.found.view();
    if winner.origin().start >= line.span.start && winner.origin().end() <= line.span.end() {
        return None;
    }
    let rank = keys(semantics.walk, witness)
        .iter()
        .position(|k| equal(semantics.key_case, k, key))?;
    let here = (rank, u64::from(line.span.start));
    let there = (hit.rank, u64::from(winner.origin().start));
    if prefers(semantics.precedence, here, there).is_lt() {
        return None;
    }
    let place = reading.document().input.place(winner.origin())?;
    Some(format!("line {}", place.line))
}

/// What the product does with a whole file that holds nothing but this line.
fn refusal(store: &dyn Store) -> Option<String> {
    match &store.document().table.verdict {
        FileVerdict::Normal => None,
        FileVerdict::IgnoredWhole(text) | FileVerdict::DeferAll { text, .. } => Some(text.clone()),
    }
}
