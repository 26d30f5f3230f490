//! Replacing files so that nobody ever sees half of one.
//!
//! [`Locks`] holds an exclusive `flock(2)` on a directory from reading to renaming. [`Original::open`] follows a symbolic link to
//! its target and reads it under the lock of the *target's* directory, with what makes it this file in this state. The new text
//! is [staged](Original::stage): written and synced to a temporary file beside it, with mode, owner, group, ACL and label of
//! the old one; where one of them cannot be kept nothing is replaced. [`Staged::commit`] looks once more whether the file is what
//! was read, keeps a backup where one is wanted, renames, and syncs the directory.
//!
//! SIGINT and SIGTERM remove the temporary files before they end the program: they are known to [`remove_temporaries`], which
//! `cli::output` calls. Several files are all staged before the first is renamed; several renames are not one step, and
//! whoever replaces several files says so.

mod attributes;
mod created;
mod lock;
mod made;
mod original;
mod staged;
mod temporary;

pub(super) use created::{Created, write_whole};
pub(super) use lock::Locks;
pub(super) use made::Made;
pub(super) use original::Original;
pub(super) use staged::replace_all;
pub(super) use staged::{Backup, Staged};
pub(super) use temporary::remove_temporaries;
