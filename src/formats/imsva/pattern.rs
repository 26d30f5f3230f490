//! A record of the user's, cloned with other values in it.

use std::ops::Range;

use super::super::edits::Edits;
use super::super::texts::Texts;
use super::super::xml::attribute_place;
use super::super::xml::{NodeId, Record, escaped_attribute};
use super::path::{Path, nodes};
use super::role::{Role, RoleMap};
use super::values::boolean;
use super::writer::{Delivery, Entry, Server, digits};
use crate::source::{Input, Span};

/// A value in a record: where it stands in the file, and what it is.
#[derive(Clone, Debug)]
struct Leaf {
    place: Span,
    text: Vec<u8>,
}

/// An element with a server.
#[derive(Clone, Debug)]
struct Holder {
    whole: Span,
    /// By role.
    leaves: [Option<Leaf>; Role::ALL.len()],
}

/// A record that shows how others are written.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub whole: Span,
    leaves: [Option<Leaf>; Role::ALL.len()],
    holders: Vec<Holder>,
    /// Numbers that may count the servers: path, place, value.
    pub counts: Vec<(Path, Span, u64)>,
}

impl Pattern {
    /// Learns `record`.
    pub fn new(record: &Record, map: &RoleMap, input: &Input, texts: &Texts) -> Self {
        let learner = Learner {
            record,
            map,
            input,
            texts,
        };
        let holder_path = map.server_holder();
        let bytes = |span: Span| texts.bytes(input, span);
        let mut holders = Vec::new();
        for id in nodes(record, 0, &holder_path, bytes) {
            let leaves = Role::ALL.map(|role| learner.leaf(id, role, &holder_path));
            let holder = Holder {
                whole: record.node(id).whole,
                leaves,
            };
            if holder.leaf(Role::Server).is_some() {
                holders.push(holder);
            }
        }
        Pattern {
            whole: record.root().whole,
            leaves: Role::ALL.map(|role| learner.leaf(0, role, &[])),
            holders,
            counts: learner.numbers(),
        }
    }

    /// How many servers it has.
    pub fn servers(&self) -> usize {
        self.holders.len()
    }

    /// How much it shows: a pattern that shows more is a better one.
    pub fn shows(&self) -> usize {
        let of = |holder: &Holder| holder.leaves.iter().flatten().count();
        self.holders.iter().map(of).max().unwrap_or(0) + self.leaves.iter().flatten().count()
    }

    fn leaf(&self, role: Role) -> Option<&Leaf> {
        self.leaves[role as usize].as_ref()
    }

    /// The record with the values of `entry`. `counts` are the places that count servers.
    ///
    /// # Errors
    /// What the pattern does not show.
    pub fn cloned(
        &self,
        file: &[u8],
        entry: &Entry,
        map: &RoleMap,
        counts: &[Path],
    ) -> Result<Vec<u8>, String> {
        let mut edits = Edits::default();
        let recipient = self
            .leaf(Role::Recipient)
            .ok_or("its record shows no recipient")?;
        edits.replace(recipient.place, escaped(&entry.recipient));
        match &entry.delivery {
            Delivery::Mx { name, port } => {
                let place = self.leaf(Role::Mx).ok_or("its record shows no MX name")?;
                edits.replace(place.place, escaped(name));
                match (self.leaf(Role::MxPort), port.map(|port| port.wire())) {
                    (Some(leaf), _) => edits.replace(leaf.place, digits(*port)),
                    (None, None | Some(25)) => {}
                    (None, Some(port)) => {
                        return Err(format!(
                            "it shows no port beside an MX name, for port {port}"
                        ));
                    }
                }
            }
            Delivery::Static(servers) => {
                self.replace_servers(file, servers, map, &mut edits)?;
                for (path, place, _) in &self.counts {
                    if counts.contains(path) {
                        edits.replace(*place, servers.len().to_string());
                    }
                }
            }
        }
        Ok(apply_within(edits, file, self.whole))
    }

