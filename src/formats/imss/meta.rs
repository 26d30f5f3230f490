//! The section MetaInfo: which product wrote the file.

use super::super::xml::Record;
use super::META;
use super::routes::Reader;
use super::values::{Leaf, leaves};
use crate::diagnostic::{Finding, Severity};
use crate::source::Text;

/// The names of its values.
pub(super) const NAMES: [&str; 3] = ["version", "build", "platform"];

/// The versions that are documented.
const VERSIONS: [&[u8]; 2] = [b"7.1", b"7.5"];

/// The platform that is documented.
const PLATFORM: &[u8] = b"Win32";

/// Looks at the section. Nothing in it is about mail.
pub(super) fn section(reader: &mut Reader<'_>, record: &Record) {
    let tag = record.root().tag;
    if let Some(first) = reader.meta {
        let message = format!("a second {META}");
        let finding = Finding::new("repeated-element", Severity::Warning, tag, message);
        let finding = finding.effect("none on mail; the product may refuse the import");
        reader
            .notes
            .add(finding.help("delete one").label(first, "the first"));
    }
    reader.meta.get_or_insert(tag);
    let mut found: [Option<Leaf>; 3] = [None; 3];
    for (name, leaf) in leaves(reader, record) {
        let at = reader.named(name, &NAMES);
        let at = at.and_then(|name| NAMES.iter().position(|known| *known == name));
        match at.and_then(|at| found.get_mut(at)) {
            Some(place @ None) => *place = Some(leaf),
            Some(Some(_)) => {
                let message = format!("a second `{}` in {META}", reader.shown(name));
                let effect = "none on mail; the product may refuse the import";
                reader
                    .notes
                    .warn("repeated-element", leaf.tag, message, effect);
            }
            None => {
                let span = reader.notes.source(name);
                let message = format!("the value `{}` is not documented", reader.shown(name));
                let effect = "none that is known: it is kept and says nothing";
                reader.notes.warn("unknown-value", span, message, effect);
            }
        }
    }
    for (name, leaf) in NAMES.iter().zip(&found) {
        if leaf.is_none_or(|leaf| leaf.value.text.is_empty()) {
            let message = format!("{META} has no {name}");
            let effect = "none on mail; the vendor uses it for a version check when the file is imported, which may refuse it";
            reader.notes.warn("missing-metainfo", tag, message, effect);
        }
    }
    let [version, build, platform] = found;
    let text = |leaf: Option<Leaf>| {
        leaf.map(|leaf| leaf.value.text)
            .filter(|text| !text.is_empty())
    };
    let is_known = |text: Text| VERSIONS.contains(&reader.notes.bytes(text));
    let known = text(version).is_none_or(is_known);
    if let Some(version) = text(version).filter(|_| !known) {
        other(reader, NAMES[0], version, "; documented are 7.1 and 7.5");
    }
    // The builds of the documented versions are listed nowhere.
    if let Some(build) = text(build) {
        if !known {
            other(
                reader,
                NAMES[1],
                build,
                ", which is one of no documented version",
            );
        } else if !reader.notes.bytes(build).iter().all(u8::is_ascii_digit) {
            other(reader, NAMES[1], build, ", which is no number");
        }
    }
    if let Some(platform) = text(platform).filter(|text| reader.notes.bytes(*text) != PLATFORM) {
        other(reader, NAMES[2], platform, "; documented is Win32");
    }
}

fn other(reader: &mut Reader<'_>, name: &str, text: Text, why: &str) {
    let span = reader.notes.source(text);
    let message = format!("{META} names {name} {}{why}", reader.shown(text));
    let effect =
        "what this product makes of the values is not documented; taken as those of 7.1 and 7.5";
    reader.notes.warn("unknown-version", span, message, effect);
}
