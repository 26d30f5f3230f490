//! Postfix transport tables: where mail goes, what is assumed, detection, forms, and random tables written anew.

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::equivalence::same_in_order;
use qroute::formats::postfix_transport::FORMAT;
use qroute::formats::smtproutes::{DIALECTS, read_routes};
use qroute::formats::{
    Detected, FORMATS, Head, ReadError, ReadOptions, WriteError, WriteOptions, detect,
};
use qroute::lookup::select;
use qroute::model::{Decision, Document};
use qroute::source::Input;
use qroute::store::MemoryStore;

use crate::asked::{self, assuming, changes, damaged, file, mail};
use crate::random;

fn read(bytes: &[u8], options: &ReadOptions) -> Document {
    let input = Input::single("transport", "transport", bytes.to_vec()).unwrap();
    (FORMAT.read)(input, options).unwrap()
}

fn answer(text: &[u8], assume: &[(&str, &str)], recipient: &str) -> String {
    let store = MemoryStore::new(read(text, &assuming(assume)));
    asked::answer(&store, &mail(recipient))
}

#[test]
fn mail_goes_where_lines_say() {
    let sample = file("samples/postfix-transport/postfix-transport-01");
    for (recipient, wanted) in [
        ("a@example.com", "mail1.acme.example:2525"),
        ("A@EXAMPLE.COM.", "mail1.acme.example:2525"),
        ("user@example.com", "vip.acme.example:25"),
        (
            "user+x@example.com",
            "mail1.acme.example:2525 [recipient-delimiter=none]",
        ),
        (
            "a@b.example.com",
            "mail2.acme.example:25 [parent-domains=no]",
        ),
        (
            "a@c.b.example.com",
            "mail2.acme.example:25 [parent-domains=no]",
        ),
        ("a@notexample.com", "smarthost.acme.example:587"),
        ("a@mx-lookup.example", "mx relay.acme.example:25"),
        (
            "a@list.example",
            "a.acme.example:25 b.acme.example:587 [next-hops=list]",
        ),
        ("a@local.example", "local"),
        ("a@keep.example", "own mx keep.example:25"),
        ("a@bounce.example", "reject 5.1.2 no such domain"),
        ("a@slow.example", "transport slow slow.example"),
        ("a@nexthop.example", "192.0.2.70:25 [transports=stock]"),
        ("a@six.example", "2001:db8::25:2525"),
        ("a@elsewhere.example", "smarthost.acme.example:587"),
    ] {
        assert_eq!(answer(&sample, &[], recipient), wanted, "{recipient}");
    }
}

#[test]
fn what_is_open_is_settled() {
    let text = b"user@d.example smtp:[u]\nd.example smtp:[d]\n.d.example smtp:[below]\nx.test relay:[r], [s]\ny.test :z.test\n\
                 z.test relay:[r]\n";
    for (assume, recipient, wanted) in [
        (("recipient-delimiter", "+"), "user+x-y@d.example", "u:25"),
        (("recipient-delimiter", "-"), "user+x-y@d.example", "d:25"),
        (("recipient-delimiter", "-+=_"), "user_x@d.example", "u:25"),
        (("recipient-delimiter", "+"), "a@d.example", "d:25"),
        (
            ("parent-domains", "yes"),
            "a@sub.d.example",
            "d:25 [parent-domains=yes]",
        ),
        (("parent-domains", "yes"), "a@d.example", "d:25"),
        (("next-hops", "one"), "a@x.test", "undefined"),
        (
            ("transports", "smtp-only"),
            "a@z.test",
            "transport relay [r]",
        ),
        (
            ("transports", "smtp-only"),
            "a@y.test",
            "transport default_transport z.test",
        ),
    ] {
        assert_eq!(
            answer(text, &[assume], recipient),
            wanted,
            "{assume:?} {recipient}"
        );
    }
    for bad in ["", "+-=_.", "é", "a b"] {
        let input = Input::single("transport", "transport", text.to_vec()).unwrap();
        let refused = (FORMAT.read)(input, &assuming(&[("recipient-delimiter", bad)]));
        assert!(matches!(refused, Err(ReadError::Assumption(_))), "{bad}");
    }
}

