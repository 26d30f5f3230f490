//! Records of an unknown file, read by a map of their roles.

use std::collections::BTreeSet;

use smallvec::SmallVec;

use super::super::contents::Stop;
use super::super::xml::{Item, NodeId, Record, Value, Walker};
use super::method::Method;
use super::path::{Path, nodes, values};
use super::role::{Role, RoleMap};
use super::routes::{Delivery, Routes, UNUSED};
use super::values::boolean;
use crate::diagnostic::{Finding, Severity};
use crate::model::{Hop, HopLookup, TableFull};
use crate::source::{Span, Text};

/// Most different places of values without a role that are reported.
const MOST_UNKNOWN: usize = 1000;

/// Reads a file by a map.
pub(super) struct Mapped<'m> {
    map: &'m RoleMap,
    holder: Vec<Vec<u8>>,
    /// Places without a role that were reported.
    unknown: BTreeSet<Path>,
}

impl<'m> Mapped<'m> {
    pub fn new(map: &'m RoleMap) -> Self {
        Mapped {
            holder: map.server_holder(),
            map,
            unknown: BTreeSet::new(),
        }
    }

    /// Reads all records of `text`; returns where passwords stand.
    ///
    /// # Errors
    /// The text cannot be read to its end; the table is full.
    pub fn read(&mut self, routes: &mut Routes<'_>, text: &[u8]) -> Result<Vec<Span>, Stop> {
        let mut walker = Walker::new(text, 0)?;
        let mut open: Vec<Vec<u8>> = Vec::new();
        loop {
            match walker.next()? {
                Item::Open { name, tag } => {
                    open.push(routes.notes.bytes(name).to_vec());
                    if self.map.records.contains(&open) {
                        let record = walker.record(name, tag, &mut routes.notes.texts)?;
                        self.record(routes, record)?;
                        open.pop();
                    }
                }
                Item::Close => {
                    open.pop();
                }
                Item::Text(_) | Item::Comment(_) => {}
                Item::End => return Ok(walker.into_secrets()),
            }
        }
    }

    fn record(&mut self, routes: &mut Routes<'_>, record: &Record) -> Result<(), TableFull> {
        routes.begin();
        self.report_unknown(routes, record);
        let key = match self.only(routes, record, 0, Role::Recipient) {
            Some(value) => routes.recipient(value.text),
            None => {
                self.missing(routes, record, Role::Recipient);
                None
            }
        };
        let name = self.only(routes, record, 0, Role::Mx);
        let servers = self.servers(routes, record);
        let delivery = self.delivery(routes, record, name, &servers);
        routes.end(record.root().whole, key, delivery)
    }

    /// The one value of `role` that is not empty, as seen from the element `from`. Two are an error.
    fn only(
        &self,
        routes: &mut Routes<'_>,
        record: &Record,
        from: NodeId,
        role: Role,
    ) -> Option<Value> {
        let path = self.map.path(role)?;
        let path = match from {
            0 => path.clone(),
            _ => path.below(&self.holder)?,
        };
        let found = values(record, from, &path, |text| routes.notes.bytes(text));
        if let [first, second, ..] = found.as_slice() {
            let (before, span) = (
                routes.notes.source(first.text),
                routes.notes.source(second.text),
            );
            let message = format!("a second {} in one record, at `{path}`", role.key());
            let finding = Finding::new("ambiguous-role", Severity::Error, span, message);
            routes.notes.add(
                finding
                    .effect(UNUSED)
                    .help("write one, or say where else it stands")
                    .label(before, "the first"),
            );
            return None;
        }
        found.first().copied()
    }

    fn missing(&self, routes: &mut Routes<'_>, record: &Record, role: Role) {
        if routes.notes.broken {
            return;
        }
        let path = self.map.path(role).map(Path::to_string).unwrap_or_default();
        let message = format!("the record has no {} at `{path}`", role.key());
        let tag = record.root().tag;
        routes
            .notes
            .error("missing-value", tag, message, UNUSED, "write it");
    }

