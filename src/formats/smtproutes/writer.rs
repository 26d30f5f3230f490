//! x
use super::super::format::{WriteError, WriteOptions, Written};
use crate::model::Document;
pub(super) fn write(_: &Document, _: &WriteOptions) -> Result<Vec<Written>, WriteError> {
    Ok(Vec::new())
}
