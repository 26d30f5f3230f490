//! `queue/lock/tcpto`: which addresses did not answer lately (notqmail `tcpto.c`), shared with qmail-remote and qmail-tcpto.
//!
//! Records of 16 bytes: an IPv4 address, a count, three bytes unused, the time in seconds as 32 bits with the lowest byte
//! first, four bytes unused. The file has as many as it was made with (64), and never grows. It has no room for IPv6.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::fs::{FlockOperation, flock};

const RECORD: usize = 16;

/// Largest file that is read, as in qmail (`tcpto_buf`).
const LIMIT: u64 = 1024;

/// Time-outs from which on an address is skipped.
const ENOUGH: u8 = 2;

/// The table of one home.
#[derive(Clone, Debug)]
pub struct TimeoutTable {
    path: PathBuf,
    /// Seconds for which an address is skipped: 64 to 97 minutes, another for each process, so that not all try again at
    /// the same moment.
    pause: u32,
}

impl TimeoutTable {
    /// The table at `path`, for the process with this number. A table that is missing or cannot be written to knows
    /// nothing and learns nothing.
    pub fn new(path: PathBuf, process: u32) -> Self {
        TimeoutTable {
            path,
            pause: (60 + (process & 31)) << 6,
        }
    }

    /// True when `ip` is to be skipped: it timed out twice or more, and not long ago.
    pub fn skips(&self, ip: IpAddr) -> bool {
        let (Some(ip), Some(table)) = (v4(ip), self.open()) else {
            return false;
        };
        let found = table.records().find(|record| record.is_for(ip));
        found.is_some_and(|record| {
            record.count() >= ENOUGH && seconds().wrapping_sub(record.time()) < self.pause
        })
    }

    /// Remembers that `ip` timed out, or that it did not.
    pub fn note(&self, ip: IpAddr, timed_out: bool) {
        let (Some(ip), Some(table)) = (v4(ip), self.open()) else {
            return;
        };
        let known = table.records().position(|record| record.is_for(ip));
        let Some(place) = known.or_else(|| table.free().filter(|_| timed_out)) else {
            return;
        };
        // Whoever takes another's place begins anew; qmail lets it inherit the count.
        let old = match known {
            Some(place) => table.record(place),
            None => Record([0; RECORD]),
        };
        let mut record = old.0;
        let now = seconds();
        record[..4].copy_from_slice(&ip.octets());
        if !timed_out {
            record[4] = 0;
        } else {
            // Deliveries at the same time meet the same trouble: it counts once in two minutes.
            if old.count() > 0 && now < old.time().saturating_add(120) {
                return;
            }
            record[4] = (record[4] + 1).min(10);
            record[8..12].copy_from_slice(&now.to_le_bytes());
        }
        let _ = table.file.write_all_at(&record, (place * RECORD) as u64);
    }

    /// Opens and locks the table.
    fn open(&self) -> Option<Table> {
        let file = OpenOptions::new().read(true).write(true).open(&self.path);
        let file = file.ok()?;
        flock(&file, FlockOperation::LockExclusive).ok()?;
        let mut bytes = Vec::new();
        (&file).take(LIMIT).read_to_end(&mut bytes).ok()?;
        Some(Table { file, bytes })
    }
}

/// The table as it is while it is locked; closing it unlocks it.
struct Table {
    file: File,
    bytes: Vec<u8>,
}

impl Table {
    fn records(&self) -> impl Iterator<Item = Record> {
        self.bytes
            .as_chunks::<RECORD>()
            .0
            .iter()
            .copied()
            .map(Record)
    }

    fn record(&self, place: usize) -> Record {
        self.records().nth(place).unwrap_or(Record([0; RECORD]))
    }

    /// A record without time-outs, else the oldest.
    fn free(&self) -> Option<usize> {
        let unused = self.records().position(|record| record.count() == 0);
        unused.or_else(|| {
            let all = self.records().enumerate();
            all.min_by_key(|(_, record)| record.time())
                .map(|(at, _)| at)
        })
    }
}

#[derive(Clone, Copy)]
struct Record([u8; RECORD]);

impl Record {
    fn is_for(&self, ip: Ipv4Addr) -> bool {
        self.0[..4] == ip.octets()
    }

    fn count(&self) -> u8 {
        self.0[4]
    }

    fn time(&self) -> u32 {
        u32::from_le_bytes([self.0[8], self.0[9], self.0[10], self.0[11]])
    }
}

fn v4(ip: IpAddr) -> Option<Ipv4Addr> {
    match ip.to_canonical() {
        IpAddr::V4(ip) => Some(ip),
        IpAddr::V6(_) => None,
    }
}

/// Now, as the table writes it: 32 bits, as qmail reads them.
fn seconds() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |time| time.as_secs() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, bytes: &[u8]) -> TimeoutTable {
        let file = format!("qroute-tcpto-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(file);
        std::fs::write(&path, bytes).unwrap();
        TimeoutTable::new(path, 0)
    }

    fn record(ip: [u8; 4], count: u8, age: u32) -> Vec<u8> {
        let time = (seconds() - age).to_le_bytes();
        [&ip[..], &[count, 0, 0, 0], &time, &[0; 4]].concat()
    }

    #[test]
    fn two_timeouts_of_late_are_enough() {
        let bytes = [
            record([192, 0, 2, 1], 1, 10),
            record([192, 0, 2, 2], 2, 10),
            record([192, 0, 2, 3], 9, 64 * 60 + 1),
        ];
        let table = table("skip", &bytes.concat());
        let skips = |ip: &str| table.skips(ip.parse().unwrap());
        assert!(!skips("192.0.2.1") && skips("192.0.2.2") && !skips("192.0.2.3"));
        assert!(!skips("192.0.2.4") && !skips("2001:db8::1"));
        std::fs::remove_file(&table.path).unwrap();
        assert!(!skips("192.0.2.2"));
    }

    #[test]
    fn timeouts_are_counted_and_forgotten() {
        let bytes = [
            record([192, 0, 2, 1], 1, 300),
            record([192, 0, 2, 2], 3, 900),
        ];
        let table = table("note", &bytes.concat());
        let read = || std::fs::read(&table.path).unwrap();
        let ip = |text: &str| text.parse().unwrap();
        table.note(ip("192.0.2.1"), true);
        assert_eq!(read()[4], 2);
        table.note(ip("192.0.2.1"), true);
        assert_eq!(read()[4], 2, "twice within two minutes counts once");
        table.note(ip("192.0.2.9"), false);
        assert_eq!(read()[..4], [192, 0, 2, 1]);
        table.note(ip("192.0.2.9"), true);
        assert_eq!(read()[16..21], [192, 0, 2, 9, 1], "the oldest makes room");
        table.note(ip("192.0.2.1"), false);
        assert_eq!(read()[4], 0);
        assert_eq!(read().len(), 32);
        std::fs::remove_file(&table.path).unwrap();
    }
}
