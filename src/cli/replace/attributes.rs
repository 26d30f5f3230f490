//! What a file carries besides its bytes.

use std::ffi::CString;
use std::fs::{File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use anyhow::{Context, Result, bail};
use rustix::fs::{XattrFlags, fchown, fgetxattr, flistxattr, fremovexattr, fsetxattr};
use rustix::io::Errno;
use rustix::process::{Gid, Uid};

/// Mode, owner, group, and all extended attributes: ACL and security label are among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attributes {
    mode: u32,
    owner: u32,
    group: u32,
    extended: Vec<(CString, Vec<u8>)>,
}

/// What the kernel computes from a file's bytes; it belongs to the old ones.
const OF_CONTENT: [&[u8]; 2] = [b"security.ima", b"security.evm"];

impl Attributes {
    /// Those of an open file.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn of(file: &File) -> Result<Self> {
        let meta = file.metadata().context("cannot read its mode and owner")?;
        Ok(Attributes {
            mode: meta.mode() & 0o7777,
            owner: meta.uid(),
            group: meta.gid(),
            extended: extended(file).context("cannot read its extended attributes")?,
        })
    }

    /// Gives them to `file`, which has nothing else afterwards.
    ///
    /// # Errors
    /// One of them cannot be kept; the message says which.
    pub fn give(&self, file: &File) -> Result<()> {
        let has = Attributes::of(file)?;
        if (has.owner, has.group) != (self.owner, self.group) {
            let owner = (has.owner != self.owner).then(|| Uid::from_raw(self.owner));
            let group = (has.group != self.group).then(|| Gid::from_raw(self.group));
            fchown(file, owner, group).with_context(|| {
                format!(
                    "cannot keep its owner and group ({}:{})",
                    self.owner, self.group
                )
            })?;
        }
        for (name, _) in &has.extended {
            if !self.extended.iter().any(|(kept, _)| kept == name) {
                let shown = name.to_string_lossy();
                fremovexattr(file, name.as_c_str())
                    .with_context(|| format!("cannot leave out the attribute {shown}"))?;
            }
        }
        for (name, value) in &self.extended {
            if !has.extended.iter().any(|(n, v)| (n, v) == (name, value)) {
                let shown = name.to_string_lossy();
                fsetxattr(file, name.as_c_str(), value, XattrFlags::empty())
                    .with_context(|| format!("cannot keep its attribute {shown}"))?;
            }
        }
        // Last: a change of owner takes bits away, and an ACL changes those of the group.
        file.set_permissions(Permissions::from_mode(self.mode))
            .context("cannot keep its mode")?;
        if Attributes::of(file)? != *self {
            bail!("cannot keep its mode, owner, ACL and label all together");
        }
        Ok(())
    }
}

/// All extended attributes, sorted; none where the file system has none.
fn extended(file: &File) -> rustix::io::Result<Vec<(CString, Vec<u8>)>> {
    let names = match grown(|buffer| flistxattr(file, buffer)) {
        Ok(names) => names,
        Err(Errno::NOTSUP) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for name in names.split(|&b| b == 0).filter(|name| !name.is_empty()) {
        if OF_CONTENT.contains(&name) {
            continue;
        }
        // A part between NULs holds none.
        let Ok(name) = CString::new(name) else {
            continue;
        };
        match grown(|buffer| fgetxattr(file, name.as_c_str(), buffer)) {
            Ok(value) => found.push((name, value)),
            // Listed, and not there: some file systems list what this user has no use of.
            Err(Errno::NODATA) => {}
            Err(error) => return Err(error),
        }
    }
    found.sort();
    Ok(found)
}

/// What `read` fills in, with a buffer that is large enough.
fn grown(
    mut read: impl FnMut(&mut [u8]) -> rustix::io::Result<usize>,
) -> rustix::io::Result<Vec<u8>> {
    let mut buffer = vec![0; 256];
    loop {
        match read(&mut buffer) {
            Ok(len) => {
                buffer.truncate(len);
                return Ok(buffer);
            }
            // 64 KiB is the most that Linux has.
            Err(Errno::RANGE) if buffer.len() < 1 << 20 => buffer.resize(buffer.len() * 4, 0),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_carried_over() {
        let dir = tempfile::tempdir().unwrap();
        let [old, new] = ["old", "new"].map(|name| File::create(dir.path().join(name)).unwrap());
        old.set_permissions(Permissions::from_mode(0o640)).unwrap();
        let long = vec![b'x'; 900];
        let set = |file: &File, name: &str, value: &[u8]| {
            fsetxattr(file, name, value, XattrFlags::empty())
        };
        set(&old, "user.qroute", &long).unwrap();
        set(&new, "user.other", b"y").unwrap();
        let wanted = Attributes::of(&old).unwrap();
        assert!(wanted.extended.iter().any(|(_, value)| *value == long));
        wanted.give(&new).unwrap();
        assert_eq!(Attributes::of(&new).unwrap(), wanted);
    }
}
