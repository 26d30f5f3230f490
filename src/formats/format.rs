//! What a format is, and the list of those there are.

use super::smtproutes;

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

/// A format that is read.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name.
    pub id: FormatId,
    /// Its product and file.
    pub title: &'static str,
    /// What the reader rests on.
    pub evidence: Evidence,
    /// File names that begin with one of these are taken for it.
    pub file_names: &'static [&'static str],
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
#[derive(Clone, Copy, Debug)]
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
