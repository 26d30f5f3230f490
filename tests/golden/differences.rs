//! The comparison with senders, subjects, directions, exceptions, addresses and extensions, held to brute force: all mail of a
//! small world is put to both tables.

use std::cell::Cell;
use std::time::Instant;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::cli::JavaPatterns;
use qroute::equivalence::{CompareOptions, Comparison, Recipients, compare};
use qroute::formats::smtproutes::DIALECTS;
use qroute::formats::{FORMATS, ReadOptions};
use qroute::lookup::{Envelope, Recipient, Sender, select};
use qroute::model::Decision;
use qroute::model::{
    Action, Condition, Delimiters, Direction, Document, Families, Hop, HopLookup, HostLiterals,
    KeyCase, LiteralRule, NameCheck, Precedence, Product, RouteTable, Semantics, Subject,
    SubjectOperator, SubjectTest, Unmatched, Unresolvable, Walk,
};
use qroute::source::{Input, Span, Text};
use qroute::store::MemoryStore;

use crate::random;

const KEYS: &[&str] = &[
    "",
    "a",
    "A",
    "b.a",
    ".a",
    "c.b.a",
    "u@a",
    "U@a",
    "u+x@a",
    "u-x@a",
    "v@b.a",
    "b",
    "u@a.",
    "ü.a",
    "xn--tda.a",
    "u@ü.a",
    ".",
    "é@a",
    "É@a",
];
const SENDER_KEYS: &[&str] = &["s@a", "S@a", "a", "b.a", "t@b.a", "b", ".a", "é@a"];
const SUFFIXES: &[&str] = &["", "s@a", "@a", ".a", ".x@a", "@b.a", "A", "x.s@a"];
const TEXTS: &[&str] = &["x", "xy", "y", "X"];
const LOCALS: &[&str] = &[
    "u",
    "U",
    "v",
    "u+x",
    "u+q",
    "u-x",
    "u-q",
    "u+x-q",
    "u-x+q",
    "u+q-request",
    "w",
    "é",
    "É",
];
const HOSTS: &[&str] = &[
    "a",
    "A",
    "b.a",
    "B.a",
    "c.a",
    "c.b.a",
    "q.c.b.a",
    "b",
    "q",
    "",
    "a.",
    "b.a.",
    "a..",
    ".a",
    "ü.a",
    "Ü.a",
    "xn--tda.a",
    "q.",
    "q.a.",
];
const SENDERS: &[&str] = &[
    "", "s@a", "S@a", "s@A", "t@a", "s@b.a", "t@b.a", "s@c.b.a", "q.x@a", "x.s@a", "q@b", "q@q",
    "é@a", "É@a",
];
const SUBJECTS: &[&str] = &[
    "", "x", "X", "y", "xy", "yx", "axb", "qxyq", "xqy", "yqx", "xqx", "xyqX",
];

/// Most envelopes asked about for one pair; of more, every so manieth, beginning elsewhere for each pair.
const MOST: usize = 12_000;

/// All mail of the world, as far as two tables can tell: `ways` are whether senders, subjects and directions may matter.
fn first_difference(stores: [&MemoryStore; 2], ways: [bool; 3], offset: usize) -> Option<String> {
    let senders = if ways[0] { SENDERS } else { &["q@q"][..] };
    let subjects = if ways[1] { SUBJECTS } else { &[""][..] };
    let directions: &[Direction] = match ways[2] {
        true => &[Direction::Inbound, Direction::Outbound],
        false => &[Direction::Inbound],
    };
    let all = HOSTS.len() * LOCALS.len() * senders.len() * subjects.len() * directions.len();
    let step = all.div_ceil(MOST);
    let mut number = offset;
    for host in HOSTS {
        for local in LOCALS {
            let recipient = format!("{local}@{host}");
            for sender in senders {
                for subject in subjects {
                    for &direction in directions {
                        number += 1;
                        if !number.is_multiple_of(step) {
                            continue;
                        }
                        let envelope = Envelope {
                            subject: Some(subject.as_bytes()),
                            direction: Some(direction),
                            ..Envelope::new(
                                Recipient::Address(recipient.as_bytes()),
                                Sender::from_bytes(sender.as_bytes()),
                            )
                        };
                        let [a, b] =
                            stores.map(|store| select(store, &envelope, false).unwrap().decision);
                        let open = [&a, &b].map(|d| matches!(d, Decision::Undecided { .. }));
                        if open == [false; 2] && !a.same_mail(&b) {
                            return Some(format!("{envelope:?}"));
                        }
                    }
                }
            }
        }
    }
    None
}

