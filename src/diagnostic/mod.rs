//! What is said about an input: findings with a severity, a place and the effect on mail.

use crate::source::Span;

/// How much a finding matters. Severity follows the effect on mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Likely a mistake.
    Warning,
    /// Mail is lost, misrouted or a secret leaks.
    Error,
}

/// A finding about an input.
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
