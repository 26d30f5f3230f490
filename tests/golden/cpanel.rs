//! cPanel: what lists and answers mean, what is assumed of them, and how they are written.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use qroute::equivalence::same_in_order;
use qroute::formats::smtproutes::{DIALECTS, read_routes};
use qroute::formats::{FORMATS, Format, Output, ReadError, ReadOptions, WriteError, WriteOptions};
use qroute::lookup::{Envelope, Recipient, Sender, rests_on, select};
use qroute::model::{Decision, Document, Target};
use qroute::source::{Input, State};
use qroute::store::MemoryStore;

use crate::asked::{assuming, said};
use crate::random;

fn format() -> &'static Format {
    FORMATS.iter().find(|f| f.id.0 == "cpanel").unwrap()
}

type Files<'f> = &'f [(&'f str, &'f str)];

fn try_read(files: Files<'_>, assume: &[(&str, &str)]) -> Result<Document, ReadError> {
    let mut input = Input::default();
    for (name, text) in files {
        let state = State::Bytes(text.as_bytes().to_vec());
        input.push(name, name, state).unwrap();
    }
    (format().read)(input, &assuming(assume))
}

fn read(files: Files<'_>) -> Document {
    try_read(files, &[]).unwrap()
}

/// What becomes of mail for a domain, in a word; and what that rests on.
fn asked(document: Document, domain: &str) -> (String, Vec<&'static str>) {
    let store = MemoryStore::new(document);
    let address = format!("x@{domain}");
    let envelope = Envelope::new(Recipient::Address(address.as_bytes()), Sender::Null);
    let found = select(&store, &envelope, false).unwrap();
    let rests = rests_on(&store, &envelope, &found.decision).unwrap();
    let keys = rests.iter().map(|assumption| assumption.key).collect();
    (word(&found.decision), keys)
}

fn word(decision: &Decision) -> String {
    match decision {
        Decision::Relay(relay) => {
            let hops = relay.hops.iter().map(|hop| match &hop.target {
                Target::OwnMx(_) => "mx".to_owned(),
                Target::MxOf(name) => format!("mx of {}", String::from_utf8_lossy(name)),
                Target::Address(name) => {
                    format!("{}:{}", String::from_utf8_lossy(name), hop.port.wire())
                }
            });
            hops.collect::<Vec<_>>().join(" ")
        }
        decision => said(decision),
    }
}

fn to(files: Files<'_>, domain: &str) -> String {
    asked(read(files), domain).0
}

const LISTS: Files<'static> = &[
    ("localdomains", "server.host.example\nShop.Example\n"),
    (
        "remotedomains",
        "crm.example\nstandby.example\ngw.example\n",
    ),
    ("secondarymx", "standby.example\n"),
    ("manualmx", "gw.example: filter.example\n"),
];

#[test]
fn lists_decide_in_their_order_and_by_whole_domains() {
    for (domain, wanted) in [
        ("shop.example", "local"),
        ("SHOP.EXAMPLE", "local"),
        ("www.shop.example", "mx"),
        ("shop.example.", "mx"),
        ("myshop.example", "mx"),
        ("crm.example", "mx"),
        ("standby.example", "backup"),
        ("gw.example", "filter.example:25"),
        ("elsewhere.example", "mx"),
    ] {
        assert_eq!(to(LISTS, domain), wanted, "{domain}");
    }
    let rests = |domain: &str| asked(read(LISTS), domain).1;
    assert_eq!(rests("shop.example"), Vec::<&str>::new());
    assert_eq!(rests("crm.example"), Vec::<&str>::new());
    assert_eq!(rests("elsewhere.example"), ["unlisted"]);
}

