//! Writes routes as the vendor's page shows them.

use super::super::format::{Output, WriteError, WriteOptions};
use super::super::said::{Said, Whose, all_said};
use super::super::xml::escaped;
use super::{FILE, ROOT};
use crate::model::{Choice, Document, Feature, FileVerdict, SubjectOperator};
use crate::source::Text;

/// Writes all routes of `document`, in its order: the first that matches decides.
///
/// # Errors
/// A route says what the file cannot.
pub(super) fn write(document: &Document, _: &WriteOptions) -> Result<Output, WriteError> {
    if let FileVerdict::DeferAll { text, .. } = &document.table.verdict {
        return Err(WriteError::Verdict(text.clone()));
    }
    let mut out = Vec::new();
    out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
    out.extend_from_slice(format!("<{ROOT}>\n").as_bytes());
    let mut any = false;
    for said in all_said(document) {
        if !std::mem::replace(&mut any, true) {
            out.extend_from_slice(b"  <Routes>\n");
        }
        out.extend(route(document, &said)?);
    }
    out.extend_from_slice(if any {
        b"  </Routes>\n"
    } else {
        b"  <Routes/>\n"
    });
    out.extend_from_slice(format!("</{ROOT}>\n").as_bytes());
    Ok(vec![(FILE.to_owned(), out)].into())
}

fn route(document: &Document, said: &Said<'_>) -> Result<Vec<u8>, WriteError> {
    let (hops, choice) = said.relay()?;
    said.with_match()?;
    if said.of_sender {
        return said.inexpressible(Feature::Sender, "a stage that asks for the sender alone");
    }
    if said.condition.direction.is_some() {
        return said.inexpressible(Feature::Direction, "a condition on the direction");
    }
    let key = |text: Text| {
        Whose::of(
            crate::model::Walk::AddressThenDotSuffixes,
            document.bytes(text),
        )
    };
    let sender = match said.condition.sender {
        None => b"ANY".to_vec(),
        Some(text) => pattern(said, key(text))?,
    };
    let recipient = pattern(said, said.whose)?;
    let mut out = b"    <Route>\n".to_vec();
    let mut leaf = |name: &str, attributes: &str, text: &[u8]| {
        out.extend_from_slice(format!("      <{name}{attributes}>").as_bytes());
        out.extend(escaped(text));
        out.extend_from_slice(format!("</{name}>\n").as_bytes());
    };
    leaf("sender", "", &sender);
    leaf("recipient", "", &recipient);
    if !said.condition.except.is_empty() {
        let all = said
            .condition
            .except
            .iter()
            .map(|&text| pattern(said, key(text)));
        let all: Vec<Vec<u8>> = all.collect::<Result<_, _>>()?;
        leaf("recipientExceptions", "", &all.join(&b'|'));
    }
    if let Some(test) = said.condition.subject {
        let operand = match test.operator {
            SubjectOperator::Contains => "cn",
            SubjectOperator::StartsWith => "sw",
            SubjectOperator::EndsWith => "ew",
            SubjectOperator::Finds => "rg",
            SubjectOperator::Matches => {
                return said.inexpressible(Feature::Subject, "an expression for the whole subject");
            }
        };
        if test.ignore_case {
            return said.inexpressible(Feature::Subject, "a subject in any case");
        }
        leaf(
            "subject",
            &format!(" operand=\"{operand}\""),
            document.bytes(test.operand),
        );
    }
    if hops.len() > 1 && choice != Choice::OneAtRandom {
        return said.inexpressible(Feature::Preference, "an order of several hosts");
    }
    let mut hosts: Vec<Vec<u8>> = Vec::new();
    for hop in hops {
        if hop.disabled {
            return said.inexpressible(Feature::Disabled, "a host that is switched off");
        }
        let host = said.static_host(hop)?;
        let host = match (host.contains(&b':'), hop.port) {
            (true, Some(_)) => [b"[", host, b"]"].concat(),
            _ => host.to_vec(),
        };
        let port = hop
            .port
            .map_or_else(String::new, |port| format!(":{}", port.wire()));
        hosts.push([&host, port.as_bytes()].concat());
    }
    leaf("ip", "", &hosts.join(&b'|'));
    out.extend_from_slice(b"    </Route>\n");
    Ok(out)
}

/// A sender, recipient or exception.
fn pattern(said: &Said<'_>, whose: Whose<'_>) -> Result<Vec<u8>, WriteError> {
    match whose {
        Whose::Any => Ok(b"ANY".to_vec()),
        Whose::Address(address) => Ok(address.to_vec()),
        Whose::Domain(domain) => Ok([b"@", domain].concat()),
        Whose::Below(_) | Whose::DomainAndBelow(_) => {
            said.inexpressible(Feature::Subdomains, "all domains below one")
        }
    }
}
