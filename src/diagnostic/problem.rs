//! What a reader has to say about its input.

use super::Severity;
use crate::source::Span;

/// What a reader says about an input as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// Where; `None` when it is about a file that has no bytes, or about what is missing.
    pub span: Option<Span>,
    /// What is there, and what happens to mail because of it; lower case, no final stop.
    pub message: String,
}

impl Diagnostic {
    /// A warning without a place.
    pub fn warning(message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            span: None,
            message: message.into(),
        }
    }

    /// A note without a place.
    pub fn info(message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Info,
            span: None,
            message: message.into(),
        }
    }

    /// The same finding at `span`.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }
}