struct Expected {
    /// Senders, subjects and directions may matter.
    ways: [bool; 3],
    /// Something may be undecided although the limit is not reached.
    may_be_open: bool,
}

fn check(
    a: &MemoryStore,
    b: &MemoryStore,
    expected: &Expected,
) -> Result<Comparison, TestCaseError> {
    let found = compare(a, b, &CompareOptions::default()).unwrap();
    for difference in &found.differences {
        let asked = [a, b].map(|store| difference.witness.ask(store, Recipients::Addresses));
        let [x, y] = asked.map(|asked| asked.unwrap().decision);
        prop_assert!(!x.same_mail(&y), "{difference:?}");
        let open = [&x, &y].map(|d| matches!(d, Decision::Undecided { .. }));
        prop_assert_eq!(open, [false; 2], "{:?}", difference);
    }
    if found.undecided > 0 {
        prop_assert!(expected.may_be_open, "undecided for no reason: {found:?}");
    }
    if found.equal()
        && let Some(missed) = first_difference([a, b], expected.ways, found.classes as usize)
    {
        return Err(TestCaseError::fail(format!("missed {missed}")));
    }
    if found.undecided == 0 && found.differences.is_empty() {
        let back = compare(b, a, &CompareOptions::default()).unwrap();
        prop_assert!(back.equal(), "{back:?}");
    }
    Ok(found)
}

/// One route of a table that no reader made.
#[derive(Clone, Debug)]
struct Made {
    key: usize,
    action: usize,
    sender: Option<usize>,
    except: Option<usize>,
    subject: Option<(usize, usize)>,
    direction: Option<bool>,
}

#[derive(Clone, Debug)]
struct MadeTable {
    walk: usize,
    precedence: usize,
    case: usize,
    delimiters: usize,
    drops_dot: bool,
    own_mx: bool,
    conditions: bool,
    ignore_case: bool,
    routes: Vec<Made>,
    /// A stage by sender before the others.
    by_sender: Vec<(usize, usize)>,
    bounce: Option<usize>,
}

/// Puts text where spans can name it.
#[derive(Default)]
struct Arena(Vec<u8>);

impl Arena {
    fn text(&mut self, text: &str) -> Text {
        let start = self.0.len() as u32;
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(b'\n');
        Span::new(start, text.len() as u32)
    }

    fn action(&mut self, number: usize) -> Action {
        match number {
            0 => Action::to(Hop::to(HopLookup::Address(self.text("m")))),
            1 => Action::to(Hop::to(HopLookup::Address(self.text("n")))),
            2 => Action::to(Hop::to(HopLookup::OwnMx)),
            3 => Action::Default,
            4 => Action::Continue,
            5 | 6 => Action::Transport {
                name: self.text("t"),
                nexthop: self.text(["", "a"][number - 5]),
            },
            _ => Action::Discard,
        }
    }
}

const ACTIONS: usize = 8;