/// What the verdicts of the samples say in words.
#[test]
fn samples_resolve_as_their_verdicts_say() {
    let sample = |name: &str| -> Vec<(String, String)> {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("testdata/samples/cpanel")
            .join(name);
        let files = format().files.iter().filter_map(|file| {
            let text = std::fs::read_to_string(dir.join(file)).ok()?;
            Some(((*file).to_owned(), text))
        });
        files.collect()
    };
    for (name, domain, wanted) in [
        ("01-plain", "blog.example", "local"),
        ("01-plain", "sub.shop.example", "mx"),
        ("01-plain", "standby.example", "backup"),
        ("01-plain", "elsewhere.example", "mx"),
        ("03-overlap-local-secondary", "b.example", "local"),
        ("05-syntax-noise", "example.com", "local"),
        ("05-syntax-noise", "crlf.example", "local"),
        ("05-syntax-noise", "colon.example", "local"),
        ("05-syntax-noise", "data.example", "local"),
        ("05-syntax-noise", "quoted.example", "local"),
        ("05-syntax-noise", "bücher.example", "local"),
        ("05-syntax-noise", "xn--bcher-kva.example", "local"),
        ("05-syntax-noise", "last.example", "local"),
        ("05-syntax-noise", "a.wild.example", "mx"),
        ("05-syntax-noise", "indented.example", "undefined"),
        ("07-manualmx", "gw.example", "mail.gw.example:25"),
        ("07-manualmx", "v4.example", "192.0.2.9:25"),
        ("07-manualmx", "nospace.example", "host.example:25"),
        ("07-manualmx", "dup.example", "first.example:25"),
        ("07-manualmx", "empty.example", "undefined"),
        ("07-manualmx", "two.example", "a.example:25 b.example:25"),
        ("07-manualmx", "port.example", "mail.port.example:2525"),
        ("07-manualmx", "port1.example", "undefined"),
        ("07-manualmx", "six.example", "2001:db8::25:25"),
        ("07-manualmx", "mx.example", "mx of relay.example"),
        ("07-manualmx", "shop.example", "local"),
        ("09-missing-file", "only.example", "mx"),
    ] {
        let files = sample(name);
        let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (&**n, &**t)).collect();
        assert_eq!(to(&files, domain), wanted, "{name}: {domain}");
    }
}

#[test]
fn everything_that_is_assumed_can_be_settled_otherwise() {
    let overlap: Files<'_> = &[
        ("localdomains", "a.example\n"),
        ("secondarymx", "b.example\n"),
        ("remotedomains", "a.example\n"),
        (
            "manualmx",
            "b.example: h.example\nc.example: h.example::26\nd.example: 2001:db8::1\n",
        ),
    ];
    let user: Files<'_> = &[("cpuser", "MXCHECK-a.example=remote\nMXCHECK-b.example=0\n")];
    for (files, domain, key, value, before, after) in [
        (overlap, "a.example", "overlap", "others", "local", "mx"),
        (
            overlap,
            "b.example",
            "manualmx",
            "behind-backup",
            "h.example:25",
            "backup",
        ),
        (
            overlap,
            "c.example",
            "router",
            "api",
            "h.example:26",
            "undefined",
        ),
        (
            overlap,
            "d.example",
            "ipv6",
            "list",
            "2001:db8::1:25",
            "undefined",
        ),
        (overlap, "e.example", "unlisted", "unknown", "mx", "none"),
        (
            user,
            "b.example",
            "user-words",
            "zero-only",
            "local",
            "local",
        ),
        (
            user,
            "a.example",
            "user-words",
            "zero-only",
            "mx",
            "undefined",
        ),
    ] {
        let (was, rests) = asked(read(files), domain);
        assert_eq!(was, before, "{domain}");
        // Without the route the mail of a remote domain goes the same way, so that nothing is to be said.
        let differs = before != after && after != "undefined" || key == "router" || key == "ipv6";
        assert_eq!(rests.contains(&key), differs, "{domain}: {rests:?}");
        let settled = try_read(files, &[(key, value)]).unwrap();
        assert_eq!(asked(settled, domain).0, after, "{domain} {key}={value}");
    }
    assert!(try_read(LISTS, &[("overlap", "remote")]).is_err());
}

#[test]
fn a_line_that_is_an_error_has_no_say_about_a_domain_that_another_line_lists() {
    let text = "server.example\n  shop.example\nshop.example\n\u{feff}a.example\n";
    assert_eq!(to(&[("localdomains", text)], "shop.example"), "local");
    let bom = "\u{feff}a.example\nb.example\n";
    assert_eq!(to(&[("localdomains", bom)], "a.example"), "undefined");
    assert_eq!(to(&[("localdomains", bom)], "b.example"), "local");
    let comment = read(&[("localdomains", "\u{feff}# c\na.example\n")]);
    assert!(comment.error().is_none());
    assert_eq!((comment.written, comment.usable), (1, 1));
    // The first of equal keys decides, also when it is an error.
    let manual = "a.example:\na.example: h.example\n";
    assert_eq!(to(&[("manualmx", manual)], "a.example"), "undefined");
}

