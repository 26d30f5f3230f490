//! One reader for all dialects: from files to a document.

use super::super::format::ReadError;
use super::dialect::{Dialect, Lines, Siblings};
use super::entries::Entries;
use super::route::{Role, Unusable, action, dependent_routes};
use super::{grammar, mail_system, neighbours, verdict};
use crate::control::for_each_entry;
use crate::diagnostic::{Finding, Severity};
use crate::model::{
    Delimiters, Document, FileVerdict, KeyCase, Precedence, RouteTable, Semantics, StageId,
    Subject, Walk,
};
use crate::source::{Input, Span, State};

/// Reads the files of a control directory, or one table alone, as `dialect` does.
///
/// Files are known by their names in `input`: the table itself ([`Dialect::file`]), and those that [`deliverer_files`]
/// and [`system_files`] list. A file that is not in the input is not asked about; one that is there and missing is
/// missing to the product too. A file in state [`State::Unread`] gives an empty stage, for a store that searches the raw
/// text.
///
/// [`deliverer_files`]: super::deliverer_files
/// [`system_files`]: super::system_files
///
/// # Errors
/// Only what keeps the files from being numbered: 4 GiB of text, 2^32 routes. A bad line is never an error.
pub fn read(input: Input, dialect: &'static Dialect) -> Result<Document, ReadError> {
    read_scope(input, dialect, true)
}

/// As [`read`], for the routes alone: qmail-send's files are not asked, and those that the deliverer cannot do without
/// (`me`, `timeoutremote`, …) are taken to be in order, although they may be in the input.
///
/// # Errors
/// As [`read`].
pub fn read_routes(input: Input, dialect: &'static Dialect) -> Result<Document, ReadError> {
    read_scope(input, dialect, false)
}

fn read_scope(
    input: Input,
    dialect: &'static Dialect,
    system: bool,
) -> Result<Document, ReadError> {
    let mut reader = Reader {
        document: Document::new(input, RouteTable::new(dialect.product)),
        dialect,
    };
    if system && let Some(defer) = verdict::control_files(dialect, &reader.document.input) {
        reader.document.table.verdict = defer;
        return Ok(reader.document);
    }
    if system {
        mail_system::stages(&mut reader.document)?;
    }
    match dialect.siblings {
        Siblings::None => {}
        Siblings::AuthSenders | Siblings::SQmail => reader.auth_senders()?,
        Siblings::Indimail => neighbours::recipient_stage(&mut reader.document, dialect)?,
        Siblings::Directory => neighbours::directory_stage(&mut reader.document)?,
    }
    if matches!(dialect.siblings, Siblings::SQmail | Siblings::Indimail) {
        reader.bounce_stage()?;
    }
    reader.table()?;
    Ok(reader.document)
}

/// Reads one entry of a table, given with what stands behind it, as a document with one route.
///
/// `bytes` begins with the entry's line and holds as many of the following lines as needed to show the next entry; `entry`
/// is the entry's range. `line` is the number of the first line. Product and semantics are those of `stage` in `table`.
///
/// # Errors
/// As [`read`].
pub fn read_line(
    dialect: &'static Dialect,
    table: &RouteTable,
    stage: StageId,
    path: &str,
    bytes: Vec<u8>,
    entry: std::ops::Range<usize>,
    line: u64,
) -> Result<Document, ReadError> {
    let (input, mut table, semantics) = piece(dialect, table, stage, path, bytes, line)?;
    let role = if semantics.walk == Walk::NullSender {
        Role::Bounce
    } else {
        Role::Table
    };
    let mut next = None;
    let bytes = input.files()[0].state.bytes().unwrap_or(b"");
    for_each_entry(bytes, |range| {
        if range.start > entry.start && next.is_none() {
            next = Some(Span::at(0, range));
        }
    });
    if let Ok((_, (key, value))) = grammar::entry(&bytes[entry.clone()]) {
        let at = entry.start + key.len() + 1;
        let action = action(dialect, role, at as u32, value, next);
        table.push(
            Span::at(0, entry.clone()),
            Span::at(0, entry.start..entry.start + key.len()),
            action,
        )?;
    }
    Ok(Document::new(input, table))
}

