//! Sorting the routes of a block, where no reader of the promise can tell.
//!
//! Readers that take the most specific key do not see the order of different keys, and equal ones keep theirs. Readers that
//! take the first line that matches see it between keys that can match the same host: such a pair must stand in the sorted
//! block as it stood before. The order is that of domains from the right, and what takes more stands behind what takes less,
//! so that a table written with care for such readers can be sorted.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::HashMap;

use super::super::dialect::{Dialect, Lines};
use super::super::qsmtp;
use super::line::{Kind, Line, Rules, lines};
use crate::model::Precedence;

/// A table with sorted blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Blocks that are not in order and had to stay so, each by its first line from 1.
    pub left: Vec<usize>,
}

/// `bytes` with the routes of each block sorted; blank lines and comments bound a block, and stay.
///
/// Every line must end in LF. A block that cannot be sorted without a reader of `promise` noticing stays as it is.
pub fn sorted(bytes: &[u8], promise: &[&'static Dialect]) -> Sorted {
    let sorter = Sorter {
        rules: Rules::new(promise),
        by_order: promise
            .iter()
            .any(|d| d.semantics.precedence == Precedence::FirstMatch),
        decodes: promise.iter().any(|d| d.lines == Lines::Courier),
        fixed: promise.iter().any(|d| d.lines == Lines::Qsmtp) && loses_entries(bytes),
    };
    let mut out = Sorted {
        bytes: Vec::with_capacity(bytes.len()),
        left: Vec::new(),
    };
    let mut block: Vec<Line<'_>> = Vec::new();
    let mut number = 0;
    for line in lines(bytes, sorter.rules) {
        number += 1;
        if matches!(line.kind, Kind::Blank | Kind::Comment) {
            sorter.end_block(&mut block, number, &mut out);
            push_line(&mut out.bytes, &line);
        } else {
            block.push(line);
        }
    }
    sorter.end_block(&mut block, number + 1, &mut out);
    out
}

fn push_line(out: &mut Vec<u8>, line: &Line<'_>) {
    out.extend_from_slice(line.text);
    out.push(b'\n');
}

/// True when Qsmtp finds a bad entry: which good ones are lost depends on the order of all.
fn loses_entries(bytes: &[u8]) -> bool {
    let bad = Cell::new(false);
    let list = qsmtp::list(bytes, |entry| {
        let is_bad = qsmtp::is_bad_route(entry);
        bad.set(bad.get() || is_bad);
        is_bad
    });
    bad.get() && matches!(list, qsmtp::List::Entries(_))
}

struct Sorter {
    rules: Rules,
    /// Some reader takes the first line that matches.
    by_order: bool,
    /// Some reader takes differently spelled names for equal.
    decodes: bool,
    /// The order of the whole file counts.
    fixed: bool,
}

impl Sorter {
    /// Writes a block, sorted if it may be; `end` is the number of the line behind it.
    fn end_block(&self, block: &mut Vec<Line<'_>>, end: usize, out: &mut Sorted) {
        let mut order: Vec<usize> = (0..block.len()).collect();
        order.sort_by(|&a, &b| by_domain(key(&block[a]), key(&block[b])));
        if !order.is_sorted() && !self.may_sort(block, &order) {
            out.left.push(end - block.len());
            order.sort_unstable();
        }
        for &at in &order {
            push_line(&mut out.bytes, &block[at]);
        }
        block.clear();
    }

    fn may_sort(&self, block: &[Line<'_>], order: &[usize]) -> bool {
        !self.fixed
            && block.iter().all(|line| self.stands_alone(line))
            && (!self.by_order || keeps_matches(block, order))
    }

    /// True for a line that says the same wherever it stands.
    fn stands_alone(&self, line: &Line<'_>) -> bool {
        let key = key(line);
        let inside = line.body.strip_suffix(b"\r").unwrap_or(line.body);
        let ace = || key.to_ascii_lowercase().windows(4).any(|w| w == b"xn--");
        line.kind == Kind::Entry { password: false }
            && key.len() < line.body.len()
            && !self.rules.takes_next_line(line.body)
            && !inside.contains(&b'\r')
            && !(self.decodes && (!key.is_ascii() || ace()))
    }
}

fn key<'t>(line: &Line<'t>) -> &'t [u8] {
    &line.body[..memchr::memchr(b':', line.body).unwrap_or(line.body.len())]
}

