//! Finds out what an unknown file holds, by the names in it.
//!
//! A record is the smallest element with exactly one recipient and at least one server or MX name. Numbers and texts decide
//! nothing here. What fits two roles is an error that lists both.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::notes::Notes;
use super::super::xml::{Damage, Item, Walker};
use super::path::Path;
use super::role::{Role, RoleMap, join};
use crate::diagnostic::{Finding, Severity};
use crate::source::Span;

/// Most different places that values stand at: a file of records has few.
const MOST_PLACES: usize = 2000;

type PlaceId = u32;

/// All different places, each an element or attribute in another.
#[derive(Default)]
struct Places {
    ids: HashMap<(PlaceId, bool, Vec<u8>), PlaceId>,
    all: Vec<(PlaceId, bool, Vec<u8>)>,
}

const ROOT: PlaceId = u32::MAX;

impl Places {
    fn id(&mut self, parent: PlaceId, is_attribute: bool, name: &[u8]) -> Option<PlaceId> {
        let place = (parent, is_attribute, name.to_vec());
        if let Some(id) = self.ids.get(&place) {
            return Some(*id);
        }
        let id = PlaceId::try_from(self.all.len()).ok()?;
        if self.all.len() == MOST_PLACES {
            return None;
        }
        self.all.push(place.clone());
        self.ids.insert(place, id);
        Some(id)
    }

    /// The path of `id` as seen from the element `from`.
    fn path(&self, mut id: PlaceId, from: PlaceId) -> Path {
        let mut path = Path::default();
        while id != from
            && let Some((parent, is_attribute, name)) = self.all.get(id as usize)
        {
            match is_attribute {
                true => path.attribute = Some(name.clone()),
                false => path.elements.insert(0, name.clone()),
            }
            id = *parent;
        }
        path
    }
}

/// An element that has not ended.
struct Frame {
    place: PlaceId,
    name: Vec<u8>,
    tag: Span,
    /// Number of the first value in it.
    first: usize,
    recipients: u32,
    targets: u32,
    holds_record: bool,
    has_text: bool,
    has_elements: bool,
}

/// What was found.
#[derive(Default)]
struct Found {
    places: Places,
    open: Vec<Frame>,
    /// Values in open elements that no record has taken.
    values: Vec<(PlaceId, Role)>,
    /// By element of a record: where its roles stand.
    records: BTreeMap<Vec<Vec<u8>>, BTreeMap<Role, BTreeSet<Path>>>,
    /// Elements that hold several recipients beside servers: the first of them, with the places of the recipients.
    unclear: Option<(Span, Vec<String>)>,
    /// Everything with a role, for a message when nothing fits.
    seen: BTreeSet<(Role, Path)>,
}

/// Finds records and roles in `text`; what `given` states counts. `None` when there is no answer, which is noted. Returns where
/// passwords stand, too.
///
/// # Errors
/// The text cannot be read to its end.
pub(super) fn infer(
    notes: &mut Notes<'_>,
    text: &[u8],
    given: &RoleMap,
) -> Result<(Option<RoleMap>, Vec<Span>), Damage> {
    let mut found = Found::default();
    let mut walker = Walker::new(text, 0)?;
    let mut root = None;
    loop {
        match walker.next()? {
            Item::Open { name, tag } => {
                root.get_or_insert(tag);
                let name = notes.bytes(name).to_vec();
                let attributes = walker.attributes(&mut notes.texts)?;
                let mut values = Vec::new();
                for (name, value) in attributes {
                    if !value.text.is_empty() {
                        values.push(notes.bytes(name).to_vec());
                    }
                }
                found.open(name, tag, &values)?;
            }
            Item::Text(_) => {
                if let Some(frame) = found.open.last_mut() {
                    frame.has_text = true;
                }
            }
            Item::Close => found.close()?,
            Item::Comment(_) => {}
            Item::End => break,
        }
    }
    let map = found.map(notes, root.unwrap_or_default(), given);
    Ok((map, walker.into_secrets()))
}

fn too_many(tag: Span) -> Damage {
    Damage::new(
        "xml-limit",
        tag.start as usize,
        format!(
            "values stand at more than {MOST_PLACES} different places: this is no list of records"
        ),
    )
}

