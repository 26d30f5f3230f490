//! The message on its way: line ends, dots, and the end that only we write.

/// Turns a message into what follows DATA, in whatever pieces it comes.
///
/// LF, CRLF and a bare CR each end a line and become CRLF; a dot at the start of a line is doubled (RFC 5321, 4.5.2). So the
/// output holds CR only before LF and LF only behind CR, and no line of it is a single dot: nothing in a message can end it
/// early, for any server. All other bytes, NUL and 8-bit ones too, stay as they are; lines are not broken.
///
/// qmail-remote (`blast`) does the same but for a line behind a bare CR, which it does not stuff.
#[derive(Clone, Copy, Debug)]
pub struct Encoder {
    line_start: bool,
    /// The last byte was CR: it has ended a line, and an LF behind it belongs to it.
    after_cr: bool,
}

/// The message ends inside a line; SMTP has no way to say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message ends inside a line")]
pub struct PartialLine;

impl Default for Encoder {
    fn default() -> Self {
        Encoder {
            line_start: true,
            after_cr: false,
        }
    }
}

impl Encoder {
    /// Appends `input`, the next piece of the message, to `out`: at most twice its bytes.
    pub fn encode(&mut self, input: &[u8], out: &mut Vec<u8>) {
        out.reserve(input.len() + input.len() / 16);
        let mut rest = input;
        if self.after_cr && rest.first() == Some(&b'\n') {
            rest = &rest[1..];
        }
        if !input.is_empty() {
            self.after_cr = false;
        }
        while let Some(&first) = rest.first() {
            if self.line_start && first == b'.' {
                out.push(b'.');
            }
            let Some(end) = memchr::memchr2(b'\n', b'\r', rest) else {
                out.extend_from_slice(rest);
                self.line_start = false;
                return;
            };
            out.extend_from_slice(&rest[..end]);
            out.extend_from_slice(b"\r\n");
            self.line_start = true;
            let mut next = end + 1;
            if rest[end] == b'\r' {
                match rest.get(next) {
                    Some(b'\n') => next += 1,
                    Some(_) => {}
                    None => self.after_cr = true,
                }
            }
            rest = &rest[next..];
        }
    }

    /// Appends the line that ends the message.
    ///
    /// # Errors
    /// [`PartialLine`]: nothing is appended.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), PartialLine> {
        if !self.line_start {
            return Err(PartialLine);
        }
        out.extend_from_slice(b".\r\n");
        Ok(())
    }
}

/// What is known of a message before it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Bytes with every line ended by CRLF; doubled dots do not count (RFC 1870, 3).
    pub bytes: u64,
    /// True when some byte is above 127.
    pub eight_bit: bool,
    after_cr: bool,
}

impl Size {
    /// Counts the next piece of the message.
    pub fn add(&mut self, piece: &[u8]) {
        if piece.is_empty() {
            return;
        }
        let mut ends: u64 = 0;
        let mut pairs = u64::from(self.after_cr && piece[0] == b'\n');
        for at in memchr::memchr2_iter(b'\n', b'\r', piece) {
            ends += 1;
            pairs += u64::from(piece[at] == b'\r' && piece.get(at + 1) == Some(&b'\n'));
        }
        self.after_cr = piece.last() == Some(&b'\r');
        // Each end is two bytes on the wire and one here; CR and LF together are one end.
        self.bytes += piece.len() as u64 + ends - 2 * pairs;
        self.eight_bit |= !piece.is_ascii();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(message: &[u8]) -> Vec<u8> {
        let (mut encoder, mut out) = (Encoder::default(), Vec::new());
        encoder.encode(message, &mut out);
        encoder.finish(&mut out).unwrap();
        out
    }

    #[test]
    fn lines_and_dots() {
        for (message, wire) in [
            (&b""[..], &b".\r\n"[..]),
            (b".\n", b"..\r\n.\r\n"),
            (b"a\n.\n..b\n", b"a\r\n..\r\n...b\r\n.\r\n"),
            (b"a\r\n.b\r\n", b"a\r\n..b\r\n.\r\n"),
            (b"a\r.\r", b"a\r\n..\r\n.\r\n"),
            (b"a\r\r\nb\n", b"a\r\n\r\nb\r\n.\r\n"),
            (b"\n\r.\n", b"\r\n\r\n..\r\n.\r\n"),
            (b"\0\xFF\n", b"\0\xFF\r\n.\r\n"),
        ] {
            assert_eq!(encode(message), wire, "{}", message.escape_ascii());
        }
        let mut encoder = Encoder::default();
        encoder.encode(b"a\nb", &mut Vec::new());
        assert_eq!(encoder.finish(&mut Vec::new()), Err(PartialLine));
    }

    #[test]
    fn sizes_are_those_of_the_wire() {
        for message in [&b""[..], b"a\nb\n", b"a\r\nb\r\n", b"a\rb\r", b"\r\r\n\n\r"] {
            let wire = encode(message).len() as u64 - 3;
            for split in 0..=message.len() {
                let mut size = Size::default();
                size.add(&message[..split]);
                size.add(&message[split..]);
                assert_eq!(size.bytes, wire, "{} at {split}", message.escape_ascii());
            }
        }
        let mut size = Size::default();
        size.add(b"caf\xE9\n");
        assert!(size.eight_bit);
    }
}
