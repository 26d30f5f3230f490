//! The JSON form.

use std::collections::HashSet;

use super::super::json::{Item, Kind, Node, NodeId, Record, Walker};
use super::super::xml::Damage;
use super::routes::{Routes, UNUSED};
use super::stated::{Destination, Named, Stated, StatedPort};
use super::{NAME, VERSION};
use crate::diagnostic::{Finding, Severity};
use crate::source::{Span, Text, Visible};

/// The fields of the file, of a route and of a destination.
const FILE_FIELDS: [&str; 3] = ["format", "version", "routes"];
const ROUTE_FIELDS: [&str; 4] = ["type", "name", "routeType", "destinations"];
const DESTINATION_FIELDS: [&str; 2] = ["host", "port"];

/// Reads `text`, which begins at `base`.
///
/// # Errors
/// It is no JSON, or says that it is another file.
pub(super) fn json(reader: &mut Routes<'_>, text: &[u8], base: u32) -> Result<(), Damage> {
    let mut walker = Walker::new(text, base)?;
    let mut first = true;
    loop {
        match walker.next(&mut reader.notes.texts)? {
            Item::Open(node) if node.kind == Kind::Array => {
                let finding = Finding::new(
                    "bare-array",
                    Severity::Info,
                    node.whole,
                    "the routes stand alone, without format and version around them",
                );
                reader.notes.add(
                    finding
                        .effect("none: it is read as version 1")
                        .help(format!(
                            "write {{\"format\":\"{NAME}\",\"version\":{VERSION},\"routes\":[…]}}"
                        )),
                );
                list(reader, &mut walker, node)?;
            }
            Item::Open(node) => wrapper(reader, &mut walker, node, base)?,
            Item::Value(node) => {
                let message = format!(
                    "the text is {}, and the file is an object",
                    node.kind.words()
                );
                let at = (node.whole.start - base) as usize;
                return Err(Damage::new("wrong-value-type", at, message));
            }
            Item::Close => {}
            Item::End if first => {
                return Err(Damage::new(
                    "malformed-json",
                    0,
                    "not JSON: the text is empty",
                ));
            }
            Item::End => return Ok(()),
        }
        first = false;
    }
}

/// The object around the routes, which was just opened.
fn wrapper(
    reader: &mut Routes<'_>,
    walker: &mut Walker<'_>,
    open: Node,
    base: u32,
) -> Result<(), Damage> {
    reader.list = open.whole;
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    loop {
        let item = walker.next(&mut reader.notes.texts)?;
        let (Item::Open(node) | Item::Value(node)) = item else {
            break;
        };
        let name = node.name.unwrap_or_default();
        let called = reader.notes.bytes(name).to_vec();
        let field = known(reader, &called, &FILE_FIELDS);
        let at = (node.whole.start - base) as usize;
        let is_repeated = !seen.insert(called);
        if is_repeated {
            repeated(reader, "the file", name);
        }
        match field {
            Some("format") => is_ours(reader, node, at, "format", NAME, "another file")?,
            Some("version") => {
                is_ours(reader, node, at, "version", VERSION, "this reader knows 1")?
            }
            Some("routes") if !is_repeated && node.kind == Kind::Array => {
                list(reader, walker, node)?;
                continue;
            }
            Some("routes") if !is_repeated => {
                let message = format!("`routes` is {}, and must be an array", node.kind.words());
                return Err(Damage::new("wrong-value-type", at, message));
            }
            Some(_) => {}
            None => unknown(reader, "the file", name, &FILE_FIELDS),
        }
        if let Item::Open(node) = item {
            walker.record(node, &mut reader.notes.texts)?;
        }
    }
    for field in FILE_FIELDS {
        let there = |name: &Vec<u8>| known(reader, name, &[field]).is_some();
        if !seen.iter().any(there) {
            let message = format!("the file has no `{field}`");
            let help = match field {
                "format" => format!("write \"format\":\"{NAME}\""),
                "version" => format!("write \"version\":{VERSION}"),
                _ => "write \"routes\":[] for none".to_owned(),
            };
            let effect =
                "whether it is a table of MSPControl's routes in this version is not known";
            reader
                .notes
                .error("missing-field", open.whole, message, effect, help);
        }
    }
    Ok(())
}

