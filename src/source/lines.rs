//! Line numbers of offsets.

/// Where the lines of a text begin.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `bytes` in one pass; lines end at LF. Four bytes a line.
    pub fn new(bytes: &[u8]) -> Self {
        let mut starts = Vec::with_capacity(line_count(bytes) + 1);
        starts.push(0);
        starts
            .extend(memchr::memchr_iter(b'\n', bytes).filter_map(|at| u32::try_from(at + 1).ok()));
        LineIndex { starts }
    }

    /// Line and column of `offset`, both from 1; columns count bytes.
    pub fn locate(&self, offset: u32) -> (u64, u64) {
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        (line as u64, u64::from(offset - start) + 1)
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
        let index = LineIndex::new(b"ab\n\nc");
        assert_eq!(index.locate(0), (1, 1));
        assert_eq!(index.locate(2), (1, 3));
        assert_eq!(index.locate(3), (2, 1));
        assert_eq!(index.locate(4), (3, 1));
    }
}
