//! Which dialect a table is read in.

use std::path::Path;

use anyhow::{Result, bail};

use super::config::Config;
use super::messages::Messages;
use super::near::nearest;
use crate::control::{only_word, read};
use crate::formats;
use crate::formats::smtproutes::{Dialect, stated_dialect};
use crate::source::{State, Visible};

/// Everything that can name a dialect, in the order in which it is asked.
pub(super) struct DialectSources<'s> {
    /// `--dialect`.
    pub option: Option<&'s str>,
    /// The first bytes of the table.
    pub head: &'s [u8],
    /// The directory of the table, for `smtproutesdialect`.
    pub dir: Option<&'s Path>,
    /// qroute.toml.
    pub config: &'s Config,
}

impl DialectSources<'_> {
    /// The dialect, and a warning when two sources disagree.
    ///
    /// # Errors
    /// A source names a dialect that does not exist.
    pub fn choose(&self, messages: &Messages) -> Result<&'static Dialect> {
        let mut stated: Vec<(String, &'static Dialect)> = Vec::new();
        if let Some(name) = self.option {
            stated.push(("--dialect".to_owned(), named(name, "--dialect")?));
        }
        if let Some(name) = stated_dialect(self.head) {
            let source = "the table's own first lines";
            stated.push((
                source.to_owned(),
                named(&Visible(name).to_string(), source)?,
            ));
        }
        if let Some(dir) = self.dir {
            let path = dir.join("smtproutesdialect");
            let source = path.display().to_string();
            match read(&path) {
                State::Bytes(bytes) => {
                    let name = Visible(&bytes[only_word(&bytes)]).to_string();
                    stated.push((source.clone(), named(&name, &source)?));
                }
                // Whoever guesses here reads the table in the wrong dialect.
                State::Directory => bail!("cannot read {source}: it is a directory"),
                State::Unreadable(errno) => {
                    let error = std::io::Error::from_raw_os_error(errno);
                    bail!("cannot read {source}: {error}; it names the dialect of the table")
                }
                State::Missing | State::Unread(_) => {}
            }
        }
        if let Some(name) = &self.config.dialect {
            let source = self
                .config
                .path
                .as_ref()
                .map_or_else(String::new, |p| p.display().to_string());
            stated.push((source.clone(), named(name, &source)?));
        }
        let Some((source, dialect)) = stated.first() else {
            return named("notqmail", "");
        };
        for (other, named) in &stated[1..] {
            if named.name != dialect.name && self.option.is_none() {
                messages.warning(&format!(
                    "{source} says dialect {}, {other} says {}: the first is used; make them agree",
                    dialect.name, named.name
                ));
            }
        }
        Ok(dialect)
    }
}

/// The dialect called `name`, which `source` asks for.
pub(super) fn named(name: &str, source: &str) -> Result<&'static Dialect> {
    match Dialect::find(name) {
        Some(dialect) => Ok(dialect),
        None => bail!("{}", unknown(name, source)),
    }
}

/// What is said of a dialect that does not exist.
pub(super) fn unknown(name: &str, source: &str) -> String {
    let names: Vec<&str> = Dialect::names().collect();
    let near = match nearest(name, &names) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if formats::find(name).is_some() => {
            ": that is a format, and --from says it; only smtproutes has dialects.".to_owned()
        }
        None => ".".to_owned(),
    };
    format!(
        "{source}: unknown dialect `{name}`{near} Known are {}",
        names.join(", ")
    )
}
