//! One key of a constant database on disk.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use super::records::HEADER;

/// Bytes of a position and a length, of a hash and a position.
const PAIR: usize = 8;

/// Slots of a hash table that are read at once: more than most searches need.
const SLOTS: usize = 32;

/// A constant database that is asked for single keys.
///
/// Nothing is mapped: a database that somebody cuts short while it is read is an error, and not the end of the program. A
/// search reads the header once, and at most all slots of one hash table.
#[derive(Debug)]
pub struct Cdb {
    file: File,
    size: u64,
    header: Box<[u8]>,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdbRecord {
    /// Offset of the record in the database.
    pub at: u32,
    /// Where its data stand.
    pub data: Range<u64>,
}

impl Cdb {
    /// Reads the header of `file`.
    ///
    /// # Errors
    /// As `read(2)`; `UnexpectedEof` for a file that is too short to be a database.
    pub fn open(file: File) -> io::Result<Self> {
        let mut header = vec![0; HEADER].into_boxed_slice();
        file.read_exact_at(&mut header, 0)?;
        let size = file.metadata()?.len();
        Ok(Cdb { file, size, header })
    }

    /// True when the header is one of a database: all hash tables stand behind it and inside the file.
    pub fn is_plausible(&self) -> bool {
        let whole = |slot: usize| {
            let (at, slots) = pair(&self.header, slot * PAIR);
            let end = u64::from(at) + u64::from(slots) * PAIR as u64;
            at as usize >= HEADER && end <= self.size
        };
        (0..256).all(whole)
    }

    /// The file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// The first record of `key`.
    ///
    /// # Errors
    /// As `read(2)`; `InvalidData` and `UnexpectedEof` where the database is damaged.
    pub fn find(&self, key: &[u8]) -> io::Result<Option<CdbRecord>> {
        let hash = hash(key);
        let (table, slots) = pair(&self.header, (hash as usize & 255) * PAIR);
        let table = u64::from(table);
        if slots == 0 {
            return Ok(None);
        }
        if table + u64::from(slots) * PAIR as u64 > self.size {
            return Err(damaged());
        }
        let first = (hash >> 8) % slots;
        let mut buffer = [0; SLOTS * PAIR];
        for (from, to) in [(first, slots), (0, first)] {
            for at in (from..to).step_by(SLOTS) {
                let count = SLOTS.min((to - at) as usize);
                let part = &mut buffer[..count * PAIR];
                self.file
                    .read_exact_at(part, table + u64::from(at) * PAIR as u64)?;
                for slot in 0..count {
                    match pair(part, slot * PAIR) {
                        (_, 0) => return Ok(None),
                        (other, at) if other == hash => {
                            if let Some(record) = self.record(at, key)? {
                                return Ok(Some(record));
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        Ok(None)
    }

    /// Fills `buffer` with what stands at `at`.
    ///
    /// # Errors
    /// As `read(2)`; `UnexpectedEof` behind the end.
    pub fn read(&self, buffer: &mut [u8], at: u64) -> io::Result<()> {
        self.file.read_exact_at(buffer, at)
    }

    /// The record at `at`, when its key is `key`.
    fn record(&self, at: u32, key: &[u8]) -> io::Result<Option<CdbRecord>> {
        // The length is looked at before anything of that length is read.
        let mut lengths = [0; PAIR];
        let start = u64::from(at);
        self.file.read_exact_at(&mut lengths, start)?;
        let (key_length, data_length) = pair(&lengths, 0);
        if key_length as usize != key.len() {
            return Ok(None);
        }
        let mut own = vec![0; key.len()];
        self.file.read_exact_at(&mut own, start + PAIR as u64)?;
        let data = start + PAIR as u64 + u64::from(key_length);
        let end = data + u64::from(data_length);
        match own == key {
            true if end > self.size => Err(damaged()),
            true => Ok(Some(CdbRecord {
                at,
                data: data..end,
            })),
            false => Ok(None),
        }
    }
}

fn damaged() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "the database is damaged")
}

/// Two numbers at `at`, which must be there.
fn pair(bytes: &[u8], at: usize) -> (u32, u32) {
    let word = |at: usize| {
        let word: Option<[u8; 4]> = bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
        word.map_or(0, u32::from_le_bytes)
    };
    (word(at), word(at + 4))
}

/// The hash of cdb (cdb_hash.c).
fn hash(key: &[u8]) -> u32 {
    key.iter().fold(5381u32, |hash, &byte| {
        (hash << 5).wrapping_add(hash) ^ u32::from(byte)
    })
}

#[cfg(test)]
mod tests {
    use super::super::cdb_records;
    use super::*;

    /// A database of `count` records, and some with the same key.
    fn made(count: u32) -> (tempfile::NamedTempFile, Vec<u8>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut make = cdb2::CDBMake::new(file.reopen().unwrap()).unwrap();
        for n in 0..count {
            let (key, data) = (format!("k{n}"), format!("data {n}"));
            make.add(key.as_bytes(), data.as_bytes()).unwrap();
        }
        make.add(b"", b"empty").unwrap();
        make.add(b"", b"second").unwrap();
        make.finish().unwrap();
        let bytes = std::fs::read(file.path()).unwrap();
        (file, bytes)
    }

    fn data(cdb: &Cdb, key: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let Some(record) = cdb.find(key)? else {
            return Ok(None);
        };
        let mut data = vec![0; (record.data.end - record.data.start) as usize];
        cdb.read(&mut data, record.data.start)?;
        Ok(Some(data))
    }

    #[test]
    fn every_key_is_found_and_no_other() {
        for count in [0, 1, 300, 20_000] {
            let (file, bytes) = made(count);
            let cdb = Cdb::open(file.reopen().unwrap()).unwrap();
            for n in 0..count {
                let found = data(&cdb, format!("k{n}").as_bytes()).unwrap().unwrap();
                assert_eq!(found, format!("data {n}").as_bytes());
            }
            assert_eq!(data(&cdb, b"").unwrap().unwrap(), b"empty");
            for n in 0..1000 {
                assert_eq!(data(&cdb, format!("x{n}").as_bytes()).unwrap(), None);
            }
            let first = cdb_records(&bytes).next().unwrap();
            let key = bytes[first.0].to_vec();
            assert_eq!(cdb.find(&key).unwrap().unwrap().at, HEADER as u32);
        }
    }

    #[test]
    fn damaged_databases_end() {
        let (_, bytes) = made(40);
        let file = tempfile::NamedTempFile::new().unwrap();
        let ask = |bytes: &[u8]| {
            std::fs::write(file.path(), bytes).unwrap();
            let Ok(cdb) = Cdb::open(file.reopen().unwrap()) else {
                return 1;
            };
            let keys = (0..40).map(|n| format!("k{n}")).chain(["x".to_owned()]);
            keys.filter(|key| data(&cdb, key.as_bytes()).is_err())
                .count()
        };
        let mut errors = 0;
        for length in (0..bytes.len()).step_by(7) {
            errors += ask(&bytes[..length]);
        }
        assert!(errors > 100);
        // Any byte may be any other: an answer or an error comes.
        let mut state = 1u32;
        for _ in 0..500 {
            let mut bytes = bytes.clone();
            for _ in 0..4 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (state >> 8) as usize % bytes.len();
                bytes[at] = (state >> 3) as u8;
            }
            ask(&bytes);
        }
        ask(&[0xFF; 5000]);
    }
}