#[test]
fn answers_of_the_api() {
    let record = |domain: &str, more: &str| format!("{{\"domain\": \"{domain}\", {more}}}");
    let one = |more: &str| {
        format!(
            "{{\"data\": [{}], \"status\": 1}}",
            record("d.example", more)
        )
    };
    for (more, wanted) in [
        ("\"mxcheck\": \"local\"", "local"),
        ("\"mxcheck\": \"remote\"", "mx"),
        ("\"mxcheck\": \"secondary\"", "backup"),
        ("\"mxcheck\": \"backup\"", "backup"),
        ("\"mxcheck\": \"auto\", \"detected\": \"local\"", "local"),
        ("\"mxcheck\": \"auto\", \"detected\": \"remote\"", "mx"),
        (
            "\"mxcheck\": \"auto\", \"detected\": \"secondary\"",
            "backup",
        ),
        ("\"mxcheck\": \"auto\"", "undefined"),
        (
            "\"mxcheck\": \"local\", \"detected\": \"remote\", \"alwaysaccept\": 1",
            "local",
        ),
        ("\"mxcheck\": \"Local\"", "undefined"),
        ("\"mxcheck\": null", "undefined"),
        (
            "\"mxcheck\": \"local\", \"mxcheck\": \"local\"",
            "undefined",
        ),
        (
            "\"mxcheck\": \"local\", \"entries\": [{\"priority\": \"x\"}]",
            "undefined",
        ),
        ("\"mxcheck\": \"local\", \"status\": 0", "undefined"),
    ] {
        let text = one(more);
        assert_eq!(
            to(&[("localdomains", &text)], "d.example"),
            wanted,
            "{more}"
        );
        assert_eq!(to(&[("localdomains", &text)], "other.example"), "none");
    }
    let inner = one("\"mxcheck\": \"local\"");
    for text in [
        format!("{{\"result\": {inner}}}"),
        format!(
            "{{\"cpanelresult\": {{\"apiversion\": 2, \"func\": \"getmxcheck\", \"data\": [{}], \"event\": {{\"result\": 1}}}}}}",
            record("d.example", "\"mxcheck\": \"local\"")
        ),
        format!("[{}]", record("d.example", "\"mxcheck\": \"local\"")),
        format!(
            "{{\"status\": 1, \"metadata\": {{\"data\": [1, {{}}]}}, \"data\": [{}], \"errors\": null}}",
            record("d\\u002eexample", "\"mxcheck\": \"lo\\u0063al\"")
        ),
    ] {
        let document = read(&[("localdomains", &text)]);
        assert!(document.error().is_none(), "{text}: {:?}", document.error());
        assert_eq!((document.written, document.usable), (1, 1), "{text}");
        assert_eq!(asked(document, "d.example").0, "local", "{text}");
    }
    for failed in [
        "{\"status\": 0, \"errors\": [\"no\"], \"data\": [{\"domain\": \"d.example\", \"mxcheck\": \"local\"}]}",
        "{\"data\": [{\"domain\": \"d.example\", \"mxcheck\": \"local\"}], \"status\": \"0\"}",
        "{\"result\": {\"errors\": [\"no\"], \"data\": null}}",
        "{\"cpanelresult\": {\"error\": \"no\", \"data\": []}}",
        "{}",
        "{\"data\": 1}",
        "[",
    ] {
        let document = read(&[("localdomains", failed)]);
        assert!(document.damaged && document.table.is_empty(), "{failed}");
    }
}

fn written(document: &Document) -> Result<Output, WriteError> {
    (format().write)(document, &WriteOptions::default())
}

fn of_smtproutes(text: &str, dialect: &str) -> Document {
    let dialect = DIALECTS.iter().find(|d| d.name == dialect).unwrap();
    let input = Input::single(dialect.file, "-", text.as_bytes().to_vec()).unwrap();
    read_routes(input, dialect).unwrap()
}