/// Refuses a file of another format or version.
fn is_ours(
    reader: &Routes<'_>,
    node: Node,
    at: usize,
    field: &str,
    wanted: &str,
    why: &str,
) -> Result<(), Damage> {
    let (text, right) = match (node.kind, field) {
        (Kind::String(text), "format") => (text, true),
        (Kind::Number(text), "version") => (text, true),
        _ => (node.whole, false),
    };
    let bytes = reader.notes.bytes(text);
    if right && bytes == wanted.as_bytes() {
        return Ok(());
    }
    let shown = match node.kind {
        Kind::Object | Kind::Array => node.kind.words().to_owned(),
        _ => Visible(&bytes[..bytes.len().min(60)]).to_string(),
    };
    let message = format!("the {field} is {shown}: {why}");
    let help = match field {
        "format" => "write \"format\":\"mspcontrol-email-routes\" if it is one",
        _ => "write \"version\":1 if it is one",
    };
    Err(Damage::new("unknown-interchange", at, message).help(help))
}

/// The routes: the array that was just opened.
fn list(reader: &mut Routes<'_>, walker: &mut Walker<'_>, open: Node) -> Result<(), Damage> {
    reader.list = open.whole;
    let mut number = 0;
    loop {
        let item = walker.next(&mut reader.notes.texts)?;
        let (Item::Open(node) | Item::Value(node)) = item else {
            return Ok(());
        };
        number += 1;
        if node.kind == Kind::Object {
            let record = walker.record(node, &mut reader.notes.texts)?;
            let stated = route(reader, record, number);
            reader.route(&stated);
            continue;
        }
        reader.counts.0 += 1;
        let of = reader.named(number, None);
        wrong(reader, &of.to_string(), node, "an object");
        if let Item::Open(node) = item {
            walker.record(node, &mut reader.notes.texts)?;
        }
    }
}

/// One route.
fn route(reader: &mut Routes<'_>, record: &Record, number: u64) -> Stated {
    let root = record.root();
    let head = Span::new(root.whole.start, 1);
    let mut stated = Stated {
        number,
        whole: root.whole,
        head,
        ..Stated::default()
    };
    reader.notes.broken = false;
    let named = record
        .children(0)
        .find(|&id| field_of(reader, record, id, &ROUTE_FIELDS) == Some("name"));
    let of = reader.named(
        number,
        named.and_then(|id| match record.node(id).kind {
            Kind::String(text) => Some(text),
            _ => None,
        }),
    );
    let fields = fields(reader, record, 0, &of.to_string(), &ROUTE_FIELDS, head);
    stated.kind = string(reader, record, fields[0], &of.to_string(), "type");
    stated.name = string(reader, record, fields[1], &of.to_string(), "name");
    stated.direction = string(reader, record, fields[2], &of.to_string(), "routeType");
    if let Some(id) = fields[3] {
        stated.destinations = destinations(reader, record, id, &of);
    }
    stated.broken = reader.notes.broken;
    stated
}

fn destinations(
    reader: &mut Routes<'_>,
    record: &Record,
    id: NodeId,
    of: &Named,
) -> Vec<Destination> {
    let node = *record.node(id);
    if node.kind != Kind::Array {
        wrong(reader, &format!("{of}, destinations"), node, "an array");
        return Vec::new();
    }
    let mut all = Vec::new();
    for (at, id) in record.children(id).enumerate() {
        let node = *record.node(id);
        let of = format!("{of}, destination {}", at + 1);
        if node.kind != Kind::Object {
            wrong(reader, &of, node, "an object");
            continue;
        }
        let head = Span::new(node.whole.start, 1);
        let [host, port] = fields(reader, record, id, &of, &DESTINATION_FIELDS, head);
        let port = port.map(|id| *record.node(id));
        all.push(Destination {
            whole: node.whole,
            host: string(reader, record, host, &of, "host"),
            port: match port.map(|port| (port.kind, port)) {
                None | Some((Kind::Null, _)) => StatedPort::Missing,
                Some((Kind::Number(text), _)) => StatedPort::Number(text),
                Some((Kind::String(text), _)) => StatedPort::Quoted(text),
                Some((_, node)) => {
                    wrong(reader, &format!("{of}, port"), node, "a number");
                    StatedPort::Wrong
                }
            },
        });
    }
    if record.children(id).next().is_none() {
        let message = format!("{of}: no destination");
        let help = "write at least one";
        reader
            .notes
            .error("no-destinations", node.whole, message, UNUSED, help);
    }
    all
}

