//! One `Entry` of `neutral-1`.

use smallvec::SmallVec;

use super::super::xml::{NodeId, Record, Value};
use super::method::Method;
use super::routes::{Delivery, Routes, UNUSED};
use super::values::boolean;
use crate::diagnostic::{Finding, Severity};
use crate::model::{Hop, HopLookup, TableFull};
use crate::source::{Span, Visible};

/// Reads an `Entry` and adds it to the table.
///
/// # Errors
/// The table is full.
pub(super) fn entry(routes: &mut Routes<'_>, record: &Record) -> Result<(), TableFull> {
    routes.begin();
    let [recipient, method] = attributes(routes, record, 0, ["recipient", "method"]);
    let key = present(routes, record, 0, "recipient", recipient)
        .and_then(|value| routes.recipient(value.text));
    let method =
        present(routes, record, 0, "method", method).and_then(|value| self::method(routes, value));
    let (mut hops, mut names) = (SmallVec::new(), Vec::new());
    let mut others = Vec::new();
    for id in record.children(0) {
        let node = record.node(id);
        let known = element(routes, node.name, node.tag, &["Server", "Mx"]);
        match (known, method) {
            (Some("Server"), Some(Method::Mx)) | (Some("Mx"), Some(Method::Static)) => {
                others.push(id);
            }
            (Some("Server"), _) => hops.extend(server(routes, record, id)),
            (Some(_), _) => names.push((id, mx(routes, record, id))),
            (None, _) => {}
        }
    }
    let origin = record.root().whole;
    if let (Some(&id), Some(method)) = (others.first(), method) {
        let node = record.node(id);
        let message = format!(
            "`{}` in an entry whose method is {}",
            routes.notes.shown(node.name),
            method.name()
        );
        routes.notes.error(
            "method-mismatch",
            node.tag,
            message,
            UNUSED,
            "write the method that is meant, and what belongs to it alone",
        );
    }
    let delivery = match method {
        None => None,
        Some(Method::Static) if hops.is_empty() => {
            if !routes.notes.broken {
                missing(routes, record.root().tag, "Server", "static");
            }
            None
        }
        Some(Method::Static) => Some(Delivery::Static(hops)),
        Some(Method::Mx) => match names.as_slice() {
            [] => {
                if !routes.notes.broken {
                    missing(routes, record.root().tag, "Mx", "mx");
                }
                None
            }
            [(_, delivery)] => delivery
                .as_ref()
                .map(|&(name, port)| Delivery::Mx(name, port)),
            [(first, _), (second, _), ..] => {
                let tag = record.node(*second).tag;
                let finding = Finding::new(
                    "repeated-element",
                    Severity::Error,
                    tag,
                    "a second `Mx` in one entry",
                );
                routes.notes.add(
                    finding
                        .effect(UNUSED)
                        .help("write one; several hosts are static servers")
                        .label(record.node(*first).tag, "the first"),
                );
                None
            }
        },
    };
    routes.end(origin, key, delivery)
}

/// The values of the attributes `known` of element `id`; others are reported.
fn attributes<const N: usize>(
    routes: &mut Routes<'_>,
    record: &Record,
    id: NodeId,
    known: [&str; N],
) -> [Option<Value>; N] {
    let mut found = [None; N];
    for (name, value) in record.attributes(id) {
        if let Some(is) = attribute(routes, *name, &known)
            && let Some(at) = known.iter().position(|known| *known == is)
        {
            found[at] = Some(*value);
        }
    }
    found
}

/// The value of an attribute that must be there and say something.
fn present(
    routes: &mut Routes<'_>,
    record: &Record,
    id: NodeId,
    name: &str,
    value: Option<Value>,
) -> Option<Value> {
    let node = record.node(id);
    match value {
        Some(value) if !value.text.is_empty() => Some(value),
        Some(_) => {
            let message = format!("`{name}` is empty");
            let help = format!("write what `{name}` is");
            routes
                .notes
                .error("missing-value", node.tag, message, UNUSED, help);
            None
        }
        None => {
            let element = routes.notes.shown(node.name);
            let message = format!("`{element}` has no attribute `{name}`");
            let help = format!("write {name}=\"…\"");
            routes
                .notes
                .error("missing-attribute", node.tag, message, UNUSED, help);
            None
        }
    }
}

fn missing(routes: &mut Routes<'_>, tag: Span, name: &str, what: &str) {
    let message = format!("the entry has no `{name}`, and its method is {what}");
    let help = format!("write a `{name}`");
    routes
        .notes
        .error("missing-element", tag, message, UNUSED, help);
}

/// The method, spelt exactly.
fn method(routes: &mut Routes<'_>, value: Value) -> Option<Method> {
    let bytes = routes.notes.bytes(value.text);
    for method in [Method::Static, Method::Mx] {
        if bytes == method.name().as_bytes() {
            return Some(method);
        }
    }
    let meant = Method::of_words(bytes);
    let (span, shown) = (routes.notes.source(value.text), Visible(bytes).to_string());
    let finding = Finding::new(
        "bad-method",
        Severity::Error,
        span,
        format!("the method `{shown}` is none: there are `static` and `mx`"),
    );
    if let Some(meant) = meant.filter(|_| routes.lenient) {
        let finding = finding.effect(format!("taken as `{}`, as was asked for", meant.name()));
        routes.notes.add(Finding {
            severity: Severity::Warning,
            ..finding
        });
        return Some(meant);
    }
    let finding = finding.effect(UNUSED);
    routes.notes.add(match meant {
        Some(meant) => finding.help(format!("write `{}`", meant.name())),
        None => finding.help("write `static` for servers, `mx` for the MX records of a name"),
    });
    None
}

