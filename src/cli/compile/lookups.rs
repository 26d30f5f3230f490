//! Databases that other products look up.

use std::fs::File;
use std::io;

use anyhow::{Result, bail};

use super::args::Reader;
use crate::cli::messages::Messages;
use crate::cli::reading::refuse_errors;
use crate::formats::smtproutes::Dialect;
use crate::formats::{ReadOptions, postfix_transport, smtproutes};
use crate::source::Input;
use crate::store::{MemoryStore, route_data};

/// Keys and values, in the order in which they are written.
pub(super) struct Lookups(Vec<(Vec<u8>, Vec<u8>)>);

impl Lookups {
    /// What `reader` looks up in the table that `bytes` hold.
    ///
    /// # Errors
    /// The table has errors, or says what the reader's records cannot.
    pub fn of(
        reader: Reader,
        bytes: &[u8],
        shown: &str,
        dialect: &'static Dialect,
        messages: &Messages,
    ) -> Result<Self> {
        match reader {
            Reader::Postfix => {
                let format = &postfix_transport::FORMAT;
                let input = Input::single(format.files[0], shown, bytes.to_vec())?;
                let document = (format.read)(input, &ReadOptions::default())?;
                refuse_errors(&document, false, messages)?;
                // postmap writes no NUL behind either into a cdb, as it does elsewhere (`dict_cdb.c`).
                Ok(Lookups(postfix_transport::map_records(bytes)))
            }
            Reader::Exim => {
                let input = Input::single(dialect.file, shown, bytes.to_vec())?;
                let store = MemoryStore::new(smtproutes::read(input, dialect)?);
                let records = route_data(&store)?.into_iter();
                let records = records.map(|(key, data)| (key, data.into_bytes()));
                Ok(Lookups(records.collect()))
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes the database.
    ///
    /// # Errors
    /// As `write(2)`; a database holds less than 4 GiB.
    pub fn write(&self, file: File) -> io::Result<()> {
        let mut make = cdb2::CDBMake::new(file)?;
        for (key, value) in &self.0 {
            make.add(key, value)?;
        }
        make.finish()
    }
}

/// Refuses options that say nothing about such a database.
///
/// # Errors
/// The first of them.
pub(super) fn refuse(
    reader: Reader,
    dialect: Option<&str>,
    strict: bool,
    has_output: bool,
) -> Result<()> {
    if let (Reader::Postfix, Some(name)) = (reader, dialect) {
        bail!(
            "--dialect {name}: only smtproutes has dialects, and --for postfix reads a transport table; \
               qroute-convert makes one of smtproutes"
        );
    }
    if reader == Reader::Exim && !has_output {
        bail!(
            "--for exim: name the database with -o; FILE.cdb is the one that qroute itself looks at"
        );
    }
    if strict && reader == Reader::Postfix {
        bail!("--strict is for smtproutes: a transport table with errors is refused in any case");
    }
    Ok(())
}