impl MadeTable {
    fn store(&self) -> MemoryStore {
        let mut arena = Arena::default();
        let mut table = RouteTable::new(Product {
            literals: LiteralRule::Plain,
            host_literals: HostLiterals::Routed,
            own_mx_names: NameCheck::None,
            unresolvable: Unresolvable::Defer,
            families: Families::Both,
            unmatched: match self.own_mx {
                true => Unmatched::OwnMx,
                false => Unmatched::Product("nobody knows"),
            },
            drops_final_dot: self.drops_dot,
        });
        let semantics = Semantics {
            precedence: [
                Precedence::FirstMatch,
                Precedence::MostSpecific {
                    last_of_equals: false,
                },
                Precedence::Narrowest,
            ][self.precedence],
            walk: [
                Walk::AddressThenDotSuffixes,
                Walk::AddressThenDotSuffixesAndApex,
                Walk::AddressThenSuffixesWithoutDot,
            ][self.walk],
            key_case: [
                KeyCase::AsciiInsensitive,
                KeyCase::Sensitive,
                KeyCase::Unicode,
                KeyCase::Decoded,
            ][self.case],
            subject: Subject::Recipient,
            delimiters: Delimiters::new([&b""[..], b"+", b"+-"][self.delimiters]).unwrap(),
        };
        let plain = Semantics {
            subject: Subject::Sender,
            walk: Walk::DotAndAtSuffixes,
            precedence: Precedence::MostSpecific {
                last_of_equals: true,
            },
            key_case: KeyCase::AsciiInsensitive,
            delimiters: Delimiters::NONE,
        };
        let mut push = |table: &mut RouteTable, key: &str, action, condition| {
            let key = arena.text(key);
            let action = arena.action(action);
            let condition: Condition = match condition {
                None => return table.push(key, key, action).unwrap(),
                Some(route) => self.condition(&mut arena, route),
            };
            table.push_conditional(key, key, action, condition).unwrap();
        };
        if !self.by_sender.is_empty() {
            table.begin_stage("senders", plain);
            for &(key, action) in &self.by_sender {
                push(&mut table, SUFFIXES[key], action, None);
            }
        }
        if let Some(action) = self.bounce {
            let walk = Walk::NullSender;
            table.begin_stage("bounces", Semantics { walk, ..plain });
            push(&mut table, "!@", action, None);
        }
        table.begin_stage("routes", semantics);
        for route in &self.routes {
            let condition = self.conditions.then_some(route);
            push(&mut table, KEYS[route.key], route.action, condition);
        }
        let input = Input::single("table", "table", arena.0).unwrap();
        MemoryStore::new(Document::new(input, table))
    }

    fn condition(&self, arena: &mut Arena, route: &Made) -> Condition {
        let operators = [
            SubjectOperator::Contains,
            SubjectOperator::StartsWith,
            SubjectOperator::EndsWith,
        ];
        Condition {
            unbound: false,
            direction: route.direction.map(|inbound| match inbound {
                true => Direction::Inbound,
                false => Direction::Outbound,
            }),
            sender: route.sender.map(|key| arena.text(SENDER_KEYS[key])),
            except: route
                .except
                .map(|key| arena.text(KEYS[key]))
                .into_iter()
                .collect(),
            subject: route.subject.map(|(operator, text)| SubjectTest {
                operator: operators[operator],
                operand: arena.text(TEXTS[text]),
                ignore_case: self.ignore_case,
            }),
        }
    }

    fn may(&self) -> [bool; 3] {
        let any = |test: fn(&Made) -> bool| self.conditions && self.routes.iter().any(test);
        [
            any(|r| r.sender.is_some()) || !self.by_sender.is_empty() || self.bounce.is_some(),
            any(|r| r.subject.is_some()),
            any(|r| r.direction.is_some()),
        ]
    }
}

fn made_route() -> impl Strategy<Value = Made> {
    (
        0..KEYS.len(),
        0..ACTIONS,
        prop::option::weighted(0.4, 0..SENDER_KEYS.len()),
        prop::option::weighted(0.2, 1..KEYS.len()),
        prop::option::weighted(0.3, (0..3usize, 0..TEXTS.len())),
        prop::option::weighted(0.1, any::<bool>()),
    )
        .prop_map(|(key, action, sender, except, subject, direction)| Made {
            key,
            action,
            sender,
            except,
            subject,
            direction,
        })
}

