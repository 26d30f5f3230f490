//! The lists: one domain a line.

use std::ops::Range;

use super::line::{BOM, Line, LineKind, is_blank, lines};
use super::listed::{FILES, IS_MANUAL, Listed, Which};
use super::{manual, manual::Value};
use crate::diagnostic::{Edit, Finding, Severity};
use crate::formats::names::{BadName, name};
use crate::formats::notes::Notes;
use crate::formats::options::Assumed;
use crate::model::Domain;
use crate::source::{Span, Text};

const WITHOUT_BOM: &str = "save the file as UTF-8 without a byte order mark";

/// What an entry does.
#[derive(Debug)]
pub(super) enum What {
    /// What its list says.
    Listed,
    /// Goes to the hosts of its value.
    Hosts(Value),
    /// It is an error, and why.
    Refused(String),
}

/// A line that lists a domain, or was meant to.
#[derive(Debug)]
pub(super) struct Entry {
    pub key: Text,
    pub whole: Span,
    pub what: What,
}

/// Reads a list: what it says, and what is wrong with it.
pub(super) struct ListReader<'r, 'a> {
    pub notes: &'r mut Notes<'a>,
    pub listed: &'r mut Listed,
    pub assumed: &'r Assumed<'r>,
    pub which: Which,
    pub base: u32,
}