/// The values of the fields `wanted` in the object `id`. What is missing, stands twice or is none of them is told.
fn fields<const N: usize>(
    reader: &mut Routes<'_>,
    record: &Record,
    id: NodeId,
    of: &str,
    wanted: &[&'static str; N],
    head: Span,
) -> [Option<NodeId>; N] {
    let mut found = [None; N];
    for (_, second) in record.repeated(id, &reader.notes) {
        repeated(reader, of, record.node(second).name.unwrap_or_default());
    }
    for child in record.children(id) {
        let name = record.node(child).name.unwrap_or_default();
        match field_of(reader, record, child, wanted) {
            Some(field) => {
                let at = wanted.iter().position(|known| *known == field);
                let place = &mut found[at.unwrap_or(0)];
                place.get_or_insert(child);
            }
            None => unknown(reader, of, name, wanted),
        }
    }
    for (at, field) in wanted.iter().enumerate() {
        // The port has an error, or a warning, of its own.
        if found[at].is_none() && *field != "port" {
            let message = format!("{of}: no `{field}`");
            let help = format!("write its `{field}`");
            let rule = match *field {
                "destinations" => "no-destinations",
                _ => "missing-field",
            };
            reader.notes.error(rule, head, message, UNUSED, help);
        }
    }
    found
}

fn field_of<const N: usize>(
    reader: &Routes<'_>,
    record: &Record,
    id: NodeId,
    wanted: &[&'static str; N],
) -> Option<&'static str> {
    let name = record.node(id).name?;
    known(reader, reader.notes.bytes(name), wanted)
}

/// Which of the names `wanted` a name is.
fn known(reader: &Routes<'_>, name: &[u8], wanted: &[&'static str]) -> Option<&'static str> {
    let is = |field: &&&str| match reader.lenient {
        true => name.eq_ignore_ascii_case(field.as_bytes()),
        false => name == field.as_bytes(),
    };
    wanted.iter().find(is).copied()
}

/// The text of a field that must be a string.
fn string(
    reader: &mut Routes<'_>,
    record: &Record,
    id: Option<NodeId>,
    of: &str,
    field: &str,
) -> Option<Text> {
    let node = *record.node(id?);
    match node.kind {
        Kind::String(text) => Some(text),
        _ => {
            wrong(reader, &format!("{of}, {field}"), node, "a string");
            None
        }
    }
}

fn wrong(reader: &mut Routes<'_>, of: &str, node: Node, wanted: &str) {
    let message = format!("{of}: {} where {wanted} belongs", node.kind.words());
    let help = format!("write {wanted}");
    reader
        .notes
        .error("wrong-value-type", node.whole, message, UNUSED, help);
}

fn repeated(reader: &mut Routes<'_>, of: &str, name: Text) {
    let message = format!("{of}: a second `{}`", reader.notes.shown(name));
    let span = reader.notes.source(name);
    let effect = "some programs read the first and some the last: it is not used";
    reader
        .notes
        .error("repeated-name", span, message, effect, "delete one");
}

/// Of a value that is not read only the name is said: it may be a password.
fn unknown(reader: &mut Routes<'_>, of: &str, name: Text, wanted: &[&str]) {
    let shown = reader.notes.shown(name);
    let bytes = reader.notes.bytes(name);
    let near = wanted
        .iter()
        .find(|field| bytes.eq_ignore_ascii_case(field.as_bytes()));
    let span = reader.notes.source(name);
    let finding = Finding::new(
        "unknown-field",
        Severity::Warning,
        span,
        format!("{of}: `{shown}` is no field of it"),
    )
    .effect(match is_switch(bytes) {
        true => "the route stays in force: there is no switch that turns one off",
        false => "none: it is not read",
    });
    reader.notes.add(match near {
        Some(field) => finding.help(format!("write `{field}`, if that is meant: case counts")),
        None => finding,
    });
}

/// True for a name by which people switch something on or off.
fn is_switch(name: &[u8]) -> bool {
    let names = [
        "enabled", "enable", "active", "disabled", "disable", "status",
    ];
    names
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}
