//! One `key`: whose mail it is about.

use super::super::names;
use super::super::xml::{NodeId, Record, Value};
use super::routes::Reader;
use super::values::Values;
use super::{DEFAULT, META, domain, meta, relay};
use crate::diagnostic::{Finding, Severity};
use crate::model::{Action, TableFull};
use crate::source::{Span, Text, Visible};

/// The value that holds the domain in a spelling that nobody documents.
const DOMAIN: &str = "domain";

/// What a key is about.
enum About {
    Meta,
    /// Mail that no domain takes; where that is said.
    Default(Text),
    /// The domain in the attribute `domain`.
    Domain(Value),
    /// Both at once.
    Both(Value, Text),
    /// A domain, as the text says where no document says that one may stand; the words say where that is.
    Misspelt(Text, &'static str),
    /// A section that nobody documents.
    Unknown(Text),
    Nobody,
}

/// Reads a `key` and adds it to the table.
///
/// # Errors
/// The table is full.
pub(super) fn key(reader: &mut Reader<'_>, record: &Record) -> Result<(), TableFull> {
    let [section, domain] = reader.attributes(record, 0, ["section", "domain"]);
    reader.whose = domain.map(|value| reader.shown(value.text));
    let about = about(reader, record, section, domain);
    let root = record.root();
    let (origin, tag) = (root.whole, root.tag);
    if !root.value.text.is_empty() {
        reader.stray_text(root.value.text);
    }
    match about {
        About::Meta => meta::section(reader, record),
        About::Unknown(text) => {
            let shown = reader.shown(text);
            let span = reader.notes.source(text);
            let message = format!("the section `{shown}` is not documented");
            let effect = "none that is known: it is kept and says nothing";
            reader.notes.warn("unknown-section", span, message, effect);
        }
        About::Default(text) => {
            reader.has_default = true;
            reader.whose = Some("all other domains".to_owned());
            let action = method(reader, record, None);
            let place = reader.notes.source(text);
            reader.route(origin, Span::new(tag.start, 0), place, action)?;
        }
        About::Domain(value) => {
            reader.counts.0 += 1;
            let key = of_domain(reader, tag, value);
            let action = method(reader, record, None);
            add(reader, origin, key, action)?;
        }
        About::Both(value, section) => {
            reader.counts.0 += 1;
            let section_name = reader.notes.bytes(section);
            let is_default = section_name.eq_ignore_ascii_case(DEFAULT.as_bytes());
            reader.has_default |= is_default;
            let key = of_domain(reader, tag, value);
            add(reader, origin, key, None)?;
            if is_default {
                let place = reader.notes.source(section);
                reader.route(origin, Span::new(tag.start, 0), place, None)?;
            }
        }
        About::Misspelt(text, place) => {
            reader.counts.0 += 1;
            reader.whose = Some(reader.shown(text));
            misspelt(reader, text, place);
            let key = domain::pattern(reader, text);
            let action = match reader.lenient {
                true => method(reader, record, Some(DOMAIN)),
                false => None,
            };
            add(reader, origin, key, action)?;
        }
        About::Nobody => {
            reader.counts.0 += 1;
            let message = "`key` has neither `section` nor `domain`";
            let help = "write domain=\"…\"";
            let effect = "nobody's mail takes it, whomever's was meant";
            reader
                .notes
                .error("missing-attribute", tag, message, effect, help);
        }
    }
    inner(reader, record)
}

/// Domains of keys inside of this one, which has no such things: that they are errors is said already.
fn inner(reader: &mut Reader<'_>, record: &Record) -> Result<(), TableFull> {
    for id in record.all().skip(1) {
        let node = record.node(id);
        let bytes = |text| reader.notes.bytes(text);
        let is_domain = |(name, _): &&(Span, Value)| bytes(*name) == b"domain";
        if bytes(node.name) != b"key" {
            continue;
        }
        if let Some((_, value)) = record.attributes(id).iter().find(is_domain) {
            let whole = node.whole;
            reader.counts.0 += 1;
            let key = domain::pattern(reader, value.text);
            add(reader, whole, key, None)?;
        }
    }
    Ok(())
}

fn add(
    reader: &mut Reader<'_>,
    origin: Span,
    key: Option<Text>,
    action: Option<Action>,
) -> Result<(), TableFull> {
    match key {
        Some(key) => {
            let place = reader.notes.source(key);
            reader.route(origin, key, place, action)
        }
        None => Ok(()),
    }
}

/// What the values of a key say; `also` is one more that is known.
fn method(reader: &mut Reader<'_>, record: &Record, also: Option<&str>) -> Option<Action> {
    let values = Values::read(reader, record, also);
    relay::action(reader, &values, record.root().tag)
}

fn of_domain(reader: &mut Reader<'_>, tag: Span, value: Value) -> Option<Text> {
    if value.text.is_empty() {
        reader.missing_value(tag, "domain");
        return None;
    }
    domain::pattern(reader, value.text)
}

fn about(
    reader: &mut Reader<'_>,
    record: &Record,
    section: Option<Value>,
    domain: Option<Value>,
) -> About {
    let known = section.and_then(|value| reader.named(value.text, &[META, DEFAULT]));
    match (section, domain) {
        (Some(section), Some(domain)) if known.is_some() => {
            let shown = reader.shown(section.text);
            let message = format!("a key with a domain and the section {shown}");
            let span = reader.notes.source(section.text);
            let help = "write two keys";
            reader.error("ambiguous-key", span, message, help);
            About::Both(domain, section.text)
        }
        (_, Some(domain)) => About::Domain(domain),
        (Some(section), None) => match known {
            Some(META) => About::Meta,
            Some(_) => About::Default(section.text),
            None => match value_named_domain(reader, record) {
                Some(text) => About::Misspelt(text, "in a value named domain"),
                None if looks_like_domain(reader.notes.bytes(section.text)) => {
                    About::Misspelt(section.text, "in the attribute section")
                }
                None => About::Unknown(section.text),
            },
        },
        (None, None) => match value_named_domain(reader, record) {
            Some(text) => About::Misspelt(text, "in a value named domain"),
            None => About::Nobody,
        },
    }
}

/// A section is a word; a domain has a dot.
fn looks_like_domain(text: &[u8]) -> bool {
    let bare = text.strip_prefix(b"*.").unwrap_or(text);
    bare.contains(&b'.') && names::name(bare).is_ok()
}

/// The text of `<value name="domain">`, if it may be one.
fn value_named_domain(reader: &Reader<'_>, record: &Record) -> Option<Text> {
    let is_it = |id: &NodeId| {
        let bytes = |text| reader.notes.bytes(text);
        let is_name = |(name, value): &(Span, Value)| {
            bytes(*name) == b"name" && bytes(value.text) == DOMAIN.as_bytes()
        };
        bytes(record.node(*id).name) == b"value" && record.attributes(*id).iter().any(is_name)
    };
    let found = record.children(0).find(is_it)?;
    let text = record.node(found).value.text;
    let bytes = reader.notes.bytes(text);
    let bare = bytes.strip_prefix(b"*.").unwrap_or(bytes);
    names::name(bare).is_ok().then_some(text)
}

fn misspelt(reader: &mut Reader<'_>, text: Text, place: &str) {
    let span = reader.notes.source(text);
    let bytes = reader.notes.bytes(text).to_vec();
    let shown = Visible(&bytes);
    let message = format!("the domain `{shown}` stands {place}, which is not documented");
    let finding = Finding::new("undocumented-spelling", Severity::Warning, span, message);
    let finding = finding.help(format!("write <key domain=\"{shown}\">"));
    reader.notes.add(match reader.lenient {
        true => finding.effect("taken as its domain, as was asked for; the product may ignore the key"),
        false => finding.effect(format!(
            "the key is not used: whether the product takes it for one of {shown} or ignores it, mail for {shown} is not decided by this file"
        )),
    });
}
