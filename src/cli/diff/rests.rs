//! Whether two tables decide alike only because of something that a vendor does not document.

use std::path::PathBuf;

use anyhow::Result;

use crate::cli::patterns::JavaPatterns;
use crate::cli::reading::{gather, gather_bytes};
use crate::equivalence::{CompareOptions, compare};
use crate::formats::{Format, ReadOptions};
use crate::lookup::Store;
use crate::store::MemoryStore;

/// How a table of a format that leaves something open was read, so that it can be read in another way.
pub(super) struct Way {
    pub path: PathBuf,
    /// What stands in the place of the path.
    pub bytes: Option<Vec<u8>>,
    /// What the bytes are called.
    pub name: String,
    pub format: &'static Format,
    pub options: ReadOptions,
    pub valid_only: bool,
}

impl Way {
    /// The table with `key` taken as `value`; `None` for one that would be refused then.
    fn read(&self, key: &str, value: &str) -> Result<Option<MemoryStore>> {
        let input = match &self.bytes {
            Some(bytes) => gather_bytes(self.format, bytes.clone(), &self.name)?,
            None => gather(self.format, &self.path)?,
        };
        let mut options = self.options.clone();
        options.assume.push((key.to_owned(), value.to_owned()));
        let document = (self.format.read)(input, &options)?;
        if document.damaged || (document.error().is_some() && !self.valid_only) {
            return Ok(None);
        }
        let store = MemoryStore::new(document);
        Ok(Some(store.with_patterns(Box::new(JavaPatterns::default()))))
    }

    /// Both read the same bytes alike: whatever is assumed of one is assumed of the other.
    fn is(&self, other: &Way) -> bool {
        self.path == other.path
            && self.format.id == other.format.id
            && self.options.assume == other.options.assume
            && self.options.bind == other.options.bind
            && self.options.lenient == other.options.lenient
            && self.options.infer_roles == other.options.infer_roles
            && self.options.encoding == other.options.encoding
    }
}

/// The assumptions without which `stores`, which decide alike, would not, as `key=value`. What both tables leave open in the same way is
/// varied in both: it is one product.
///
/// # Errors
/// A table cannot be read again.
pub(super) fn equality_rests_on(
    stores: [&(dyn Store + Sync); 2],
    ways: &[Option<Way>; 2],
    options: &CompareOptions,
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    if let [Some(old), Some(new)] = ways
        && old.is(new)
    {
        return Ok(found);
    }
    for (at, way) in ways.iter().enumerate() {
        let Some(way) = way else { continue };
        for assumption in &stores[at].document().assumptions {
            let of_other = ways[1 - at]
                .as_ref()
                .filter(|other| other.format.id == way.format.id)
                .and_then(|_| {
                    let mut all = stores[1 - at].document().assumptions.iter();
                    all.find(|other| other.key == assumption.key)
                });
            let together = match of_other {
                // Both are settled, each in its own way.
                Some(other) if other.value != assumption.value => continue,
                Some(_) if at == 1 => continue,
                other => other.is_some(),
            };
            let open = way.format.open.iter();
            let values = open.filter(|open| open.key == assumption.key);
            let values = values.flat_map(|open| open.values).map(|(value, _)| *value);
            let others =
                values.filter(|value| *value != assumption.value && !value.starts_with('<'));
            for value in others {
                let again = |side: usize| match &ways[side] {
                    Some(way) if side == at || together => {
                        way.read(assumption.key, value).map(Some)
                    }
                    _ => Ok(None),
                };
                let read = [again(0)?, again(1)?];
                let changed = match &read {
                    [Some(None), _] | [_, Some(None)] => true,
                    _ => {
                        let [old, new] = [0, 1].map(|side| match &read[side] {
                            Some(Some(store)) => store as &dyn Store,
                            _ => stores[side],
                        });
                        !compare(old, new, options)?.equal()
                    }
                };
                if changed {
                    found.push(format!("{}={}", assumption.key, assumption.value));
                    break;
                }
            }
        }
    }
    Ok(found)
}
