//! Searching the text of a table for entries with some keys: in chunks, on two processors, every byte read once.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use crate::control::for_each_entry;

/// Bytes read at once. A line that is longer makes the buffer grow to its length.
const CHUNK: usize = 256 * 1024;

/// From this size on, a text is searched in two halves at the same time.
const WORTH_A_THREAD: u64 = 4 * 1024 * 1024;

/// An entry with one of the keys asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Which key.
    pub rank: usize,
    /// Offset of its line.
    pub line_at: u64,
    /// Number of its line, from 1.
    pub line: u64,
    /// Offset of the entry in its line.
    pub entry_at: usize,
}

/// What is kept of the places found: all of them are shown to it, in the order of the file.
pub(super) trait Keep: Send {
    /// One more place.
    fn add(&mut self, place: Place);
    /// The places kept, in the order of the file.
    fn places(self) -> Vec<Place>;
}

/// Shows every entry of `file` whose key is one of `keys` to what `keep` makes.
///
/// # Errors
/// The file cannot be read.
pub(super) fn search<K: Keep>(
    file: &File,
    keys: &[Cow<'_, [u8]>],
    keep: impl Fn() -> K + Sync,
) -> io::Result<K> {
    let size = file.metadata()?.len();
    let part = |range: Range<u64>| {
        let mut kept = keep();
        part(file, keys, range, |place| kept.add(place)).map(|lines| (kept, lines))
    };
    let middle = match size {
        0..WORTH_A_THREAD => None,
        _ => line_behind(file, size / 2)?,
    };
    let Some(middle) = middle else {
        return part(0..u64::MAX).map(|(kept, _)| kept);
    };
    std::thread::scope(|scope| {
        let second = scope.spawn(|| part(middle..u64::MAX));
        let (mut kept, lines) = part(0..middle)?;
        // A thread that could not end is done again here, where its panic is ours.
        let (more, _) = second.join().unwrap_or_else(|_| part(middle..u64::MAX))?;
        for place in more.places() {
            kept.add(Place {
                line: lines + place.line,
                ..place
            });
        }
        Ok(kept)
    })
}

/// Offset of the first line that begins behind `at`; `None` when it is not near.
fn line_behind(file: &File, at: u64) -> io::Result<Option<u64>> {
    let mut bytes = vec![0; CHUNK];
    let read = read_at(file, &mut bytes, at)?;
    Ok(memchr::memchr(b'\n', &bytes[..read]).map(|end| at + end as u64 + 1))
}

/// Searches a range that begins and ends with a line; returns its number of lines.
fn part(
    file: &File,
    keys: &[Cow<'_, [u8]>],
    range: Range<u64>,
    mut found: impl FnMut(Place),
) -> io::Result<u64> {
    // Filled with zeros once: `held` bytes of it are text.
    let mut space: Vec<u8> = vec![0; 2 * CHUNK];
    let mut held = 0;
    let mut chunk_at = range.start;
    let mut line = 1u64;
    loop {
        if space.len() < held + CHUNK {
            space.resize(2 * space.len(), 0);
        }
        let at = chunk_at + held as u64;
        let wanted = usize::try_from(range.end - at).unwrap_or(CHUNK).min(CHUNK);
        let read = read_at(file, &mut space[held..held + wanted], at)?;
        let buffer = &mut space[..held + read];
        let last = read < CHUNK;
        // What was held has no line end: only the new bytes are searched for one.
        let whole = match memchr::memrchr(b'\n', &buffer[held..]) {
            _ if last => buffer.len(),
            Some(at) => held + at + 1,
            None => {
                held += read;
                continue;
            }
        };
        let lines = &buffer[..whole];
        line += candidates(lines, keys, |number, start, end| {
            for_each_entry(&lines[start..end], |entry| {
                let Some(rank) = rank_of(&lines[start..end][entry.clone()], keys) else {
                    return;
                };
                let line_at = chunk_at + start as u64;
                found(Place {
                    rank,
                    line_at,
                    line: line + number,
                    entry_at: entry.start,
                });
            });
        });
        if last {
            return Ok(line - 1);
        }
        chunk_at += whole as u64;
        held = buffer.len() - whole;
        buffer.copy_within(whole.., 0);
    }
}

/// Reads until `buffer` is full or the file ends.
pub(super) fn read_at(file: &File, buffer: &mut [u8], mut at: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buffer.len() {
        match file.read_at(&mut buffer[done..], at) {
            Ok(0) => break,
            Ok(n) => {
                done += n;
                at += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}

/// Which of `keys` the entry has.
fn rank_of(entry: &[u8], keys: &[Cow<'_, [u8]>]) -> Option<usize> {
    let key = &entry[..memchr::memchr(b':', entry)?];
    keys.iter().position(|k| k.eq_ignore_ascii_case(key))
}

/// Calls `candidate` with the range of every line that may hold an entry with one of `keys`: a `:` behind bytes equal to the
/// key; and with its number, counted from 0. Lines with NUL hold several entries and are all candidates. Returns how many line
/// ends there are.
fn candidates(
    lines: &[u8],
    keys: &[Cow<'_, [u8]>],
    mut candidate: impl FnMut(u64, usize, usize),
) -> u64 {
    let nul = memchr::memchr(0, lines).is_some();
    let keys: Vec<&[u8]> = keys.iter().map(AsRef::as_ref).collect();
    let (mut start, mut number) = (0, 0);
    for end in memchr::memchr_iter(b'\n', lines).chain(std::iter::once(lines.len())) {
        // The byte behind the key is looked at first: it rules out nearly all lines, and lies in a cache line that is there.
        let may_match = |key: &&[u8]| {
            let colon = start + key.len();
            colon < end && lines[colon] == b':' && lines[start..colon].eq_ignore_ascii_case(key)
        };
        if keys.iter().any(may_match)
            || (nul && start < end && memchr::memchr(0, &lines[start..end]).is_some())
        {
            candidate(number, start, end);
        }
        start = end + 1;
        number += 1;
    }
    // Behind the last line end stands one line more, empty or not.
    number - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct All(Vec<Place>);

    impl Keep for All {
        fn add(&mut self, place: Place) {
            self.0.push(place);
        }

        fn places(self) -> Vec<Place> {
            self.0
        }
    }

    /// What a reader of the whole text would find.
    fn naive(text: &[u8], keys: &[Cow<'_, [u8]>]) -> Vec<(usize, u64, u64, usize)> {
        let (mut found, mut at) = (Vec::new(), 0);
        for (number, line) in text.split(|&b| b == b'\n').enumerate() {
            for_each_entry(line, |entry| {
                if let Some(rank) = rank_of(&line[entry.clone()], keys) {
                    found.push((rank, at, number as u64 + 1, entry.start));
                }
            });
            at += line.len() as u64 + 1;
        }
        found
    }

    #[test]
    fn halves_and_chunks_do_not_show() {
        let path = std::env::temp_dir().join(format!("qroute-search-{}", std::process::id()));
        let keys = [
            Cow::Borrowed(&b"a.example"[..]),
            Cow::Borrowed(b".example"),
            Cow::Borrowed(b""),
        ];
        let line = |n: u32| match n % 97 {
            0 => "A.Example:one\n".to_owned(),
            1 => "#a.example:comment\n".to_owned(),
            2 => "x:y\0.example:two\n".to_owned(),
            3 => ":three\n".to_owned(),
            _ => format!("host{n}.example:{}\n", "r".repeat((n % 61) as usize)),
        };
        let text: String = (0..120_000).map(line).collect();
        assert!(text.len() as u64 > WORTH_A_THREAD);
        // A last line without end, a last line that fills the file's half, and one line longer than both halves' chunks.
        let long = format!("{text}{}:z\n{text}:last", "l".repeat(3 * CHUNK));
        for text in [text.clone(), format!("{text}a.example:z"), long] {
            std::fs::write(&path, &text).unwrap();
            let found = search(&File::open(&path).unwrap(), &keys, All::default).unwrap();
            let found: Vec<_> = found
                .0
                .iter()
                .map(|p| (p.rank, p.line_at, p.line, p.entry_at))
                .collect();
            assert_eq!(found, naive(text.as_bytes(), &keys));
        }
        std::fs::remove_file(&path).unwrap();
    }
}
