//! What a mistake does to mail: the product's decision as the line is, and as it was meant.

use super::reading::decision;
use super::words::{Fate, same_fate};
use super::{Line, Reading};
use crate::lookup::{Store, equal, keys, prefers};
use crate::model::{Decision, FileVerdict};
use crate::source::Visible;

/// What happens to one mail because of a line.
#[derive(Clone, Debug)]
pub struct Consequence {
    /// The host of the mail that was asked about; `None` when the line is about no mail at all.
    pub witness: Option<Vec<u8>>,
    /// What the product does with it.
    pub actual: Option<Decision>,
    /// What it would do with the line as it was meant.
    pub intended: Option<Decision>,
    /// True when both are the same to the mail.
    pub harmless: bool,
    /// One sentence.
    pub sentence: String,
}

impl Consequence {
    /// Compares what the product does with the mail that `line` is about, as it is and as it was `meant`.
    ///
    /// The mail is that of the key as it was meant. A table that is refused whole is judged by the line alone: either the
    /// line is what makes it so, or it is judged as if the rest were in order.
    pub fn of(line: &Line<'_>, meant: Option<&[u8]>, reading: &Reading<'_>) -> Consequence {
        let line_alone = (reading.alone)(line.bytes);
        let meant_alone = meant.and_then(|text| (reading.alone)(text));
        let refusal = line_alone.as_deref().and_then(refusal);
        if let Some(why) = refusal
            && meant_alone
                .as_deref()
                .is_none_or(|store| self::refusal(store).is_none())
        {
            return Consequence {
                witness: None,
                actual: None,
                intended: None,
                harmless: false,
                sentence: format!("{}: {why}", reading.notation.title),
            };
        }
        let key_of = |store: Option<&dyn Store>| {
            let document = store?.document();
            document.routes().last().map(|route| route.key().to_vec())
        };
        let Some(key) = key_of(meant_alone.as_deref()).or(key_of(line_alone.as_deref())) else {
            return Consequence {
                witness: None,
                actual: None,
                intended: None,
                harmless: true,
                sentence: "the line is ignored".to_owned(),
            };
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
        let intended = match (&meant_alone, whole) {
            (Some(store), true) => intended(line, store.as_ref(), &witness, reading),
            (Some(store), false) => Intended::Decision(decision(store.as_ref(), &witness)),
            (None, _) => Intended::Decision(None),
        };
        let shown = Visible(&witness).to_string();
        let intended = match intended {
            Intended::Decision(decision) => decision,
            Intended::OtherLine(place) => {
                return Consequence {
                    witness: Some(witness),
                    intended: actual.clone(),
                    actual,
                    harmless: true,
                    sentence: format!("none on mail for {shown}: {place} decides about it"),
                };
            }
        };
        let harmless = match (&actual, &intended) {
            (Some(actual), Some(intended)) => same_fate(actual, intended, product),
            _ => false,
        };
        let sentence = match &actual {
            Some(actual) => {
                let fate = Fate::of(actual, product);
                let meant = intended
                    .as_ref()
                    .map(|decision| Fate::of(decision, product));
                let meant = meant.filter(|_| !harmless);
                let so = if harmless { ", as it was meant" } else { "" };
                format!("mail for {shown} {}{so}", fate.instead_of(meant.as_ref()))
            }
            None => "unknown".to_owned(),
        };
        Consequence {
            witness: Some(witness),
            actual,
            intended,
            harmless,
            sentence,
        }
    }
}

enum Intended {
    Decision(Option<Decision>),
    /// Another line would decide even then.
    OtherLine(String),
}

/// What the table would decide with the line as it was meant: the line's own decision, unless another line still wins.
fn intended(line: &Line<'_>, meant: &dyn Store, witness: &[u8], reading: &Reading<'_>) -> Intended {
    let alone = Intended::Decision(decision(meant, witness));
    let (Some(stage), Some(hit)) = (reading.stage(), reading.best(witness)) else {
        return alone;
    };
    let winner = hit.found.view();
    let own = winner.origin().start >= line.span.start && winner.origin().end() <= line.span.end();
    let Some(key) = meant
        .document()
        .routes()
        .last()
        .map(|route| route.key().to_vec())
    else {
        return alone;
    };
    let walked = keys(stage.semantics.walk, witness);
    let rank = walked
        .iter()
        .position(|k| equal(stage.semantics.key_case, k, &key));
    let Some(rank) = rank.filter(|_| !own) else {
        return alone;
    };
    let here = (rank, u64::from(line.span.start));
    let there = (hit.rank, u64::from(winner.origin().start));
    if prefers(stage.semantics.precedence, here, there).is_lt() {
        return alone;
    }
    match reading.document().input.place(winner.origin()) {
        Some(place) => Intended::OtherLine(format!("line {}", place.line)),
        None => alone,
    }
}

/// What the product does with a whole file that holds nothing but this line.
fn refusal(store: &dyn Store) -> Option<String> {
    match &store.document().table.verdict {
        FileVerdict::Normal => None,
        FileVerdict::IgnoredWhole(text) | FileVerdict::DeferAll { text, .. } => Some(text.clone()),
    }
}
