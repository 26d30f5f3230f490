//! Writes routes as the vendor's sample shows them.

use super::super::format::{Output, WriteError, WriteOptions};
use super::super::read_back::read_back;
use super::super::said::{Said, Whose, all_said};
use super::super::xml::{escaped, escaped_attribute};
use super::entry::{Method, SmartHost};
use super::template::{Frame, frame};
use super::values::{DNS, SMART};
use super::{DEFAULT, FILE, META, ROOT, reader};
use crate::model::{Document, Feature, FileVerdict, LiteralRule};

/// A key to write.
struct Key {
    /// The domain as it is written; empty for the default.
    domain: Vec<u8>,
    method: Method,
    /// Number of the route that it says.
    route: u32,
}

impl Key {
    /// A domain before its subdomains, the default before all.
    fn order(&self) -> (Vec<u8>, bool) {
        let bare = self.domain.strip_prefix(b"*.");
        let is_below = bare.is_some();
        (bare.unwrap_or(&self.domain).to_ascii_lowercase(), is_below)
    }

    /// As the reader has it: `.d` for `*.d`.
    fn key(&self) -> &[u8] {
        match self.domain.starts_with(b"*.") {
            true => &self.domain[1..],
            false => &self.domain,
        }
    }
}

/// Writes all routes of `document`: the default, then domains in the order of their letters. The most special key decides,
/// wherever it stands.
///
/// # Errors
/// A route says what the file cannot; the template cannot be used.
pub(super) fn write(document: &Document, options: &WriteOptions) -> Result<Output, WriteError> {
    if let FileVerdict::DeferAll { text, .. } = &document.table.verdict {
        return Err(WriteError::Verdict(text.clone()));
    }
    let mut keys = Vec::new();
    for said in all_said(document) {
        keys.extend(self::keys(&said)?);
    }
    if !keys.iter().any(|key| key.domain.is_empty()) {
        // What an import without one leaves in force is not documented.
        keys.push(Key {
            domain: Vec::new(),
            method: Method::Dns(Vec::new()),
            route: 0,
        });
    }
    keys.sort_by_cached_key(Key::order);
    let (frame, remarks) = match &options.template {
        Some(template) => (frame(template)?, Vec::new()),
        None => {
            let text = format!(
                "{META} is that of the vendor's sample (7.1, 0000, Win32), and the product checks it when the file is imported; \
                 with --template FILE it is copied from an export of yours"
            );
            (Frame::default(), vec![("assumed-metainfo", text)])
        }
    };
    let (text, starts) = text(&keys, &frame);
    check(&text, &starts, &keys)?;
    Ok(Output {
        files: vec![(FILE.to_owned(), text)],
        remarks,
    })
}

/// The keys of a route: one, or two for a domain with its subdomains.
fn keys(said: &Said<'_>) -> Result<Vec<Key>, WriteError> {
    said.without_conditions()?;
    // Says which action it is, when it is no relay.
    said.relay()?;
    let document = said.route.document();
    let below = |domain: &[u8]| [b"*.", domain].concat();
    let domains = match said.whose {
        Whose::Any => vec![Vec::new()],
        Whose::Address(_) => {
            return said.inexpressible(Feature::RecipientAddress, "one recipient");
        }
        Whose::Domain(domain) => vec![domain.to_vec()],
        Whose::Below(domain) => vec![below(domain)],
        Whose::DomainAndBelow(domain) => vec![domain.to_vec(), below(domain)],
    };
    let rule = document.table.product.literals;
    let method = Method::of(&said.action, rule, |text| document.bytes(text));
    let method = match method {
        Ok(method) => method,
        Err((feature, what)) => return said.inexpressible(feature, what),
    };
    let keys = domains.into_iter().map(|domain| Key {
        domain,
        method: method.clone(),
        route: said.route.index(),
    });
    Ok(keys.collect())
}