    /// The elements that hold a server each.
    fn servers(&self, routes: &Routes<'_>, record: &Record) -> Vec<NodeId> {
        let Some(path) = self.map.path(Role::Server) else {
            return Vec::new();
        };
        let bytes = |text: Text| routes.notes.bytes(text);
        let all = nodes(record, 0, &self.holder, bytes);
        let says = |id: &NodeId| match path.below(&self.holder) {
            Some(path) => !values(record, *id, &path, bytes).is_empty(),
            // The text of the holder itself.
            None => !record.node(*id).value.text.is_empty(),
        };
        all.into_iter().filter(says).collect()
    }

    fn delivery(
        &self,
        routes: &mut Routes<'_>,
        record: &Record,
        name: Option<Value>,
        servers: &[NodeId],
    ) -> Option<Delivery> {
        let stated = self.only(routes, record, 0, Role::Method);
        let stated = stated.map(|value| self.method(routes, value));
        // Everything wrong is said at once, whatever the method is.
        let mut hops = SmallVec::new();
        let mut usable = true;
        for &id in servers {
            match self.server(routes, record, id) {
                Some(hop) => hops.push(hop),
                None => usable = false,
            }
        }
        let tag = record.root().tag;
        let method = match (stated, name.is_some(), servers.is_empty()) {
            (None | Some(None), true, false) => {
                routes.notes.error(
                    "ambiguous-role",
                    tag,
                    "the record has both an MX name and a server",
                    UNUSED,
                    "delete what is not meant, or say where the method stands and what its codes mean",
                );
                return None;
            }
            (Some(None), ..) => return None,
            (Some(Some(Method::Static)), _, true) => {
                self.missing(routes, record, Role::Server);
                return None;
            }
            (Some(Some(Method::Mx)), false, _) => {
                self.missing(routes, record, Role::Mx);
                return None;
            }
            (Some(Some(method)), ..) => method,
            (None, true, true) => Method::Mx,
            (None, false, false) => Method::Static,
            (None, false, true) => {
                routes.notes.error(
                    "missing-value",
                    tag,
                    "the record has neither an MX name nor a server",
                    UNUSED,
                    "write one of them",
                );
                return None;
            }
        };
        if name.is_some() && !servers.is_empty() {
            self.inert(routes, record, name, servers, method);
        }
        match method {
            Method::Mx => {
                let port = match self.only(routes, record, 0, Role::MxPort) {
                    Some(value) => Some(routes.port(value.text)?),
                    None => None,
                };
                Some(Delivery::Mx(routes.mx_name(name?.text)?, port))
            }
            Method::Static => usable.then_some(Delivery::Static(hops)),
        }
    }

    /// The method says which counts: the other is left over.
    fn inert(
        &self,
        routes: &mut Routes<'_>,
        record: &Record,
        name: Option<Value>,
        servers: &[NodeId],
        method: Method,
    ) {
        let (span, what) = match (method, name, servers.first()) {
            (Method::Static, Some(name), _) => {
                (routes.notes.source(name.text), "the MX name is not used")
            }
            (_, _, Some(&id)) => (record.node(id).tag, "the servers are not used"),
            _ => return,
        };
        let message = format!("{what}: the method is {}", method.name());
        let effect = "none, as long as the method stays";
        routes.notes.warn("inert-value", span, message, effect);
    }

    fn server(&self, routes: &mut Routes<'_>, record: &Record, id: NodeId) -> Option<Hop> {
        let is_text = self
            .map
            .path(Role::Server)
            .is_some_and(|path| path.attribute.is_none() && path.elements == self.holder);
        let address = match is_text {
            true => Some(record.node(id).value),
            false => self.only(routes, record, id, Role::Server),
        };
        let host = routes.host(address?.text);
        let port = match self.of_server(routes, record, id, Role::Port) {
            Some(value) => routes.port(value.text),
            None => None,
        };
        let preference = match self.of_server(routes, record, id, Role::Preference) {
            Some(value) => routes.preference(value.text),
            None => {
                routes.without_preference(record.node(id).tag);
                None
            }
        };
        let mut disabled = false;
        for (role, off) in [(Role::Enabled, false), (Role::Disabled, true)] {
            if let Some(value) = self.of_server(routes, record, id, role) {
                disabled = self.switch(routes, value)? == off;
            }
        }
        Some(Hop {
            port,
            preference,
            disabled,
            ..Hop::to(HopLookup::Address(host?))
        })
    }

