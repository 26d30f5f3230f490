//! Recognizing a finding again, in the next run and after lines have moved.

use std::collections::HashMap;
use std::ops::Range;

use super::lines::Spot;

/// Bytes of a line that take part; in a longer line, those around the finding.
const TAKEN: usize = 256;

/// Gives each finding of a report a fingerprint of its own: of its rule, its file, the text of its line as far as it may be
/// shown, and how many like it came before. Line numbers and what is masked have no part in it.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: HashMap<u128, u32>,
}

impl Fingerprints {
    /// The fingerprint of the next finding, in 32 digits.
    pub fn next(&mut self, rule: &str, path: &str, spot: &Spot<'_>) -> String {
        let mut hash = Fnv::new();
        hash.field(rule.as_bytes());
        hash.field(path.as_bytes());
        if let Some((line, _)) = &spot.lines {
            let open = &line.bytes[..line.open];
            hash.field(&open[around(open.len(), line.offset(spot.span.start))]);
        }
        let count = self.seen.entry(hash.0).or_default();
        *count += 1;
        hash.field(&count.to_le_bytes());
        format!("{:032x}", hash.0)
    }
}

fn around(len: usize, at: usize) -> Range<usize> {
    let from = at.saturating_sub(TAKEN / 2).min(len.saturating_sub(TAKEN));
    from..len.min(from + TAKEN)
}

/// FNV-1a with 128 bits (draft-eastlake-fnv): the same in every version of qroute and of Rust.
struct Fnv(u128);

impl Fnv {
    fn new() -> Self {
        Fnv(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn byte(&mut self, byte: u8) {
        self.0 =
            (self.0 ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }

    /// Takes in a field, and its length, which keeps fields apart.
    fn field(&mut self, bytes: &[u8]) {
        let len = bytes.len() as u64;
        bytes
            .iter()
            .chain(&len.to_le_bytes())
            .for_each(|&byte| self.byte(byte));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        let mut hash = Fnv::new();
        hash.byte(b'a');
        assert_eq!(hash.0, 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }

    #[test]
    fn long_lines_take_part_around_the_finding() {
        assert_eq!(around(10, 5), 0..10);
        assert_eq!(around(1000, 500), 372..628);
        assert_eq!(around(1000, 1000), 744..1000);
    }
}