/// Reads one line of a table whose lines depend on one another, as if it stood alone: a document with the route whose entry
/// begins at `entry_at`, or with none. Whoever calls it knows that the line means the same among the others.
///
/// # Errors
/// As [`read`].
pub fn read_entry(
    dialect: &'static Dialect,
    table: &RouteTable,
    stage: StageId,
    path: &str,
    bytes: Vec<u8>,
    entry_at: usize,
    line: u64,
) -> Result<Document, ReadError> {
    let (input, mut table, _) = piece(dialect, table, stage, path, bytes, line)?;
    let bytes = input.files()[0].state.bytes().unwrap_or(b"");
    let mut pushed = Ok(());
    let usable = dependent_routes(dialect, 0, bytes, |origin, key, action| {
        if origin.start as usize == entry_at && table.is_empty() {
            pushed = table.push(origin, key, action);
        }
    });
    pushed?;
    if let Err(why) = usable {
        table.verdict = unusable(why).1;
    }
    Ok(Document::new(input, table))
}

/// A piece of a table, and an empty stage like `stage` of `table` for what is in it.
fn piece(
    dialect: &Dialect,
    table: &RouteTable,
    stage: StageId,
    path: &str,
    bytes: Vec<u8>,
    line: u64,
) -> Result<(Input, RouteTable, Semantics), ReadError> {
    let mut input = Input::default();
    input.push_part(dialect.file, path, State::Bytes(bytes), line)?;
    let semantics = table
        .stages()
        .get(stage)
        .map_or(dialect.semantics, |s| s.semantics);
    let mut table = RouteTable::new(table.product);
    table.begin_stage(dialect.file, semantics);
    Ok((input, table, semantics))
}

struct Reader {
    document: Document,
    dialect: &'static Dialect,
}

impl Reader {
    fn auth_senders(&mut self) -> Result<(), ReadError> {
        let semantics = Semantics {
            walk: Walk::DotAndAtSuffixes,
            subject: Subject::Sender,
            ..self.dialect.semantics
        };
        self.document.table.begin_stage("authsenders", semantics);
        self.entries("authsenders", Role::AuthSenders, |_| true)
    }

    /// The key `!@`, asked for the null sender alone before the walk. qmtproutes is asked first: it stands last.
    fn bounce_stage(&mut self) -> Result<(), ReadError> {
        let semantics = Semantics {
            walk: Walk::NullSender,
            subject: Subject::Sender,
            ..self.dialect.semantics
        };
        self.document.table.begin_stage("bounce route", semantics);
        if self.dialect.siblings == Siblings::Indimail {
            neighbours::cdb_routes(&mut self.document, self.dialect, |key| key == b"!@")?;
        }
        for (file, role) in self.table_files(Role::Bounce, Role::BounceQmtp) {
            self.entries(file, role, |key| key == b"!@")?;
        }
        Ok(())
    }

