//! What is known of the files around a table.

use super::{Notation, Reading};
use crate::lookup::Store;
use crate::model::FileVerdict;
use crate::source::{File, Input, Span, State};

/// A control directory, as far as it was looked at.
pub struct Site<'a> {
    /// All files that were read, the table first.
    pub input: &'a Input,
    /// The table as the first of the dialects asked about reads it.
    pub reading: Reading<'a>,
    /// What the file system says about the files.
    pub facts: &'a Facts,
    /// The products that are asked about.
    pub products: &'a [SiteProduct<'a>],
    /// qmail-send's files alone: what is kept on this host. Its places are not those of `input`; see [`Site::moved`].
    pub system: &'a dyn Store,
    /// The dialect called by a name or an alias.
    pub dialect: &'a dyn Fn(&str) -> Option<&'static str>,
}

/// Answers what becomes of all mail when files, given by name, are in these states.
pub type FateOf<'a> = Box<dyn Fn(&[(&str, State)]) -> FileVerdict + 'a>;

/// A product, as far as rules about files need to know it.
pub struct SiteProduct<'a> {
    /// Its name and notation.
    pub notation: Notation,
    /// The files that its deliverer reads, the table first.
    pub reads: Vec<&'static str>,
    /// True when qmail-send decides before it.
    pub system: bool,
    /// Those of its files that hold credentials.
    pub credentials: Vec<&'static str>,
    /// What becomes of all mail when these of its files are in these states, and all others in order.
    pub fate: FateOf<'a>,
}

/// What the file system says about a control directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The files of the input, with what is known of each.
    pub files: Vec<FileFacts>,
    /// All names in the directory, and in `tlshosts` and `notlshosts` below it, sorted.
    pub names: Vec<String>,
    /// The directories that lead to the files, from the root on.
    pub way: Vec<Access>,
    /// Whose rights count; without it, owner and mode are nobody's business.
    pub user: Option<UserIds>,
    /// True when the directory is that of a mail system, and not a copy of some of its files.
    pub is_home: bool,
    /// Files that exist and that this program may not read: nothing is said about what is in them.
    pub refused: Vec<String>,
}

/// What the file system says about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// Its name in the directory.
    pub name: String,
    /// Its number in the input.
    pub index: usize,
    /// Where it leads, when it is a symbolic link.
    pub link: Option<String>,
    /// Owner, group and mode; of the target, when it is a link. `None` when there is no file.
    pub access: Option<Access>,
    /// The directories that lead to a link's target.
    pub way: Vec<Access>,
    /// When it was last written, in nanoseconds since 1970.
    pub modified: Option<i128>,
}

/// Who may do what with a file or a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Its path.
    pub path: String,
    /// Number of its owner.
    pub owner: u32,
    /// Number of its group.
    pub group: u32,
    /// Permission bits.
    pub mode: u32,
}

/// The user whose rights count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserIds {
    /// The name.
    pub name: String,
    /// The number.
    pub user: u32,
    /// The number of the group. qmail-start gives its programs one group and takes all others away (`prot_gid`).
    pub group: u32,
}

/// Reading a file.
pub const READ: u32 = 4;
/// Searching a directory.
pub const SEARCH: u32 = 1;

impl Access {
    /// Whether `user` may do this. Root may everything.
    pub fn allows(&self, user: &UserIds, what: u32) -> bool {
        let shift = match (self.owner == user.user, self.group == user.group) {
            (true, _) => 6,
            (false, true) => 3,
            (false, false) => 0,
        };
        user.user == 0 || self.mode >> shift & what != 0
    }

    /// Whether everybody else may do this.
    pub fn allows_others(&self, what: u32) -> bool {
        self.mode & what != 0
    }

    /// Whether members of `group` may do this.
    pub fn allows_group(&self, group: u32, what: u32) -> bool {
        let shift = if self.group == group { 3 } else { 0 };
        self.mode >> shift & what != 0
    }
}

impl FileFacts {
    /// A file without anything known of it.
    pub fn new(name: &str, index: usize) -> Self {
        FileFacts {
            name: name.to_owned(),
            index,
            link: None,
            access: None,
            way: Vec::new(),
            modified: None,
        }
    }
}

impl Facts {
    /// What is known of the file called `name`.
    pub fn file(&self, name: &str) -> Option<&FileFacts> {
        self.files.iter().find(|facts| facts.name == name)
    }

    /// The directories that must be searched to reach `file`.
    pub fn way_to<'f>(&'f self, file: &'f FileFacts) -> impl Iterator<Item = &'f Access> {
        self.way.iter().chain(&file.way)
    }
}

impl<'a> Site<'a> {
    /// The file called `name`, in whatever state.
    pub fn file(&self, name: &str) -> Option<&'a File> {
        let facts = self.facts.file(name)?;
        self.input.files().get(facts.index)
    }

    /// The bytes of the file called `name`, with the offset of the first.
    pub fn bytes(&self, name: &str) -> Option<(u32, &'a [u8])> {
        let file = self.file(name)?;
        Some((file.base(), file.state.bytes()?))
    }

    /// True when it was looked for and is not there.
    pub fn is_missing(&self, name: &str) -> bool {
        self.file(name)
            .is_some_and(|file| file.state == State::Missing)
    }

    /// The start of the file called `name`, or of the table.
    pub fn start_of(&self, name: &str) -> Span {
        let file = self.file(name).or(self.input.files().first());
        Span::new(file.map_or(0, File::base), 0)
    }

    /// The first line of the file called `name`; empty when it has none.
    pub fn first_line_of(&self, name: &str) -> Span {
        let Some((base, bytes)) = self.bytes(name) else {
            return self.start_of(name);
        };
        let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        Span::at(base, 0..end)
    }

    /// A place in [`Site::system`], as a place in `input`.
    pub fn moved(&self, span: Span) -> Option<Span> {
        let from = self.system.document().input.file_of(span)?;
        let to = self.file(&from.name)?;
        Some(Span::new(
            to.base() + span.start.checked_sub(from.base())?,
            span.len,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_class_that_fits_decides() {
        let user = UserIds {
            name: "qmailr".to_owned(),
            user: 7,
            group: 8,
        };
        let file = |owner, group, mode| Access {
            path: String::new(),
            owner,
            group,
            mode,
        };
        assert!(file(0, 0, 0o644).allows(&user, READ));
        assert!(!file(0, 0, 0o640).allows(&user, READ));
        assert!(file(0, 8, 0o640).allows(&user, READ));
        // The owner's bits count for the owner, even where others have more.
        assert!(!file(7, 8, 0o044).allows(&user, READ));
        assert!(!file(0, 8, 0o604).allows(&user, READ));
        assert!(file(0, 0, 0o600).allows(&UserIds::default(), READ));
    }
}
