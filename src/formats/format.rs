//! What a format is, and the list of those there are.

use super::smtproutes;
use crate::model::Document;
use crate::source::Input;

/// A format's name in options and output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FormatId(pub &'static str);

/// What a reader rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The product's source code, held to recorded vectors.
    SourceCode,
    /// The vendor's documents.
    Documented,
    /// Our own assumption, printed whenever it decides.
    Assumed,
}

impl Evidence {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Evidence::SourceCode => "source code, held to recorded vectors",
            Evidence::Documented => "documented by the vendor",
            Evidence::Assumed => "assumed",
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
    /// The file's name says so, and the content may be.
    Named,
    /// The content says so.
    Certain,
}

/// How a file is read.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions {
    /// The dialect of smtproutes; other formats have none.
    pub dialect: &'static smtproutes::Dialect,
}

/// A format that is read: a constant of plain functions, listed once in [`FORMATS`].
#[derive(Clone, Copy)]
pub struct Format {
    /// Its name.
    pub id: FormatId,
    /// Its product and file.
    pub title: &'static str,
    /// What the reader rests on.
    pub evidence: Evidence,
    /// How sure it is of a file, by its first bytes and its name.
    pub detect: fn(head: &[u8], name: &str) -> Confidence,
    /// Reads an input.
    pub read: fn(Input, &ReadOptions) -> Result<Document, ReadError>,
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
}

/// All formats that are read, in the order of the manual.
pub const FORMATS: &[Format] = &[smtproutes::FORMAT];

/// Formats that are known by name and not read, or not yet.
pub const PLANNED: &[&str] = &[
    "xeams",
    "imsva",
    "imss",
    "imss-dbd",
    "cpanel",
    "mspcontrol",
    "postfix-transport",
    "transportList",
    "exchange",
    "mailertable",
    "exim",
    "opensmtpd",
    "ddei",
];

/// What a format name stands for.
#[derive(Clone, Copy)]
pub enum Known {
    /// A format that is read.
    Read(&'static Format),
    /// One that is known and not read.
    NotRead(&'static str),
}

/// The format called `name`.
pub fn find(name: &str) -> Option<Known> {
    let read = FORMATS.iter().find(|f| f.id.0 == name).map(Known::Read);
    read.or_else(|| {
        PLANNED
            .iter()
            .find(|&&p| p == name)
            .map(|&p| Known::NotRead(p))
    })
}

/// The format that is surest of a file; `None` when none can read it.
pub fn detect(head: &[u8], name: &str) -> Option<&'static Format> {
    let sure = FORMATS
        .iter()
        .map(|format| ((format.detect)(head, name), format));
    let best = sure.max_by_key(|(confidence, _)| *confidence)?;
    (best.0 > Confidence::No).then_some(best.1)
}