fn made_table() -> impl Strategy<Value = MadeTable> {
    let frame = (
        0..3usize,
        0..3usize,
        prop_oneof![6 => Just(0usize), 1 => Just(1), 1 => Just(2), 1 => Just(3)],
        prop_oneof![3 => Just(0usize), 1 => Just(1), 1 => Just(2)],
        prop_oneof![3 => Just(false), 1 => Just(true)],
        any::<bool>(),
        any::<bool>(),
        prop_oneof![5 => Just(false), 1 => Just(true)],
    );
    let few = prop_oneof![
        2 => Just(Vec::new()),
        1 => prop::collection::vec((0..SUFFIXES.len(), 0..ACTIONS), 1..4)
    ];
    let bounce = prop::option::weighted(0.1, 0..ACTIONS);
    (
        frame,
        prop::collection::vec(made_route(), 0..5),
        few,
        bounce,
    )
        .prop_map(
            |(
                (walk, precedence, case, delimiters, drops_dot, own_mx, conditions, ignore_case),
                routes,
                by_sender,
                bounce,
            )| {
                MadeTable {
                    walk,
                    precedence,
                    case,
                    delimiters,
                    drops_dot,
                    own_mx,
                    conditions,
                    ignore_case,
                    routes,
                    by_sender,
                    bounce,
                }
            },
        )
}

/// Pairs that are near one another, so that many are equal.
fn made_pair() -> impl Strategy<Value = (MadeTable, MadeTable)> {
    (
        made_table(),
        made_table(),
        0..14usize,
        any::<prop::sample::Index>(),
    )
        .prop_map(|(old, other, change, at)| {
            let mut new = old.clone();
            let count = new.routes.len();
            match change {
                0 if count > 0 => drop(new.routes.remove(at.index(count))),
                1 if count > 0 => new.routes.push(new.routes[at.index(count)].clone()),
                2 if count > 1 => new.routes.swap(0, at.index(count)),
                3 => new.routes.extend(other.routes.first().cloned()),
                4 => new.walk = other.walk,
                5 => new.precedence = other.precedence,
                6 => new.case = other.case,
                7 => new.delimiters = other.delimiters,
                8 => new.drops_dot = !new.drops_dot,
                9 => new.by_sender = other.by_sender,
                10 => new.bounce = other.bounce,
                11 => new.ignore_case = !new.ignore_case,
                12 if count > 0 => new.routes[at.index(count)].action = at.index(ACTIONS),
                13 => new = other,
                _ => {}
            }
            (old, new)
        })
}

fn either(a: [bool; 3], b: [bool; 3]) -> [bool; 3] {
    [a[0] || b[0], a[1] || b[1], a[2] || b[2]]
}

/// `QROUTE_DIFF_PAIRS` runs more pairs.
#[test]
fn made_tables_agree_with_brute_force() {
    let start = Instant::now();
    let [pairs, equal, open] = [(); 3].map(|()| Cell::new(0));
    TestRunner::new(random::cases("QROUTE_DIFF_PAIRS", 1000))
        .run(&made_pair(), |(old, new)| {
            let ways = either(old.may(), new.may());
            let narrowest = old.precedence == 2 || new.precedence == 2;
            let expected = Expected {
                ways,
                may_be_open: ways[1] || (narrowest && (old.conditions || new.conditions)),
            };
            let found = check(&old.store(), &new.store(), &expected)?;
            pairs.set(pairs.get() + 1);
            equal.set(equal.get() + u32::from(found.equal()));
            open.set(open.get() + u32::from(found.undecided > 0));
            let itself = compare(&old.store(), &old.store(), &CompareOptions::default()).unwrap();
            prop_assert!(itself.differences.is_empty(), "{itself:?}");
            // Where the narrowest route decides, two that are as narrow leave open which of them.
            let as_narrow = old.precedence == 2 && old.conditions;
            let stages = old.by_sender.len() + usize::from(old.bounce.is_some()) > 0;
            prop_assert!(itself.equal() || stages || as_narrow, "{itself:?}");
            Ok(())
        })
        .unwrap();
    println!(
        "{} made pairs, {} equal, {} with something undecided, {:?}",
        pairs.get(),
        equal.get(),
        open.get(),
        start.elapsed()
    );
}

