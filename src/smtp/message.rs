//! The message, wherever it comes from.

use std::io::{self, Read};

use super::body::Size;

/// Bytes read at once.
pub(super) const PIECE: usize = 64 * 1024;

/// A message that can be read, and perhaps read again.
pub trait Message: Read {
    /// Goes back to its first byte; false when that cannot be done, as with a pipe.
    fn rewind(&mut self) -> bool;
}

/// What is known of the message before it is sent; `None` when it can be read only once, or not at all.
pub(super) fn measure(message: &mut dyn Message) -> Option<Size> {
    if !message.rewind() {
        return None;
    }
    let mut size = Size::default();
    let mut piece = vec![0; PIECE];
    let measured = loop {
        match message.read(&mut piece) {
            Ok(0) => break Some(size),
            Ok(read) => size.add(&piece[..read]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break None,
        }
    };
    // Whoever cannot go back now could not before either.
    message.rewind().then_some(measured).flatten()
}
