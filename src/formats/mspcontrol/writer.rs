//! Writes routes as JSON or CSV: names, directions, owners, hosts and ports. Whose mail they take has no place there.

use super::super::csv::written;
use super::super::format::{Output, WriteError, WriteOptions};
use super::super::json::quoted;
use super::super::options::bind_option;
use super::super::read_back::read_back;
use super::super::said::{Said, Whose, all_said};
use super::names::Names;
use super::{COLUMNS, CSV_FILE, CUSTOMER, FILE, INBOUND, NAME, OUTBOUND, SYSTEM, VERSION, reader};
use crate::model::{
    Action, Choice, Direction, Document, Feature, FileVerdict, Hop, Literal, Owner, Port,
    RouteView, parse_literal,
};
use crate::source::Visible;

/// A route to write.
struct Entry {
    kind: &'static str,
    name: String,
    way: &'static str,
    destinations: Vec<(String, u16)>,
    /// Number of the route that it says.
    route: u32,
}

/// Most routes of which it is said one by one that their match is lost.
const MOST_SAID: usize = 1000;

/// Writes all routes of `document`, in its order.
///
/// # Errors
/// A route says what the form cannot, or is narrower than its recipient's domain: that is not left out.
pub(super) fn write(document: &Document, options: &WriteOptions) -> Result<Output, WriteError> {
    if let FileVerdict::DeferAll { text, .. } = &document.table.verdict {
        return Err(WriteError::Verdict(text.clone()));
    }
    let mut collected = Collected::default();
    let mut last: Option<RouteView<'_>> = None;
    for said in all_said(document) {
        let again = last.is_some_and(|last| is_one(last, said.route));
        collected.route(&said, again)?;
        last = Some(said.route);
    }
    let (text, starts) = match options.csv {
        true => csv(&collected.entries),
        false => json(&collected.entries),
    };
    check(&text, &starts, &collected.entries)?;
    let file = if options.csv { CSV_FILE } else { FILE };
    Ok(Output {
        files: vec![(file.to_owned(), text)],
        remarks: collected.remarks(options.csv),
    })
}

/// True when both say one route of a file of ours, which is bound to several domains.
fn is_one(a: RouteView<'_>, b: RouteView<'_>) -> bool {
    a.name().is_some()
        && (a.origin(), a.name(), a.owner()) == (b.origin(), b.name(), b.owner())
        && a.action() == b.action()
}

/// What is written, and what is to be said of it.
#[derive(Default)]
struct Collected {
    entries: Vec<Entry>,
    names: Names,
    /// What `--bind` must say of an entry for its match to come back.
    matches: Vec<(usize, String)>,
    /// Entries of which no direction is known, and those whose preferences become an order.
    without_direction: u64,
    by_preference: u64,
}

impl Collected {
    fn route(&mut self, said: &Said<'_>, again: bool) -> Result<(), WriteError> {
        let lost = lost(said)?;
        if !again {
            self.entry(said)?;
        }
        if let Some(lost) = lost {
            self.matches.push((self.entries.len() - 1, lost));
        }
        Ok(())
    }

    fn entry(&mut self, said: &Said<'_>) -> Result<(), WriteError> {
        let destinations = destinations(said)?;
        let name = match said.route.name() {
            Some(name) if !name.trim_ascii().is_empty() => {
                if name.iter().any(u8::is_ascii_control) {
                    return said.inexpressible(Feature::Name, "a name with a control character");
                }
                match std::str::from_utf8(name) {
                    Ok(name) => self.names.stated(name),
                    Err(_) => self.names.made(&Visible(name).to_string()),
                }
            }
            _ => self.names.made(&format!("Route for {}", mail(said))),
        };
        if name.chars().any(char::is_control) {
            return said.inexpressible(Feature::Name, "a name with a control character");
        }
        self.without_direction += u64::from(said.condition.direction.is_none());
        if let Action::Relay { choice, hops, .. } = &said.action {
            let ordered = *choice == Choice::ByPreference && hops.len() > 1;
            self.by_preference += u64::from(ordered);
        }
        self.entries.push(Entry {
            kind: match said.route.owner() {
                Some(Owner::Customer) => CUSTOMER,
                Some(Owner::System) | None => SYSTEM,
            },
            name,
            way: match said.condition.direction {
                Some(Direction::Inbound) => INBOUND,
                Some(Direction::Outbound) | None => OUTBOUND,
            },
            destinations,
            route: said.route.index(),
        });
        Ok(())
    }

