//! What a reader is told besides the files.

use super::smtproutes::{DIALECTS, Dialect};
use crate::model::{Assumption, Semantics, Variation};

/// How files are read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The dialect of smtproutes; other formats have none.
    pub dialect: &'static Dialect,
    /// What the user settles of what a vendor leaves open: `("order", "first-match")`.
    pub assume: Vec<(String, String)>,
    /// A documented shape is read although it has defects.
    pub lenient: bool,
    /// A shape that nobody documents is read by what its names say.
    pub infer_roles: bool,
    /// The encoding, whatever the file declares.
    pub encoding: Option<String>,
    /// The domains that routes without recipients stand for, by name of the route.
    pub bind: Vec<(String, Vec<String>)>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            dialect: &DIALECTS[0],
            assume: Vec::new(),
            lenient: false,
            infer_roles: false,
            encoding: None,
            bind: Vec::new(),
        }
    }
}

/// The option that says whose mail a named route takes, as a shell takes it: `--bind 'NAME=DOMAIN[,DOMAIN…]'`.
pub fn bind_option(name: &str, domains: &str) -> String {
    let name = name.trim().replace('\'', "'\\''");
    format!("--bind '{name}={domains}'")
}

/// Something that a vendor does not document, and how it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its name in `--assume`.
    pub key: &'static str,
    /// What may be assumed, the first when nothing is said: the value and what it means. A value in angle brackets stands for
    /// text of the user's.
    pub values: &'static [(&'static str, &'static str)],
}

/// Whether letters of addresses and domains are compared with their case.
pub(super) const CASE: Open = Open {
    key: "case",
    values: &[
        (
            "insensitive",
            "addresses and domains are compared without regard to case",
        ),
        (
            "sensitive",
            "addresses and domains are compared letter by letter",
        ),
    ],
};

/// Whether a dot at the end of a domain is part of it.
pub(super) const FINAL_DOT: Open = Open {
    key: "final-dot",
    values: &[
        (
            "dropped",
            "a dot at the end of a domain does not belong to it",
        ),
        (
            "kept",
            "a dot at the end of a domain belongs to it: such a route is never taken",
        ),
    ],
};

/// An assumption that a format does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAssumption {
    /// No such thing is open.
    #[error("--assume {0}: nothing of that name is left open by this format; it knows {1}")]
    Key(String, String),
    /// It cannot be settled that way.
    #[error("--assume {0}={1}: the values are {2}")]
    Value(String, String, String),
}

/// What is assumed of everything that a format leaves open.
#[derive(Clone, Debug)]
pub struct Assumed<'o> {
    open: &'static [Open],
    given: &'o [(String, String)],
}

impl<'o> Assumed<'o> {
    /// Checks `given` against what is `open`.
    ///
    /// # Errors
    /// A name or a value that does not exist.
    pub fn new(
        open: &'static [Open],
        given: &'o [(String, String)],
    ) -> Result<Self, BadAssumption> {
        for (key, value) in given {
            let Some(known) = open.iter().find(|open| open.key == key) else {
                let names: Vec<&str> = open.iter().map(|open| open.key).collect();
                return Err(BadAssumption::Key(key.clone(), names.join(", ")));
            };
            let fits = |(name, _): &(&str, &str)| *name == value || name.starts_with('<');
            if !known.values.iter().any(fits) {
                let values: Vec<&str> = known.values.iter().map(|(value, _)| *value).collect();
                let values = values.join(", ");
                return Err(BadAssumption::Value(key.clone(), value.clone(), values));
            }
        }
        Ok(Assumed { open, given })
    }

    /// What is assumed of `key`, which the format must list.
    pub fn value(&self, key: &str) -> &'o str
    where
        'static: 'o,
    {
        let given = self.given.iter().rev().find(|(name, _)| name == key);
        match given {
            Some((_, value)) => value,
            None => self.first(key),
        }
    }

    /// What the user says of `key`, if anything.
    pub fn given(&self, key: &str) -> Option<&'o str> {
        let given = self.given.iter().rev().find(|(name, _)| name == key);
        given.map(|(_, value)| value.as_str())
    }

    /// What is assumed of `key` when nothing is said.
    pub fn first(&self, key: &str) -> &'static str {
        let known = self.open.iter().find(|open| open.key == key);
        let value = known.and_then(|open| open.values.first());
        value.map_or("", |(value, _)| value)
    }

    /// The same value, as the format lists it; the first one for text of the user's.
    pub fn listed(&self, key: &str) -> &'static str {
        let value = self.value(key);
        let known = self.open.iter().find(|open| open.key == key);
        let listed = known.and_then(|open| {
            let same = open.values.iter().find(|(name, _)| *name == value);
            same.or(open.values.first())
        });
        listed.map_or("", |(value, _)| value)
    }

    /// True when `key` is taken as `value`.
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.value(key) == value
    }

    /// All assumptions, each with the table as it would be read if it were wrong: matched by other semantics, the first
    /// that `semantics` makes of another value; else as `special` says; else without the routes that are marked with it as a doubt,
    /// which are there as long as the first of its values is assumed.
    pub(super) fn assumptions(
        &self,
        semantics: impl Fn(&Assumed<'_>) -> Semantics,
        special: impl Fn(&str) -> Option<Variation>,
    ) -> Vec<Assumption> {
        let as_is = semantics(self);
        let mut all = Vec::new();
        // Nothing is assumed of what only the user can say.
        let is_assumed =
            |open: &&Open| !open.values.iter().all(|(value, _)| value.starts_with('<'));
        for open in self.open.iter().filter(is_assumed) {
            let (key, value) = (open.key, self.listed(open.key));
            let changed = |value: &str| {
                let given = self.otherwise(key, value);
                let other = Assumed {
                    open: self.open,
                    given: &given,
                };
                Some(semantics(&other)).filter(|changed| *changed != as_is)
            };
            let mut others = open.values.iter().filter(|(other, _)| *other != value);
            let otherwise = if let Some(changed) = others.find_map(|(other, _)| changed(other)) {
                Variation::Semantics(0, changed)
            } else if let Some(special) = special(key) {
                special
            } else if value == self.first(key) {
                Variation::Without(key)
            } else {
                continue;
            };
            all.push(Assumption {
                key,
                value,
                otherwise,
            });
        }
        all
    }

    /// What is given, with `key` taken as `value`.
    fn otherwise(&self, key: &str, value: &str) -> Vec<(String, String)> {
        let mut given = self.given.to_vec();
        given.push((key.to_owned(), value.to_owned()));
        given
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: &[Open] = &[
        Open {
            key: "order",
            values: &[("first-match", ""), ("most-specific", "")],
        },
        Open {
            key: "delimiter",
            values: &[("none", ""), ("<CHARS>", "")],
        },
    ];

    #[test]
    fn only_what_is_open_can_be_settled() {
        let given = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect()
        };
        let none = given(&[]);
        assert!(
            Assumed::new(OPEN, &none)
                .unwrap()
                .is("order", "first-match")
        );
        let some = given(&[("order", "most-specific"), ("delimiter", "+")]);
        let assumed = Assumed::new(OPEN, &some).unwrap();
        assert!(assumed.is("order", "most-specific") && assumed.is("delimiter", "+"));
        assert_eq!(assumed.listed("order"), "most-specific");
        for bad in [("order", "random"), ("colour", "blue")] {
            assert!(Assumed::new(OPEN, &given(&[bad])).is_err());
        }
    }
}
