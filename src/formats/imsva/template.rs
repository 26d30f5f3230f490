//! Writes by a template: a file of the user's own whose records are cloned. Everything that is not known stays: other values,
//! the order of attributes, the declaration, the encoding, the ends of lines.

use std::collections::BTreeSet;

use super::super::edits::Edits;
use super::super::format::{Output, Template, WriteError};
use super::super::notes::Notes;
use super::super::options::Assumed;
use super::super::xml::{Damage, Item, Walker, decode, encode_like};
use super::infer::infer;
use super::path::Path;
use super::pattern::{Pattern, blanks_before};
use super::role::RoleMap;
use super::writer::{Delivery, Entry};
use super::{OPEN, ROOT, SCHEMA, reader};
use crate::diagnostic::Severity;
use crate::model::Feature;
use crate::source::{Input, Span};

/// Where the records of one kind stand, and what they look like.
#[derive(Default)]
struct Kind {
    pattern: Option<Pattern>,
    /// The offset of the element that the pattern stands in.
    parent: u32,
}

/// What a template holds.
struct Learnt {
    text: Vec<u8>,
    map: RoleMap,
    of_servers: Kind,
    of_names: Kind,
    /// All records: the offset of the element they stand in, and their own place.
    records: Vec<(u32, Span)>,
    /// Places whose number is that of a record's servers, wherever they occur.
    counts: Vec<Path>,
}

/// Clones a record of the template for each entry.
///
/// # Errors
/// The template cannot be read, or does not show how an entry is written.
pub(super) fn write(entries: &[Entry], template: &Template) -> Result<Output, WriteError> {
    let bad = |why: String| WriteError::Template(template.name.clone(), why);
    let learnt = Learnt::new(template).map_err(bad)?;
    let mut clones: [Vec<Vec<u8>>; 2] = Default::default();
    let same_place = learnt.of_servers.parent == learnt.of_names.parent;
    for entry in entries {
        let (kind, kinds) = match entry.delivery {
            Delivery::Static(_) => (&learnt.of_servers, "static entry with a server"),
            Delivery::Mx { .. } => (&learnt.of_names, "entry with an MX name"),
        };
        let pattern = kind
            .pattern
            .as_ref()
            .ok_or_else(|| bad(format!("it holds no {kinds}: export one too")))?;
        let clone = pattern
            .cloned(&learnt.text, entry, &learnt.map, &learnt.counts)
            .map_err(|why| WriteError::Inexpressible {
                feature: Feature::Static,
                route: entry.route,
                what: format!("what the template {} does not show ({why})", template.name),
            })?;
        let place = usize::from(!same_place && matches!(entry.delivery, Delivery::Mx { .. }));
        clones[place].push(clone);
    }
    let text = learnt.with_records(&clones, same_place);
    let bytes = encode_like(&template.bytes, template.options.encoding.as_deref(), &text)
        .ok_or_else(|| bad("its encoding lacks a character".to_owned()))?;
    read_back(&bytes, entries, template).map_err(bad)?;
    Ok(Output {
        files: vec![(template.name.clone(), bytes)],
        remarks: vec![(
            "unverified-schema",
            format!(
                "records were cloned from {} with {}; the schema is not public, and what else stands in a record \
                 (a number that must be unique, perhaps) is as it stood there: import a copy first",
                template.name,
                learnt.map.as_options()
            ),
        )],
    })
}

impl Learnt {
    fn new(template: &Template) -> Result<Self, String> {
        let options = &template.options;
        let text = decode(&template.bytes, options.encoding.as_deref())
            .map_err(|damage| damage.message)?
            .unwrap_or_else(|| template.bytes.clone());
        let assumed = Assumed::new(OPEN, &options.assume).map_err(|error| error.to_string())?;
        let mut map = RoleMap::given(&assumed);
        let input = Input::single("-", &template.name, text.clone());
        let input = input.map_err(|error| error.to_string())?;
        let mut notes = Notes::new(&input);
        let message = |damage: Damage| damage.message;
        if !map.is_complete() {
            if is_ours(&text) {
                return Err("it is neutral-1, which needs no template".to_owned());
            }
            let found = infer(&mut notes, &text, &map).map_err(message)?;
            let (Some(found), _) = found else {
                let (problems, _) = notes.finish();
                let why = problems.first().map(|problem| problem.message.clone());
                return Err(why.unwrap_or_default());
            };
            if !options.infer_roles {
                return Err(format!(
                    "nobody documents it; its names say {}: look whether that is right, and state it, or give --infer-roles",
                    found.as_options()
                ));
            }
            map = found;
        }
        let mut learnt = Learnt {
            of_servers: Kind::default(),
            of_names: Kind::default(),
            records: Vec::new(),
            counts: Vec::new(),
            map,
            text: Vec::new(),
        };
        learnt.learn(&text, &input, &mut notes).map_err(message)?;
        learnt.text = text;
        Ok(learnt)
    }