    /// Puts `servers` where those of the pattern are.
    fn replace_servers(
        &self,
        file: &[u8],
        servers: &[Server],
        map: &RoleMap,
        edits: &mut Edits,
    ) -> Result<(), String> {
        let richest = |holder: &&Holder| holder.leaves.iter().flatten().count();
        let pattern = self.holders.iter().max_by_key(richest);
        let (Some(first), Some(last), Some(pattern)) =
            (self.holders.first(), self.holders.last(), pattern)
        else {
            return Err("its record shows no server".to_owned());
        };
        if first.whole == self.whole {
            let [server] = servers else {
                return Err("its record shows one server that stands in no element of its own, and there are several".to_owned());
            };
            // The record is the server's element.
            return pattern.replace(server, map, edits);
        }
        let between = match self.holders.get(1) {
            Some(second) => {
                &file[range(Span::new(
                    first.whole.end(),
                    second.whole.start - first.whole.end(),
                ))]
            }
            None => blanks_before(file, first.whole),
        };
        let blank = between.iter().all(u8::is_ascii_whitespace);
        let between = if blank { between } else { b"" };
        let mut out = Vec::new();
        for (number, server) in servers.iter().enumerate() {
            if number > 0 {
                out.extend_from_slice(between);
            }
            let mut edits = Edits::default();
            pattern.replace(server, map, &mut edits)?;
            out.extend(apply_within(edits, file, pattern.whole));
        }
        let all = Span::new(first.whole.start, last.whole.end() - first.whole.start);
        edits.replace(all, out);
        Ok(())
    }
}

impl Holder {
    fn leaf(&self, role: Role) -> Option<&Leaf> {
        self.leaves[role as usize].as_ref()
    }

    /// Puts the values of `server` where those of the pattern are.
    fn replace(&self, server: &Server, map: &RoleMap, edits: &mut Edits) -> Result<(), String> {
        if let Some(leaf) = self.leaf(Role::Server) {
            edits.replace(leaf.place, escaped(&server.address));
        }
        match (self.leaf(Role::Port), server.port.map(|port| port.wire())) {
            (Some(leaf), _) => edits.replace(leaf.place, digits(server.port)),
            (None, None | Some(25)) => {}
            (None, Some(port)) => {
                return Err(format!("it shows no port of a server, for port {port}"));
            }
        }
        match (self.leaf(Role::Preference), server.preference) {
            (Some(leaf), Some(preference)) => edits.replace(leaf.place, preference.to_string()),
            (None, None) => {}
            (Some(_), None) => {
                return Err("it shows a preference, and that of a server is unknown".to_owned());
            }
            (None, Some(preference)) => {
                return Err(format!(
                    "it shows no preference of a server, for preference {preference}"
                ));
            }
        }
        let switch = |role| self.leaf(role).map(|leaf| (leaf, role));
        match switch(Role::Enabled).or_else(|| switch(Role::Disabled)) {
            Some((leaf, role)) => {
                let yes = server.enabled == (role == Role::Enabled);
                edits.replace(leaf.place, escaped(&spelled(yes, &leaf.text, map)?));
            }
            None if !server.enabled => {
                return Err("it shows no way to switch a server off".to_owned());
            }
            None => {}
        }
        Ok(())
    }
}

/// Yes or no, as the template writes it: by its codes, else in the style of `like`.
fn spelled(yes: bool, like: &[u8], map: &RoleMap) -> Result<Vec<u8>, String> {
    let [_, _, of_yes, of_no] = &map.codes;
    if let Some(code) = if yes { of_yes } else { of_no } {
        return Ok(code.as_bytes().to_vec());
    }
    if boolean(like) == Some(yes) {
        return Ok(like.to_vec());
    }
    let pairs = [("true", "false"), ("1", "0"), ("yes", "no"), ("on", "off")];
    let of = |(a, b): &(&str, &str)| {
        like.eq_ignore_ascii_case(a.as_bytes()) || like.eq_ignore_ascii_case(b.as_bytes())
    };
    let pair = pairs.iter().find(|pair| of(pair));
    let pair = pair.ok_or_else(|| {
        format!(
            "it does not show how a switch says {}: --assume enabled.{yes}=TEXT",
            if yes { "yes" } else { "no" }
        )
    })?;
    let word = if yes { pair.0 } else { pair.1 };
    let capital = like.first().is_some_and(u8::is_ascii_uppercase);
    let all = like.iter().all(|b| !b.is_ascii_lowercase());
    Ok(match (capital, all) {
        (true, true) => word.to_ascii_uppercase().into_bytes(),
        (true, false) => {
            let mut word = word.as_bytes().to_vec();
            word[..1].make_ascii_uppercase();
            word
        }
        _ => word.as_bytes().to_vec(),
    })
}

