//! What a file of the user's shows of how a file is written.

use super::super::format::{Template, WriteError};
use super::super::texts::Texts;
use super::super::xml::{Damage, Item, Record, Walker};
use super::meta::NAMES;
use super::{META, reader};
use crate::model::Document;
use crate::source::{Input, Span};

/// What stands around the routes.
pub(super) struct Frame {
    /// The values of MetaInfo.
    pub meta: [(&'static str, Vec<u8>); 3],
    /// The attribute `section` of keys of domains, where there is one.
    pub section: Option<Vec<u8>>,
}

impl Default for Frame {
    /// That of the vendor's sample.
    fn default() -> Self {
        let [version, build, platform] = NAMES;
        Frame {
            meta: [
                (version, b"7.1".to_vec()),
                (build, b"0000".to_vec()),
                (platform, b"Win32".to_vec()),
            ],
            section: None,
        }
    }
}

/// The frame of `template`.
///
/// # Errors
/// It is not read without errors, or has no MetaInfo.
pub(super) fn frame(template: &Template) -> Result<Frame, WriteError> {
    let refused = |why: String| WriteError::Template(template.name.clone(), why);
    let input = Input::single(&template.name, &template.name, template.bytes.clone());
    let read = input.map_err(|error| refused(error.to_string()))?;
    let read = reader::read(read, &template.options).map_err(|error| refused(error.to_string()))?;
    if let Some(error) = read.error() {
        return Err(refused(error.message.clone()));
    }
    let mut shown = Shown::default();
    shown
        .look(&read)
        .map_err(|damage| refused(damage.message))?;
    let [Some(version), Some(build), Some(platform)] = shown.meta else {
        return Err(refused(format!(
            "it shows no {META} with {}",
            NAMES.join(", ")
        )));
    };
    let [of_version, of_build, of_platform] = NAMES;
    Ok(Frame {
        meta: [
            (of_version, version),
            (of_build, build),
            (of_platform, platform),
        ],
        section: shown.section.unwrap_or(None),
    })
}

#[derive(Default)]
struct Shown {
    meta: [Option<Vec<u8>>; 3],
    /// The section of the first key with a domain; whether it has one.
    section: Option<Option<Vec<u8>>>,
}

impl Shown {
    fn look(&mut self, document: &Document) -> Result<(), Damage> {
        let file = document.input.files().first();
        let text = file.and_then(|file| file.state.bytes()).unwrap_or(b"");
        let mut texts = Texts::new(&document.input);
        let mut walker = Walker::new(text, 0)?;
        loop {
            let depth = walker.depth();
            match walker.next()? {
                Item::Open { name, tag } if depth == 1 => {
                    let record = walker.record(name, tag, &mut texts)?;
                    self.key(document, &texts, record);
                }
                Item::End => return Ok(()),
                _ => {}
            }
        }
    }

    fn key(&mut self, document: &Document, texts: &Texts, record: &Record) {
        let bytes = |span: Span| texts.bytes(&document.input, span);
        let attribute = |id, wanted: &[u8]| {
            let mut all = record.attributes(id).iter();
            let found = all.find(|(name, _)| bytes(*name) == wanted)?;
            Some(bytes(found.1.text).to_vec())
        };
        let section = attribute(0, b"section");
        if attribute(0, b"domain").is_some() {
            self.section.get_or_insert(section);
        } else if section.as_deref() == Some(META.as_bytes()) {
            for id in record.children(0) {
                let name = attribute(id, b"name");
                let at = NAMES
                    .iter()
                    .position(|known| Some(known.as_bytes()) == name.as_deref());
                if let Some(place) = at.and_then(|at| self.meta.get_mut(at)) {
                    place.get_or_insert(bytes(record.node(id).value.text).to_vec());
                }
            }
        }
    }
}
