//! What a rule is.

use std::ops::Range;

use super::{Line, Reading, Report, Site, Survey};
use crate::diagnostic::{Finding, RuleInfo, Severity};

/// A rule: what is to be known of it, and how it looks.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Name, summary, severity, explanation.
    pub info: RuleInfo,
    /// What becomes of a complaint about a line that changes nothing under the dialect: `None` drops it.
    pub harmless: Option<Severity>,
    /// How it looks.
    pub check: Check,
}

/// Looks at a line.
pub type LineCheck = fn(&Line<'_>, &Reading<'_>) -> Option<Complaint>;

/// Looks at a table.
pub type TableCheck = fn(&Reading<'_>, &mut Vec<Finding>);

/// How a rule looks, and at what.
#[derive(Clone, Copy)]
pub enum Check {
    /// At each line of a table that is not plain (`plain.rs`), for each dialect.
    Line(LineCheck),
    /// At a whole table, for each dialect.
    Table(TableCheck),
    /// At both.
    LineAndTable(LineCheck, TableCheck),
    /// At the routes of a table and how they stand to one another, for each dialect.
    Routes(fn(&Survey<'_>, &mut Report<'_>)),
    /// At the files of a directory, once.
    Site(fn(&Site<'_>, &mut Vec<Finding>)),
    /// By what runs the rules: suppressions, comparison of dialects, DNS.
    Runner,
    /// By the reader of the format: what it finds is among the document's problems.
    Reader,
}

impl Rule {
    /// A rule that a format's reader looks for.
    pub const fn of_reader(info: RuleInfo) -> Self {
        Rule {
            info,
            harmless: None,
            check: Check::Reader,
        }
    }
}

/// What a rule of a line has to say; severity and effect come from the matcher.
#[derive(Clone, Debug, Default)]
pub struct Complaint {
    /// Which bytes of the line.
    pub at: Range<usize>,
    /// What is there.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The line as it was probably meant, without its line end.
    pub meant: Option<Vec<u8>>,
    /// Whether writing it is a fix: `Some(true)` when it is safe.
    pub safe: Option<bool>,
    /// The severity, where the matcher's view of one mail does not show the harm.
    pub severity: Option<Severity>,
    /// The effect, where the matcher's view of one mail does not show it.
    pub effect: Option<String>,
    /// What to say where the matcher finds that the line changes nothing.
    pub otherwise: Option<(Severity, String)>,
    /// Asks the matcher itself, where comparing two lines is not enough.
    pub judge: Option<Judge>,
    /// The fix, where the smallest change to [`Complaint::meant`] would cover what must not be shown: ranges of the line
    /// and what takes their place, in order.
    pub edits: Option<Vec<(Range<usize>, Vec<u8>)>>,
}

/// Severity and effect of a line; `None` drops the finding. Asked only for findings that are kept.
pub type Judge = fn(&Line<'_>, &Reading<'_>, Option<&[u8]>) -> Option<(Severity, String)>;

impl Complaint {
    /// A complaint about the bytes `at` of the line.
    pub fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Complaint {
            at,
            message: message.into(),
            ..Complaint::default()
        }
    }

    /// What to write instead, in words.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The line as it was probably meant.
    #[must_use]
    pub fn meant(mut self, line: Vec<u8>) -> Self {
        self.meant = Some(line);
        self
    }

    /// The line as it was meant is a fix that needs no thought.
    #[must_use]
    pub fn safe(mut self) -> Self {
        self.safe = Some(true);
        self
    }

    /// The line as it was meant is a fix that somebody should look at.
    #[must_use]
    pub fn unsafe_fix(mut self) -> Self {
        self.safe = Some(false);
        self
    }

    /// The effect, instead of what the matcher shows.
    #[must_use]
    pub fn effect(mut self, severity: Severity, effect: impl Into<String>) -> Self {
        self.severity = Some(severity);
        self.effect = Some(effect.into());
        self
    }

    /// What to say where the matcher finds that the line changes nothing.
    #[must_use]
    pub fn otherwise(mut self, severity: Severity, effect: impl Into<String>) -> Self {
        self.otherwise = Some((severity, effect.into()));
        self
    }

    /// Who finds severity and effect, when it is not the comparison with the line as it was meant. Is given that line.
    #[must_use]
    pub fn judged_by(mut self, judge: Judge) -> Self {
        self.judge = Some(judge);
        self
    }

    /// The fix, where the smallest change would cover what must not be shown.
    #[must_use]
    pub fn edits(mut self, edits: Vec<(Range<usize>, Vec<u8>)>) -> Self {
        self.edits = Some(edits);
        self
    }
}