/// `host_port.c`: "[ipv6:ipv6addr]".
#[test]
fn recipients_with_address_literals_are_connected_to() {
    let store = MemoryStore::new(read(b"d.example smtp:\n", &ReadOptions::default()));
    let address = |recipient: &str| match select(&store, &mail(recipient), false).unwrap().decision
    {
        Decision::Relay(relay) => relay.hops[0].literal.map(|address| address.to_string()),
        other => panic!("{other:?}"),
    };
    for (recipient, wanted) in [
        ("u@[192.0.2.1]", Some("192.0.2.1")),
        ("u@[IPv6:2001:db8::1]", Some("2001:db8::1")),
        ("u@[ipv6:2001:DB8::1]", Some("2001:db8::1")),
        ("u@[IPv6:x]", None),
        ("u@d.example", None),
    ] {
        assert_eq!(address(recipient).as_deref(), wanted, "{recipient}");
    }
    let table = b"[ipv6:2001:db8::1] smtp:[a]\n";
    assert_eq!(answer(table, &[], "u@[IPv6:2001:db8::1]"), "a:25");
}

#[test]
fn results_say_what_they_say_to_postfix() {
    for (result, wanted) in [
        ("smtp:", "own mx d.example:25"),
        ("smtp", "own mx d.example:25"),
        ("relay:", "own mx d.example:25"),
        ("smtp:[mx.example]:", "mx.example:25"),
        ("smtp:mx.example:submissions", "mx mx.example:465"),
        ("smtp:[IPv6:2001:db8::1]:26", "2001:db8::1:26"),
        (
            "smtp:a.example b.example,\n\t[c.example]",
            "mx a.example:25 mx b.example:25 c.example:25 [next-hops=list]",
        ),
        ("error:", "reject 5.0.0 Address is undeliverable"),
        ("error:gone", "reject 5.0.0 gone"),
        ("error:5.1.6  moved:\n  ask", "reject 5.1.6 moved:  ask"),
        ("error:4.2.1 later", "reject 5.0.0 later"),
        ("retry:4.2.1 later", "defer 4.2.1 later"),
        ("retry:", "defer 4.0.0 Address is undeliverable"),
        ("discard:whatever", "discard"),
        ("local:root", "local"),
        ("lmtp:unix:private/lmtp", "transport lmtp unix:private/lmtp"),
        ("virtual:", "transport virtual d.example"),
        ("x_y-1:[a]:1", "transport x_y-1 [a]:1"),
        ("smtp:[mx.example", "undefined"),
        ("smtp:192.0.2.1", "undefined"),
        ("mx.example.net:25", "undefined"),
        ("", "undefined"),
    ] {
        let text = format!("d.example {result}\n* smtp:[other]\n");
        let seen = answer(text.as_bytes(), &[], "a@d.example");
        let seen = seen.replace(" [transports=stock]", "");
        assert_eq!(seen, wanted, "{result}");
    }
}

#[test]
fn the_first_of_equal_patterns_decides() {
    let text = b"d.example smtp:[a]\nD.Example smtp:[b]\nd.example :\n";
    assert_eq!(answer(text, &[], "x@d.example"), "a:25");
}

#[test]
fn expressions_are_another_kind_of_table() {
    let document = read(b"a.example smtp:\n/x/ smtp:\n", &assuming(&[]));
    assert!(document.damaged && document.table.is_empty());
    assert_eq!(document.error().unwrap().rule, "regexp-table");
}

