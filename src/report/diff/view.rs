//! What there is to say about one difference.

use std::fmt::Write;

use super::words::pair;
use crate::model::Direction;
use crate::report::Answer;
use crate::source::{Place, Visible};

/// Mail that can be tried. What is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// The recipient.
    pub recipient: Vec<u8>,
    /// The sender; empty for the null sender.
    pub sender: Option<Vec<u8>>,
    /// The subject.
    pub subject: Option<Vec<u8>>,
    /// The direction.
    pub direction: Option<Direction>,
}

/// Mail that goes elsewhere.
#[derive(Clone, Debug)]
pub struct Change {
    /// An example of it.
    pub mail: Mail,
    /// What the old table says.
    pub old: Answer,
    /// What the new table says.
    pub new: Answer,
    /// How many kinds of mail it stands for.
    pub classes: u64,
    /// Where it comes from: `route-changed`, `route-added`, `route-removed`, `file`, `default-path`, `final-dot`.
    pub cause: &'static str,
}

/// What a comparison came to.
#[derive(Clone, Debug, Default)]
pub struct DiffOutcome {
    /// Both tables decide alike for all mail.
    pub equal: bool,
    /// Kinds of mail of which nothing is known.
    pub undecided: u64,
    /// Kinds of mail that were put to both tables.
    pub classes: u64,
    /// What the tables are called, with their formats.
    pub names: [String; 2],
}

/// A change as it is shown.
pub(super) struct Shown {
    /// Where mail went and where it goes.
    pub pair: [String; 2],
    pub recipient: String,
    /// `from …`, `subject …`, `inbound`; empty when nothing else matters.
    pub beside: String,
    pub why: String,
    /// The same without lines.
    pub because: &'static str,
    /// The lines that decide.
    pub places: [String; 2],
}

impl Change {
    pub(super) fn shown(&self) -> Shown {
        let places = [&self.old, &self.new].map(|answer| {
            let place = answer.route.as_ref().and_then(|route| route.place.as_ref());
            place.map_or_else(String::new, shown_place)
        });
        Shown {
            pair: pair(&self.old, &self.new),
            recipient: Visible(&self.mail.recipient).to_string(),
            beside: self.mail.beside(),
            why: self.why(&places),
            because: self.because(),
            places,
        }
    }

    /// It is about what products do without a route, and not about routes.
    pub(super) fn is_aside(&self) -> bool {
        matches!(self.cause, "default-path" | "final-dot")
    }

    fn because(&self) -> &'static str {
        match self.cause {
            "route-added" => "no route took it before",
            "route-removed" => "no route takes it now",
            "default-path" => "no route takes it, and the products differ in what they do then",
            "final-dot" => "the domain ends in a dot, which one product drops",
            "file" => "a whole file counts otherwise",
            _ => "another route, or a changed one",
        }
    }

    fn why(&self, places: &[String; 2]) -> String {
        let [old, new] = places;
        let named = |place: &str| match place.is_empty() {
            true => "a route".to_owned(),
            false => place.to_owned(),
        };
        match self.cause {
            "route-added" => format!("no route took it, now {} does", named(new)),
            "route-removed" => format!("{} took it, now no route does", named(old)),
            "route-changed" => format!("{} took it, now {} does", named(old), named(new)),
            _ => self.because().to_owned(),
        }
    }
}

fn shown_place(place: &Place) -> String {
    format!("{}:{}", Visible(place.file.as_bytes()), place.line)
}

impl Mail {
    /// The domain of the recipient.
    pub(super) fn domain(&self) -> String {
        let at = self.recipient.iter().rposition(|&b| b == b'@');
        let domain = at.map_or(&self.recipient[..], |at| &self.recipient[at + 1..]);
        Visible(domain).to_string()
    }

    fn beside(&self) -> String {
        let mut out = String::new();
        if let Some(sender) = &self.sender {
            // Writing to a String cannot fail.
            let _ = match sender.is_empty() {
                true => write!(out, "from <> (a bounce)"),
                false => write!(out, "from {}", Visible(sender)),
            };
        }
        if !self.recipient.is_ascii() {
            // Some of them look like others: the Kelvin sign is a small k to some products.
            let comma = if out.is_empty() { "" } else { ", " };
            let _ = write!(out, "{comma}letters outside ASCII");
        }
        if let Some(subject) = &self.subject {
            let comma = if out.is_empty() { "" } else { ", " };
            let _ = match subject.is_empty() {
                true => write!(out, "{comma}without a subject"),
                false => write!(out, "{comma}subject `{}`", Visible(subject)),
            };
        }
        if let Some(direction) = self.direction {
            let comma = if out.is_empty() { "" } else { ", " };
            let _ = write!(out, "{comma}{}", way(direction));
        }
        out
    }
}

/// The name of a direction.
pub(super) fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    }
}
