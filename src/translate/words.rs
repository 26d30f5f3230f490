//! The sentences of losses: which mail is affected, and how.

use super::piece::Piece;
use crate::formats::{Format, WriteOptions};
use crate::model::{Choice, Hop, HopLookup, RouteView, SubjectOperator, Walk};
use crate::source::{Visible, masked};

/// What the target is called in a sentence.
pub(super) fn called(target: &Format, options: &WriteOptions) -> String {
    match target.has_dialects() {
        true => format!("{} ({})", target.id.0, options.dialect.name),
        false => target.id.0.to_owned(),
    }
}

/// The mail of a route: `mail from @a.example for everybody but b.example`.
pub fn mail_of(route: RouteView<'_>) -> String {
    let document = route.document();
    let stage = document.table.stages().get(route.stage());
    let walk = stage.map_or(Walk::Exact, |stage| stage.semantics.walk);
    let by_sender =
        stage.is_some_and(|stage| stage.semantics.subject == crate::model::Subject::Sender);
    let mut text = "mail".to_owned();
    if by_sender {
        let sender = match walk {
            Walk::NullSender => "<>".to_owned(),
            _ => keyed(walk, route.key()),
        };
        return format!("mail from {sender}");
    }
    let none = Default::default();
    let condition = route.condition().unwrap_or(&none);
    if condition.unbound {
        return format!("mail of `{}`", Visible(route.name().unwrap_or(b"")));
    }
    if let Some(sender) = condition.sender {
        text.push_str(&format!(" from {}", keyed(walk, document.bytes(sender))));
    }
    text.push_str(&format!(" for {}", keyed(walk, route.key())));
    if !condition.except.is_empty() {
        let but = condition.except.iter().take(5);
        let but: Vec<String> = but.map(|&key| keyed(walk, document.bytes(key))).collect();
        text.push_str(&format!(" but {}", but.join(", ")));
        if condition.except.len() > 5 {
            text.push_str(&format!(" and {} more", condition.except.len() - 5));
        }
    }
    if let Some(test) = condition.subject {
        let how = match test.operator {
            SubjectOperator::Contains => "with",
            SubjectOperator::StartsWith => "beginning with",
            SubjectOperator::EndsWith => "ending in",
            SubjectOperator::Finds | SubjectOperator::Matches => "matching",
        };
        text.push_str(&format!(
            ", subject {how} `{}`",
            Visible(document.bytes(test.operand))
        ));
    }
    text
}

/// A route by its mail, or by its name where nobody says which mail that is.
pub fn route_of(route: RouteView<'_>) -> String {
    match route.condition().is_some_and(|condition| condition.unbound) {
        true => format!("the route `{}`", Visible(route.name().unwrap_or(b""))),
        false => format!("the route of {}", mail_of(route)),
    }
}

/// A key in words.
pub(super) fn keyed(walk: Walk, key: &[u8]) -> String {
    let below = key.strip_prefix(b".").or_else(|| key.strip_prefix(b"*."));
    match below {
        _ if key.is_empty() || key == b"default" => "everybody".to_owned(),
        Some(below) if walk != Walk::SuffixesWithoutDot => {
            format!("all domains below {}", Visible(below))
        }
        _ if matches!(
            walk,
            Walk::SuffixesWithoutDot | Walk::AddressThenSuffixesWithoutDot
        ) && !key.contains(&b'@') =>
        {
            format!("{} and all domains below it", Visible(key))
        }
        _ => Visible(key).to_string(),
    }
}

/// The hosts of hops: `a, b:2525`.
pub(super) fn hosts(piece: &Piece, hops: &[Hop]) -> String {
    let mut all: Vec<String> = hops.iter().take(8).map(|hop| host(piece, hop)).collect();
    if hops.len() > 8 {
        all.push(format!("{} more", hops.len() - 8));
    }
    all.join(", ")
}

/// A host as it is stated.
pub(super) fn host(piece: &Piece, hop: &Hop) -> String {
    let (HopLookup::MxOf(text) | HopLookup::Address(text)) = hop.lookup else {
        return "the MX of the recipient's domain".to_owned();
    };
    let name = masked(piece.bytes(text));
    let name = Visible(&name).to_string();
    let name = match hop.lookup {
        HopLookup::MxOf(_) => format!("the MX of {name}"),
        _ => name,
    };
    match hop.port {
        Some(port) => format!("{name}:{}", port.wire()),
        None => name,
    }
}

/// What to create where a product knows one host only: one name with the addresses of all that can share it. Hosts on another port, or
/// of a worse preference, cannot.
pub(super) fn round_robin(
    piece: &Piece,
    hops: &[Hop],
    choice: Choice,
    domain: Option<&[u8]>,
) -> String {
    let port = |hop: &Hop| hop.port.map_or(25, |port| port.wire());
    let worth = |hop: &Hop| match choice {
        Choice::ByPreference => hop.preference.map_or(u32::MAX, u32::from),
        _ => 0,
    };
    let best = hops.iter().map(worth).min().unwrap_or(0);
    let ports = hops.iter().filter(|hop| worth(hop) == best).map(port);
    let count = |wanted: u16| {
        let alike = hops
            .iter()
            .filter(|hop| worth(hop) == best && port(hop) == wanted);
        alike.count()
    };
    let most = ports.rev().max_by_key(|&port| count(port)).unwrap_or(25);
    let (alike, others): (Vec<Hop>, Vec<Hop>) = hops
        .iter()
        .partition(|hop| worth(hop) == best && port(hop) == most);
    if alike.len() < 2 {
        return "no one name can stand for them, as they are on different ports or stand in for one another"
            .to_owned();
    }
    let domain = domain.map_or_else(
        || "YOUR.DOMAIN".to_owned(),
        |domain| Visible(domain).to_string(),
    );
    let records: Vec<String> = alike
        .iter()
        .take(8)
        .filter_map(|hop| match hop.lookup {
            HopLookup::Address(text) => {
                let host = piece.bytes(text);
                let shown = Visible(host).to_string();
                Some(match shown.parse::<std::net::IpAddr>() {
                    Ok(std::net::IpAddr::V6(_)) => format!("AAAA {shown}"),
                    Ok(_) => format!("A {shown}"),
                    Err(_) => format!("A <address of {shown}>"),
                })
            }
            _ => None,
        })
        .collect();
    let more = if alike.len() > 8 { ", …" } else { "" };
    let at = match most {
        25 => String::new(),
        port => format!(" on port {port}"),
    };
    let whose = match others.is_empty() {
        true => "them".to_owned(),
        false => format!("the {} that are alike", alike.len()),
    };
    let mut text = format!(
        "create one name for {whose}, `relays.{domain}. {}`{more}, and make it the only host{at}",
        records.join(", ")
    );
    if !others.is_empty() {
        text.push_str(&format!(
            " (not {}, which would get its share of all mail, on port {most})",
            hosts(piece, &others)
        ));
    }
    if choice == Choice::InOrder {
        text.push_str("; mail is shared among them then, where the first was tried first");
    }
    text
}
