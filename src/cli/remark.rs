//! What is said beside the six fields of a line, which name kinds and no reasons.

use crate::model::{Decision, FailureKind, Need};
use crate::report::Answer;
use crate::source::Visible;

/// A message about one answer.
pub(super) enum Remark {
    /// The mail is not delivered.
    Error(String),
    /// The user could say more.
    Warning(String),
}

/// The message about `answer`, if it needs one. A file that is ignored whole was reported when it was read.
pub(super) fn remark(answer: &Answer) -> Option<Remark> {
    let address = Visible(&answer.address);
    if let Decision::Undecided { needs } = &answer.decision {
        let missing: Vec<&str> = needs.iter().copied().map(how_to_state).collect();
        let missing = missing.join(" and on ");
        return Some(Remark::Warning(format!(
            "{address}: the answer depends on {missing}"
        )));
    }
    let (kind, text, _) = answer.error()?;
    (kind != FailureKind::IgnoredFile).then(|| Remark::Error(format!("{address}: {text}")))
}

fn how_to_state(need: Need) -> &'static str {
    match need {
        Need::Sender => "the sender (--sender, or a second field of the record)",
        Need::Recipient => "the local part (write a whole address)",
        Need::Subject => "the subject (--subject)",
        Need::Direction => "the direction (--direction)",
        Need::Regex => "a regular expression that only Java evaluates as the product does",
        Need::Order => {
            "the order in which the product asks its routes (--assume order=first-match)"
        }
    }
}
