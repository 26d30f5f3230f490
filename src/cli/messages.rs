//! Messages on standard error.

use std::cell::RefCell;
use std::io::Write;

use anstyle::{AnsiColor, Style};

use super::args::VoiceArgs;
use crate::source::harmless;

/// Says things on standard error: as much as the user wants, in colour where it can be seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Messages {
    program: &'static str,
    quiet: bool,
    verbose: bool,
    color: anstream::ColorChoice,
}

thread_local! {
    /// What this thread says while it is held back.
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

/// Messages that were held back.
#[derive(Debug, Default)]
pub(super) struct Held(Vec<(AnsiColor, &'static str, String)>);

impl Held {
    /// Says them.
    pub fn say(self, messages: &Messages) {
        for (color, word, text) in self.0 {
            messages.say(color, word, &text);
        }
    }
}

/// Does `work` and holds back what it says in this thread, so that it can be said in its turn.
pub(super) fn held<T>(work: impl FnOnce() -> T) -> (T, Held) {
    HELD.with_borrow_mut(|held| *held = Some(Held::default()));
    let result = work();
    let said = HELD.with_borrow_mut(Option::take);
    (result, said.unwrap_or_default())
}

impl Messages {
    /// As the options say.
    pub fn new(program: &'static str, voice: VoiceArgs) -> Self {
        Messages {
            program,
            quiet: voice.quiet,
            verbose: voice.verbose,
            color: voice.color.choice(),
        }
    }

    /// The same voice, for what is said in another way: errors only.
    pub fn silent(self) -> Self {
        Messages {
            quiet: true,
            verbose: false,
            ..self
        }
    }

    /// What a run comes to; for terminals.
    pub fn summary(&self, text: &str) {
        let mut stream = anstream::AutoStream::new(std::io::stderr(), self.color);
        let _ = writeln!(stream, "{}: {}", self.program, harmless(text));
    }

    /// Something that keeps the program from answering.
    pub fn error(&self, text: &str) {
        self.say(AnsiColor::Red, "error", text);
    }

    /// Something that the user should look at.
    pub fn warning(&self, text: &str) {
        if !self.quiet {
            self.say(AnsiColor::Yellow, "warning", text);
        }
    }

    /// Something worth knowing that needs no action.
    pub fn hint(&self, text: &str) {
        if !self.quiet {
            self.say(AnsiColor::Cyan, "note", text);
        }
    }

    /// Something worth knowing; only with `-v`.
    pub fn note(&self, text: &str) {
        if self.verbose {
            self.say(AnsiColor::Cyan, "note", text);
        }
    }

    fn say(&self, color: AnsiColor, word: &'static str, text: &str) {
        let waits = HELD.with_borrow_mut(|held| match held {
            Some(held) => {
                held.0.push((color, word, text.to_owned()));
                true
            }
            None => false,
        });
        if waits {
            return;
        }
        let mut stream = anstream::AutoStream::new(std::io::stderr(), self.color);
        let style = Style::new().bold().fg_color(Some(color.into()));
        // Paths and the system's texts come from strangers too.
        let text = harmless(text);
        // Nobody can be told that standard error is closed.
        let _ = writeln!(stream, "{}: {style}{word}{style:#}: {text}", self.program);
    }
}
