//! Fixed answers, for tests and for samples that must not depend on the Internet.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use super::chain::Chain;
use super::resolver::join_families;
use super::{DnsError, Exchange, Mx, Resolver};
use crate::model::{BadName, Domain, Families};

/// A resolver whose whole world is a list of records, with the alias semantics of a real one.
///
/// A name that is not listed, nor above a listed one, does not exist; a listed one without records of the type asked has
/// no data.
#[derive(Clone, Debug, Default)]
pub struct FixedResolver {
    names: BTreeMap<String, Records>,
}

#[derive(Clone, Debug, Default)]
struct Records {
    mx: Answer<Mx>,
    v4: Answer<IpAddr>,
    v6: Answer<IpAddr>,
    alias: Option<String>,
    error: Option<DnsError>,
}

/// Records of one type, or what asking for them brings.
#[derive(Clone, Debug)]
struct Answer<T> {
    records: Vec<T>,
    error: Option<DnsError>,
}

impl<T> Default for Answer<T> {
    fn default() -> Self {
        Answer {
            records: Vec::new(),
            error: None,
        }
    }
}

/// What is wrong with a line of fixed answers.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FixedError {
    /// The line is none of the forms known.
    #[error(
        "line {line} is no fixed answer; write `name MX 10 host`, `name A 192.0.2.1`, `name AAAA 2001:db8::1`, `name CNAME other`, \
         `name NODATA` or, for failures, `name SERVFAIL` or `name A SERVFAIL`"
    )]
    Line {
        /// The line, from 1.
        line: usize,
    },
    /// The name of the line cannot be asked.
    #[error("line {line}: {error}")]
    Name {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: BadName,
    },
}

impl FixedResolver {
    /// Reads one answer a line; blank lines and what follows a `#` are skipped. Final dots may be written.
    ///
    /// `name MX 10 host` (`.` is the null MX), `name A ip`, `name AAAA ip`, `name CNAME other`; `name NODATA` for a name
    /// that exists without any record; `name NXDOMAIN|SERVFAIL|REFUSED|TIMEOUT|TRUNCATED` for the whole name, or with
    /// `MX`, `A` or `AAAA` before the word for that type.
    ///
    /// # Errors
    /// [`FixedError`], with the first line that cannot be read.
    pub fn parse(text: &str) -> Result<Self, FixedError> {
        let mut resolver = FixedResolver::default();
        for (index, line) in text.lines().enumerate() {
            let line_number = index + 1;
            let words: Vec<_> = line
                .split('#')
                .next()
                .unwrap_or("")
                .split_whitespace()
                .collect();
            let Some((name, rest)) = words.split_first() else {
                continue;
            };
            let name = Domain::new(name.as_bytes()).map_err(|error| FixedError::Name {
                line: line_number,
                error,
            })?;
            resolver
                .read(&name, rest)
                .ok_or(FixedError::Line { line: line_number })?;
        }
        Ok(resolver)
    }

    /// Adds an MX record; the exchange `.` is the null MX.
    #[must_use]
    pub fn with_mx(mut self, name: &Domain, preference: u16, exchange: &str) -> Self {
        self.entry(name).mx.records.push(Mx {
            preference,
            exchange: Exchange::new(exchange.as_bytes()),
        });
        self
    }

    /// Adds an address.
    #[must_use]
    pub fn with_address(mut self, name: &Domain, address: IpAddr) -> Self {
        self.entry(name).of(address).records.push(address);
        self
    }

    /// Makes a name an alias.
    #[must_use]
    pub fn with_alias(mut self, name: &Domain, target: &Domain) -> Self {
        self.entry(name).alias = Some(target.as_str().to_owned());
        self
    }

    /// Makes every question about a name fail.
    #[must_use]
    pub fn with_error(mut self, name: &Domain, error: DnsError) -> Self {
        self.entry(name).error = Some(error);
        self
    }

    fn entry(&mut self, name: &Domain) -> &mut Records {
        self.names.entry(name.as_str().to_owned()).or_default()
    }

    fn read(&mut self, name: &Domain, words: &[&str]) -> Option<()> {
        let entry = self.entry(name);
        match *words {
            ["MX", preference, host] => entry.mx.records.push(Mx {
                preference: preference.parse().ok()?,
                exchange: Exchange::new(host.as_bytes()),
            }),
            ["MX", word] => entry.mx.error = Some(error(word)?),
            [kind @ ("A" | "AAAA"), word] => {
                let answer = if kind == "A" {
                    &mut entry.v4
                } else {
                    &mut entry.v6
                };
                match word.parse::<IpAddr>() {
                    Ok(ip) if ip.is_ipv4() == (kind == "A") => answer.records.push(ip),
                    _ => answer.error = Some(error(word)?),
                }
            }
            ["CNAME", target] => {
                let target = Domain::new(target.as_bytes()).ok()?;
                entry.alias = Some(target.as_str().to_owned());
            }
            ["NODATA"] => {}
            [word] => entry.error = Some(error(word)?),
            _ => return None,
        }
        Some(())
    }