struct Learner<'l> {
    record: &'l Record,
    map: &'l RoleMap,
    input: &'l Input,
    texts: &'l Texts,
}

impl Learner<'_> {
    /// The value of `role` as seen from `id`, the element at `holder`; there may be only one.
    fn leaf(&self, id: NodeId, role: Role, holder: &[Vec<u8>]) -> Option<Leaf> {
        let path = self.map.path(role)?;
        let is_text_of_holder =
            !holder.is_empty() && path.attribute.is_none() && path.elements == holder;
        let path = match is_text_of_holder {
            true => Path::default(),
            false => path.below(holder)?,
        };
        let bytes = |span: Span| self.texts.bytes(self.input, span);
        let found = nodes(self.record, id, &path.elements, bytes);
        let [node] = found.as_slice() else {
            return None;
        };
        match &path.attribute {
            Some(attribute) => {
                let attributes = self.record.attributes(*node).iter();
                let mut named = attributes.filter(|(name, _)| bytes(*name) == attribute.as_slice());
                let (name, value) = named.next()?;
                Some(Leaf {
                    place: attribute_place(self.input, *name),
                    text: bytes(value.text).to_vec(),
                })
            }
            None => {
                let node = self.record.node(*node);
                // An empty element has no place for text.
                (!node.content.is_empty()).then(|| Leaf {
                    place: node.content,
                    text: bytes(node.value.text).to_vec(),
                })
            }
        }
    }

    /// All values without a role that are numbers.
    fn numbers(&self) -> Vec<(Path, Span, u64)> {
        let bytes = |span: Span| self.texts.bytes(self.input, span);
        let mut found = Vec::new();
        let mut stack: Vec<(NodeId, Vec<Vec<u8>>)> = vec![(0, Vec::new())];
        let number = |text: Span| std::str::from_utf8(bytes(text)).ok()?.parse::<u64>().ok();
        while let Some((id, elements)) = stack.pop() {
            let mut add = |path: Path, place: Span, text: Span| {
                let known = Role::ALL
                    .iter()
                    .any(|&role| self.map.path(role) == Some(&path));
                if let Some(number) = number(text).filter(|_| !known && found.len() < 64) {
                    found.push((path, place, number));
                }
            };
            for (name, value) in self.record.attributes(id) {
                let path = Path {
                    elements: elements.clone(),
                    attribute: Some(bytes(*name).to_vec()),
                };
                add(path, attribute_place(self.input, *name), value.text);
            }
            let node = self.record.node(id);
            if id != 0 {
                let path = Path {
                    elements: elements.clone(),
                    attribute: None,
                };
                add(path, node.content, node.value.text);
            }
            for child in self.record.children(id) {
                let mut below = elements.clone();
                below.push(bytes(self.record.node(child).name).to_vec());
                stack.push((child, below));
            }
        }
        found
    }
}

/// A value for between tags and for between either quotes.
fn escaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in escaped_attribute(text) {
        match byte {
            b'\'' => out.extend_from_slice(b"&apos;"),
            byte => out.push(byte),
        }
    }
    out
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end() as usize
}

/// The text of `whole` with the edits made; the file begins at 0.
fn apply_within(edits: Edits, file: &[u8], whole: Span) -> Vec<u8> {
    edits.apply(&file[range(whole)], whole.start)
}

/// The blanks before an element.
pub(super) fn blanks_before(file: &[u8], whole: Span) -> &[u8] {
    let before = &file[..whole.start as usize];
    &before[before.trim_ascii_end().len()..]
}
