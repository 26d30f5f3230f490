//! What a translation loses, and how bad that is.

use crate::model::Feature;

/// What becomes of mail, from harmless to dangerous.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing: a comment, a name, a spelling that no mail has.
    Cosmetic,
    /// TLS, credentials or a fallback host is gone.
    Weaker,
    /// A route is left out: its mail falls through.
    Narrower,
    /// Some mail gets another next hop.
    Redirected,
    /// A route takes mail that it did not take.
    Wider,
}

impl Effect {
    /// The name in messages and reports.
    pub fn name(self) -> &'static str {
        match self {
            Effect::Cosmetic => "cosmetic",
            Effect::Weaker => "weaker",
            Effect::Narrower => "narrower",
            Effect::Redirected => "redirected",
            Effect::Wider => "wider",
        }
    }
}

/// Something that the target does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What the target lacks.
    pub feature: Feature,
    /// What becomes of mail.
    pub effect: Effect,
    /// The route of the source, where it is about one.
    pub route: Option<u32>,
    /// Which mail is affected, and how.
    pub text: String,
    /// The user asked for it by an option of its own.
    pub chosen: bool,
}

impl Loss {
    /// A loss of route `route`.
    pub(super) fn new(feature: Feature, effect: Effect, route: u32, text: String) -> Self {
        Loss {
            feature,
            effect,
            route: Some(route),
            text,
            chosen: false,
        }
    }

    /// The same, asked for by the user.
    pub(super) fn chosen(self) -> Self {
        Loss {
            chosen: true,
            ..self
        }
    }
}