#[test]
fn what_the_lists_can_say_is_written_and_nothing_else() {
    let output = written(&of_smtproutes(
        "a.example:mx.example.net\nb.example:\nA.example:[192.0.2.1]:25\n",
        "notqmail",
    ))
    .unwrap();
    let text = |name: &str| {
        let file = output.files.iter().find(|(file, _)| file == name).unwrap();
        String::from_utf8(file.1.clone()).unwrap()
    };
    // qmail obeys the last of equal keys, Exim the first.
    assert_eq!(text("manualmx"), "A.example: 192.0.2.1\n");
    assert_eq!(text("remotedomains"), "b.example\nA.example\n");
    assert_eq!((&*text("localdomains"), &*text("secondarymx")), ("", ""));
    assert!(
        output
            .remarks
            .iter()
            .any(|(_, text)| text.contains("set_always_accept"))
    );
    for (table, dialect, feature) in [
        (":mx\n", "notqmail", "any-rcpt"),
        (".d:mx\n", "notqmail", "subdomains"),
        ("d:mx\n", "skarnet", "subdomains"),
        ("d:mx:26\n", "notqmail", "port"),
        ("d:mx|u|p\n", "s-qmail", "creds"),
        ("d:mx\n", "courier", "mx-named"),
        ("d:[192.0.2.1]/SECURITY=STARTTLS\n", "courier", "tls"),
        ("d d:mx\n", "notqmail", "rcpt-domain"),
        ("*:mx\n", "notqmail", "rcpt-domain"),
        ("d.:mx\n", "notqmail", "rcpt-domain"),
        ("d:m x\n", "notqmail", "static"),
        ("d:#\n", "notqmail", "static"),
        ("d:257.1.1.1\n", "notqmail", "static"),
    ] {
        match written(&of_smtproutes(table, dialect)) {
            Err(WriteError::Inexpressible { feature: found, .. }) => {
                assert_eq!(found.name(), feature, "{table}");
            }
            other => panic!("{table}: {other:?}"),
        }
    }
    // Without the comment the mark would be the first thing in the file, and none of the name.
    let marked = written(&read(&[("localdomains", "# c\n\u{feff}x.example\n")]));
    assert!(
        matches!(&marked, Err(WriteError::Inexpressible { what, .. }) if what.contains("byte order mark")),
        "{marked:?}"
    );
    // An error is not written as if it were none.
    assert!(written(&read(&[("manualmx", "a.example: h:26\n")])).is_err());
    let auto = "{\"data\": [{\"domain\": \"d.example\", \"mxcheck\": \"auto\"}]}";
    assert!(written(&read(&[("localdomains", auto)])).is_err());
}

#[test]
fn the_form_keeps_comments_order_and_what_stands_behind_a_domain() {
    let form = |name: &str, text: &str| -> String {
        let document = read(&[(name, text)]);
        let formed = (format().canonical.unwrap())(&document);
        let [(_, bytes)] = &formed.files[..] else {
            panic!("one file");
        };
        String::from_utf8(bytes.clone()).unwrap()
    };
    for (text, wanted) in [
        (
            "# B\nb.example\n\na.example\n",
            "# B\nb.example\n\na.example\n",
        ),
        ("\u{feff}# c\r\nA.Example\r\n", "# c\na.example\n"),
        (
            "a.example:\nb.example: note\n\"C.example\"\n",
            "a.example\nb.example: note\nc.example\n",
        ),
        ("a.example", "a.example\n"),
        ("BÜCHER.example\n", "bÜcher.example\n"),
        ("a.example # c\n   # d  \n", "a.example # c\n   # d\n"),
    ] {
        assert_eq!(form("localdomains", text), wanted, "{text:?}");
        assert_eq!(form("localdomains", wanted), wanted);
    }
    for (text, wanted) in [
        ("A.example  MX.Example.net\n", "a.example: mx.example.net\n"),
        ("a.example:h/mx\n", "a.example: h/MX\n"),
        ("a.example :\th::25 \n", "a.example: h::25\n"),
        ("a.example:\n", "a.example:\n"),
    ] {
        assert_eq!(form("manualmx", text), wanted, "{text:?}");
        assert_eq!(form("manualmx", wanted), wanted);
    }
    let user = "DNS=a\r\nMXCHECK-a.example=0";
    assert_eq!(form("cpuser", user), user);
    let answer = "{ \"data\":[] }";
    assert_eq!(form("localdomains", answer), answer);
}

const LINES: &[&str] = &[
    "a.example",
    "B.example",
    "a.example  ",
    "a.example\r",
    "a.example:",
    "a.example: h.example",
    "a.example:192.0.2.1",
    "b.example h.example::26",
    "c.example: a.example:b.example",
    "c.example: 2001:db8::1",
    "d.example: relay/MX",
    "d.example: h:25",
    "d.example:",
    "# comment",
    "",
    "  indented.example",
    "\"q.example\"",
    "\"q",
    "*.example",
    ".e.example",
    "u@d",
    "bücher.example",
    "\u{feff}x.example",
    ":",
    "a.example.",
];

/// Lines of a list of domains without an error, and of manualmx.
const SOUND: &[&str] = &[
    "a.example",
    "B.example",
    "c.example  ",
    "d.example:",
    "x.e.example",
    "# comment",
    "",
];
const SOUND_MANUAL: &[&str] = &[
    "a.example: h.example",
    "B.example:192.0.2.1",
    "c.example  H.example",
    "e.example: 192.0.2.2",
    "# comment",
    "",
];

fn list(line: impl Strategy<Value = &'static str>) -> impl Strategy<Value = String> {
    let lines = proptest::collection::vec(line, 0..6);
    (lines, any::<bool>())
        .prop_map(|(lines, ended)| lines.join("\n") + if ended { "\n" } else { "" })
}