    /// The table's stage. Of equal keys the one pushed last wins, so that the files stand in reverse order of asking.
    fn table(&mut self) -> Result<(), ReadError> {
        self.document
            .table
            .begin_stage(self.dialect.file, self.dialect.semantics);
        if self.dialect.lines == Lines::Control {
            let files = self.table_files(Role::Table, Role::Qmtp);
            let any = files.iter().any(|(name, _)| {
                self.document
                    .input
                    .file(name)
                    .is_some_and(|f| f.state != State::Missing)
            });
            if self.dialect.siblings == Siblings::Indimail && any {
                neighbours::cdb_routes(&mut self.document, self.dialect, |_| true)?;
            }
            for (file, role) in files {
                self.entries(file, role, |_| true)?;
            }
            return Ok(());
        }
        let Document {
            input,
            table,
            problems,
            ..
        } = &mut self.document;
        let Some(file) = input.file(self.dialect.file) else {
            return Ok(());
        };
        let Some(bytes) = file.state.bytes() else {
            if let Some(verdict) = verdict::table_state(self.dialect, &file.state, &file.path) {
                table.verdict = verdict;
            }
            return Ok(());
        };
        let mut full = Ok(());
        let usable = dependent_routes(self.dialect, file.base(), bytes, |origin, key, action| {
            if full.is_ok() {
                full = table.push(origin, key, action);
            }
        });
        full?;
        if let Err(why) = usable {
            let (at, verdict) = unusable(why);
            let (rule, message) = match &verdict {
                FileVerdict::IgnoredWhole(text) => ("ignored-whole", text.clone()),
                FileVerdict::DeferAll { text, .. } => ("refused-whole", text.clone()),
                FileVerdict::Normal => ("", String::new()),
            };
            let span = Span::at(file.base(), at..at + 1);
            problems.push(Finding::new(rule, Severity::Error, span, message));
            table.verdict = verdict;
        }
        Ok(())
    }

    /// The files whose entries share the table's stage. A variable takes the place of its file.
    fn table_files(&self, plain: Role, qmtp: Role) -> Vec<(&'static str, Role)> {
        let given = |name: &str| self.document.input.file(name).is_some();
        match self.dialect.siblings {
            Siblings::SQmail => vec![(self.dialect.file, plain), ("qmtproutes", qmtp)],
            Siblings::Indimail => match (given("SMTPROUTE"), given("QMTPROUTE")) {
                (false, false) => vec![(self.dialect.file, plain), ("qmtproutes", qmtp)],
                (true, false) => vec![("qmtproutes", qmtp), ("SMTPROUTE", plain)],
                (false, true) => vec![(self.dialect.file, plain), ("QMTPROUTE", qmtp)],
                (true, true) => vec![("SMTPROUTE", plain), ("QMTPROUTE", qmtp)],
            },
            _ => vec![(self.dialect.file, plain)],
        }
    }

    /// Pushes the entries of a file whose key is `wanted`.
    fn entries(
        &mut self,
        name: &str,
        role: Role,
        wanted: impl Fn(&[u8]) -> bool + Sync,
    ) -> Result<(), ReadError> {
        let Document { input, table, .. } = &mut self.document;
        let Some(file) = input.file(name) else {
            return Ok(());
        };
        let Some(bytes) = file.state.bytes() else {
            return Ok(());
        };
        let entries = Entries {
            dialect: self.dialect,
            role,
            base: file.base(),
            bytes,
            wanted: &wanted,
        };
        Ok(entries.push_all(table)?)
    }
}

/// What a file that is unusable whole does to mail, and the offset of the byte that makes it so.
fn unusable(why: Unusable) -> (usize, FileVerdict) {
    match why {
        Unusable::StrayBlank(at) => {
            let text = "a blank stands inside a line: Qremote ignores the whole file and sends all mail to its MX";
            (at, FileVerdict::IgnoredWhole(text.to_owned()))
        }
        Unusable::Syntax(at) => {
            let text = "a byte that skarnet's reader does not expect: all mail is deferred";
            (
                at,
                verdict::skarnet("Syntax error in control/smtproutes", text),
            )
        }
        Unusable::Port(at) => {
            let text = "a port that is empty or above 65535: all mail is deferred";
            (
                at,
                verdict::skarnet("Invalid port in control/smtproutes", text),
            )
        }
    }
}

/// Semantics of qmail-send's own files: exact bytes but for the case of ASCII letters, the last of equals wins.
pub(super) const fn system_semantics(walk: Walk, subject: Subject) -> Semantics {
    Semantics {
        precedence: Precedence::MostSpecific {
            last_of_equals: true,
        },
        walk,
        key_case: KeyCase::AsciiInsensitive,
        subject,
        delimiters: Delimiters::NONE,
    }
}
