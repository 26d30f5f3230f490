//! What lint has to say: the rule, the place, what is there and what happens to mail because of it.

use super::Severity;
use crate::source::Span;

/// A finding of one rule at one place, for one or several dialects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Name of the rule, kebab-case.
    pub rule: &'static str,
    /// How much it matters, by its effect.
    pub severity: Severity,
    /// Where. Empty, at the first byte of its file, when it is about a file that has no bytes.
    pub span: Span,
    /// What is there; lower case, no final stop. Bytes of the input are shown harmlessly, secrets are masked.
    pub message: String,
    /// What happens to mail because of it: one sentence without final stop.
    pub effect: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Other places that have to do with it.
    pub labels: Vec<Label>,
    /// The dialects that it concerns; empty when it has nothing to do with one.
    pub dialects: Vec<&'static str>,
    /// A repair.
    pub fix: Option<Fix>,
    /// True when the file says that it is meant so.
    pub suppressed: bool,
}

/// Another place that has to do with a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there: `decides`, `the default route`.
    pub text: String,
}

/// A repair of what a finding complains of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// True when it changes no decision, or only the one complained of, in the way that the finding says.
    pub safe: bool,
    /// The changes, in the order of the text, without overlap.
    pub edits: Vec<Edit>,
}

/// A change of the text: `text` takes the place of `span`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: Vec<u8>,
}

impl Finding {
    /// A finding of `rule` at `span`, without effect, help, labels or fix.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Finding {
            rule,
            severity,
            span,
            message: message.into(),
            effect: String::new(),
            help: None,
            labels: Vec::new(),
            dialects: Vec::new(),
            fix: None,
            suppressed: false,
        }
    }

    /// The same finding with this effect.
    #[must_use]
    pub fn effect(mut self, effect: impl Into<String>) -> Self {
        self.effect = effect.into();
        self
    }

    /// The same finding with this help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding with another place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// The same finding with a fix.
    #[must_use]
    pub fn fix(mut self, safe: bool, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix { safe, edits });
        self
    }
}