/// Mostly lines that are `sound`.
fn mostly(sound: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop_oneof![
        12 => proptest::sample::select(sound),
        1 => proptest::sample::select(LINES),
    ]
}

#[test]
fn random_lists_come_back() {
    let any = || list(proptest::sample::select(LINES));
    come_back((any(), any(), any(), any()), [10, 13]);
}

#[test]
fn random_lists_with_few_errors_come_back() {
    let sound = || list(mostly(SOUND));
    come_back(
        (sound(), sound(), sound(), list(mostly(SOUND_MANUAL))),
        [170, 375],
    );
}

/// Random lists: local, remote, secondary and manual. Of a thousand at least so many are without error, and can be written.
fn come_back(
    lists: impl Strategy<Value = (String, String, String, String)>,
    [sound, writable]: [u32; 2],
) {
    let mut runner = TestRunner::new(random::cases("QROUTE_CPANEL", 600));
    let seen = std::cell::Cell::new([0u32; 3]);
    runner
        .run(&lists, |(local, remote, secondary, manual)| {
            let files = [
                ("localdomains", &*local),
                ("remotedomains", &*remote),
                ("secondarymx", &*secondary),
                ("manualmx", &*manual),
            ];
            let document = read(&files);
            prop_assert!(document.usable <= document.written);
            let formed = (format().canonical.unwrap())(&document);
            let texts: Vec<(String, String)> = formed
                .files
                .iter()
                .map(|(index, bytes)| {
                    let name = document.input.files()[*index].name.clone();
                    (name, String::from_utf8(bytes.clone()).unwrap())
                })
                .collect();
            let again: Vec<(&str, &str)> = texts.iter().map(|(n, t)| (&**n, &**t)).collect();
            let formed_document = read(&again);
            let [all, mut formed_count, mut written_count] = seen.get();
            if document.error().is_none() {
                formed_count += 1;
                prop_assert!(same_in_order(&document, &formed_document), "{texts:?}");
            }
            let twice = (format().canonical.unwrap())(&formed_document);
            prop_assert_eq!(&formed.files, &twice.files);
            if let Ok(output) = written(&document) {
                written_count += 1;
                let texts: Vec<(String, String)> = output
                    .files
                    .into_iter()
                    .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()))
                    .collect();
                let files: Vec<(&str, &str)> = texts.iter().map(|(n, t)| (&**n, &**t)).collect();
                prop_assert!(same_in_order(&document, &read(&files)), "{texts:?}");
            }
            seen.set([all + 1, formed_count, written_count]);
            Ok(())
        })
        .unwrap();
    let [all, formed_count, written_count] = seen.get();
    println!("{all} lists, {formed_count} without error, {written_count} can be written");
    assert!(formed_count * 1000 >= all * sound, "{:?}", seen.get());
    assert!(written_count * 1000 >= all * writable, "{:?}", seen.get());
}

/// Every cut, and every byte changed: something is read, and nothing panics.
#[test]
fn damaged_input_is_read_to_its_end() {
    let texts: [(&str, &str); 4] = [
        (
            "localdomains",
            "# c\n\"a.example\"\n  b\nbücher.example\r\nc: d\n",
        ),
        (
            "manualmx",
            "a: b:c::25\nd: 2001:db8::1\ne: 2001::db8::::1\nf: g/MX\n  h\n",
        ),
        ("cpuser", "MXCHECK-a.example=0\nMXCHECK-b=auto\n"),
        (
            "localdomains",
            "{\"result\": {\"data\": [{\"domain\": \"d\\u00e9\", \"mxcheck\": \"auto\", \"detected\": \"local\", \"alwaysaccept\": 0, \"entries\": [{\"priority\": \"1\"}]}], \"errors\": null, \"status\": 1}}",
        ),
    ];
    for (name, text) in texts {
        let look = |bytes: Vec<u8>| {
            let input = Input::single(name, name, bytes).unwrap();
            let document = (format().read)(input, &ReadOptions::default()).unwrap();
            assert!(document.usable <= document.written);
            for problem in &document.problems {
                assert!(!problem.effect.is_empty(), "{problem:?}");
                document.place(problem.span).unwrap();
            }
            (format().canonical.unwrap())(&document);
            let _ = written(&document);
        };
        for cut in 0..=text.len() {
            look(text.as_bytes()[..cut].to_vec());
        }
        for at in 0..text.len() {
            for byte in [
                0, b' ', b'\n', b':', b'"', b'\\', b'{', b'}', b',', b'.', 0xFF,
            ] {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] = byte;
                look(bytes);
            }
        }
    }
}