    fn remarks(&self, csv: bool) -> Vec<(&'static str, String)> {
        let mut remarks = Vec::new();
        let mut say = |rule, text: String| remarks.push((rule, text));
        for (entry, domain) in self.matches.iter().take(MOST_SAID) {
            let name = &self.entries[*entry].name;
            say(
                "match-lost",
                format!(
                    "`{name}`: whose mail it takes has no place here (rcpt-domain); {} says it when the file is read",
                    bind_option(name, domain)
                ),
            );
        }
        if self.matches.len() > MOST_SAID {
            let more = self.matches.len() - MOST_SAID;
            say(
                "match-lost",
                format!("{more} more matches are lost in the same way"),
            );
        }
        if self.without_direction > 0 {
            let count = self.without_direction;
            say(
                "direction-unknown",
                format!("{count} routes state no direction and are written as {OUTBOUND}"),
            );
        }
        if self.by_preference > 0 {
            let count = self.by_preference;
            say(
                "destination-order",
                format!(
                    "{count} routes have hosts by preference: it became the order of destinations, which is no documented field"
                ),
            );
        }
        if csv {
            let is_formula =
                |entry: &&Entry| entry.name.starts_with(['=', '+', '-', '@', '\t', '\r']);
            for entry in self.entries.iter().filter(is_formula).take(MOST_SAID) {
                let text = format!(
                    "`{}` begins like a formula: spreadsheets evaluate it",
                    entry.name
                );
                say("formula", text);
            }
        }
        remarks
    }
}

/// The recipients of a route, in words for its name.
fn mail(said: &Said<'_>) -> String {
    match said.whose {
        Whose::Any => "all mail".to_owned(),
        Whose::Address(address) => Visible(address).to_string(),
        Whose::Domain(domain) | Whose::DomainAndBelow(domain) => Visible(domain).to_string(),
        Whose::Below(domain) => format!(".{}", Visible(domain)),
    }
}

/// What is lost of a route's match; `None` for one that has none. Its domain may be, for a route without one takes no mail; what is
/// narrower than a domain would be widened when somebody binds the route again.
fn lost(said: &Said<'_>) -> Result<Option<String>, WriteError> {
    let condition = &said.condition;
    if condition.unbound {
        return Ok(None);
    }
    if condition.sender.is_some() || said.of_sender {
        return said.inexpressible(Feature::Sender, "a condition on the sender");
    }
    if !condition.except.is_empty() {
        return said.inexpressible(Feature::Exceptions, "exceptions");
    }
    if condition.subject.is_some() {
        return said.inexpressible(Feature::Subject, "a condition on the subject");
    }
    Ok(Some(match said.whose {
        Whose::Address(address) => {
            let what = format!("the recipient {}", Visible(address));
            return said.inexpressible(Feature::RecipientAddress, what);
        }
        Whose::Any => "*".to_owned(),
        Whose::Domain(domain) => Visible(domain).to_string(),
        Whose::Below(domain) => format!(".{}", Visible(domain)),
        Whose::DomainAndBelow(domain) => {
            let domain = Visible(domain);
            format!("{domain},.{domain}")
        }
    }))
}

fn destinations(said: &Said<'_>) -> Result<Vec<(String, u16)>, WriteError> {
    let (hops, choice) = said.relay()?;
    if let Action::Relay {
        memory, resolvers, ..
    } = &said.action
    {
        if !resolvers.is_empty() {
            return said.inexpressible(Feature::Static, "name servers of its own");
        }
        if memory.unwrap_or_default() != Default::default() {
            return said.inexpressible(Feature::Static, "how time-outs are remembered");
        }
    }
    if hops.len() > 1 && matches!(choice, Choice::RoundRobin | Choice::OneAtRandom) {
        return said.inexpressible(Feature::Random, "a choice among several hosts");
    }
    let mut hops: Vec<&Hop> = hops.iter().collect();
    if choice == Choice::ByPreference {
        // Those without a preference come last; equal ones as they stand.
        hops.sort_by_key(|hop| hop.preference.map_or(u32::MAX, u32::from));
    }
    hops.into_iter().map(|hop| destination(said, hop)).collect()
}

