//! Where the files go.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::args::ConvertArgs;
use super::target::Target;
use crate::cli::messages::Messages;
use crate::cli::output::Output;
use crate::cli::replace::{Backup, Created, Locks, Original, Staged};
use crate::formats::Written;

/// Where files go. What is there already was read under the lock that is held until it is replaced.
pub(super) enum Destination {
    /// Standard output.
    Stdout,
    /// A file.
    File(PathBuf, Option<Original>),
    /// A directory, and the files in it that are there.
    Directory(PathBuf, Vec<(String, Original)>),
}

impl Destination {
    /// As `-o` says.
    ///
    /// # Errors
    /// OUT is there already and nothing says that it may be replaced; it cannot be read or locked.
    pub fn open(args: &ConvertArgs, target: &Target, locks: &mut Locks) -> Result<Self> {
        let named = args.target.output.as_ref();
        let many = target.format.is_directory && !target.commands;
        let Some(path) = named.filter(|path| path.as_os_str() != "-") else {
            if many && args.there.diff.is_none() {
                bail!(
                    "--to {} writes several files: -o DIR names their directory, and --to {} prints commands instead",
                    target.format.id.0,
                    super::target::COMMANDS
                );
            }
            return Ok(Destination::Stdout);
        };
        let may = |file: &Path| {
            let same =
                |other: &Option<PathBuf>| other.as_ref().is_some_and(|other| is_same(other, file));
            args.there.overwrite
                || args.there.diff.is_some()
                || same(&args.file)
                || same(&args.there.merge)
                || [&args.file, &args.there.merge]
                    .into_iter()
                    .flatten()
                    .any(|dir| file.parent().is_some_and(|of| many && is_same(dir, of)))
        };
        let refused = |file: &Path| {
            anyhow::anyhow!(
                "{} is there already: --overwrite replaces it, and what it holds is gone; --merge {} keeps its routes",
                file.display(),
                path.display()
            )
        };
        if many {
            if path.exists() && !path.is_dir() {
                bail!("{} is no directory", path.display());
            }
            let mut there = Vec::new();
            for name in target.format.files {
                let file = path.join(name);
                if file.exists() {
                    if !may(&file) {
                        return Err(refused(&file));
                    }
                    there.push(((*name).to_owned(), Original::open(locks, &file)?));
                }
            }
            return Ok(Destination::Directory(path.clone(), there));
        }
        if path.is_dir() {
            bail!("{} is a directory; -o names a file", path.display());
        }
        if !path.exists() {
            return Ok(Destination::File(path.clone(), None));
        }
        if !may(path) {
            return Err(refused(path));
        }
        let original = Original::open(locks, path)?;
        Ok(Destination::File(path.clone(), Some(original)))
    }

    /// The bytes that are there, by name of the file.
    pub fn before(&self) -> Vec<Written> {
        match self {
            Destination::Stdout | Destination::File(_, None) => Vec::new(),
            Destination::File(_, Some(original)) => {
                vec![(original.shown().to_owned(), original.bytes.clone())]
            }
            Destination::Directory(_, all) => all
                .iter()
                .map(|(name, original)| (name.clone(), original.bytes.clone()))
                .collect(),
        }
    }

    /// Writes `files`: all are complete on disk before the first gets its name.
    ///
    /// # Errors
    /// Nothing is written, but for what a message says.
    pub fn write(
        self,
        files: Vec<Written>,
        secret: bool,
        backup: Option<&Backup>,
        locks: &mut Locks,
        output: &Output,
        messages: &Messages,
    ) -> Result<()> {
        let mut staged: Vec<Staged> = Vec::new();
        let mut created: Vec<Created> = Vec::new();
        match self {
            Destination::Stdout => {
                for (_, bytes) in &files {
                    output.write(bytes)?;
                }
                return Ok(());
            }
            Destination::File(path, original) => {
                let bytes = files.into_iter().next().map(|(_, bytes)| bytes);
                let bytes = bytes.unwrap_or_default();
                match original {
                    Some(original) if original.bytes == bytes => {}
                    Some(original) => staged.push(original.stage(&bytes)?),
                    None => created.push(Created::stage(locks, &path, &bytes, secret)?),
                }
            }
            Destination::Directory(dir, mut there) => {
                std::fs::create_dir_all(&dir)
                    .with_context(|| format!("cannot make the directory {}", dir.display()))?;
                for (name, bytes) in files {
                    match there.iter().position(|(known, _)| *known == name) {
                        Some(at) => {
                            let (_, original) = there.swap_remove(at);
                            if original.bytes != bytes {
                                staged.push(original.stage(&bytes)?);
                            }
                        }
                        None => {
                            created.push(Created::stage(locks, &dir.join(&name), &bytes, secret)?)
                        }
                    }
                }
            }
        }
        if secret && !created.is_empty() {
            for file in &created {
                messages.hint(&format!(
                    "{} holds passwords and is readable for its owner alone (mode 0600): the user that delivers (qmailr) must be able to read it",
                    file.shown()
                ));
            }
        }
        let all = staged.len() + created.len();
        let mut done = 0;
        let told = |done: usize| {
            format!("{done} of {all} files are written; several renames are not one step")
        };
        for file in staged {
            file.commit(backup).with_context(|| told(done))?;
            done += 1;
        }
        for file in created {
            file.commit().with_context(|| told(done))?;
            done += 1;
        }
        if all > 1 {
            messages.hint(&told(done));
        }
        Ok(())
    }
}

/// True when both name one file.
fn is_same(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
