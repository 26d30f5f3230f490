//! Following aliases, the same for every resolver.

use super::DnsError;
use crate::model::Domain;

/// Most aliases that are followed: BIND's and unbound's own limits lie between 8 and 16.
const MOST: usize = 16;

/// The names that a question has led through: lower case, no final dot.
pub(super) struct Chain {
    seen: Vec<String>,
    current: String,
}

impl Chain {
    /// A chain that begins at the name that was asked.
    pub(super) fn new(name: &Domain) -> Self {
        Chain {
            seen: Vec::new(),
            current: name.as_str().to_owned(),
        }
    }

    /// Goes on as far as `alias` knows targets, and returns the last name: the one whose records count.
    ///
    /// # Errors
    /// [`DnsError::CnameLoop`] when a name comes twice, or after too many aliases.
    pub(super) fn follow(
        &mut self,
        alias: impl Fn(&str) -> Option<String>,
    ) -> Result<&str, DnsError> {
        while let Some(target) = alias(&self.current) {
            self.seen.push(std::mem::replace(&mut self.current, target));
            if self.seen.contains(&self.current) || self.seen.len() > MOST {
                return Err(DnsError::CnameLoop);
            }
        }
        Ok(&self.current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(pairs: &[(&str, &str)]) -> Result<String, DnsError> {
        let mut chain = Chain::new(&Domain::new(b"a").unwrap());
        let alias = |name: &str| {
            let (_, target) = pairs.iter().find(|(from, _)| *from == name)?;
            Some((*target).to_owned())
        };
        chain.follow(alias).map(str::to_owned)
    }

    #[test]
    fn chains_and_loops() {
        assert_eq!(follow(&[]).unwrap(), "a");
        assert_eq!(follow(&[("b", "c"), ("a", "b")]).unwrap(), "c");
        assert_eq!(follow(&[("a", "a")]), Err(DnsError::CnameLoop));
        assert_eq!(follow(&[("a", "b"), ("b", "a")]), Err(DnsError::CnameLoop));
        assert_eq!(
            follow(&[("a", "b"), ("b", "c"), ("c", "b")]),
            Err(DnsError::CnameLoop)
        );
    }

    #[test]
    fn a_chain_is_bounded() {
        let mut chain = Chain::new(&Domain::new(b"n").unwrap());
        let longer = |name: &str| Some(format!("{name}n"));
        assert_eq!(chain.follow(longer), Err(DnsError::CnameLoop));
    }
}
