//! Opening control files, with the states that the products tell apart.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::source::State;

/// Largest file that is read whole. Offsets into an input have 32 bits.
const LIMIT: u64 = u32::MAX as u64;

/// From this size on, a file is read by two threads.
const WORTH_A_THREAD: u64 = 4 * 1024 * 1024;

/// Reads `path` whole, as `open_read` and `read` of the products would see it.
///
/// `ENOENT` is [`State::Missing`], a dangling link too; a directory opens and then fails with `EISDIR`
/// ([`State::Directory`]). A device, a pipe or a socket is refused as unreadable with `EINVAL`: reading one could block for
/// ever.
pub fn read(path: &Path) -> State {
    // Asked first, because opening a pipe would wait for its writer.
    match std::fs::metadata(path) {
        Ok(meta) if meta.is_dir() => State::Directory,
        Ok(meta) if !meta.is_file() => State::Unreadable(EINVAL),
        Ok(meta) if meta.len() >= LIMIT => State::Unreadable(EFBIG),
        Ok(meta) => match File::open(path).and_then(|file| whole(file, meta.len())) {
            Ok(state) => state,
            Err(e) => failed(&e),
        },
        Err(e) => failed(&e),
    }
}

/// A file of about `expected` bytes. A large one is read by two threads: most of the time goes into new pages of memory.
fn whole(mut file: File, expected: u64) -> io::Result<State> {
    if expected < WORTH_A_THREAD {
        return read_from(file, expected);
    }
    let length = usize::try_from(expected).map_err(|_| io::ErrorKind::FileTooLarge)?;
    let mut bytes = vec![0; length];
    let middle = length / 2;
    let (first, second) = bytes.split_at_mut(middle);
    let both = std::thread::scope(|scope| {
        let behind = scope.spawn(|| file.read_exact_at(second, middle as u64));
        let before = file.read_exact_at(first, 0);
        // A thread that could not end is done again below.
        before.and(behind.join().unwrap_or(Err(io::ErrorKind::Other.into())))
    });
    if both.is_err() {
        // It became shorter meanwhile, or there is trouble: whatever it is, reading it in order tells.
        drop(bytes);
        return read_from(file, expected);
    }
    file.seek(io::SeekFrom::Start(expected))?;
    // What was added meanwhile belongs to it.
    (&mut file).take(LIMIT - expected).read_to_end(&mut bytes)?;
    if bytes.len() as u64 >= LIMIT {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(State::Bytes(bytes))
}

const EINVAL: i32 = 22;
const EFBIG: i32 = 27;

fn failed(error: &io::Error) -> State {
    match error.kind() {
        io::ErrorKind::NotFound => State::Missing,
        io::ErrorKind::IsADirectory => State::Directory,
        _ => State::Unreadable(error.raw_os_error().unwrap_or(EINVAL)),
    }
}

/// Reads a stream to its end; `expected` bytes are reserved at once.
///
/// # Errors
/// The stream's own, and `FileTooLarge` from 4 GiB.
pub fn read_from(stream: impl Read, expected: u64) -> io::Result<State> {
    let mut bytes = Vec::new();
    // One more byte than expected lets the read that sees the end of the file need no growth.
    bytes.try_reserve_exact(usize::try_from(expected.min(LIMIT)).unwrap_or(0) + 1)?;
    stream.take(LIMIT).read_to_end(&mut bytes)?;
    if bytes.len() as u64 >= LIMIT {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(State::Bytes(bytes))
}

/// Size of a regular file, without opening it; `None` for everything else.
pub fn size_of(path: &Path) -> Option<u64> {
    std::fs::metadata(path)
        .ok()
        .filter(std::fs::Metadata::is_file)
        .map(|meta| meta.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_files_are_read_whole() {
        let path = std::env::temp_dir().join(format!("qroute-large-{}", std::process::id()));
        let bytes: Vec<u8> = (0..WORTH_A_THREAD + 4099)
            .map(|n| (n % 251) as u8)
            .collect();
        std::fs::write(&path, &bytes).unwrap();
        // Longer and shorter than what was expected: it changed between two calls.
        let length = bytes.len() as u64;
        for expected in [length, length - 5, length + 7, 2 * length] {
            let state = whole(File::open(&path).unwrap(), expected).unwrap();
            assert!(state.bytes() == Some(&bytes), "{expected}");
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn states_of_files() {
        let dir = std::env::temp_dir().join(format!("qroute-control-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("f"), b"x\n").unwrap();
        let _ = std::fs::remove_file(dir.join("loop"));
        let _ = std::fs::remove_file(dir.join("dangling"));
        std::os::unix::fs::symlink("loop", dir.join("loop")).unwrap();
        std::os::unix::fs::symlink("nowhere", dir.join("dangling")).unwrap();
        assert_eq!(read(&dir.join("f")), State::Bytes(b"x\n".to_vec()));
        assert_eq!(read(&dir.join("none")), State::Missing);
        assert_eq!(read(&dir.join("dangling")), State::Missing);
        assert_eq!(read(&dir), State::Directory);
        assert_eq!(read(&dir.join("loop")), State::Unreadable(40));
        assert_eq!(read(Path::new("/dev/null")), State::Unreadable(EINVAL));
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