/// The text, and where each key begins in it.
fn text(keys: &[Key], frame: &Frame) -> (Vec<u8>, Vec<usize>) {
    let mut out = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_vec();
    line(&mut out, &format!("<{ROOT}>"));
    line(&mut out, &format!("  <key section=\"{META}\">"));
    for (name, text) in &frame.meta {
        value(&mut out, name, text);
    }
    line(&mut out, "  </key>");
    let mut starts = Vec::with_capacity(keys.len());
    for key in keys {
        starts.push(out.len());
        out.extend_from_slice(b"  <key");
        match (key.domain.is_empty(), &frame.section) {
            (true, _) => attribute(&mut out, "section", DEFAULT.as_bytes()),
            (false, Some(section)) => {
                attribute(&mut out, "section", section);
                attribute(&mut out, "domain", &key.domain);
            }
            (false, None) => attribute(&mut out, "domain", &key.domain),
        }
        out.extend_from_slice(b">\n");
        method(&mut out, &key.method);
        line(&mut out, "  </key>");
    }
    line(&mut out, &format!("</{ROOT}>"));
    (out, starts)
}

fn method(out: &mut Vec<u8>, method: &Method) {
    let (number, name, values): (_, _, Vec<Vec<u8>>) = match method {
        Method::Dns(servers) => {
            let values = servers.iter().map(|server| server.to_string().into_bytes());
            ("0", DNS, values.collect())
        }
        Method::Smart(hosts) => ("1", SMART, hosts.iter().map(SmartHost::value).collect()),
    };
    value(out, "UseMethod", number.as_bytes());
    let count = values.len().to_string();
    value(out, &format!("{name}Count"), count.as_bytes());
    for (number, text) in values.iter().enumerate() {
        value(out, &format!("{name}{number}"), text);
    }
}

fn line(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
    out.push(b'\n');
}

fn value(out: &mut Vec<u8>, name: &str, text: &[u8]) {
    out.extend_from_slice(format!("    <value name=\"{name}\">").as_bytes());
    out.extend(escaped(text));
    line(out, "</value>");
}

fn attribute(out: &mut Vec<u8>, name: &str, text: &[u8]) {
    out.extend_from_slice(format!(" {name}=\"").as_bytes());
    out.extend(escaped_attribute(text));
    out.push(b'"');
}

/// Has the reader read what was written, and holds it to what was to be written: a blank at the end of a password, a domain in
/// letters outside of ASCII.
fn check(text: &[u8], starts: &[usize], keys: &[Key]) -> Result<(), WriteError> {
    let not = |key: Option<&Key>, feature, what: &str| WriteError::Inexpressible {
        feature,
        route: key.map_or(0, |key| key.route),
        what: what.to_owned(),
    };
    let at = |offset: usize| {
        let key = starts.partition_point(|start| *start <= offset);
        keys.get(key.saturating_sub(1))
    };
    let refused = |offset: usize, rule: &str, what: &str| {
        let feature = match rule {
            "bad-address"
            | "unicode-domain"
            | "wildcard-not-supported"
            | "duplicate-recipient"
            | "missing-value" => Feature::RecipientDomain,
            _ => Feature::Static,
        };
        not(at(offset), feature, what)
    };
    let read = read_back(reader::read, FILE, text, refused)?;
    let same_number = read.table.len() == keys.len();
    let same = |(key, route): (&Key, crate::model::RouteView<'_>)| {
        let action = route.action();
        let method = Method::of(&action, LiteralRule::Plain, |text| read.bytes(text));
        key.key() == route.key() && method.is_ok_and(|method| method == key.method)
    };
    let mut pairs = keys.iter().zip(read.routes());
    match pairs.find(|pair| !same(*pair)).map(|(key, _)| key) {
        Some(key) => Err(not(
            Some(key),
            Feature::Credentials,
            "a blank at the end of a password, or another byte that a reader leaves out",
        )),
        None if !same_number => Err(not(keys.last(), Feature::Static, "such a table")),
        None => Ok(()),
    }
}
