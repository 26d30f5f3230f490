//! What must hold for a route besides its key.

use crate::source::Text;

/// The way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From outside to this system.
    Inbound,
    /// From this system to outside.
    Outbound,
}

/// Conditions beside a route's key. All must hold.
///
/// Senders and exceptions are keys as those of recipients are: `user@example.org`, `example.org`, `.example.org`; they are
/// matched by the same walk.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Condition {
    /// The message goes this way.
    pub direction: Option<Direction>,
    /// The sender has this key. The null sender has none.
    pub sender: Option<Text>,
    /// The recipient has none of these keys.
    pub except: Vec<Text>,
    /// The subject passes this test.
    pub subject: Option<SubjectTest>,
    /// Nobody has said whose mail the route is for: it takes none, whatever its key.
    pub unbound: bool,
}

/// A test of a message's subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubjectTest {
    /// How.
    pub operator: SubjectOperator,
    /// With what: text, or a regular expression as Java reads it.
    pub operand: Text,
    /// True when upper and lower case are the same.
    pub ignore_case: bool,
}

/// How a subject is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubjectOperator {
    /// The text is in it.
    Contains,
    /// It starts with the text.
    StartsWith,
    /// It ends with the text.
    EndsWith,
    /// The expression matches somewhere in it.
    Finds,
    /// The expression matches all of it.
    Matches,
}
