//! The reader's last word on what was written.

use super::format::{ReadError, WriteError};
use super::options::ReadOptions;
use crate::model::Document;
use crate::source::Input;

/// Has a format's reader read `text`, which was written as the file `name`.
///
/// # Errors
/// What `refused` makes of the offset, the rule and the message of the first error; the rule is empty where there is no document.
pub(super) fn read_back(
    read: fn(Input, &ReadOptions) -> Result<Document, ReadError>,
    name: &str,
    text: &[u8],
    refused: impl Fn(usize, &str, &str) -> WriteError,
) -> Result<Document, WriteError> {
    let input = Input::single(name, "-", text.to_vec()).map_err(ReadError::from);
    let document = input
        .and_then(|input| read(input, &ReadOptions::default()))
        .map_err(|error| refused(text.len(), "", &error.to_string()))?;
    match document.error() {
        Some(problem) => {
            let offset = problem.span.start as usize;
            Err(refused(offset, problem.rule, &problem.message))
        }
        None => Ok(document),
    }
}
