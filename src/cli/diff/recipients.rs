//! The addresses that a change is weighed by, each different one once.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};

use super::args::Log;
use super::logs::recipient;
use crate::cli::batch::{Raw, Records};

/// Addresses, or records of recipient, sender and subject, with how often they were given.
#[derive(Default)]
pub(super) struct Recipients {
    /// Different ones, in the order of their first appearance.
    pub all: Vec<(Vec<u8>, u64)>,
    /// How many were given.
    pub total: u64,
    /// How many of them are longer than any address.
    pub too_long: u64,
}

/// Reads the addresses of a list, or those of the deliveries that a log tells of.
///
/// # Errors
/// The file cannot be read.
pub(super) fn read(path: &Path, log: Option<Log>) -> Result<Recipients> {
    let mut records = Records::new(Vec::new(), Some(path), false)?;
    let mut found = Recipients::default();
    let mut known: HashMap<Vec<u8>, usize> = HashMap::new();
    while let Some(raw) = records
        .next()
        .with_context(|| format!("cannot read {}", path.display()))?
    {
        let line = match raw {
            Raw::Line(line) | Raw::Argument(line) => line,
            Raw::TooLong(_) => {
                if log.is_none() {
                    found.total += 1;
                    found.too_long += 1;
                }
                continue;
            }
        };
        let record = match log {
            None => &line[..],
            Some(log) => match recipient(log, &line) {
                Some(address) => address,
                None => continue,
            },
        };
        if record.is_empty() {
            continue;
        }
        found.total += 1;
        match known.get(record) {
            Some(&at) => found.all[at].1 += 1,
            None => {
                known.insert(record.to_vec(), found.all.len());
                found.all.push((record.to_vec(), 1));
            }
        }
    }
    Ok(found)
}
