//! The files of a control directory.

use std::path::Path;

use anyhow::Result;

use super::engine::Subject;
use crate::control::read;
use crate::source::Input;
use crate::source::State;

/// Reads the control files of `dir`: the table first.
///
/// # Errors
/// Files of 4 GiB together.
pub(super) fn gather(dir: &Path) -> Result<Subject> {
    let mut input = Input::default();
    let courier = read(&dir.join("smtproutes")) == State::Missing
        && read(&dir.join("esmtproutes")) != State::Missing;
    let table = if courier { "esmtproutes" } else { "smtproutes" };
    for name in [table, "authsenders", "qmtproutes", "me", "helohost"] {
        let path = dir.join(name);
        input.push(name, &path.display().to_string(), read(&path))?;
    }
    Ok(Subject {
        input,
        table: 0,
        whole: true,
    })
}
