//! What a format is, and the list of those there are.

use super::head::Head;
use super::options::{BadAssumption, Open, ReadOptions};
use super::planned::PLANNED;
use super::{cpanel, imss, imsva, mspcontrol, postfix_transport, smtproutes, xeams};
use crate::model::{Document, Feature, Support};
use crate::source::Input;

/// A format's name in options and output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FormatId(pub &'static str);

/// What a reader rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The product's source code, held to recorded vectors.
    SourceCode,
    /// The product's documents and its behaviour, which a test compares with the product itself.
    Compared,
    /// The vendor's documents.
    Documented,
    /// The vendor documents the fields, and no file: the file is our own.
    FieldsDocumented,
}

impl Evidence {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Evidence::SourceCode => "source code, held to recorded vectors",
            Evidence::Compared => "documented, and compared with the product",
            Evidence::Documented => "documented by the vendor",
            Evidence::FieldsDocumented => {
                "fields documented by the vendor, the file's shape is not"
            }
        }
    }
}

/// How sure a format is that a file is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The content cannot be.
    No,
    /// The content may be, as almost any text may.
    Possible,
    /// The content looks like it, and may be another's by mistake.
    Likely,
    /// The file's name says so, and the content may be.
    Named,
    /// The content says so.
    Certain,
}

/// How comments are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// A line that begins with `#`.
    Hash,
    /// `<!-- … -->`.
    Markup,
    /// There are none.
    None,
}

/// How a document is written.
#[derive(Clone, Debug)]
pub struct WriteOptions {
    /// The dialect of smtproutes; other formats have none.
    pub dialect: &'static smtproutes::Dialect,
    /// A file that shows how records are written (IMSVA); other formats need none.
    pub template: Option<Template>,
    /// As comma-separated values, for formats that have such a form (MSPControl).
    pub csv: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        WriteOptions {
            dialect: &smtproutes::DIALECTS[0],
            template: None,
            csv: false,
        }
    }
}

/// A file that is written: its name, and its bytes.
pub type Written = (String, Vec<u8>);

/// What a writer makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The files.
    pub files: Vec<Written>,
    /// What must be said of them: the name of a rule, and a sentence.
    pub remarks: Vec<(&'static str, String)>,
}

impl From<Vec<Written>> for Output {
    fn from(files: Vec<Written>) -> Self {
        Output {
            files,
            remarks: Vec::new(),
        }
    }
}

/// A file of the user's whose records are cloned.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How it is read.
    pub options: ReadOptions,
}

/// Files in their canonical form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Canonical {
    /// By number of the file in the input: its bytes.
    pub files: Vec<(usize, Vec<u8>)>,
    /// Names of what is assumed of what the vendor leaves open, and without which mail may notice.
    pub rests_on: Vec<&'static str>,
}

impl Canonical {
    /// Notes that a change rests on what is assumed of `key`.
    pub(super) fn rest_on(&mut self, key: &'static str) {
        if !self.rests_on.contains(&key) {
            self.rests_on.push(key);
        }
    }
}

/// A format that is read and written: a constant of plain functions, listed once in [`FORMATS`].
#[derive(Clone, Copy)]
pub struct Format {
    /// Its name.
    pub id: FormatId,
    /// Other names in options.
    pub aliases: &'static [&'static str],
    /// Its product and file.
    pub title: &'static str,
    /// What the reader rests on.
    pub evidence: Evidence,
    /// Names that its files have.
    pub files: &'static [&'static str],
    /// True when the files of a directory are one table.
    pub is_directory: bool,
    /// Names of files beside a table that its reader looks at, when they are there.
    pub beside: &'static [&'static str],
    /// How comments are written in it.
    pub comments: Comments,
    /// What the vendor leaves open.
    pub open: &'static [Open],
    /// How sure it is of a file.
    pub detect: fn(&Head<'_>) -> Confidence,
    /// Reads an input, whose first file is the table.
    pub read: fn(Input, &ReadOptions) -> Result<Document, ReadError>,
    /// The files of a document of this format in their canonical form, with all that is in them: comments, and what no one
    /// knows. `None` for the format whose form depends on who reads it.
    pub canonical: Option<fn(&Document) -> Canonical>,
    /// Writes the routes of any document anew.
    pub write: fn(&Document, &WriteOptions) -> Result<Output, WriteError>,
    /// What it can say; what is not listed it cannot.
    pub capabilities: fn(&WriteOptions) -> &'static [(Feature, Support)],
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id.0)
    }
}

impl Format {
    /// True for the format whose readers are many: smtproutes.
    pub fn has_dialects(&self) -> bool {
        self.id == smtproutes::FORMAT.id
    }