/// Label by label from the right: the domain itself, what is below it, all that is below it.
fn by_domain(a: &[u8], b: &[u8]) -> Ordering {
    let rank = |label: Option<&[u8]>| match label {
        None => 0,
        Some(b"") => 2,
        Some(_) => 1,
    };
    let mut labels = [a, b].map(|key| key.rsplit(|&byte| byte == b'.'));
    loop {
        let [a, b] = labels.each_mut().map(Iterator::next);
        let lower = |label: Option<&[u8]>| label.unwrap_or_default().to_ascii_lowercase();
        let ordering = match (a, b) {
            (None, None) => return Ordering::Equal,
            (a, b) => rank(a).cmp(&rank(b)).then_with(|| lower(a).cmp(&lower(b))),
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
}

/// True when each pair of keys that can match the same host stands in `order` as it stands in the block.
fn keeps_matches(block: &[Line<'_>], order: &[usize]) -> bool {
    // Behind the first line with a key the others say nothing.
    let mut old: HashMap<Vec<u8>, usize> = HashMap::with_capacity(block.len());
    let mut new: HashMap<Vec<u8>, usize> = HashMap::with_capacity(block.len());
    for at in 0..block.len() {
        old.entry(key(&block[at]).to_ascii_lowercase())
            .or_insert(at);
        new.entry(key(&block[order[at]]).to_ascii_lowercase())
            .or_insert(at);
    }
    old.iter().all(|(key, &at)| {
        let suffixes = (1..=key.len()).filter(|&p| p == key.len() || key[p] == b'.');
        suffixes.map(|p| &key[p..]).all(|wider| {
            old.get(wider).is_none_or(|&wider_at| {
                (wider_at < at) == (new.get(wider) < new.get(key.as_slice()))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::smtproutes::DIALECTS;

    fn sort(text: &str, names: &[&str]) -> (String, Vec<usize>) {
        let all = DIALECTS.iter();
        let promise: Vec<_> = all
            .filter(|d| names.is_empty() || names.contains(&d.name))
            .collect();
        let sorted = sorted(text.as_bytes(), &promise);
        (String::from_utf8(sorted.bytes).unwrap(), sorted.left)
    }

    #[test]
    fn domains_stand_together() {
        let text = "b.d:1\n.d:2\na.b.d:3\nd:4\nc:5\n:6\n.b.d:7\n";
        let (qmail, left) = sort(text, &["notqmail"]);
        assert_eq!(qmail, "c:5\nd:4\nb.d:1\na.b.d:3\n.b.d:7\n.d:2\n:6\n");
        assert!(left.is_empty());
        // `.d` stood before `a.b.d`, and hides it from readers that take the first match.
        assert_eq!(sort(text, &[]), (text.to_owned(), vec![1]));
        let careful = "b.d:1\n.d:2\nc:3\n:4\n";
        assert_eq!(sort(careful, &[]).0, "c:3\nb.d:1\n.d:2\n:4\n");
    }

    #[test]
    fn blocks_and_equal_keys() {
        let text = "b:1\na:2\nA:3\na:4\n# c\nd:1\nc:2\n\nb:x|u\na:1\n\nc:1\nb:2\n";
        assert_eq!(
            sort(text, &[]),
            (
                "a:2\nA:3\na:4\nb:1\n# c\nc:2\nd:1\n\nb:x|u\na:1\n\nb:2\nc:1\n".to_owned(),
                vec![9]
            )
        );
        for fixed in [
            "b:1\na:2\nno colon\n",
            "b:1\na\0:2\n",
            "b:1\na\r:2\n",
            "xx:1\nxn--a:2\n",
        ] {
            assert_eq!(sort(fixed, &[]), (fixed.to_owned(), vec![1]));
        }
    }
}
