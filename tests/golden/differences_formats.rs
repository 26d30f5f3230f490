//! The comparison of tables of all formats, also of two of them, held to brute force.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Instant;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use qroute::equivalence::{CompareOptions, Recipients, compare};
use qroute::formats::FORMATS;
use qroute::lookup::select;
use qroute::model::Decision;
use qroute::store::MemoryStore;

use crate::convert::tables::{Line, Side, envelope, files, line, lines, mail, sides};
use crate::random;

/// A table as text, in one format.
#[derive(Clone, Debug)]
struct Written {
    side: Side,
    lines: Vec<Line>,
    /// Subjects are searched for expressions.
    expressions: bool,
}

impl Written {
    fn store(&self) -> MemoryStore {
        let mut files = files(&self.side, &self.lines);
        if self.expressions {
            for (_, text) in &mut files {
                let with = String::from_utf8_lossy(text).replace("\"cn\"", "\"rg\"");
                *text = with.into_bytes();
            }
        }
        self.side.read(&files)
    }

    fn format(&self) -> &'static str {
        self.side.format.id.0
    }
}

/// Each format as often as any other, and each of its dialects.
fn side() -> impl Strategy<Value = Side> {
    (0..FORMATS.len()).prop_flat_map(|format| {
        let all = sides().into_iter();
        let mine = all.filter(move |side| side.format.id == FORMATS[format].id);
        proptest::sample::select(mine.collect::<Vec<_>>())
    })
}

/// Pairs that are near one another, so that many are equal.
fn pair() -> impl Strategy<Value = (Written, Written)> {
    let change = (0..10usize, any::<prop::sample::Index>(), line());
    (side(), side(), lines(), lines(), change).prop_map(
        |(side, other, lines, others, (change, at, line))| {
            let old = Written {
                side,
                lines,
                expressions: false,
            };
            let mut new = old.clone();
            let count = new.lines.len();
            match change {
                0 if count > 0 => drop(new.lines.remove(at.index(count))),
                1 if count > 1 => new.lines.swap(0, at.index(count)),
                2 if count > 0 => new.lines.push(new.lines[at.index(count)].clone()),
                3 => new.lines.push(line),
                4 if count > 0 => new.lines[at.index(count)] = line,
                5 | 6 => new.side = other,
                7 => new.lines = others,
                8 => {
                    new.side = other;
                    new.lines = others;
                }
                9 => new.expressions = true,
                _ => {}
            }
            (old, new)
        },
    )
}

/// Mail that both tables decide, and otherwise.
fn first_difference(stores: [&MemoryStore; 2]) -> Option<String> {
    for one in mail() {
        for inbound in [false, true] {
            let envelope = envelope(&one, inbound);
            let [a, b] = stores.map(|store| select(store, &envelope, false).unwrap().decision);
            let open = [&a, &b].map(|d| matches!(d, Decision::Undecided { .. }));
            if open == [false; 2] && !a.same_mail(&b) {
                return Some(format!("{envelope:?}: {a:?} and {b:?}"));
            }
        }
    }
    None
}

#[derive(Default)]
struct Counts {
    pairs: u32,
    equal: u32,
    different: u32,
    open: u32,
    /// By the formats of both sides: pairs, and those that are equal.
    formats: BTreeMap<[&'static str; 2], (u32, u32)>,
}

/// `QROUTE_DIFF_PAIRS` runs more pairs.
#[test]
fn pairs_of_formats_agree_with_brute_force() {
    let start = Instant::now();
    let counts = RefCell::new(Counts::default());
    TestRunner::new(random::cases("QROUTE_DIFF_PAIRS", 1500))
        .run(&pair(), |(old, new)| {
            let stores = [old.store(), new.store()];
            let [a, b] = [&stores[0], &stores[1]];
            let found = compare(a, b, &CompareOptions::default()).unwrap();
            for difference in &found.differences {
                let asked =
                    [a, b].map(|store| difference.witness.ask(store, Recipients::Addresses));
                let [x, y] = asked.map(|asked| asked.unwrap().decision);
                prop_assert!(!x.same_mail(&y), "{difference:?}");
                let open = [&x, &y].map(|d| matches!(d, Decision::Undecided { .. }));
                prop_assert_eq!(open, [false; 2], "{:?}", difference);
            }
            let conditions = [&old, &new].iter().any(|table| table.format() == "xeams");
            prop_assert!(
                found.undecided == 0 || conditions,
                "undecided for no reason: {found:?}"
            );
            let brute = first_difference([a, b]);
            if found.equal() {
                prop_assert_eq!(&brute, &None, "taken for equal");
            }
            prop_assert!(
                brute.is_none() || !found.differences.is_empty() || found.undecided > 0,
                "{brute:?}"
            );
            let mut counts = counts.borrow_mut();
            counts.pairs += 1;
            counts.equal += u32::from(found.equal());
            counts.different += u32::from(brute.is_some());
            counts.open += u32::from(found.undecided > 0);
            let of = counts
                .formats
                .entry([old.format(), new.format()])
                .or_default();
            of.0 += 1;
            of.1 += u32::from(found.equal());
            Ok(())
        })
        .unwrap();
    let counts = counts.into_inner();
    println!(
        "{} pairs in {:?}: {} equal, {} different, {} with something undecided; {:#?}",
        counts.pairs,
        start.elapsed(),
        counts.equal,
        counts.different,
        counts.open,
        counts.formats
    );
    // Enough of each kind, or the test says nothing.
    assert!(counts.equal * 6 > counts.pairs, "{} equal", counts.equal);
    assert!(
        counts.different * 3 > counts.pairs,
        "{} different",
        counts.different
    );
    assert!(counts.open > 0);
    assert_eq!(counts.formats.len(), FORMATS.len() * FORMATS.len());
    for format in FORMATS {
        let (pairs, equal) = counts.formats[&[format.id.0; 2]];
        assert!(
            pairs > 20 && equal * 10 > pairs,
            "{}: {equal} of {pairs}",
            format.id.0
        );
    }
}
