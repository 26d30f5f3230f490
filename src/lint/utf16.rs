//! Text in UTF-16: every other byte is NUL where it is ASCII.

/// How a text in UTF-16 is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utf16 {
    /// True when the high byte comes first.
    pub big_endian: bool,
    /// True when it begins with a byte order mark.
    pub mark: bool,
}

/// Bytes looked at in a text without a mark.
const SAMPLE: usize = 1024;

impl Utf16 {
    /// What `bytes` are, when they are UTF-16: by the mark, or because every other byte of the start is NUL and no other is.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let known = |big_endian, mark| Some(Utf16 { big_endian, mark });
        match bytes {
            [0xFF, 0xFE, ..] => return known(false, true),
            [0xFE, 0xFF, ..] => return known(true, true),
            _ => {}
        }
        let sample = &bytes[..bytes.len().min(SAMPLE)];
        let pairs = sample.chunks_exact(2);
        let all = |nul: usize| {
            pairs
                .clone()
                .all(|pair| pair[nul] == 0 && pair[1 - nul] != 0)
        };
        // Two characters may be chance, a route is longer.
        match sample.len() {
            0..6 => None,
            _ if all(1) => known(false, false),
            _ if all(0) => known(true, false),
            _ => None,
        }
    }

    /// The text in UTF-8, without the mark; `None` when something in it is no character.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        let text = bytes.get(if self.mark { 2 } else { 0 }..)?;
        let pairs = text.chunks_exact(2);
        let units = pairs.clone().map(|pair| match self.big_endian {
            true => u16::from_be_bytes([pair[0], pair[1]]),
            false => u16::from_le_bytes([pair[0], pair[1]]),
        });
        let decoded: Result<String, _> = char::decode_utf16(units).collect();
        decoded.ok().filter(|_| pairs.remainder().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn both_orders_with_and_without_mark() {
        for mark in ["", "\u{FEFF}"] {
            let text = format!("{mark}a.example:mx\n");
            for (big, bytes) in [
                (false, encoded(&text, u16::to_le_bytes)),
                (true, encoded(&text, u16::to_be_bytes)),
            ] {
                let found = Utf16::of(&bytes).unwrap();
                assert_eq!((found.big_endian, found.mark), (big, !mark.is_empty()));
                assert_eq!(found.decode(&bytes).as_deref(), Some("a.example:mx\n"));
                assert_eq!(found.decode(&bytes[..bytes.len() - 1]), None);
            }
        }
    }

    #[test]
    fn a_nul_here_and_there_is_no_utf16() {
        for text in [
            &b""[..],
            b"a\0",
            b"a\0b:c\n",
            b"\0\0\0\0\0\0",
            b"a:b\0.c:d\0",
        ] {
            assert_eq!(Utf16::of(text), None);
        }
    }
}
