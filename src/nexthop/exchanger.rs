//! Whose mail a domain's is, by its MX records: what cPanel's automatic setting looks for.

use std::time::Instant;

use super::Own;
use crate::dns::{DnsError, Exchange, Resolver};
use crate::model::{Domain, Exchanger, Families};

/// What the MX records of a domain say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// Whose mail it is.
    pub exchanger: Exchanger,
    /// The hosts that are tried first: those of the lowest preference, or the domain itself where it has no MX; none for one
    /// that receives no mail (RFC 7505).
    pub best: Vec<String>,
}

/// Finds out whose mail is that for `domain`: this host's when a best MX is this host, this host's for a while when another MX is,
/// else somebody else's. A name that exists without MX stands for itself at preference 0 (RFC 5321, 5.1).
///
/// The vendor's words: lowest-numbered MX points to this server, local; a higher-numbered one does, backup; none does, remote
/// (<https://docs.cpanel.net/whm/dns-functions/email-routing-configuration>). The server asks its own zone and not DNS; nobody asks
/// after `until`.
///
/// # Errors
/// As [`Resolver::mx`]; and the first temporary one that an MX brings, as long as none of the records before is this host.
pub fn detect_exchanger(
    domain: &Domain,
    resolver: &dyn Resolver,
    own: &Own,
    until: Instant,
) -> Result<Detected, DnsError> {
    let mut records = match resolver.mx_until(domain, until) {
        Ok(records) => records,
        Err(DnsError::NoData) => {
            let is_own = is_own(domain, resolver, own, until)?;
            return Ok(Detected {
                exchanger: match is_own {
                    true => Exchanger::Local,
                    false => Exchanger::Remote,
                },
                best: vec![domain.as_str().to_owned()],
            });
        }
        Err(error) => return Err(error),
    };
    records.sort_by_key(|mx| mx.preference);
    let lowest = records.first().map(|mx| mx.preference);
    let mut found = Detected {
        exchanger: Exchanger::Remote,
        best: Vec::new(),
    };
    let mut unknown = None;
    for mx in &records {
        let Exchange::Host(host) = &mx.exchange else {
            continue;
        };
        let is_best = Some(mx.preference) == lowest;
        if is_best {
            found.best.push(host.as_str().to_owned());
        }
        // Nothing behind it says more.
        if found.exchanger != Exchanger::Remote {
            continue;
        }
        match is_own(host, resolver, own, until) {
            Ok(true) => {
                if let Some(error) = unknown.take().filter(|_| !is_best) {
                    return Err(error);
                }
                found.exchanger = match is_best {
                    true => Exchanger::Local,
                    false => Exchanger::Backup,
                };
            }
            Ok(false) => {}
            Err(error) if error.is_temporary() => {
                unknown.get_or_insert(error);
            }
            Err(_) => {}
        }
    }
    match unknown {
        Some(error) if found.exchanger == Exchanger::Remote => Err(error),
        _ => Ok(found),
    }
}

/// True when `host` is this host.
fn is_own(
    host: &Domain,
    resolver: &dyn Resolver,
    own: &Own,
    until: Instant,
) -> Result<bool, DnsError> {
    if own.has_name(host) {
        return Ok(true);
    }
    match resolver.addresses_until(host, Families::Both, until) {
        Ok(addresses) => Ok(addresses.iter().any(|&ip| own.has_address(ip))),
        Err(DnsError::NoData) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::FixedResolver;
    use std::time::Duration;

    const ZONE: &str = "
        own.example A 192.0.2.1
        other.example A 192.0.2.9
        best.example MX 10 own.example
        best.example MX 20 other.example
        equal.example MX 10 other.example
        equal.example MX 10 own.example
        second.example MX 10 other.example
        second.example MX 20 own.example
        none.example MX 10 other.example
        null.example MX 0 .
        bare.example A 192.0.2.1
        empty.example NODATA
        gone.example MX 10 missing.example
        named.example MX 10 mail.here.example
        slow.example MX 10 silent.example
        slow.example MX 20 own.example
        silent.example TIMEOUT
        fast.example MX 10 own.example
        fast.example MX 20 silent.example
        fail.example SERVFAIL
    ";

    #[test]
    fn mx_records_say_whose_mail_it_is() {
        let resolver = FixedResolver::parse(ZONE).unwrap();
        let own = Own::parse("192.0.2.1,mail.here.example").unwrap();
        let ask = |name: &str| {
            let domain = Domain::new(name.as_bytes()).unwrap();
            let until = Instant::now() + Duration::from_secs(5);
            detect_exchanger(&domain, &resolver, &own, until)
        };
        let exchanger = |name: &str| ask(name).unwrap().exchanger;
        for name in [
            "best.example",
            "equal.example",
            "bare.example",
            "named.example",
            "fast.example",
        ] {
            assert_eq!(exchanger(name), Exchanger::Local, "{name}");
        }
        assert_eq!(exchanger("second.example"), Exchanger::Backup);
        for name in [
            "none.example",
            "null.example",
            "gone.example",
            "empty.example",
        ] {
            assert_eq!(exchanger(name), Exchanger::Remote, "{name}");
        }
        assert_eq!(
            ask("equal.example").unwrap().best,
            ["other.example", "own.example"]
        );
        assert!(ask("null.example").unwrap().best.is_empty());
        // Whether a better MX is this host decides between local and backup.
        for name in ["slow.example", "fail.example"] {
            assert!(ask(name).unwrap_err().is_temporary(), "{name}");
        }
        assert_eq!(ask("nowhere.example"), Err(DnsError::NoSuchDomain));
    }
}