fn detected(name: &str, text: &str) -> String {
    match detect(&Head::new(text.as_bytes(), name)) {
        Detected::Format(format) => format.id.0.to_owned(),
        Detected::NotRead(name, _) => format!("not read: {name}"),
        Detected::Uncertain(names) => names.join("|"),
        Detected::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn tables_are_known_by_their_results() {
    for (name, text, wanted) in [
        ("f", "a.example smtp:[b]\n", "postfix-transport"),
        (
            "f",
            "# c\na@b.example\terror:5.1.1 gone\n*  :[x]:25\n",
            "postfix-transport",
        ),
        ("f", "/x/ smtp:[b]\n", "postfix-transport"),
        ("transport", "a.example slow:\n", "postfix-transport"),
        (
            "transportList",
            "a.example smtp:[b]:25\n",
            "postfix-transport",
        ),
        ("transport.old", "a.example :\n", "postfix-transport"),
        // What others write.
        ("f", "a.example\nb.example\n", "smtproutes"),
        ("transport", "a.example\nb.example\n", "smtproutes"),
        ("f", "a.example:smtp:[b]\n", "smtproutes"),
        ("f", "a.example:mx user pass:word\n", "smtproutes"),
        ("smtproutes", "a.example smtp:[b]\n", "smtproutes"),
        ("f", "a.example slow:\n", "smtproutes"),
        ("f", "root: smtp:x\n", "smtproutes"),
        ("f", "a.example esmtp:[b]:[c]\n", "not read: mailertable"),
        ("f", "a.example local:bob\n", "not read: mailertable"),
        ("f", ".  smtp:[b]\n", "not read: mailertable"),
        (
            "mailertable",
            "a.example smtp:[b]\n",
            "not read: mailertable",
        ),
        ("f", "[mx.example]:587 user:secret\n", "smtproutes"),
        ("f", "a.example smtp://b\n", "smtproutes"),
    ] {
        assert_eq!(detected(name, text), wanted, "{name} {text:?}");
    }
}

#[test]
fn the_form_keeps_comments_columns_and_order() {
    let formed = |text: &str| {
        let document = read(text.as_bytes(), &assuming(&[]));
        let mut files = FORMAT.canonical.unwrap()(&document).files;
        String::from_utf8(files.remove(0).1).unwrap()
    };
    for (text, wanted) in [
        ("# c \nA.Example   SMTP:\n", "# c\na.example   SMTP:\n"),
        (
            "User@D.Example\tsmtp: [MX.Example]:0025, B.example \r\n \t\n\tC.example:smtp",
            "User@d.example\tsmtp: [mx.example]:25, b.example\n\n\tc.example:smtp\n",
        ),
        ("d.example smtp: [a]\n", "d.example smtp:[a]\n"),
        (
            "d.example error:No  Such \n  Thing\n",
            "d.example error:No  Such \n  Thing\n",
        ),
        (
            "d.example slow:Path/To:0025 \n",
            "d.example slow:Path/To:0025\n",
        ),
        ("\"A b\"@D smtp:\n", "\"A b\"@d smtp:\n"),
        ("", ""),
    ] {
        assert_eq!(formed(text), wanted, "{text:?}");
        assert_eq!(formed(wanted), wanted, "{text:?}");
    }
    let tour = String::from_utf8(file("tour/postfix-transport/transport")).unwrap();
    assert_eq!(formed(&tour), tour);
}

/// smtproutes, line for line, and what no line of it says.
#[test]
fn other_tables_are_written_as_lines() {
    let dialect = |name: &str| DIALECTS.iter().find(|d| d.name == name).unwrap();
    for (name, text, wanted) in [
        (
            "notqmail",
            "a.example:mx.example:26\n.a.example:[192.0.2.1]\n:relay.example\nb.example:\n",
            Ok(
                "a.example   smtp:[mx.example]:26\n.a.example  smtp:[192.0.2.1]\n*           smtp:[relay.example]\n\
                b.example   smtp:\n",
            ),
        ),
        (
            "notqmail",
            "a.example:257.2.3.4\n",
            Ok("a.example  smtp:[1.2.3.4]\n"),
        ),
        (
            "courier",
            "a.example:mx.example,26\n",
            Ok("a.example  smtp:mx.example:26\n"),
        ),
        (
            "skarnet",
            "a.example:b.example\n",
            Ok("a.example   smtp:[b.example]\n.a.example  smtp:[b.example]\n"),
        ),
        ("skarnet", "a.example:192.0.2.7\n", Err("static")),
        (
            "qroute",
            "a.example:[2001:db8::1]:26\n",
            Ok("a.example  smtp:[2001:db8::1]:26\n"),
        ),
        (
            "s-qmail",
            "a.example:mx.example|user|secret\n",
            Err("creds"),
        ),
        ("notqmail", "a b:mx.example\n", Err("static")),
        ("notqmail", "a.example:mx ple\n", Err("static")),
        (
            "notqmail",
            "#a.example:mx\n*.b.example:mx.example\n",
            Err("static"),
        ),
        ("qsmtp", "a.example::26\n", Err("port")),
    ] {
        let input = Input::single(dialect(name).file, "-", text.as_bytes().to_vec()).unwrap();
        let document = read_routes(input, dialect(name)).unwrap();
        let seen = (FORMAT.write)(&document, &WriteOptions::default());
        let seen = match seen {
            Ok(output) => Ok(String::from_utf8(output.files[0].1.clone()).unwrap()),
            Err(WriteError::Inexpressible { feature, what, .. }) => {
                assert!(!what.contains("secret"), "{what}");
                Err(feature.name())
            }
            Err(error) => panic!("{error}"),
        };
        assert_eq!(seen.as_deref(), wanted.as_deref(), "{name} {text:?}");
    }
}

/// What other formats read from what this one says: never another route.
#[test]
fn lines_are_written_by_others_or_refused() {
    let document = read(&file("tour/postfix-transport/transport"), &assuming(&[]));
    for format in FORMATS.iter().filter(|format| format.id != FORMAT.id) {
        let refused = (format.write)(&document, &WriteOptions::default());
        assert!(
            matches!(refused, Err(WriteError::Inexpressible { .. })),
            "{}",
            format.id.0
        );
    }
    let plain = read(
        b"a.example smtp:[192.0.2.1]:26\n* smtp:[2001:db8::1]\n",
        &assuming(&[]),
    );
    let imsva = FORMATS
        .iter()
        .find(|format| format.id.0 == "imsva")
        .unwrap();
    let written = (imsva.write)(&plain, &WriteOptions::default()).unwrap();
    let input = Input::single(
        "MessageDeliverySettings.xml",
        "-",
        written.files[0].1.clone(),
    )
    .unwrap();
    let again = (imsva.read)(input, &ReadOptions::default()).unwrap();
    let (plain, again) = (MemoryStore::new(plain), MemoryStore::new(again));
    for recipient in ["a@a.example", "a@b.example"] {
        let envelope = mail(recipient);
        let [old, new] =
            [&plain, &again].map(|store| select(store, &envelope, false).unwrap().decision);
        assert!(old.same_mail(&new), "{old:?} {new:?}");
    }
}

const PATTERNS: &[&str] = &[
    "*",
    "a.example",
    ".a.example",
    "B.Example",
    "u+v@a.example",
    "\"u v\"@a.example",
    "[192.0.2.1]",
    "x_y.test",
    "org",
];

const RESULTS: &[&str] = &[
    ":",
    "smtp:",
    "smtp:[mx.example]",
    "smtp:MX.example:0587",
    "smtp:[192.0.2.7]:26, [2001:db8::7]",
    "relay:a.example,\n  b.example",
    ":[c.example]",
    "local:",
    "discard:",
    "error:",
    "error:5.1.2 no \n  such",
    "error:4.0.0 5.1.1 x",
    "error:5.1.1",
    "retry:later",
    "slow:",
    "slow:[x]:y",
    "smtp: [mx.example]",
    "lmtp:unix:/x",
    "local:root",
    "smtp:[IPv6:2001:db8::8]",
];

const BLANKS: &[&str] = &[" ", "\t\t", "\n  "];

const ENDS: &[&str] = &["\n", "\r\n", " \n# c\n", "\n\n"];

fn line() -> impl Strategy<Value = String> {
    let pick = |list: &'static [&'static str]| proptest::sample::select(list);
    (pick(PATTERNS), pick(BLANKS), pick(RESULTS), pick(ENDS))
        .prop_map(|(pattern, blank, result, end)| format!("{pattern}{blank}{result}{end}"))
}

fn check(text: &[u8]) -> Result<bool, TestCaseError> {
    let document = read(text, &assuming(&[]));
    for (_, formed) in &FORMAT.canonical.unwrap()(&document).files {
        let again = read(formed, &assuming(&[]));
        let shown = String::from_utf8_lossy(formed);
        prop_assert!(
            same_in_order(&document, &again),
            "{:?} became {shown:?}",
            String::from_utf8_lossy(text)
        );
        let twice = FORMAT.canonical.unwrap()(&again);
        prop_assert_eq!(&twice.files[0].1, formed);
    }
    if document.error().is_some() {
        return Ok(false);
    }
    match (FORMAT.write)(&document, &WriteOptions::default()) {
        Ok(output) => {
            let again = read(&output.files[0].1, &assuming(&[]));
            prop_assert!(again.error().is_none());
            prop_assert!(
                same_in_order(&document, &again),
                "{}",
                String::from_utf8_lossy(&output.files[0].1)
            );
            Ok(true)
        }
        Err(error) => Err(TestCaseError::fail(format!(
            "{error}: {}",
            String::from_utf8_lossy(text)
        ))),
    }
}

#[test]
fn random_tables_come_back() {
    let mut runner = TestRunner::new(random::cases("QROUTE_TRANSPORT", 800));
    let written = std::cell::Cell::new(0u32);
    runner
        .run(&proptest::collection::vec(line(), 0..6), |lines| {
            written.set(written.get() + u32::from(check(lines.concat().as_bytes())?));
            Ok(())
        })
        .unwrap();
    assert!(written.get() > 400, "{}", written.get());
}

#[test]
fn damaged_files_are_read_without_harm() {
    let seeds = [
        file("tour/postfix-transport/transport"),
        file("samples/postfix-transport/postfix-transport-01"),
    ];
    // Every truncation, and every byte turned over.
    for seed in &seeds {
        for at in 0..seed.len() {
            for text in [
                seed[..at].to_vec(),
                [&seed[..at], &[seed[at] ^ 0x80], &seed[at + 1..]].concat(),
            ] {
                let document = read(&text, &assuming(&[]));
                let placed = document
                    .problems
                    .iter()
                    .all(|p| document.place(p.span).is_some());
                assert!(placed && document.usable <= document.written);
            }
        }
    }
    let parts: Vec<&[u8]> = vec![
        b":",
        b"[",
        b"]",
        b"\"",
        b"\\",
        b"\n",
        b"\n ",
        b"#",
        b"*",
        b"@",
        b".",
        b",",
        b"\0",
        b"\xFF",
        b"\xEF\xBB\xBF",
        b" smtp:",
        b"/",
        b"",
        b"\r",
        b"\x0b",
    ];
    let strategy = (0..seeds.len(), changes(parts, 20, 5));
    let mut runner = TestRunner::new(random::cases("QROUTE_TRANSPORT", 1500));
    runner
        .run(&strategy, |(seed, changes)| {
            let text = damaged(&seeds[seed], &changes);
            let document = read(&text, &assuming(&[]));
            for problem in &document.problems {
                prop_assert!(document.place(problem.span).is_some(), "{problem:?}");
            }
            for (_, formed) in &FORMAT.canonical.unwrap()(&document).files {
                let again = read(formed, &assuming(&[]));
                prop_assert!(
                    same_in_order(&document, &again),
                    "{:?}",
                    String::from_utf8_lossy(&text)
                );
            }
            if document.error().is_none()
                && let Ok(output) = (FORMAT.write)(&document, &WriteOptions::default())
            {
                let again = read(&output.files[0].1, &assuming(&[]));
                prop_assert!(
                    same_in_order(&document, &again),
                    "{:?}",
                    String::from_utf8_lossy(&text)
                );
            }
            Ok(())
        })
        .unwrap();
}
