//! What smtproutes can say, dialect by dialect.

use super::super::format::WriteOptions;
use crate::model::{Feature, Support};
pub(super) fn capabilities(_: &WriteOptions) -> &'static [(Feature, Support)] {
    &[]
}