    fn learn(&mut self, text: &[u8], input: &Input, notes: &mut Notes<'_>) -> Result<(), Damage> {
        let mut walker = Walker::new(text, 0)?;
        let mut open: Vec<(Vec<u8>, u32)> = Vec::new();
        // Of each place with a number: how many records it stood in as the number of servers, and the most of those.
        let mut counted: Vec<(Path, usize)> = Vec::new();
        let mut refuted: BTreeSet<Path> = BTreeSet::new();
        loop {
            match walker.next()? {
                Item::Open { name, tag } => {
                    open.push((notes.bytes(name).to_vec(), tag.start));
                    let names: Vec<Vec<u8>> = open.iter().map(|(name, _)| name.clone()).collect();
                    if !self.map.records.contains(&names) {
                        continue;
                    }
                    open.pop();
                    let parent = open.last().map_or(0, |(_, at)| *at);
                    let record = walker.record(name, tag, &mut notes.texts)?;
                    let pattern = Pattern::new(record, &self.map, input, &notes.texts);
                    self.records.push((parent, pattern.whole));
                    let servers = pattern.servers();
                    for (path, _, number) in &pattern.counts {
                        if *number != servers as u64 {
                            refuted.insert(path.clone());
                        } else if !counted.iter().any(|(known, _)| known == path) {
                            counted.push((path.clone(), servers));
                        } else if let Some((_, most)) =
                            counted.iter_mut().find(|(known, _)| known == path)
                        {
                            *most = (*most).max(servers);
                        }
                    }
                    let kind = match servers {
                        0 => &mut self.of_names,
                        _ => &mut self.of_servers,
                    };
                    let before = kind.pattern.as_ref().map_or(0, Pattern::shows);
                    if pattern.shows() > before {
                        kind.pattern = Some(pattern);
                        kind.parent = parent;
                    }
                }
                Item::Close => {
                    open.pop();
                }
                Item::Text(_) | Item::Comment(_) => {}
                Item::End => break,
            }
        }
        // A one may be anything.
        counted.retain(|(path, most)| *most > 1 && !refuted.contains(path));
        self.counts = counted.into_iter().map(|(path, _)| path).collect();
        Ok(())
    }

    /// The text with the records replaced by `clones`, those of servers and those of names where they stand apart.
    fn with_records(&self, clones: &[Vec<Vec<u8>>; 2], same_place: bool) -> Vec<u8> {
        let mut edits = Edits::default();
        let mut filled = [false; 2];
        let between = self.between();
        for (parent, whole) in &self.records {
            let place = usize::from(!same_place && *parent == self.of_names.parent);
            if std::mem::replace(&mut filled[place], true) || clones[place].is_empty() {
                // With the blanks before it, so that no empty line stays.
                let blanks = blanks_before(&self.text, *whole).len() as u32;
                edits.replace(Span::new(whole.start - blanks, whole.len + blanks), "");
            } else {
                edits.replace(*whole, clones[place].join(between));
            }
        }
        edits.apply(&self.text, 0)
    }

    /// The blanks between two records.
    fn between(&self) -> &[u8] {
        let apart = self.records.windows(2).find_map(|pair| {
            let [(_, before), (_, behind)] = pair else {
                return None;
            };
            let between = self
                .text
                .get(before.end() as usize..behind.start as usize)?;
            between
                .iter()
                .all(u8::is_ascii_whitespace)
                .then_some(between)
        });
        let first = self.records.first();
        apart
            .or_else(|| first.map(|(_, whole)| blanks_before(&self.text, *whole)))
            .unwrap_or(b"\n")
    }
}

fn is_ours(text: &[u8]) -> bool {
    let head = super::super::head::Head::new(text, "");
    head.root_name() == Some(ROOT)
        && head
            .root
            .as_deref()
            .is_some_and(|root| root.contains(SCHEMA))
}

/// Reads what was written, by the same roles: every entry must be there, and nothing may be wrong with one.
fn read_back(bytes: &[u8], entries: &[Entry], template: &Template) -> Result<(), String> {
    let input = Input::single("-", &template.name, bytes.to_vec());
    let input = input.map_err(|error| error.to_string())?;
    let document = reader::read(input, &template.options).map_err(|error| error.to_string())?;
    let mut problems = document.problems.iter();
    if let Some(problem) = problems.find(|problem| problem.severity == Severity::Error) {
        return Err(format!(
            "what is cloned from it cannot be read: {}",
            problem.message
        ));
    }
    match document.written == entries.len() as u64 {
        true => Ok(()),
        false => Err(format!(
            "of {} entries cloned from it {} are found again",
            entries.len(),
            document.written
        )),
    }
}
