//! What would change, before anything is written.

use anyhow::{Result, bail};

use super::args::ConvertArgs;
use crate::cli::change::change;
use crate::cli::fmt::{mask_of, without_secrets};
use crate::cli::output::Output;
use crate::equivalence::{CompareOptions, compare};
use crate::formats::{Format, ReadOptions, Written};
use crate::lookup::Store;
use crate::report::{DiffText, unified};
use crate::source::masked_line;

/// Prints mail whose decision changes from one table to the other; says whether there is any.
///
/// # Errors
/// As [`compare`] and for writing.
pub(super) fn decisions(
    stores: [&dyn Store; 2],
    args: &ConvertArgs,
    output: &Output,
) -> Result<bool> {
    let options = CompareOptions {
        max_classes: args.reading.max_classes,
        ..CompareOptions::default()
    };
    let found = compare(stores[0], stores[1], &options)?;
    let mut text = DiffText::new(args.output.voice.color.of_stdout());
    for difference in &found.differences {
        text.add(&change(stores, difference)?);
    }
    output.write(text.finish().as_bytes())?;
    Ok(!found.equal())
}

/// Prints the lines that change, with secrets masked; says whether any does.
///
/// # Errors
/// For writing.
pub(super) fn lines(
    before: &[Written],
    after: &[Written],
    format: &Format,
    options: &ReadOptions,
    output: &Output,
) -> Result<bool> {
    let mut any = false;
    for (number, (name, new)) in after.iter().enumerate() {
        let old = before
            .iter()
            .find(|(known, _)| known == name)
            .or(before.get(number).filter(|_| after.len() == 1));
        let shown = old.map_or(name.as_str(), |(name, _)| name.as_str());
        let old = old.map_or(&b""[..], |(_, old)| old.as_slice());
        if old == new.as_slice() {
            continue;
        }
        any = true;
        if format.has_dialects() {
            output.write_diff(&unified(old, new, shown, masked_line))?;
            continue;
        }
        let (old, hidden) = hide(format, options, old, shown)?;
        let (new, more) = hide(format, options, new, shown)?;
        output.write_diff(&unified(&old, &new, shown, mask_of(hidden || more)))?;
    }
    Ok(any)
}

fn hide(
    format: &Format,
    options: &ReadOptions,
    bytes: &[u8],
    name: &str,
) -> Result<(Vec<u8>, bool)> {
    match bytes.is_empty() {
        true => Ok((Vec::new(), false)),
        false => without_secrets(static_of(format)?, options, bytes, name),
    }
}

fn static_of(format: &Format) -> Result<&'static Format> {
    match crate::formats::find(format.id.0) {
        Some(crate::formats::Known::Read(format)) => Ok(format),
        _ => bail!("unknown format {}", format.id.0),
    }
}
