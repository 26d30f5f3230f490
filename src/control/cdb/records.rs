//! All records of a constant database in memory.

use std::ops::Range;

/// 256 positions and lengths of hash tables stand before the records.
pub(super) const HEADER: usize = 2048;

/// The records of a constant database: the ranges of key and data, in the order of the file.
///
/// Records stand between the header and the first hash table; the hash tables themselves are not looked at. A damaged or
/// truncated database ends early, and bytes that are no database have no records.
pub fn cdb_records(bytes: &[u8]) -> impl DoubleEndedIterator<Item = (Range<usize>, Range<usize>)> {
    let number = |at: usize| -> Option<usize> {
        let word = bytes.get(at..at.checked_add(4)?)?;
        usize::try_from(u32::from_le_bytes(word.try_into().ok()?)).ok()
    };
    let end = (0..256)
        .filter_map(|slot| number(slot * 8))
        .min()
        .unwrap_or(0)
        .min(bytes.len());
    let mut records = Vec::new();
    let mut at = HEADER;
    while at + 8 <= end {
        let (Some(key), Some(data)) = (number(at), number(at + 4)) else {
            break;
        };
        let from = at + 8;
        let middle = from.saturating_add(key);
        let to = middle.saturating_add(data);
        if to > end {
            break;
        }
        records.push((from..middle, middle..to));
        at = to;
    }
    records.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A database without hash tables: nothing here asks them.
    fn database(records: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (key, data) in records {
            body.extend((key.len() as u32).to_le_bytes());
            body.extend((data.len() as u32).to_le_bytes());
            body.extend(*key);
            body.extend(*data);
        }
        let end = (HEADER + body.len()) as u32;
        let mut bytes = Vec::new();
        for _ in 0..256 {
            bytes.extend(end.to_le_bytes());
            bytes.extend(0u32.to_le_bytes());
        }
        bytes.extend(body);
        bytes
    }

    #[test]
    fn records_come_in_order() {
        let bytes = database(&[(b"a.example", b"mx"), (b"", b"")]);
        let found: Vec<_> = cdb_records(&bytes)
            .map(|(key, data)| (&bytes[key], &bytes[data]))
            .collect();
        assert_eq!(found, [(&b"a.example"[..], &b"mx"[..]), (b"", b"")]);
    }

    #[test]
    fn damaged_bytes_end_early() {
        let bytes = database(&[(b"a", b"b"), (b"c", b"d")]);
        for len in 0..bytes.len() {
            assert!(cdb_records(&bytes[..len]).count() <= 2);
        }
        assert_eq!(cdb_records(&bytes[..bytes.len() - 1]).count(), 1);
        assert_eq!(cdb_records(&[0xFF; 5000]).count(), 0);
        assert_eq!(cdb_records(b"").count(), 0);
        let mut huge = bytes;
        huge[HEADER..HEADER + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(cdb_records(&huge).count(), 0);
    }
}
