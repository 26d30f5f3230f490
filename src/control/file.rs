//! Opening control files, with the states that the products tell apart.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::source::State;

/// Largest file that is read whole. Offsets into an input have 32 bits.
const LIMIT: u64 = u32::MAX as u64;

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
        Ok(meta) => match File::open(path) {
            Ok(file) => read_from(file, meta.len()).unwrap_or_else(|e| failed(&e)),
            Err(e) => failed(&e),
        },
        Err(e) => failed(&e),
    }
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
