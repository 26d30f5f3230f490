//! Which servers are asked, and how long.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// How questions are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsOptions {
    /// The servers, recursive ones, in the order in which they are asked.
    pub servers: Vec<SocketAddr>,
    /// How long one server may take for one attempt.
    pub timeout: Duration,
    /// How often all servers are asked; at least 1.
    pub attempts: usize,
    /// How long one question may take in all, aliases included.
    pub deadline: Duration,
}

impl DnsOptions {
    /// 5 seconds a server, 2 attempts (the defaults of resolv.conf(5)), 30 seconds in all.
    pub fn new(servers: Vec<SocketAddr>) -> Self {
        DnsOptions {
            servers,
            timeout: Duration::from_secs(5),
            attempts: 2,
            deadline: Duration::from_secs(30),
        }
    }
}

/// Why no question can be asked at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A server is no address.
    #[error(
        "`{0}` is no name server; write its address, with a port if it is not 53: 192.0.2.53 or [2001:db8::53]:5353"
    )]
    BadServer(String),
    /// There is no server to ask.
    #[error("no name server to ask; name one: 192.0.2.53")]
    NoServer,
    /// The system's own configuration cannot be used.
    #[error("no name server in /etc/resolv.conf can be asked ({0}); mend it, or name a server")]
    System(String),
    /// The resolver cannot be started.
    #[error("the resolver cannot be started: {0}")]
    Start(#[from] std::io::Error),
}

/// Reads `IP[:PORT]`, several with commas between them; the port is 53 when none is written.
///
/// An IPv6 address with a port stands in brackets; without one it may.
///
/// # Errors
/// [`SetupError::BadServer`] with the part that is no server, [`SetupError::NoServer`] for an empty list.
pub fn parse_servers(text: &str) -> Result<Vec<SocketAddr>, SetupError> {
    let mut servers = Vec::new();
    for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let bare = part
            .strip_prefix('[')
            .and_then(|p| p.strip_suffix(']'))
            .unwrap_or(part);
        let server = bare
            .parse::<IpAddr>()
            .map(|ip| SocketAddr::new(ip, 53))
            .or_else(|_| part.parse())
            .map_err(|_| SetupError::BadServer(part.escape_debug().to_string()))?;
        if server.port() == 0 {
            return Err(SetupError::BadServer(part.to_owned()));
        }
        servers.push(server);
    }
    if servers.is_empty() {
        return Err(SetupError::NoServer);
    }
    Ok(servers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_addresses_with_or_without_port() {
        let read = |text| {
            parse_servers(text).map(|s| s.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(
            read("192.0.2.1, 192.0.2.2:5353").unwrap(),
            ["192.0.2.1:53", "192.0.2.2:5353"]
        );
        assert_eq!(
            read("2001:db8::1,[2001:db8::1],[2001:db8::1]:54").unwrap(),
            ["[2001:db8::1]:53", "[2001:db8::1]:53", "[2001:db8::1]:54"]
        );
        for bad in ["ns.example", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536"] {
            assert!(
                matches!(read(bad), Err(SetupError::BadServer(_))),
                "{bad} was read"
            );
        }
        assert!(matches!(read(" , "), Err(SetupError::NoServer)));
    }
}