/// A table of a format, as text.
#[derive(Clone, Debug)]
struct Written {
    format: usize,
    dialect: usize,
    assume: Vec<(String, String)>,
    routes: Vec<Made>,
}

const RECIPIENTS: &[&str] = &[
    "ANY", "a", "b.a", "c.b.a", "u@a", "v@b.a", "b", "u@b.a", "A",
];
const WRITTEN_SENDERS: &[&str] = &["s@a", "a", "b.a", "t@b.a", "b"];
const VALUES: &[&str] = &["192.0.2.1", "192.0.2.2", "m.example", "192.0.2.1|192.0.2.2"];

impl Written {
    fn text(&self) -> String {
        let mut out = String::new();
        let at = |key: &str| match key.contains('@') || key == "ANY" {
            true => key.to_owned(),
            false => format!("@{key}"),
        };
        match FORMATS[self.format].id.0 {
            "smtproutes" => {
                for route in &self.routes {
                    let key = ["", "a", "b.a", ".a", "c.b.a", ".b.a", "b", "A", "B.a"]
                        [route.key % RECIPIENTS.len()];
                    let value = ["192.0.2.1", "192.0.2.2", "m.example", "", "m.example:26"]
                        [route.action % 5];
                    out += &format!("{key}:{value}\n");
                }
            }
            "xeams" => {
                out += "<CustomRouting><Routes>\n";
                for route in &self.routes {
                    out += "<Route>";
                    if let Some(sender) = route.sender {
                        let key = WRITTEN_SENDERS[sender % WRITTEN_SENDERS.len()];
                        out += &format!("<sender>{}</sender>", at(key));
                    } else {
                        out += "<sender>ANY</sender>";
                    }
                    let recipient = RECIPIENTS[route.key % RECIPIENTS.len()];
                    out += &format!("<recipient>{}</recipient>", at(recipient));
                    if let (Some(except), "ANY") = (route.except, recipient) {
                        let key = RECIPIENTS[1 + except % (RECIPIENTS.len() - 1)];
                        out += &format!("<recipientExceptions>{}</recipientExceptions>", at(key));
                    }
                    if let Some((operator, text)) = route.subject {
                        out += &format!(
                            "<subject operand=\"{}\">{}</subject>",
                            ["cn", "sw", "ew", "rg"][(operator + text) % 4],
                            TEXTS[text]
                        );
                    }
                    out += &format!("<ip>{}</ip></Route>\n", VALUES[route.action % VALUES.len()]);
                }
                out += "</Routes></CustomRouting>\n";
            }
            "imsva" => {
                out += "<MessageDeliverySettings schema=\"neutral-1\">\n";
                for route in &self.routes {
                    let recipient = [
                        "*", "a", "b.a", "*.a", "u@a", "*.b.a", "b", "v@b.a", "c.b.a",
                    ][route.key % RECIPIENTS.len()];
                    out += &format!("<Entry recipient=\"{recipient}\" method=\"static\">");
                    for host in VALUES[route.action % VALUES.len()].split('|') {
                        out += &format!(
                            "<Server address=\"{host}\" port=\"25\" preference=\"10\" enabled=\"true\"/>"
                        );
                    }
                    out += "</Entry>\n";
                }
                out += "</MessageDeliverySettings>\n";
            }
            other => panic!("say how {other} is written"),
        }
        out
    }

