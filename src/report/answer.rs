//! Everything there is to say about one record.

use std::borrow::Cow;

use crate::lookup::{Selection, Step};
use crate::model::{
    Action, Decision, Exchanger, Failure, FailureKind, FileVerdict, RouteTable, Unmatched,
};
use crate::nexthop::Plan;
use crate::source::{Place, Visible, masked};

/// Whether secrets may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// Whatever may be a secret is replaced by `…`.
    Blind,
    /// The user asked for secrets by name.
    ShowSecrets,
}

impl Mask {
    /// The text of a host or of a value.
    pub fn text(self, text: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Mask::Blind => masked(text),
            Mask::ShowSecrets => Cow::Borrowed(text),
        }
    }
}

/// The route that decided, as it is shown.
#[derive(Clone, Debug)]
pub struct RouteShown {
    /// Where it stands; `None` for a route that stands in no file.
    pub place: Option<Place>,
    /// Its key.
    pub key: Vec<u8>,
    /// Its text, masked.
    pub text: Vec<u8>,
}

/// The answer for one record.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was asked, byte for byte.
    pub address: Vec<u8>,
    /// What happens to the mail.
    pub decision: Decision,
    /// Why the table was ignored whole, when it was.
    pub ignored: Option<String>,
    /// The route that decided.
    pub route: Option<RouteShown>,
    /// The addresses that would be tried; `None` when DNS was not asked.
    pub plan: Option<Plan>,
    /// How the answer came about, when asked for.
    pub trail: Option<Vec<Step>>,
    /// What the answer rests on without proof.
    pub assumptions: Vec<String>,
    /// What else is worth knowing about the decision.
    pub notes: Vec<String>,
    /// What the product found out by itself, when that decided.
    pub automatic: Option<Exchanger>,
}

impl Answer {
    /// The answer of a selection.
    pub fn new(
        address: &[u8],
        selection: Selection<'_>,
        table: &RouteTable,
        mask: Mask,
        explain: bool,
    ) -> Self {
        let ignored = match &table.verdict {
            FileVerdict::IgnoredWhole(why) if selection.route.is_none() => Some(why.clone()),
            _ => None,
        };
        let route = selection.route.as_ref().map(|found| {
            let view = found.view();
            let document = view.document();
            let text = document.bytes(view.origin());
            RouteShown {
                place: document.place(view.origin()),
                key: view.key().to_vec(),
                text: match document.input.is_blind() {
                    true => route_text(view.key(), text, mask),
                    false => {
                        let shown = match mask {
                            Mask::Blind => document.input.shown(view.origin()),
                            Mask::ShowSecrets => text.to_vec(),
                        };
                        on_one_line(&shown)
                    }
                },
            }
        });
        let automatic = selection
            .route
            .as_ref()
            .and_then(|found| match found.view().action() {
                Action::Automatic(exchanger) => Some(exchanger),
                _ => None,
            });
        let mut notes = match (&selection.decision, table.product.unmatched) {
            (Decision::NoRoute, Unmatched::Product(then)) => {
                vec![format!(
                    "no route takes it, and what happens then is not the table's to say: {then}"
                )]
            }
            (Decision::Relay(relay), _) if !relay.resolvers.is_empty() => {
                let servers: Vec<_> = relay
                    .resolvers
                    .iter()
                    .map(|s| Visible(s).to_string())
                    .collect();
                vec![format!(
                    "the product asks {} for the MX, and not the name servers of its system",
                    servers.join(", ")
                )]
            }
            _ => Vec::new(),
        };
        if automatic.is_some_and(|exchanger| exchanger != Exchanger::Unknown) {
            notes.push("the setting is automatic: this is what the server had detected".to_owned());
        }
        let trail = explain.then_some(selection.trail);
        let address = address.to_vec();
        Answer {
            address,
            decision: selection.decision,
            ignored,
            route,
            plan: None,
            trail,
            assumptions: Vec::new(),
            notes,
            automatic,
        }
    }

    /// The answer for a record that is no address.
    pub fn bad_address(address: &[u8], why: &str, explain: bool) -> Self {
        let decision = Decision::Failure(Failure {
            kind: FailureKind::BadAddress,
            report: Vec::new(),
            temporary: false,
            text: why.to_owned(),
        });
        Answer {
            address: address.to_vec(),
            decision,
            ignored: None,
            route: None,
            plan: None,
            trail: explain.then(Vec::new),
            assumptions: Vec::new(),
            notes: Vec::new(),
            automatic: None,
        }
    }

    /// All notes, on the decision and on the way to its hosts.
    pub fn all_notes(&self) -> impl Iterator<Item = &str> {
        let of_plan = self.plan.iter().flat_map(|plan| &plan.notes);
        self.notes.iter().chain(of_plan).map(String::as_str)
    }

    /// What keeps the mail from being delivered.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.decision {
            Decision::Failure(failure) => Some(failure),
            _ => self.plan.as_ref().and_then(|plan| plan.failure.as_ref()),
        }
    }

    /// The error to show: kind, text, whether it is temporary. A file that is ignored whole is shown although mail goes on.
    pub fn error(&self) -> Option<(FailureKind, &str, bool)> {
        let failed = self
            .failure()
            .map(|f| (f.kind, f.text.as_str(), f.temporary));
        failed.or_else(|| {
            self.ignored
                .as_deref()
                .map(|why| (FailureKind::IgnoredFile, why, false))
        })
    }
}

/// Longest text of a route that has several lines.
const LONGEST_TEXT: usize = 400;

/// A text of several lines with one blank where there were several or a line's end, cut off where nobody reads on.
fn on_one_line(text: &[u8]) -> Vec<u8> {
    let words: Vec<&[u8]> = text
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .collect();
    let mut line = words.join(&b' ');
    if line.len() > LONGEST_TEXT {
        let boundary = |at: &usize| line[*at] & 0xC0 != 0x80;
        let end = (0..=LONGEST_TEXT).rev().find(boundary).unwrap_or(0);
        line.truncate(end);
        line.extend_from_slice("…".as_bytes());
    }
    line
}

/// The text of a route: its key, `:` and its value, masked. A constant database has no byte between key and value; a route
/// that is a whole file (Qsmtp's `smtproutes.d`) has its key in its name.
fn route_text(key: &[u8], text: &[u8], mask: Mask) -> Vec<u8> {
    match text.strip_prefix(key) {
        Some(rest) => {
            let value = rest.strip_prefix(b":").unwrap_or(rest);
            [key, b":", &mask.text(value)].concat()
        }
        None => mask.text(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_every_kind_of_file_are_masked() {
        let shown = |key: &str, text: &str| {
            let text = route_text(key.as_bytes(), text.as_bytes(), Mask::Blind);
            String::from_utf8(text).unwrap()
        };
        assert_eq!(shown("d", "d:mx:587|u|p:q"), "d:mx:587|…");
        assert_eq!(shown("", ":mx"), ":mx");
        assert_eq!(shown("u@d", "u@dmx u p:q"), "u@d:mx …");
        assert_eq!(
            shown("default", "relay=mx|u|p\noutgoingip6=::1"),
            "relay=mx|…"
        );
    }
}
