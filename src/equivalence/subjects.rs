//! Subjects that pass and fail tests in every way there is.

use crate::model::{Document, SubjectOperator, SubjectTest};

/// Most tests of which all combinations are tried.
const MOST_TESTS: usize = 8;

/// A test with its operand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Test {
    operator: SubjectOperator,
    operand: Vec<u8>,
    ignore_case: bool,
}

impl Test {
    pub(super) fn new(document: &Document, test: &SubjectTest) -> Self {
        Test {
            operator: test.operator,
            operand: document.bytes(test.operand).to_vec(),
            ignore_case: test.ignore_case,
        }
    }

    fn is_expression(&self) -> bool {
        matches!(
            self.operator,
            SubjectOperator::Finds | SubjectOperator::Matches
        )
    }
}

/// Subjects for a set of tests.
#[derive(Debug)]
pub(super) struct Subjects {
    /// The subjects.
    pub all: Vec<Vec<u8>>,
    /// Every way in which any subject passes some of the tests and fails the others is that of one of these.
    pub complete: bool,
}

/// How a subject is put together for the tests that it shall pass.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Start,
    Inside,
    End,
}

/// Subjects for `tests`.
///
/// For each choice of tests to pass there is one subject: the longest start, the texts that it must hold, the longest end, and
/// between them a byte that no test has. It passes no test but those that every subject passes that passes the chosen ones,
/// so that a choice whose subject passes others, too, is the choice of no subject. That holds for texts that are compared in
/// one way, byte for byte or without case in ASCII. Beyond that, and for expressions, subjects are tried that may do.
pub(super) fn subjects(tests: &[Test]) -> Subjects {
    let literal = |test: &&Test| !test.is_expression();
    let mut one_way = tests.iter().filter(literal).map(|test| test.ignore_case);
    let first = one_way.next();
    let one_way = one_way.all(|way| Some(way) == first);
    let ascii = tests
        .iter()
        .all(|test| !test.ignore_case || test.operand.is_ascii());
    let filler = filler(tests);
    let complete = tests.len() <= MOST_TESTS
        && tests.iter().all(|test| !test.is_expression())
        && one_way
        && ascii
        && filler.is_some();
    let filler = filler.unwrap_or(b' ');
    let parts: Vec<(Part, Vec<u8>)> = tests.iter().map(part).collect();
    let mut all = vec![Vec::new()];
    let chosen: Vec<u64> = match tests.len() {
        n if n <= MOST_TESTS => (1..1u64 << n).collect(),
        // One by one, and no more than a word has bits.
        n => (0..n.min(64)).map(|at| 1 << at).collect(),
    };
    for choice in chosen {
        let wanted = parts
            .iter()
            .enumerate()
            .filter(|(at, _)| choice >> at & 1 == 1);
        let wanted: Vec<&(Part, Vec<u8>)> = wanted.map(|(_, part)| part).collect();
        all.push(composed(&wanted, filler));
        if !complete && let [(_, text)] = wanted[..] {
            all.push(text.clone());
        }
    }
    if !complete {
        let small: Vec<_> = all.iter().map(|text| text.to_ascii_lowercase()).collect();
        let large: Vec<_> = all.iter().map(|text| text.to_ascii_uppercase()).collect();
        all.extend(small);
        all.extend(large);
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|text| seen.insert(text.clone()));
    Subjects { all, complete }
}

/// A byte that is in no operand; a blank if possible.
fn filler(tests: &[Test]) -> Option<u8> {
    let free = |b: &u8| {
        !tests
            .iter()
            .any(|test| test.operand.iter().any(|o| o.eq_ignore_ascii_case(b)))
    };
    b" -_.,~#0123456789abcdefghijklmnopqrstuvwxyz"
        .iter()
        .copied()
        .find(|b| free(b))
}

fn part(test: &Test) -> (Part, Vec<u8>) {
    match test.operator {
        SubjectOperator::StartsWith => (Part::Start, test.operand.clone()),
        SubjectOperator::EndsWith => (Part::End, test.operand.clone()),
        SubjectOperator::Contains => (Part::Inside, test.operand.clone()),
        SubjectOperator::Finds | SubjectOperator::Matches => sample(&test.operand),
    }
}

fn composed(wanted: &[&(Part, Vec<u8>)], filler: u8) -> Vec<u8> {
    let longest = |part: Part| {
        let of = wanted.iter().filter(|(other, _)| *other == part);
        of.max_by_key(|(_, text)| text.len())
            .map_or(&b""[..], |(_, text)| text)
    };
    let (start, end) = (longest(Part::Start), longest(Part::End));
    let mut pieces: Vec<&[u8]> = vec![start];
    let mut inside: Vec<&[u8]> = wanted
        .iter()
        .filter(|(part, _)| *part == Part::Inside)
        .map(|(_, text)| text.as_slice())
        .collect();
    inside.sort_by_key(|text| std::cmp::Reverse(text.len()));
    for text in inside {
        let held = pieces
            .iter()
            .chain([&end])
            .any(|piece| memchr::memmem::find(piece, text).is_some());
        if !held {
            pieces.push(text);
        }
    }
    pieces.push(end);
    pieces.join(&filler)
}