impl Found {
    fn open(&mut self, name: Vec<u8>, tag: Span, attributes: &[Vec<u8>]) -> Result<(), Damage> {
        let parent = self.open.last().map_or(ROOT, |frame| frame.place);
        if let Some(frame) = self.open.last_mut() {
            frame.has_elements = true;
        }
        let place = self.places.id(parent, false, &name);
        let place = place.ok_or_else(|| too_many(tag))?;
        let first = self.values.len();
        for attribute in attributes {
            if let Some(role) = Role::of_attribute(&name, attribute) {
                let id = self.places.id(place, true, attribute);
                self.values.push((id.ok_or_else(|| too_many(tag))?, role));
            }
        }
        self.open.push(Frame {
            place,
            name,
            tag,
            first,
            recipients: 0,
            targets: 0,
            holds_record: false,
            has_text: false,
            has_elements: false,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Damage> {
        let Some(mut frame) = self.open.pop() else {
            return Ok(());
        };
        if frame.has_text
            && !frame.has_elements
            && let Some(role) = Role::of(&frame.name)
        {
            self.values.push((frame.place, role));
        }
        // What stands in elements below was counted when they ended.
        let own = self.values[frame.first..].iter().filter(|(place, _)| {
            *place == frame.place
                || self.places.all[*place as usize].1
                    && self.places.all[*place as usize].0 == frame.place
        });
        for (_, role) in own {
            frame.recipients += u32::from(*role == Role::Recipient);
            frame.targets += u32::from(matches!(role, Role::Server | Role::Mx));
        }
        let is_record = frame.recipients == 1 && frame.targets > 0 && !frame.holds_record;
        if is_record {
            let element = self.places.path(frame.place, ROOT).elements;
            let roles = self.records.entry(element).or_default();
            for (place, role) in self.values.drain(frame.first..) {
                let path = self.places.path(place, frame.place);
                roles.entry(role).or_default().insert(path);
            }
        } else if frame.recipients > 1
            && frame.targets > 0
            && !frame.holds_record
            && self.unclear.is_none()
        {
            let names = self.values[frame.first..].iter();
            let names = names.filter(|(_, role)| *role == Role::Recipient);
            let names: BTreeSet<String> = names
                .map(|(place, _)| self.places.path(*place, frame.place).to_string())
                .collect();
            self.unclear = Some((frame.tag, names.into_iter().collect()));
        }
        if !is_record {
            // Values of which a place is known need not be held one by one.
            let rest = self.values.split_off(frame.first);
            let distinct: BTreeSet<(PlaceId, Role)> = rest.into_iter().collect();
            for (place, role) in &distinct {
                if self.seen.len() < MOST_PLACES {
                    self.seen.insert((*role, self.places.path(*place, ROOT)));
                }
            }
            self.values.extend(distinct);
        }
        if let Some(parent) = self.open.last_mut() {
            parent.holds_record |= is_record || frame.holds_record;
            if !is_record {
                parent.recipients = parent.recipients.saturating_add(frame.recipients);
                parent.targets = parent.targets.saturating_add(frame.targets);
            }
        }
        Ok(())
    }

    fn map(self, notes: &mut Notes<'_>, root: Span, given: &RoleMap) -> Option<RoleMap> {
        let mut map = given.clone();
        if map.records.is_empty() {
            map.records = self.records.keys().cloned().collect();
        }
        if map.records.is_empty()
            || (self.unclear.is_some() && given.path(Role::Recipient).is_none())
        {
            self.no_record(notes, root);
            return None;
        }
        let mut roles: BTreeMap<Role, BTreeSet<Path>> = BTreeMap::new();
        for record in &map.records {
            for (role, paths) in self.records.get(record).into_iter().flatten() {
                roles
                    .entry(*role)
                    .or_default()
                    .extend(paths.iter().cloned());
            }
        }
        let (ports, mx_ports) = ports(&roles);
        roles.insert(Role::Port, ports);
        roles.entry(Role::MxPort).or_default().extend(mx_ports);
        let mut clear = true;
        for role in Role::ALL {
            let candidates = roles.get(&role).map_or(&EMPTY, |paths| paths);
            match (map.path(role), candidates.len()) {
                (Some(_), _) | (None, 0) => {}
                (None, 1) => map.set(role, candidates.first().cloned()),
                (None, _) => {
                    clear = false;
                    let names: Vec<String> =
                        candidates.iter().map(|path| format!("`{path}`")).collect();
                    notes.error(
                        "ambiguous-role",
                        root,
                        format!(
                            "{} may each be the {} of a record",
                            names.join(" and "),
                            role.key()
                        ),
                        NOTHING,
                        format!(
                            "say which: --assume {}={}",
                            role.key(),
                            names[0].trim_matches('`')
                        ),
                    );
                }
            }
        }
        if let (Some(one), Some(other)) = (map.path(Role::Enabled), map.path(Role::Disabled)) {
            clear = false;
            let message = format!("`{one}` and `{other}` may each say whether a server is used");
            let help = format!("say which: --assume enabled={one}, or --assume disabled={other}");
            notes.error("ambiguous-role", root, message, NOTHING, help);
        }
        clear.then_some(map)
    }

    fn no_record(&self, notes: &mut Notes<'_>, root: Span) {
        if let Some((tag, names)) = &self.unclear {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            notes.error(
                "ambiguous-role",
                *tag,
                format!("this element holds servers and more than one recipient: {} may each be it", names.join(" and ")),
                NOTHING,
                "say where a record and its recipient stand: --assume record=PATH --assume recipient=PATH",
            );
            return;
        }
        let seen = self.seen.iter().take(8);
        let seen: Vec<String> = seen
            .map(|(role, path)| format!("`{path}` as {}", role.key()))
            .collect();
        let seen = match seen.is_empty() {
            true => "none of its names is known".to_owned(),
            false => format!("known are {}", seen.join(", ")),
        };
        notes.error(
            "no-record",
            root,
            format!("no element holds a recipient and a server or MX name; {seen}"),
            NOTHING,
            "say where they stand: --assume record=PATH --assume recipient=PATH --assume server=PATH",
        );
    }
}

static EMPTY: BTreeSet<Path> = BTreeSet::new();

/// What becomes of mail when roles are not clear.
const NOTHING: &str = "nothing is read: no mail is decided by a guess between them";

/// Which places of a port are a server's, and which belong to an MX name: those that stand beside them.
fn ports(roles: &BTreeMap<Role, BTreeSet<Path>>) -> (BTreeSet<Path>, BTreeSet<Path>) {
    let holders = |role: Role| -> BTreeSet<Vec<Vec<u8>>> {
        let paths = roles.get(&role).into_iter().flatten();
        // The port may stand in the very element whose text is the address.
        let both = paths.flat_map(|path| [path.holder().to_vec(), path.elements.clone()]);
        both.collect()
    };
    let (servers, names) = (holders(Role::Server), holders(Role::Mx));
    let all = roles.get(&Role::Port).unwrap_or(&EMPTY);
    let beside = |of: &BTreeSet<Vec<Vec<u8>>>| -> BTreeSet<Path> {
        let near = all.iter().filter(|path| of.contains(path.holder()));
        near.cloned().collect()
    };
    let (mut of_servers, mut of_names) = (beside(&servers), beside(&names));
    // One that stands nearer to a server is none of the name's, and the reverse.
    if of_servers.len() > 1 {
        of_servers.retain(|path| !path.holder().is_empty());
    }
    let taken = of_servers.clone();
    if of_names.len() > 1 {
        of_names.retain(|path| !taken.contains(path));
    }
    if of_servers.is_empty() && !servers.is_empty() {
        of_servers = all.difference(&of_names).cloned().collect();
    }
    (of_servers, of_names)
}

/// What was taken for what, in words.
pub(super) fn say(notes: &mut Notes<'_>, root: Span, map: &RoleMap, counts: (u64, u64)) {
    let records: Vec<String> = map.records.iter().map(|path| join(path)).collect();
    let (written, usable) = counts;
    let message = format!(
        "guessed schema: nobody documents this file, and its roles were inferred from its names: record={} {}; {written} \
         records found, {usable} understood, {} refused",
        records.join(","),
        Role::ALL
            .iter()
            .filter_map(|&role| Some(format!("{}={}", role.key(), map.path(role)?)))
            .collect::<Vec<_>>()
            .join(" "),
        written - usable
    );
    notes.add(
        Finding::new("inferred-roles", Severity::Warning, root, message)
            .effect("answers are right only if the guess is")
            .help(format!(
                "look whether each role is what it is said to be; then state it, and nothing is guessed: {}",
                map.as_options()
            )),
    );
}