    fn answer<T: Clone>(
        &self,
        name: &Domain,
        of: impl Fn(&Records) -> &Answer<T>,
    ) -> Result<Vec<T>, DnsError> {
        let mut chain = Chain::new(name);
        let last = chain.follow(|name| self.names.get(name)?.alias.clone())?;
        let Some(records) = self.names.get(last) else {
            let below = format!(".{last}");
            return Err(if self.names.keys().any(|name| name.ends_with(&below)) {
                DnsError::NoData
            } else {
                DnsError::NoSuchDomain
            });
        };
        let answer = of(records);
        if let Some(error) = records.error.as_ref().or(answer.error.as_ref()) {
            return Err(error.clone());
        }
        if answer.records.is_empty() {
            return Err(DnsError::NoData);
        }
        Ok(answer.records.clone())
    }
}

impl Records {
    fn of(&mut self, address: IpAddr) -> &mut Answer<IpAddr> {
        if address.is_ipv4() {
            &mut self.v4
        } else {
            &mut self.v6
        }
    }
}

fn error(word: &str) -> Option<DnsError> {
    Some(match word {
        "NXDOMAIN" => DnsError::NoSuchDomain,
        "NODATA" => DnsError::NoData,
        "SERVFAIL" => DnsError::ServFail,
        "REFUSED" => DnsError::Refused,
        "TIMEOUT" => DnsError::Timeout,
        "TRUNCATED" => DnsError::Truncated,
        _ => return None,
    })
}

impl Resolver for FixedResolver {
    fn mx(&self, name: &Domain) -> Result<Vec<Mx>, DnsError> {
        self.answer(name, |records| &records.mx)
    }

    fn addresses(&self, name: &Domain, families: Families) -> Result<Vec<IpAddr>, DnsError> {
        let v4 = || self.answer(name, |records| &records.v4);
        let v6 = || self.answer(name, |records| &records.v6);
        match families {
            Families::V4 => v4(),
            Families::V6 => v6(),
            Families::Both => join_families(v4(), v6()),
            Families::None => Err(DnsError::NoData),
        }
    }

    fn alias_until(&self, name: &Domain, _: Instant) -> Result<Option<Domain>, DnsError> {
        let target = self.names.get(name.as_str()).and_then(|r| r.alias.as_ref());
        Ok(target.and_then(|target| Domain::new(target.as_bytes()).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORLD: &str = "
        example        MX 10 mx.example.
        mx.example     A 192.0.2.1      # the first
        mx.example     AAAA 2001:db8::1
        null.example   MX 0 .
        alias.example  CNAME example.
        loop.example   CNAME back.example
        back.example   CNAME loop.example
        gone.example   CNAME nowhere.example
        half.example   A 192.0.2.2
        half.example   AAAA SERVFAIL
        down.example   TIMEOUT
        a.deep.example NODATA
    ";

    fn name(text: &str) -> Domain {
        Domain::new(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_world_answers_like_a_server() {
        let dns = FixedResolver::parse(WORLD).unwrap();
        let mx = dns.mx(&name("alias.example")).unwrap();
        assert_eq!(mx[0].exchange, Exchange::new(b"mx.example"));
        assert_eq!(
            dns.mx(&name("null.example")).unwrap()[0].exchange,
            Exchange::Root
        );
        assert_eq!(
            dns.mx(&name("loop.example")),
            Err(DnsError::CnameLoop),
            "a loop is no missing record"
        );
        assert_eq!(dns.mx(&name("gone.example")), Err(DnsError::NoSuchDomain));
        assert_eq!(dns.mx(&name("mx.example")), Err(DnsError::NoData));
        assert_eq!(dns.mx(&name("deep.example")), Err(DnsError::NoData));
        assert_eq!(dns.mx(&name("down.example")), Err(DnsError::Timeout));
        let count = |host, families| dns.addresses(&name(host), families).map(|a| a.len());
        assert_eq!(count("mx.example", Families::V4), Ok(1));
        assert_eq!(count("mx.example", Families::Both), Ok(2));
        assert_eq!(count("half.example", Families::Both), Ok(1));
    }

    #[test]
    fn bad_lines_are_named() {
        let line = |text| FixedResolver::parse(text).unwrap_err();
        assert_eq!(line("a MX 10 b\n\nb A ::1\n"), FixedError::Line { line: 3 });
        assert_eq!(line("a MX ten b"), FixedError::Line { line: 1 });
        assert_eq!(
            line("a b..c A x\nb..c A 192.0.2.1"),
            FixedError::Line { line: 1 }
        );
        assert!(matches!(
            line("b..c A 192.0.2.1"),
            FixedError::Name { line: 1, .. }
        ));
    }
}