/// A text that an expression may be found in, made of its letters: nothing is known until it is tried.
fn sample(pattern: &[u8]) -> (Part, Vec<u8>) {
    let text = String::from_utf8_lossy(pattern).into_owned();
    let start = text.starts_with('^');
    let end = text.ends_with('$') && !text.ends_with("\\$");
    let text = text.trim_start_matches("(?i)");
    let mut out = String::new();
    let mut depth = 0;
    // Where in `out` each open group begins, and whether its first branch is over.
    let mut groups: Vec<(usize, bool)> = Vec::new();
    let mut last = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if groups.last().is_some_and(|(_, over)| *over) && !matches!(c, '(' | ')') {
            if c == '\\' {
                chars.next();
            }
            continue;
        }
        match c {
            '^' | '$' => {}
            '|' if depth == 0 => break,
            '|' => {
                if let Some(group) = groups.last_mut() {
                    group.1 = true;
                }
            }
            '(' => {
                depth += 1;
                let over = groups.last().is_some_and(|(_, over)| *over);
                groups.push((out.len(), over));
                if chars.peek() == Some(&'?') {
                    chars.next();
                    chars.next();
                }
            }
            ')' => {
                depth -= 1;
                last = groups.pop().map_or(0, |(at, _)| at);
            }
            '*' | '?' => out.truncate(last),
            '+' => {}
            '{' => {
                for c in chars.by_ref() {
                    if c == '}' {
                        break;
                    }
                }
            }
            '[' => {
                last = out.len();
                let mut members = String::new();
                for c in chars.by_ref() {
                    if c == ']' && !members.is_empty() {
                        break;
                    }
                    members.push(c);
                }
                out.push(match members.strip_prefix('^') {
                    Some(not) => "x1 ".chars().find(|c| !not.contains(*c)).unwrap_or('~'),
                    None => members.chars().find(|&c| c != '\\').unwrap_or('x'),
                });
            }
            '.' => {
                last = out.len();
                out.push('x');
            }
            '\\' => {
                last = out.len();
                match chars.next() {
                    Some('d') => out.push('1'),
                    Some('s') => out.push(' '),
                    Some('w' | 'D' | 'S') => out.push('x'),
                    Some('W') => out.push(' '),
                    Some('b' | 'B' | 'A' | 'z' | 'Z') | None => {}
                    Some(c) => out.push(c),
                }
            }
            c => {
                last = out.len();
                out.push(c);
            }
        }
    }
    let part = match (start, end) {
        (true, _) => Part::Start,
        (false, true) => Part::End,
        _ => Part::Inside,
    };
    (part, out.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use SubjectOperator::{Contains, EndsWith, Finds, StartsWith};

    fn test(operator: SubjectOperator, operand: &str) -> Test {
        Test {
            operator,
            operand: operand.as_bytes().to_vec(),
            ignore_case: false,
        }
    }

    fn passes(test: &Test, subject: &[u8]) -> bool {
        match test.operator {
            StartsWith => subject.starts_with(&test.operand),
            EndsWith => subject.ends_with(&test.operand),
            _ => memchr::memmem::find(subject, &test.operand).is_some(),
        }
    }

    /// All subjects of up to five letters over a small alphabet show no way that is not among those made.
    #[test]
    fn every_way_to_pass_is_found() {
        let operands = ["a", "b", "ab", "ba", "aa", "aba"];
        let operators = [Contains, StartsWith, EndsWith];
        let all: Vec<Test> = operands
            .iter()
            .flat_map(|text| operators.map(|operator| test(operator, text)))
            .collect();
        let mut short: Vec<Vec<u8>> = vec![Vec::new()];
        for at in 0.. {
            if short[at].len() == 5 {
                break;
            }
            for b in *b"abc" {
                let longer = [short[at].as_slice(), &[b]].concat();
                short.push(longer);
            }
        }
        for first in 0..all.len() {
            for second in 0..first {
                let third = (first * 7 + second * 5) % all.len();
                let tests = [first, second, third].map(|at| all[at].clone());
                let way = |subject: &[u8]| tests.each_ref().map(|test| passes(test, subject));
                let made = subjects(&tests);
                assert!(made.complete);
                let ways: Vec<[bool; 3]> = made.all.iter().map(|s| way(s)).collect();
                for subject in &short {
                    assert!(
                        ways.contains(&way(subject)),
                        "{tests:?} {}",
                        subject.escape_ascii()
                    );
                }
            }
        }
    }

    #[test]
    fn expressions_are_sampled_and_never_complete() {
        let sampled = |pattern: &str| String::from_utf8(sample(pattern.as_bytes()).1).unwrap();
        assert_eq!(sampled(r"^\[urgent\]"), "[urgent]");
        assert_eq!(sampled("in(voice|bill) [0-9]+$"), "invoice 0");
        assert_eq!(sampled("a.*b"), "ab");
        assert_eq!(sampled("colou?r"), "color");
        assert_eq!(sampled(r"(?i)offer\s\d{3}"), "offer 1");
        assert!(!subjects(&[test(Finds, "x")]).complete);
    }
}