    fn store(&self) -> MemoryStore {
        let format = FORMATS[self.format];
        let dialect = &DIALECTS[self.dialect];
        let name = match format.has_dialects() {
            true => dialect.file,
            false => format.files[0],
        };
        let input = Input::single(name, name, self.text().into_bytes()).unwrap();
        let options = ReadOptions {
            dialect,
            assume: match format.has_dialects() {
                true => Vec::new(),
                false => self.assume.clone(),
            },
            ..ReadOptions::default()
        };
        let document = (format.read)(input, &options).unwrap();
        MemoryStore::new(document).with_patterns(Box::new(JavaPatterns::default()))
    }
}

/// The formats that [`Written::text`] can write.
const WRITABLE: &[&str] = &["smtproutes", "xeams", "imsva"];

fn written() -> impl Strategy<Value = Written> {
    let known: Vec<usize> = (0..FORMATS.len())
        .filter(|&n| WRITABLE.contains(&FORMATS[n].id.0))
        .collect();
    let assume = |format: usize| {
        let all = match FORMATS[format].id.0 {
            "xeams" => vec![
                ("order", ["first-match", "most-specific"]),
                ("subdomains", ["no", "yes"]),
                ("case", ["insensitive", "sensitive"]),
                ("idn", ["same", "different"]),
                ("subject-case", ["sensitive", "insensitive"]),
            ],
            "imsva" => vec![
                ("order", ["most-specific", "first-match"]),
                ("subdomains", ["below", "apex-and-below"]),
                ("duplicates", ["first", "last"]),
            ],
            _ => Vec::new(),
        };
        let count = all.len();
        prop::collection::vec(any::<bool>(), count).prop_map(move |choice| {
            let chosen = all.iter().zip(choice);
            let pair = |((key, values), second): (&(&str, [&str; 2]), bool)| {
                ((*key).to_owned(), values[usize::from(second)].to_owned())
            };
            chosen.map(pair).collect::<Vec<_>>()
        })
    };
    (prop::sample::select(known), 0..DIALECTS.len()).prop_flat_map(move |(format, dialect)| {
        let routes = prop::collection::vec(made_route(), 0..5);
        (assume(format), routes).prop_map(move |(assume, routes)| Written {
            format,
            dialect,
            assume,
            routes,
        })
    })
}

fn written_pair() -> impl Strategy<Value = (Written, Written)> {
    let change = (0..6usize, any::<prop::sample::Index>());
    (written(), written(), change).prop_map(|(old, other, (change, at))| {
        let mut new = old.clone();
        let count = new.routes.len();
        match change {
            0 if count > 0 => drop(new.routes.remove(at.index(count))),
            1 if count > 1 => new.routes.swap(0, at.index(count)),
            2 => new.dialect = other.dialect,
            3 if old.format == other.format => new.assume = other.assume,
            4 => new.routes.extend(other.routes.first().cloned()),
            _ => new = other,
        }
        (old, new)
    })
}

/// `QROUTE_DIFF_PAIRS` runs more pairs.
#[test]
fn tables_of_all_formats_agree_with_brute_force() {
    let start = Instant::now();
    let [pairs, equal, open] = [(); 3].map(|()| Cell::new(0));
    TestRunner::new(random::cases("QROUTE_DIFF_PAIRS", 1000))
        .run(&written_pair(), |(old, new)| {
            let has = |test: fn(&Made) -> bool| {
                [&old, &new]
                    .iter()
                    .any(|t| t.text().starts_with("<C") && t.routes.iter().any(test))
            };
            let subjects = has(|r| r.subject.is_some());
            let order = has(|_| true);
            let expected = Expected {
                ways: [has(|r| r.sender.is_some()), subjects, false],
                may_be_open: subjects || order,
            };
            let found = check(&old.store(), &new.store(), &expected)?;
            pairs.set(pairs.get() + 1);
            equal.set(equal.get() + u32::from(found.equal()));
            open.set(open.get() + u32::from(found.undecided > 0));
            Ok(())
        })
        .unwrap();
    println!(
        "{} written pairs, {} equal, {} with something undecided, {:?}",
        pairs.get(),
        equal.get(),
        open.get(),
        start.elapsed()
    );
}