    /// What is said of a server in its element, or for all servers in the record.
    fn of_server(
        &self,
        routes: &mut Routes<'_>,
        record: &Record,
        id: NodeId,
        role: Role,
    ) -> Option<Value> {
        let path = self.map.path(role)?;
        let from = match path.below(&self.holder) {
            Some(_) => id,
            None => 0,
        };
        self.only(routes, record, from, role)
    }

    fn method(&self, routes: &mut Routes<'_>, value: Value) -> Option<Method> {
        let [of_static, of_mx, ..] = &self.map.codes;
        let bytes = routes.notes.bytes(value.text);
        let is = |code: &Option<String>| code.as_deref().is_some_and(|c| c.as_bytes() == bytes);
        let found = match (is(of_static), is(of_mx)) {
            (true, _) => Some(Method::Static),
            (_, true) => Some(Method::Mx),
            _ => Method::of_words(bytes),
        };
        if found.is_none() {
            let shown = routes.notes.shown(value.text);
            let help = format!(
                "say what it means: --assume method.static='{shown}', or --assume method.mx='{shown}'"
            );
            self.unknown_code(routes, value.text, "method", help);
        }
        found
    }

    fn switch(&self, routes: &mut Routes<'_>, value: Value) -> Option<bool> {
        let [_, _, yes, no] = &self.map.codes;
        let bytes = routes.notes.bytes(value.text);
        let is = |code: &Option<String>| code.as_deref().is_some_and(|c| c.as_bytes() == bytes);
        let found = match (is(yes), is(no)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => boolean(bytes),
        };
        if found.is_none() {
            let shown = routes.notes.shown(value.text);
            let help = format!(
                "say what it means: --assume enabled.true='{shown}', or --assume enabled.false='{shown}'"
            );
            self.unknown_code(routes, value.text, "switch", help);
        }
        found
    }

    fn unknown_code(&self, routes: &mut Routes<'_>, text: Text, what: &str, help: String) {
        let shown = routes.notes.shown(text);
        let span = routes.notes.source(text);
        let message = match what {
            "switch" => format!("`{shown}` is no boolean"),
            _ => format!("the method `{shown}` has no known meaning"),
        };
        routes
            .notes
            .error("unknown-code", span, message, UNUSED, help);
    }

    /// Values that have no role: kept, and reported once for each place.
    fn report_unknown(&mut self, routes: &mut Routes<'_>, record: &Record) {
        let mut stack: Vec<(NodeId, Vec<Vec<u8>>)> = vec![(0, Vec::new())];
        while let Some((id, elements)) = stack.pop() {
            for (name, _) in record.attributes(id) {
                let path = Path {
                    elements: elements.clone(),
                    attribute: Some(routes.notes.bytes(*name).to_vec()),
                };
                self.unknown_place(routes, path, *name, "attribute");
            }
            let node = record.node(id);
            if id != 0 && !node.value.text.is_empty() {
                let path = Path {
                    elements: elements.clone(),
                    attribute: None,
                };
                self.unknown_place(routes, path, node.tag, "element");
            }
            for child in record.children(id) {
                let mut below = elements.clone();
                below.push(routes.notes.bytes(record.node(child).name).to_vec());
                stack.push((child, below));
            }
        }
    }

    fn unknown_place(&mut self, routes: &mut Routes<'_>, path: Path, at: Span, what: &str) {
        let known = Role::ALL
            .iter()
            .any(|&role| self.map.path(role) == Some(&path));
        if known || self.unknown.len() == MOST_UNKNOWN || self.unknown.contains(&path) {
            return;
        }
        let (rule, message) = match what {
            "attribute" => (
                "unknown-attribute",
                format!("the attribute at `{path}` has no known role"),
            ),
            _ => (
                "unknown-element",
                format!("the element at `{path}` has no known role"),
            ),
        };
        routes.notes.warn(
            rule,
            at,
            message,
            "none that is known: it is kept, here and in all records",
        );
        self.unknown.insert(path);
    }
}