    /// The ways to write it that differ in what they can say: groups of dialects, by the names of their members; one group
    /// without names for a format without dialects.
    pub fn variants(&self) -> Vec<(Vec<&'static str>, WriteOptions)> {
        if !self.has_dialects() {
            return vec![(Vec::new(), WriteOptions::default())];
        }
        let mut groups: Vec<(Vec<&'static str>, WriteOptions)> = Vec::new();
        for dialect in &smtproutes::DIALECTS {
            let options = WriteOptions {
                dialect,
                ..WriteOptions::default()
            };
            let all = (self.capabilities)(&options);
            let same = |group: &&mut (_, WriteOptions)| (self.capabilities)(&group.1) == all;
            match groups.iter_mut().find(same) {
                Some((names, _)) => names.push(dialect.name),
                None => groups.push((vec![dialect.name], options)),
            }
        }
        groups
    }

    /// Whether it can say `feature`.
    pub fn support(&self, feature: Feature, options: &WriteOptions) -> Support {
        let all = (self.capabilities)(options).iter();
        let mut found = all
            .filter(|(of, _)| *of == feature)
            .map(|(_, support)| *support);
        found.next_back().unwrap_or(Support::No)
    }
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Too many bytes.
    #[error(transparent)]
    TooLarge(#[from] crate::source::TooLarge),
    /// Too many routes.
    #[error(transparent)]
    TableFull(#[from] crate::model::TableFull),
    /// An assumption that the format does not know.
    #[error(transparent)]
    Assumption(#[from] BadAssumption),
    /// A binding that fits no route.
    #[error("--bind {0}")]
    Binding(String),
    /// An encoding of what has none.
    #[error("--encoding: {0} read byte by byte, in no encoding")]
    Encoding(&'static str),
}

/// Why nothing is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A route says what the format cannot.
    #[error("route {route}: {what} cannot be said in this format ({})", feature.name())]
    Inexpressible {
        /// What it is.
        feature: Feature,
        /// Number of the route in its table.
        route: u32,
        /// The very thing.
        what: String,
    },
    /// The product does something with the whole file that no route says.
    #[error("no table says what becomes of mail here: {0}")]
    Verdict(String),
    /// The template cannot be used, or does not show how something is written.
    #[error("the template {0}: {1}")]
    Template(String, String),
}

/// All formats that are read, in the order of the manual.
pub const FORMATS: &[Format] = &[
    smtproutes::FORMAT,
    xeams::FORMAT,
    imsva::FORMAT,
    imss::FORMAT,
    cpanel::FORMAT,
    mspcontrol::FORMAT,
    postfix_transport::FORMAT,
];

/// What a format name stands for.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    /// A format that is read.
    Read(&'static Format),
    /// One that is known and not read.
    NotRead(&'static str),
}

/// The format called `name`.
pub fn find(name: &str) -> Option<Known> {
    let is = |f: &&Format| f.id.0 == name || f.aliases.contains(&name);
    let read = FORMATS.iter().find(is).map(Known::Read);
    let not_read = || PLANNED.iter().find(|planned| planned.id == name);
    read.or_else(|| not_read().map(|planned| Known::NotRead(planned.id)))
}

/// All names that [`find`] knows.
pub fn names() -> Vec<&'static str> {
    let read = FORMATS
        .iter()
        .flat_map(|f| std::iter::once(f.id.0).chain(f.aliases.iter().copied()));
    read.chain(PLANNED.iter().map(|planned| planned.id))
        .collect()
}

/// What a file is.
#[derive(Clone, Debug)]
pub enum Detected {
    /// One format is surer than all others.
    Format(&'static Format),
    /// A format that is not read is.
    NotRead(&'static str, &'static str),
    /// These may all be it.
    Uncertain(Vec<&'static str>),
    /// None can read it.
    Unknown,
}

/// What the file is that begins with `head`: by its content, then by its name.
pub fn detect(head: &Head<'_>) -> Detected {
    let read = FORMATS.iter().map(|format| {
        let sure = (format.detect)(head);
        (sure, format.id.0, Detected::Format(format))
    });
    let others = PLANNED.iter().map(|planned| {
        let detected = Detected::NotRead(planned.id, planned.title);
        ((planned.detect)(head), planned.id, detected)
    });
    let all: Vec<_> = read.chain(others).collect();
    let best = all.iter().map(|(sure, ..)| *sure).max();
    let best = best.unwrap_or(Confidence::No);
    if best == Confidence::No {
        return Detected::Unknown;
    }
    let mut surest = all
        .into_iter()
        .filter(|(sure, ..)| *sure == best)
        .peekable();
    let first = surest.next();
    match (first, surest.peek()) {
        (Some((_, _, detected)), None) => detected,
        (first, _) => {
            let names = first.into_iter().chain(surest).map(|(_, name, _)| name);
            Detected::Uncertain(names.collect())
        }
    }
}