impl ListReader<'_, '_> {
    /// The entries of `bytes`, those that are errors behind all others.
    pub fn read(&mut self, bytes: &[u8]) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut refused = Vec::new();
        let mut last: Option<Line> = None;
        for line in lines(bytes) {
            if !line.ended {
                self.unended(&line);
            }
            match line.kind {
                LineKind::Blank | LineKind::Comment => continue,
                LineKind::Continued => {
                    refused.extend(self.continued(bytes, &line, &mut entries, last.is_some()));
                    continue;
                }
                LineKind::Entry => {}
            }
            self.trailing(&line);
            if self.is_mark_alone(bytes, &line) {
                continue;
            }
            let entry = self.entry(bytes, &line);
            match entry.what {
                What::Refused(_) if self.which != IS_MANUAL => refused.push(entry),
                _ => entries.push(entry),
            }
            last = Some(line);
        }
        // A line that is an error has no say about a domain that another line lists.
        let key = |entry: &Entry| self.notes.bytes(entry.key).to_ascii_lowercase();
        let good: std::collections::HashSet<Vec<u8>> = match refused.is_empty() {
            true => Default::default(),
            false => entries.iter().map(key).collect(),
        };
        refused.retain(|entry| !good.contains(&key(entry)));
        entries.extend(refused);
        entries
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::at(self.base, range)
    }

    fn file(&self) -> &'static str {
        FILES[self.which]
    }

    fn unended(&mut self, line: &Line) {
        let at = line.whole.end;
        let place = self.span(at.saturating_sub(1).max(line.whole.start)..at);
        let finding = Finding::new(
            "no-final-newline",
            Severity::Info,
            place,
            "the last line does not end in a line end",
        )
        .effect("none now; a line that is appended to the file becomes part of this one")
        .help("append a line end");
        let edit = Edit {
            span: self.span(at..at),
            text: b"\n".to_vec(),
        };
        self.notes.add(finding.fix(true, vec![edit]));
    }

    /// Blanks behind the text, of which CR is one.
    fn trailing(&mut self, line: &Line) {
        let behind = self.span(line.text.end..line.whole.end);
        let (rule, message) = match self.notes.bytes(behind) {
            b"" => return,
            b"\r" => ("crlf", "the line ends in CR LF"),
            _ => ("trailing-blank", "blanks stand at the end of the line"),
        };
        let finding = Finding::new(rule, Severity::Warning, behind, message)
            .effect("none on mail: Exim reads the key up to the first blank")
            .help("end the line behind its text, with LF");
        self.notes.add_fixed(finding, behind, b"");
    }

    /// A line that begins with a blank belongs to the one before.
    fn continued(
        &mut self,
        bytes: &[u8],
        line: &Line,
        entries: &mut [Entry],
        behind_entry: bool,
    ) -> Option<Entry> {
        let text = &bytes[line.text.clone()];
        let text = text.trim_ascii_start();
        let is_comment = text.starts_with(b"#");
        let is_manual = self.which == IS_MANUAL;
        if is_comment && !(is_manual && behind_entry) {
            return None;
        }
        let before = text.len();
        let start = line.text.end - before;
        let blanks = self.span(line.text.start..start);
        let place = self.span(start..line.text.end);
        let shown = self.notes.shown(self.span(line.key.clone()));
        let mut message = match is_comment {
            true => "a comment that begins with a blank continues the line before".to_owned(),
            false => format!(
                "the line begins with white space and continues the line before: {shown} is not listed"
            ),
        };
        let mut effect = "Exim does not see this line as an entry: mail for the domain goes as if it were in no list";
        if is_manual && let Some(broken) = entries.last_mut().filter(|_| behind_entry) {
            let key = self.notes.bytes(broken.key).to_vec();
            let name = self.notes.shown(broken.key);
            message = match is_comment {
                true => format!("{message}: its text becomes part of the value of {name}"),
                false => format!("{message}, and its text becomes part of the value of {name}"),
            };
            effect = "Exim takes the text for hosts or options of the domain before: its mail is deferred or goes to a wrong host";
            broken.what = What::Refused("the next line continues its value".to_owned());
            self.listed.break_(&key);
        }
        let finding = Finding::new("leading-whitespace", Severity::Error, place, message)
            .effect(effect)
            .help("begin the line in the first column");
        self.notes.add(finding.fix(
            false,
            vec![Edit {
                span: blanks,
                text: Vec::new(),
            }],
        ));
        if is_comment {
            return None;
        }
        let key = self.span(line.key.clone());
        let bytes = self.notes.bytes(key).to_vec();
        self.listed.break_(&bytes);
        Some(Entry {
            key,
            whole: place,
            what: What::Refused(format!(
                "its line in {} begins with white space, so that Exim does not see it",
                self.file()
            )),
        })
    }

    fn entry(&mut self, bytes: &[u8], line: &Line) -> Entry {
        let mut range = line.key.clone();
        let mut why = None;
        if line.whole.start == 0 && bytes.starts_with(BOM) && !line.quoted {
            range.start = (range.start + BOM.len()).min(range.end);
            why = Some(self.bom(range.clone()));
        }
        let key = self.span(range.clone());
        let whole = self.span(line.text.clone());
        let why = why.or_else(|| self.key(key, line));
        let what = match (why, self.which) {
            (Some(why), _) => What::Refused(why),
            (None, IS_MANUAL) => {
                let value = self.span(line.value.clone());
                match manual::value(self.notes, self.assumed, key, value) {
                    Ok(value) => What::Hosts(value),
                    Err(why) => What::Refused(why),
                }
            }
            (None, _) => {
                self.data(line);
                What::Listed
            }
        };
        let name = self.notes.bytes(key).to_vec();
        match &what {
            What::Refused(_) if self.which == IS_MANUAL && name_is_sound(&name) => {
                self.listed.add(self.which, &name, key);
                self.listed.break_(&name);
            }
            What::Refused(_) => self.listed.break_(&name),
            _ => {
                self.listed.add(self.which, &name, key);
            }
        }
        Entry { key, whole, what }
    }

    /// A byte order mark before a comment or nothing: it makes a line of that which lists no domain.
    fn is_mark_alone(&mut self, bytes: &[u8], line: &Line) -> bool {
        let behind = bytes.get(BOM.len());
        let is_alone = line.whole.start == 0
            && bytes.starts_with(BOM)
            && behind.is_none_or(|&byte| byte == b'#' || is_blank(byte));
        if is_alone {
            let mark = self.span(0..BOM.len());
            let message = "a byte order mark stands at the start of the file";
            let finding = Finding::new("bom", Severity::Warning, mark, message)
                .effect("none on mail: it is part of a line that lists no domain")
                .help(WITHOUT_BOM);
            self.notes.add_fixed(finding, mark, b"");
        }
        is_alone
    }

    /// A byte order mark, which belongs to the first key; returns why that is an error.
    fn bom(&mut self, key: Range<usize>) -> String {
        let mark = self.span(0..BOM.len());
        let shown = self.notes.shown(self.span(key));
        let message = format!("a byte order mark stands before {shown} and is part of it");
        let finding = Finding::new("bom", Severity::Error, mark, message)
            .effect("Exim never finds this first line: mail for the domain goes as if it were in no list")
            .help(WITHOUT_BOM);
        self.notes.add_fixed(finding, mark, b"");
        format!(
            "a byte order mark stands before its line in {}, so that Exim does not find it",
            self.file()
        )
    }

    /// What is wrong with a key; returns why it is an error.
    fn key(&mut self, key: Text, line: &Line) -> Option<String> {
        let bytes = self.notes.bytes(key).to_vec();
        let shown = self.notes.shown(key);
        let found = match name(&bytes) {
            Ok(found) => found,
            Err(BadName::Star | BadName::LeadingDot) => {
                let stands = match bytes.first() {
                    Some(b'.') => "a leading dot stands for no subdomains here",
                    _ => "`*` stands for nothing here",
                };
                self.notes.error(
                    "wildcard-not-supported",
                    key,
                    format!("{shown} is a literal key: {stands}"),
                    "the line matches no mail at all: Exim compares whole domains, and the subdomains are in no list",
                    "write each domain on a line of its own",
                );
                return Some(format!("{shown} is a literal key, and no mail domain"));
            }
            Err(bad) => {
                self.notes.error(
                    "bad-address",
                    key,
                    format!("`{shown}` is not a domain: {bad}"),
                    "the line matches no mail: Exim looks for the domain of an address",
                    "write one domain a line, without local part",
                );
                return Some(format!("`{shown}` is not a domain"));
            }
        };
        if found.final_dot {
            self.notes.error(
                "final-dot",
                key,
                format!("a dot stands at the end of {shown}"),
                "the line matches no mail: Exim compares the domain letter by letter, and no address ends in a dot",
                "leave the dot out",
            );
            return Some(format!("{shown} ends in a dot, as no mail domain does"));
        }
        if line.quoted {
            let place = Span::new(key.start - 1, key.len + 2);
            let finding = Finding::new(
                "quoted-key",
                Severity::Warning,
                place,
                format!("{shown} stands in quotes"),
            )
            .effect(
                "none on mail: Exim takes the quotes off; other programs that read the list do not",
            )
            .help("write it without quotes");
            match self.notes.bytes(place).ends_with(b"\"") {
                true => self.notes.add_fixed(finding, place, &bytes),
                false => self.notes.add(finding),
            }
        }
        if found.unicode {
            let label = Domain::new(&bytes).map(|domain| domain.as_str().to_owned());
            let label = label.unwrap_or_default();
            let finding = Finding::new(
                "unicode-domain",
                Severity::Warning,
                key,
                format!("{shown} is not written as its A-label"),
            )
            .effect("Exim compares bytes: only mail that is addressed in these very bytes matches, and most mail is addressed by the A-label")
            .help(format!("write `{label}`"));
            let edit = Edit {
                span: key,
                text: label.into_bytes(),
            };
            self.notes.add(finding.fix(false, vec![edit]));
        }
        None
    }

    /// Something behind the key in a list that has nothing but keys.
    fn data(&mut self, line: &Line) {
        let end = line.key.end + usize::from(line.quoted);
        let behind = self.span(end.min(line.text.end)..line.text.end);
        if behind.is_empty() {
            return;
        }
        let shown = self.notes.shown(behind).trim().to_owned();
        let finding = Finding::new(
            "data-ignored",
            Severity::Warning,
            behind,
            format!("`{shown}` stands behind the domain"),
        )
        .effect("none on mail: the list is asked for domains alone, and what stands behind one is ignored")
        .help("write the domain alone, and a comment on a line of its own");
        // What stands there may be somebody's note.
        let safe = line.value.is_empty();
        let edit = Edit {
            span: behind,
            text: Vec::new(),
        };
        self.notes.add(finding.fix(safe, vec![edit]));
    }
}

/// True for a key that a mail domain can have.
fn name_is_sound(key: &[u8]) -> bool {
    name(key).is_ok_and(|found| !found.final_dot)
}