/// A `Server`.
fn server(routes: &mut Routes<'_>, record: &Record, id: NodeId) -> Option<Hop> {
    let [address, port, preference, enabled] = attributes(
        routes,
        record,
        id,
        ["address", "port", "preference", "enabled"],
    );
    no_content(routes, record, id);
    let address = present(routes, record, id, "address", address);
    let host = address.and_then(|value| routes.host(value.text));
    let port = match port {
        None => None,
        Some(value) => Some(routes.port(value.text)?),
    };
    let preference = match preference {
        None => {
            routes.without_preference(record.node(id).tag);
            None
        }
        Some(value) => Some(routes.preference(value.text)?),
    };
    let disabled = match enabled {
        None => false,
        Some(value) => match boolean(routes.notes.bytes(value.text)) {
            Some(enabled) => !enabled,
            None => {
                bad_boolean(routes, value);
                return None;
            }
        },
    };
    Some(Hop {
        port,
        preference,
        disabled,
        ..Hop::to(HopLookup::Address(host?))
    })
}

fn bad_boolean(routes: &mut Routes<'_>, value: Value) {
    let span = routes.notes.source(value.text);
    let shown = routes.notes.shown(value.text);
    routes.notes.error(
        "bad-boolean",
        span,
        format!("`{shown}` is neither true nor false"),
        UNUSED,
        "write true or false",
    );
}

/// An `Mx`: its name and its port.
fn mx(
    routes: &mut Routes<'_>,
    record: &Record,
    id: NodeId,
) -> Option<(crate::source::Text, Option<crate::model::Port>)> {
    let [name, port] = attributes(routes, record, id, ["name", "port"]);
    no_content(routes, record, id);
    let name = present(routes, record, id, "name", name);
    let name = name.and_then(|value| routes.mx_name(value.text));
    let port = match port {
        None => None,
        Some(value) => Some(routes.port(value.text)?),
    };
    Some((name?, port))
}

/// Elements and text in an element that has neither.
fn no_content(routes: &mut Routes<'_>, record: &Record, id: NodeId) {
    for child in record.children(id) {
        let node = record.node(child);
        element(routes, node.name, node.tag, &[]);
    }
    let text = record.node(id).value.text;
    if !text.is_empty() {
        stray_text(routes, text);
    }
}

/// Text where there is none in `neutral-1`.
pub(super) fn stray_text(routes: &mut Routes<'_>, text: Span) {
    let span = routes.notes.source(text);
    routes.notes.warn(
        "stray-text",
        span,
        "text stands between elements",
        "none: it says nothing there",
    );
}

/// Which of the attributes `known` is called `name`; another is reported.
pub(super) fn attribute<'k>(
    routes: &mut Routes<'_>,
    name: Span,
    known: &[&'k str],
) -> Option<&'k str> {
    named(routes, name, known).unwrap_or_else(|shown| {
        routes.notes.warn(
            "unknown-attribute",
            name,
            format!("the attribute `{shown}` is none of neutral-1"),
            "none: it is kept and says nothing",
        );
        None
    })
}

/// Which of the elements `known` is called `name`; another is reported.
pub(super) fn element<'k>(
    routes: &mut Routes<'_>,
    name: Span,
    tag: Span,
    known: &[&'k str],
) -> Option<&'k str> {
    named(routes, name, known).unwrap_or_else(|shown| {
        routes.notes.warn(
            "unknown-element",
            tag,
            format!("the element `{shown}` is none of neutral-1"),
            "none: it is kept and says nothing",
        );
        None
    })
}

/// Which of `known` a name is: with its case, or without it when that is asked for. `Err` when it is none, with the name.
fn named<'k>(
    routes: &mut Routes<'_>,
    name: Span,
    known: &[&'k str],
) -> Result<Option<&'k str>, String> {
    let bytes = routes.notes.bytes(name);
    let mut all = known.iter();
    if let Some(known) = all.find(|known| known.as_bytes() == bytes) {
        return Ok(Some(known));
    }
    let shown = Visible(bytes);
    let mut all = known.iter();
    let Some(meant) = all.find(|known| known.as_bytes().eq_ignore_ascii_case(bytes)) else {
        return Err(shown.to_string());
    };
    let message = format!("`{shown}` where `{meant}` is meant: names in XML are case-sensitive");
    let finding = Finding::new("wrong-case-name", Severity::Error, name, message);
    let finding = finding.help(format!("write `{meant}`"));
    if routes.lenient {
        let finding = finding.effect(format!("taken as `{meant}`, as was asked for"));
        routes.notes.add(Finding {
            severity: Severity::Warning,
            ..finding
        });
        return Ok(Some(meant));
    }
    routes.notes.add(finding.effect(UNUSED));
    Ok(None)
}
