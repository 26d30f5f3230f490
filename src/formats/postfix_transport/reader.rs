//! From a file to a document.

use std::ops::Range;

use super::super::contents::Contents;
use super::super::format::ReadError;
use super::super::notes::Notes;
use super::super::options::{Assumed, BadAssumption, ReadOptions};
use super::OPEN;
use super::line::{Entry, Lines, Logical};
use super::pattern::is_regular_expression;
use crate::diagnostic::{Finding, Severity};
use crate::model::{
    Action, Delimiters, Document, Families, HostLiterals, KeyCase, LiteralRule, NameCheck,
    Precedence, Product, RouteTable, Semantics, Subject, TableFull, Unmatched, Unresolvable, Walk,
};
use crate::source::{Input, Span, Visible};

/// What happens around the table. A recipient's address literal is connected to; an unknown host bounces the mail unless it
/// is `relayhost` (`smtp_connect.c`); trivial-rewrite drops a final dot.
const PRODUCT: Product = Product {
    literals: LiteralRule::WrappingAndTaggedV6,
    host_literals: HostLiterals::Routed,
    own_mx_names: NameCheck::None,
    unresolvable: Unresolvable::Bounce,
    families: Families::Both,
    unmatched: Unmatched::OwnMx,
    drops_final_dot: true,
};

/// What becomes of mail whose transport or next hop is none: qmgr(8) or smtp(8) give up, and try again.
pub(super) const WAITS: &str = "mail for it waits in the queue until it is returned";

/// What becomes of a pattern that no mail has.
pub(super) const UNMATCHED: &str = "no mail has this pattern: what is meant to go by it goes by a wider one, or as if there were no table";

/// What becomes of a line that is not what it was meant to be.
pub(super) const UNUSED: &str =
    "the line does not say what was meant: mail for it is not decided by this file";

/// What becomes of a line that postmap leaves out.
const LEFT_OUT: &str = "postmap leaves the line out, with a warning: its mail goes by a wider pattern, or as if there were no table";

/// Reads the table, the first file of `input`.
///
/// # Errors
/// An assumption that is none; an encoding; too many bytes or routes. What is wrong with the file is among the document's problems.
pub(super) fn read(input: Input, options: &ReadOptions) -> Result<Document, ReadError> {
    let assumed = Assumed::new(OPEN, &options.assume)?;
    delimiters(&assumed)?;
    if options.encoding.is_some() {
        return Err(ReadError::Encoding("transport tables are"));
    }
    let mut table = RouteTable::new(PRODUCT);
    table.begin_stage("transport", semantics(&assumed));
    let text = input.files().first().and_then(|file| file.state.bytes());
    let mut reader = Reader {
        text: text.unwrap_or(b""),
        base: input.files().first().map_or(0, crate::source::File::base),
        notes: Notes::new(&input),
        assumed: assumed.clone(),
        table,
        counts: (0, 0),
        doubts: Vec::new(),
        line_end: 0,
    };
    let damaged = !reader.lines()?;
    // There is no place for a password in a transport table.
    let contents = Contents::new(reader.notes, reader.table, reader.counts);
    let mut document = contents.into_document(input)?;
    document.assumptions = assumed.assumptions(semantics, |_| None);
    // Of characters that the user names no listed value is the other one.
    let delimiter = "recipient-delimiter";
    let named = !assumed.is(delimiter, "none");
    document
        .assumptions
        .retain(|assumption| assumption.key != delimiter || !named);
    document.damaged = damaged;
    Ok(document)
}

/// Reads lines.
pub(super) struct Reader<'a> {
    /// The table's text.
    pub text: &'a [u8],
    base: u32,
    pub notes: Notes<'a>,
    pub assumed: Assumed<'a>,
    table: RouteTable,
    /// Lines written down, and those free of errors.
    counts: (u64, u64),
    doubts: Vec<&'static str>,
    /// The end of the line in which the transport of the result at hand ends.
    pub line_end: usize,
}

