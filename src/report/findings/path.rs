//! Where a file lies in its repository.

/// The root of a repository, and where relative paths start.
#[derive(Clone, Debug, Default)]
pub(super) struct Root {
    root: Option<String>,
    directory: Option<String>,
}

/// How reports name a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// By its path below the root.
    Below(String),
    /// By its path as it was given: there is no root, or it lies elsewhere.
    Given(String),
}

impl Named {
    /// The path.
    pub fn path(&self) -> &str {
        match self {
            Named::Below(path) | Named::Given(path) => path,
        }
    }
}

impl Root {
    /// The repository at `root`. Relative paths, also of the root, start at `directory`.
    pub fn new(root: Option<String>, directory: Option<String>) -> Self {
        let directory = directory.map(|path| simple(&path));
        let root = root.map(|path| joined(directory.as_deref(), &path));
        Root { root, directory }
    }

    /// The root when it is known as an absolute path, with `/` at its end.
    pub fn absolute(&self) -> Option<String> {
        let root = self.root.as_deref().filter(|root| root.starts_with('/'))?;
        Some(format!("{}/", root.trim_end_matches('/')))
    }

    /// How to name the file at `path`.
    pub fn name(&self, path: &str) -> Named {
        if path == "-" {
            return Named::Given(path.to_owned());
        }
        let Some(root) = &self.root else {
            return Named::Given(simple(path));
        };
        if self.directory.is_none() && root.starts_with('/') && !path.starts_with('/') {
            let path = simple(path);
            return match climbs(&path) {
                true => Named::Given(path),
                false => Named::Below(path),
            };
        }
        let full = joined(self.directory.as_deref(), path);
        let below = match root.as_str() {
            // Nothing but what climbs out lies elsewhere.
            "." => Some(full.as_str()).filter(|path| !climbs(path)),
            root => full.strip_prefix(root).and_then(|rest| match root {
                "/" => Some(rest),
                _ if rest.is_empty() => Some("."),
                _ => rest.strip_prefix('/'),
            }),
        };
        match below {
            Some(path) if !path.starts_with('/') => Named::Below(path.to_owned()),
            _ => Named::Given(full),
        }
    }
}

fn climbs(path: &str) -> bool {
    path == ".." || path.starts_with("../") || path.starts_with('/')
}

fn joined(directory: Option<&str>, path: &str) -> String {
    match directory {
        Some(directory) if !path.starts_with('/') => simple(&format!("{directory}/{path}")),
        _ => simple(path),
    }
}

/// `path` without empty parts and `.`, and with `..` carried out; `.` when nothing is left.
fn simple(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if path.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (path.starts_with('/'), joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// `path` as it stands in a URI (RFC 3986): all but unreserved characters and `/` are percent-encoded, also `:`, so that
/// no first part looks like a scheme.
pub(super) fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for &byte in path.as_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(char::from(DIGITS[usize::from(byte >> 4)]));
                out.push(char::from(DIGITS[usize::from(byte & 15)]));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(root: Option<&str>, directory: Option<&str>, path: &str) -> Named {
        Root::new(root.map(str::to_owned), directory.map(str::to_owned)).name(path)
    }

    #[test]
    fn files_are_named_from_the_root() {
        let below = |path: &str| Named::Below(path.to_owned());
        let given = |path: &str| Named::Given(path.to_owned());
        assert_eq!(name(None, None, "./a//b"), given("a/b"));
        assert_eq!(name(Some("/r"), None, "/r/a/b"), below("a/b"));
        assert_eq!(name(Some("/r/"), None, "/rest/a"), given("/rest/a"));
        assert_eq!(name(Some("/r"), None, "./a/b"), below("a/b"));
        assert_eq!(name(Some("/r"), None, "../a"), given("../a"));
        assert_eq!(name(Some("/r"), Some("/r/a"), "../b"), below("b"));
        assert_eq!(name(Some("/r"), Some("/r/a"), "c"), below("a/c"));
        assert_eq!(name(Some("/r"), Some("/r"), "."), below("."));
        assert_eq!(name(Some(".."), Some("/r/a"), "c"), below("a/c"));
        assert_eq!(name(Some("."), None, "a/../c"), below("c"));
        assert_eq!(name(Some("."), None, "../c"), given("../c"));
        assert_eq!(name(Some("/"), None, "/etc/c"), below("etc/c"));
        assert_eq!(name(Some("/r"), Some("/r"), "-"), given("-"));
        assert_eq!(name(Some("/r"), None, "/../x"), given("/x"));
    }

    #[test]
    fn paths_are_encoded() {
        assert_eq!(encoded("a b/ü:%~"), "a%20b/%C3%BC%3A%25~");
    }
}
