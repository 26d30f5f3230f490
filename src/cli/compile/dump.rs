//! Printing a database.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::cli::Exit;
use crate::cli::output::Output;
use crate::control::{RESERVED, cdb_records, read};
use crate::source::State;

/// Prints the records of the database at `path` as lines of a table, in their order: what stands in the text, without comments
/// and without what no mail reaches.
///
/// # Errors
/// It cannot be read, or is none.
pub(super) fn dump(path: &Path, output: &Output) -> Result<Exit> {
    let shown = path.display();
    let bytes = match read(path) {
        State::Bytes(bytes) => bytes,
        State::Missing => bail!("{shown}: no such file; qroute-compile makes it"),
        State::Directory => bail!("{shown} is a directory"),
        State::Unreadable(errno) => {
            return Err(std::io::Error::from_raw_os_error(errno))
                .with_context(|| format!("cannot read {shown}"));
        }
        State::Unread(_) => bail!("cannot read {shown}"),
    };
    let mut reserved = false;
    let mut lines = Vec::new();
    for (key, data) in cdb_records(&bytes) {
        let (key, data) = (&bytes[key], &bytes[data]);
        if key == RESERVED {
            reserved = true;
            continue;
        }
        // skarnet's names with colons stand between a `Z` and a backslash.
        match key.contains(&b':') {
            true => lines.extend([b"Z", key, b"\\"].concat()),
            false => lines.extend(key),
        }
        lines.push(b':');
        lines.extend(data);
        lines.push(b'\n');
    }
    if !reserved {
        bail!("{shown} was not made by qroute-compile");
    }
    output.write(&lines)?;
    output.flush()?;
    Ok(Exit::Success)
}