fn destination(said: &Said<'_>, hop: &Hop) -> Result<(String, u16), WriteError> {
    if hop.disabled {
        return said.inexpressible(Feature::Disabled, "a host that is switched off");
    }
    let host = said.static_host(hop)?;
    let port = hop.port.unwrap_or(Port::SMTP).wire();
    if port == 0 {
        return said.inexpressible(Feature::Port, "port 0");
    }
    let literals = said.route.document().table.product.literals;
    let text = match (
        parse_literal(literals, host),
        super::super::names::host(host),
    ) {
        (Literal::Address(address), _) => address.to_string(),
        (Literal::Name, Ok(super::super::names::Host::Name(name))) => {
            String::from_utf8_lossy(&host[name.range]).into_owned()
        }
        _ => {
            let what = format!("the host {}", Visible(host));
            return said.inexpressible(Feature::Static, what);
        }
    };
    Ok((text, port))
}

/// The text, and where each entry begins in it.
fn json(entries: &[Entry]) -> (Vec<u8>, Vec<usize>) {
    let mut out =
        format!("{{\n  \"format\": \"{NAME}\",\n  \"version\": {VERSION},\n  \"routes\": [");
    let mut starts = Vec::with_capacity(entries.len());
    for (number, entry) in entries.iter().enumerate() {
        out.push_str(if number == 0 { "\n" } else { ",\n" });
        starts.push(out.len());
        out.push_str("    {\n");
        for (field, value) in [
            ("type", entry.kind),
            ("name", &entry.name),
            ("routeType", entry.way),
        ] {
            out.push_str(&format!(
                "      \"{field}\": {},\n",
                quoted(value.as_bytes())
            ));
        }
        out.push_str("      \"destinations\": [");
        for (number, (host, port)) in entry.destinations.iter().enumerate() {
            out.push_str(if number == 0 { "\n" } else { ",\n" });
            let host = quoted(host.as_bytes());
            out.push_str(&format!(
                "        {{\n          \"host\": {host},\n          \"port\": {port}\n        }}"
            ));
        }
        out.push_str("\n      ]\n    }");
    }
    out.push_str(if entries.is_empty() {
        "]\n}\n"
    } else {
        "\n  ]\n}\n"
    });
    (out.into_bytes(), starts)
}

/// The same as comma-separated values.
fn csv(entries: &[Entry]) -> (Vec<u8>, Vec<usize>) {
    let mut out = COLUMNS.join(",").into_bytes();
    out.push(b'\n');
    let mut starts = Vec::with_capacity(entries.len());
    for entry in entries {
        starts.push(out.len());
        for (host, port) in &entry.destinations {
            let port = port.to_string();
            let cells = [entry.kind, &entry.name, entry.way, host, &port];
            out.extend(cells.map(|cell| written(cell.as_bytes())).join(&b','));
            out.push(b'\n');
        }
    }
    (out, starts)
}

/// Refuses what the reader would not take for what it was written for.
fn check(text: &[u8], starts: &[usize], entries: &[Entry]) -> Result<(), WriteError> {
    let refused = |offset: usize, _: &str, what: &str| {
        let entry = starts.partition_point(|start| *start <= offset);
        let entry = entries.get(entry.saturating_sub(1));
        WriteError::Inexpressible {
            feature: Feature::Static,
            route: entry.map_or(0, |entry| entry.route),
            what: what.to_owned(),
        }
    };
    let document = read_back(reader::read, FILE, text, refused)?;
    let same = |(route, entry): (RouteView<'_>, &Entry)| {
        route.name() == Some(entry.name.as_bytes())
            && route.action().hops().len() == entry.destinations.len()
    };
    match document.table.len() == entries.len() && document.routes().zip(entries).all(same) {
        true => Ok(()),
        false => Err(refused(
            text.len(),
            "",
            "what would not be read as it was written",
        )),
    }
}