impl Reader<'_> {
    /// The place of a range of the text.
    pub fn span(&self, range: Range<usize>) -> Span {
        Span::at(self.base, range)
    }

    /// Notes that the line at hand is there only if what is assumed of `key` is right.
    pub fn doubt(&mut self, key: &'static str) {
        if !self.doubts.contains(&key) {
            self.doubts.push(key);
        }
    }

    /// Reads all lines; false when they are those of another kind of table.
    fn lines(&mut self) -> Result<bool, TableFull> {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        if self.text.starts_with(MARK) {
            let span = self.span(0..MARK.len());
            let finding = Finding::new(
                "bad-bytes",
                Severity::Error,
                span,
                "the file begins with a byte order mark, which belongs to the first line",
            )
            .effect("the first pattern is another one than it looks like: no mail has it")
            .help("save the file as UTF-8 without byte order mark");
            self.notes.add_fixed(finding, span, b"");
        }
        for line in Lines::new(self.text) {
            let first = line.lines.first().cloned().unwrap_or_default();
            let at = super::line::trim(self.text, first);
            if is_regular_expression(&self.text[at.clone()]) {
                self.regular_expressions(at);
                self.table = self.table.beside();
                self.counts = (0, 0);
                return Ok(false);
            }
            self.line(&line)?;
        }
        Ok(true)
    }

    fn regular_expressions(&mut self, at: Range<usize>) {
        let finding = Finding::new(
            "regexp-table",
            Severity::Error,
            self.span(at),
            "a pattern between slashes: this is a table of regular expressions, for regexp: or pcre:",
        );
        self.notes.add(
            finding
                .effect("none of it is read: its first match decides over whole addresses, and in an indexed table such patterns match nothing")
                .help("write domains and addresses, for hash: or lmdb:"),
        );
    }

    fn line(&mut self, line: &Logical) -> Result<(), TableFull> {
        self.counts.0 += 1;
        self.doubts.clear();
        self.notes.broken = false;
        let entry = line.entry(self.text);
        if !self.is_text(&entry) {
            return Ok(());
        }
        if entry.open_quote {
            let shown = Visible(&self.text[entry.key.clone()]).to_string();
            let message = format!("a quote in `{shown}` is not closed");
            let help = "close it, or write a backslash before it";
            let span = self.span(entry.key);
            self.notes
                .error("unbalanced-quote", span, message, LEFT_OUT, help);
            return Ok(());
        }
        if line.is_stray(self.text) {
            let span = self.span(entry.key.clone());
            self.notes.error(
                "stray-continuation",
                span,
                "the first line begins with a blank: it continues a line that is not there",
                LEFT_OUT,
                "delete the blank",
            );
        }
        let marked = self.base as usize == 0
            && entry.key.start == 0
            && self.text.starts_with(b"\xEF\xBB\xBF");
        let place = match marked {
            true => 3..entry.key.end.max(3),
            false => entry.key.clone(),
        };
        self.notes.broken |= marked;
        let key = self.pattern(self.span(place));
        let action = match entry.value.is_empty() {
            true => {
                let shown = Visible(&self.text[entry.key.clone()]).to_string();
                let help = "write transport:nexthop behind it, or `:` for mail that goes as if there were no table";
                let message = format!("no result stands behind `{shown}`");
                let span = self.span(entry.key);
                self.notes.error("no-result", span, message, LEFT_OUT, help);
                None
            }
            false => self.result(&entry.value),
        };
        let usable = !self.notes.broken;
        self.counts.1 += u64::from(usable);
        let Some(key) = key else { return Ok(()) };
        let action = action.filter(|_| usable).unwrap_or_else(|| {
            Action::undecided("the line has errors: mail for it is not decided by this file")
        });
        self.table
            .push(Span::at(self.base, entry.whole), key, action)?;
        for doubt in std::mem::take(&mut self.doubts) {
            if usable {
                self.table.doubt_last(doubt);
            }
        }
        Ok(())
    }

    /// False for a line that postmap does not take for text, or cuts; that is noted.
    fn is_text(&mut self, entry: &Entry) -> bool {
        let bytes = &self.text[entry.whole.clone()];
        let (at, what, effect) = match (memchr::memchr(0, bytes), std::str::from_utf8(bytes)) {
            (Some(at), _) => (
                at,
                "a NUL byte",
                "postmap reads the line up to it, whatever stands behind",
            ),
            (None, Err(error)) => (error.valid_up_to(), "bytes that are not UTF-8", LEFT_OUT),
            (None, Ok(_)) => return true,
        };
        let start = entry.whole.start + at;
        let span = self.span(start..start + 1);
        let message = format!("{what} in a line");
        self.notes.error(
            "bad-bytes",
            span,
            message,
            effect,
            "write the line as UTF-8",
        );
        false
    }
}

/// The characters that separate an extension.
///
/// # Errors
/// More than four, or one that is none.
fn delimiters(assumed: &Assumed<'_>) -> Result<Delimiters, BadAssumption> {
    let value = assumed.value("recipient-delimiter");
    match value {
        "none" => Ok(Delimiters::NONE),
        // Of what the user may say, the usual stands for all.
        "<CHARS>" => Ok(Delimiters::new(b"+").unwrap_or(Delimiters::NONE)),
        _ => Delimiters::new(value.as_bytes())
            .filter(|set| !set.is_empty())
            .ok_or_else(|| {
                let values = "none, or one to four characters".to_owned();
                BadAssumption::Value("recipient-delimiter".to_owned(), value.to_owned(), values)
            }),
    }
}

fn semantics(assumed: &Assumed<'_>) -> Semantics {
    Semantics {
        // postmap warns of a second line, and keeps the first.
        precedence: Precedence::MostSpecific {
            last_of_equals: false,
        },
        walk: match assumed.is("parent-domains", "yes") {
            true => Walk::AddressThenSuffixesWithoutDot,
            false => Walk::AddressThenDotSuffixes,
        },
        key_case: KeyCase::AsciiInsensitive,
        subject: Subject::Recipient,
        delimiters: delimiters(assumed).unwrap_or(Delimiters::NONE),
    }
}
