//! Colours of the text form.

use anstyle::{AnsiColor, Style};

use crate::diagnostic::Severity;

/// Writes text in colour, or plain. Without the escapes both are the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    color: bool,
}

impl Paint {
    /// As the user wants it.
    pub fn new(color: bool) -> Self {
        Paint { color }
    }

    /// Appends `text` in `style`.
    pub fn put(self, out: &mut String, style: Style, text: &str) {
        if self.color && !text.is_empty() {
            use std::fmt::Write;
            // Writing to a String cannot fail.
            let _ = write!(out, "{style}{text}{style:#}");
        } else {
            out.push_str(text);
        }
    }
}

/// What stands aside: line numbers, rulers, labels.
pub(super) const FRAME: Style = bold(AnsiColor::Blue);

/// What is said first.
pub(super) const TITLE: Style = Style::new().bold();

/// What goes.
pub(super) const REMOVED: Style = plain(AnsiColor::Red);

/// What comes.
pub(super) const ADDED: Style = plain(AnsiColor::Green);

/// The word for `severity`, and the carets.
pub(super) fn of(severity: Severity) -> Style {
    bold(match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::Cyan,
    })
}

const fn bold(color: AnsiColor) -> Style {
    plain(color).bold()
}

const fn plain(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(anstyle::Color::Ansi(color)))
}
