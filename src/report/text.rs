//! One line an answer, six fields, for scripts.

use super::hops::{Shown, groups};
use super::{Answer, Mask};
use crate::model::Decision;
use crate::source::visible_field;

/// Address, decision, next hops, error kind, `auth`, `file:line`, separated by TAB; a field that has nothing to say is
/// `-`. Without a line end.
pub fn line(answer: &Answer, mask: Mask) -> String {
    let groups: Vec<String> = groups(answer, mask)
        .iter()
        .map(|group| group.iter().map(hop).collect::<Vec<_>>().join(","))
        .filter(|group| !group.is_empty())
        .collect();
    let auth = match &answer.decision {
        Decision::Relay(relay)
            if relay
                .credentials
                .as_ref()
                .is_some_and(|c| c.would_be_sent()) =>
        {
            "auth"
        }
        _ => "",
    };
    let place = answer.route.as_ref().and_then(|route| route.place.as_ref());
    let fields = [
        visible_field(&answer.address),
        answer.decision.kind().name().to_owned(),
        groups.join(" "),
        answer
            .error()
            .map_or_else(String::new, |(kind, ..)| kind.name().to_owned()),
        auth.to_owned(),
        place.map_or_else(String::new, |p| {
            format!("{}:{}", visible_field(p.file.as_bytes()), p.line)
        }),
    ];
    fields
        .map(|field| {
            if field.is_empty() {
                "-".to_owned()
            } else {
                field
            }
        })
        .join("\t")
}

/// `host:port`, or `host[ip]:port`; IPv6 always in brackets.
fn hop(shown: &Shown) -> String {
    let host = visible_field(&shown.host);
    let bare_v6 = host.parse::<std::net::Ipv6Addr>().is_ok();
    match shown.ip {
        // A literal names itself.
        Some(ip) if host.trim_matches(['[', ']']).parse() == Ok(ip) && ip.is_ipv4() => {
            format!("{ip}:{}", shown.port)
        }
        Some(ip) if host.trim_matches(['[', ']']).parse() == Ok(ip) => {
            format!("[{ip}]:{}", shown.port)
        }
        Some(ip) => format!("{host}[{ip}]:{}", shown.port),
        None if bare_v6 => format!("[{host}]:{}", shown.port),
        None => format!("{host}:{}", shown.port),
    }
}
