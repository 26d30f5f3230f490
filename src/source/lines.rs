//! Line numbers of offsets.

/// Lines between two entries of the index.
const STRIDE: usize = 16;

/// Where every 16th line of a text begins.
///
/// A question costs a search in the index and a count of LF bytes over at most 16 lines; the index of a million lines is
/// 256 KiB, so that asking for places at random does not miss the caches.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `bytes` in one pass; lines end at LF.
    pub fn new(bytes: &[u8]) -> Self {
        let ends = memchr::memchr_iter(b'\n', bytes)
            .skip(STRIDE - 1)
            .step_by(STRIDE);
        let starts = std::iter::once(0).chain(ends.filter_map(|at| u32::try_from(at + 1).ok()));
        LineIndex {
            starts: starts.collect(),
        }
    }

    /// Line and column of `offset` in the indexed `bytes`, both from 1; columns count bytes.
    pub fn locate(&self, bytes: &[u8], offset: u32) -> (u64, u64) {
        let offset = (offset as usize).min(bytes.len());
        let block = self
            .starts
            .partition_point(|&start| start as usize <= offset)
            .saturating_sub(1);
        let start = self.starts.get(block).map_or(0, |&start| start as usize);
        let before = &bytes[start..offset];
        let line = block * STRIDE + line_count(before) + 1;
        let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1) + 1;
        (line as u64, column as u64)
    }
}

/// Number of LF bytes.
pub fn line_count(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one() {
        let bytes = b"ab\n\nc";
        let index = LineIndex::new(bytes);
        assert_eq!(index.locate(bytes, 0), (1, 1));
        assert_eq!(index.locate(bytes, 2), (1, 3));
        assert_eq!(index.locate(bytes, 3), (2, 1));
        assert_eq!(index.locate(bytes, 4), (3, 1));
        assert_eq!(index.locate(bytes, 5), (3, 2));
    }

    #[test]
    fn blocks_do_not_show() {
        let bytes: Vec<u8> = (0..1000)
            .flat_map(|n| format!("{}\n", "x".repeat(n % 7)).into_bytes())
            .collect();
        let index = LineIndex::new(&bytes);
        let (mut line, mut column) = (1, 1);
        for (offset, &byte) in bytes.iter().enumerate() {
            assert_eq!(
                index.locate(&bytes, offset as u32),
                (line, column),
                "offset {offset}"
            );
            (line, column) = if byte == b'\n' {
                (line + 1, 1)
            } else {
                (line, column + 1)
            };
        }
    }
}
