//! qroute.toml: defaults beside the files they are for.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

/// What a configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    /// Where it stands.
    pub path: Option<PathBuf>,
    /// `dialect = "…"`.
    pub dialect: Option<String>,
    /// `own = "…"` or a list.
    pub own: Option<String>,
    /// `[lint]`.
    pub lint: LintConfig,
}

/// What a configuration says about qroute-lint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LintConfig {
    /// `select`, `ignore` and `deny`, as the options of these names.
    pub select: Vec<String>,
    pub ignore: Vec<String>,
    pub deny: Vec<String>,
    /// `fail-on`.
    pub fail_on: Option<String>,
    /// `[lint.allow]`: for the files whose path ends in the key, rules that are meant as they are.
    pub allow: Vec<(String, Vec<String>)>,
}

impl Config {
    /// Reads `path`.
    ///
    /// # Errors
    /// It cannot be read, is no TOML, or holds a key that nothing understands.
    pub fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
        // Said without the snippet of the file that the error would print over several lines.
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let before = &text.as_bytes()[..at];
            let line = 1 + before.iter().filter(|&&b| b == b'\n').count();
            anyhow!("{shown}:{line}: not valid TOML: {}", error.message())
        })?;
        let mut config = Config {
            path: Some(path.to_owned()),
            ..Config::default()
        };
        for (key, value) in table {
            match (key.as_str(), value) {
                ("dialect", toml::Value::String(name)) => config.dialect = Some(name),
                ("own", toml::Value::String(list)) => config.own = Some(list),
                ("own", toml::Value::Array(list)) => {
                    let parts: Option<Vec<&str>> = list.iter().map(toml::Value::as_str).collect();
                    let parts =
                        parts.with_context(|| format!("{shown}: `own` must hold strings"))?;
                    config.own = Some(parts.join(","));
                }
                ("dialect" | "own", _) => bail!("{shown}: `{key}` must be a string"),
                ("lint", toml::Value::Table(table)) => {
                    config.lint = LintConfig::read(table)
                        .with_context(|| format!("{shown}: section [lint]"))?;
                }
                _ => bail!("{shown}: unknown key `{key}`; known are `dialect`, `own` and [lint]"),
            }
        }
        Ok(config)
    }

    /// The configuration at `given`, none with `none`, or the one that is found from `start` upward.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn find(given: Option<&Path>, none: bool, start: &Path) -> Result<Self> {
        match given {
            Some(path) => Config::read(path),
            None if none => Ok(Config::default()),
            None => Config::search(start),
        }
    }

    /// Searches `qroute.toml` from `start` upward.
    ///
    /// The search stops behind a repository root, at a mount point, and before a directory that is writable by others or
    /// owned by neither root nor the user: a stranger's file must not decide where mail seems to go.
    ///
    /// # Errors
    /// As [`Config::read`]; finding none is no error.
    pub fn search(start: &Path) -> Result<Self> {
        let Ok(mut dir) = start.canonicalize() else {
            return Ok(Config::default());
        };
        // /proc/self belongs to the effective user.
        let user = fs::metadata("/proc/self").map_or(0, |meta| meta.uid());
        let device = fs::metadata(&dir).map_or(0, |meta| meta.dev());
        loop {
            let Ok(meta) = fs::metadata(&dir) else {
                return Ok(Config::default());
            };
            let trusted = meta.mode() & 0o022 & writable_by_others(&meta) == 0
                && [0, user].contains(&meta.uid());
            if !trusted || meta.dev() != device {
                return Ok(Config::default());
            }
            let path = dir.join("qroute.toml");
            if path.is_file() {
                return Config::read(&path);
            }
            if dir.join(".git").exists() || !dir.pop() {
                return Ok(Config::default());
            }
        }
    }
}

impl LintConfig {
    fn read(table: toml::Table) -> Result<Self> {
        let mut lint = LintConfig::default();
        for (key, value) in table {
            match (key.as_str(), value) {
                ("select", value) => lint.select = names(&key, value)?,
                ("ignore", value) => lint.ignore = names(&key, value)?,
                ("deny", value) => lint.deny = names(&key, value)?,
                ("fail-on", toml::Value::String(severity)) => lint.fail_on = Some(severity),
                ("allow", toml::Value::Table(files)) => {
                    for (file, value) in files {
                        let rules = names(&file, value)?;
                        lint.allow.push((file, rules));
                    }
                }
                _ => bail!(
                    "`{key}` is unknown or of the wrong type; known are select, ignore, deny (lists), fail-on (a string) and [lint.allow]"
                ),
            }
        }
        Ok(lint)
    }
}

fn names(key: &str, value: toml::Value) -> Result<Vec<String>> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let names: Option<Vec<String>> = list
        .iter()
        .map(|name| name.as_str().map(str::to_owned))
        .collect();
    match names {
        Some(names) if value.is_array() => Ok(names),
        _ => bail!("`{key}` must be a list of names"),
    }
}

/// Bits that let others write: the group counts unless it is root's own or the owner's private one.
fn writable_by_others(meta: &fs::Metadata) -> u32 {
    if meta.gid() == meta.uid() {
        0o002
    } else {
        0o022
    }
}
