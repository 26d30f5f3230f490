//! The form of a table that one product reads in one way, proved.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Result, bail};

use crate::cli::messages::Messages;
use crate::cli::reading::{gather_bytes, refuse_errors};
use crate::equivalence::same_in_order;
use crate::formats::{Format, ReadOptions};
use crate::model::Document;
use crate::source::Span;

/// The canonical form of `old`, the bytes of the file at `path`, called `shown`.
///
/// # Errors
/// The file has errors; the form cannot be proved to say the same, which is a bug of ours.
pub(super) fn form(
    format: &'static Format,
    options: &ReadOptions,
    old: &[u8],
    shown: &str,
    path: Option<&Path>,
    messages: &Messages,
) -> Result<Vec<u8>> {
    let Some(canonical) = format.canonical else {
        bail!("{shown}: {} has no canonical form", format.title);
    };
    let name = path.and_then(Path::to_str).unwrap_or(shown);
    let read = |bytes: &[u8]| -> Result<Document> {
        let input = gather_bytes(format, bytes.to_vec(), name)?;
        Ok((format.read)(input, options)?)
    };
    let document = read(old)?;
    refuse_errors(&document, false, &messages.silent())?;
    let formed = canonical(&document);
    let Some((_, new)) = formed.files.into_iter().next() else {
        return Ok(old.to_vec());
    };
    if new == old {
        return Ok(new);
    }
    let again = read(&new)?;
    if again.error().is_some() || !same_in_order(&document, &again) {
        bail!(
            "{shown}: left as it is, because the form cannot be proved to say the same; this is a bug of qroute-fmt"
        );
    }
    if !formed.rests_on.is_empty() {
        let rests: Vec<String> = formed
            .rests_on
            .iter()
            .map(|key| format!("{key}={}", assumed(format, options, key)))
            .collect();
        messages.hint(&format!(
            "{shown}: mail notices nothing as long as {}, which is assumed",
            rests.join(", ")
        ));
    }
    Ok(new)
}

fn assumed<'o>(format: &'static Format, options: &'o ReadOptions, key: &str) -> &'o str {
    let given = options.assume.iter().rev().find(|(name, _)| name == key);
    let open = format.open.iter().find(|open| open.key == key);
    let default = open.and_then(|open| open.values.first());
    match (given, default) {
        (Some((_, value)), _) => value,
        (None, Some((value, _))) => value,
        (None, None) => "",
    }
}

/// A text with its secrets out of sight, for people; and whether there were any.
pub(in crate::cli) fn without_secrets(
    format: &'static Format,
    options: &ReadOptions,
    bytes: &[u8],
    name: &str,
) -> Result<(Vec<u8>, bool)> {
    let input = gather_bytes(format, bytes.to_vec(), name)?;
    let document = (format.read)(input, options)?;
    let file = document.input.files().first();
    let length = file
        .and_then(|file| file.state.bytes())
        .map_or(0, <[u8]>::len);
    let shown = document.input.shown(Span::at(0, 0..length));
    let hidden = shown.len() != length;
    Ok((shown, hidden))
}

/// How lines of such a text are masked, when some are `hidden`: they are, and it is to be told that they are.
pub(in crate::cli) fn mask_of(hidden: bool) -> fn(&[u8]) -> Cow<'_, [u8]> {
    match hidden {
        true => masked_already,
        false => |line| Cow::Borrowed(line),
    }
}

fn masked_already(line: &[u8]) -> Cow<'_, [u8]> {
    match memchr::memmem::find(line, "…".as_bytes()) {
        Some(_) => Cow::Owned(line.to_vec()),
        None => Cow::Borrowed(line),
    }
}
