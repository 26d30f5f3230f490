//! What no vendor documents and was assumed.

use super::{Semantics, StageId, Unmatched};

/// An assumption that answers may rest on: `order=first-match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// What is assumed.
    pub key: &'static str,
    /// Which way.
    pub value: &'static str,
    /// How the table reads if it is wrong: an answer rests on the assumption when it is another one then.
    pub otherwise: Variation,
}

/// A table read in another way than its document says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variation {
    /// A stage matches in another way.
    Semantics(StageId, Semantics),
    /// Routes that were marked with this doubt are not there.
    Without(&'static str),
    /// Several hops of a route that are tried as written, or of which some have no preference, are tried in any order.
    AnyOrder,
    /// Subjects are compared with the other regard to upper and lower case.
    OtherSubjectCase,
    /// A regular expression must match the whole subject where it was to be found somewhere in it, and the reverse.
    OtherExtent,
    /// This becomes of mail that no route takes.
    Unmatched(Unmatched),
}
