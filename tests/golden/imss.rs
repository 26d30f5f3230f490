//! IMSS for Windows: where mail goes, what is assumed, what a lenient reading takes, passwords out of sight, and what is written.

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::diagnostic::Severity;
use qroute::equivalence::same_in_order;
use qroute::formats::imss::FORMAT;
use qroute::formats::smtproutes::{self, Dialect};
use qroute::formats::{ReadOptions, Template, WriteError, WriteOptions, xeams};
use qroute::model::{Action, Document, Feature, Password, Support};
use qroute::source::{Input, Span};
use qroute::store::MemoryStore;

use crate::asked::{self, assuming, changes, damaged, file, mail};
use crate::random;

fn sample(name: &str) -> Vec<u8> {
    file(&format!("samples/imss/{name}"))
}

fn lenient() -> ReadOptions {
    ReadOptions {
        lenient: true,
        ..ReadOptions::default()
    }
}

fn read(bytes: &[u8], options: &ReadOptions) -> Document {
    let input = Input::single("t.xml", "t.xml", bytes.to_vec()).unwrap();
    (FORMAT.read)(input, options).unwrap()
}

fn strictly(bytes: &[u8]) -> Document {
    read(bytes, &ReadOptions::default())
}

const META: &str = "<key section=\"MetaInfo\"><value name=\"version\">7.1</value><value name=\"build\">0000</value>\
                    <value name=\"platform\">Win32</value></key>";

/// A table of `keys`, whose default is DNS.
fn table(keys: &str) -> Vec<u8> {
    let default = "<key section=\"DefaultRelay\"><value name=\"UseMethod\">0</value></key>";
    format!("<IMSS_DBD>{META}{default}{keys}</IMSS_DBD>\n").into_bytes()
}

fn value(name: &str, text: &str) -> String {
    format!("<value name=\"{name}\">{text}</value>")
}

fn key(domain: &str, values: &str) -> String {
    format!("<key domain=\"{domain}\">{values}</key>")
}

fn smart(domain: &str, hosts: &[&str]) -> String {
    let count = value("SmartHostCount", &hosts.len().to_string());
    let hosts = hosts.iter().enumerate();
    let hosts: String = hosts
        .map(|(number, host)| value(&format!("SmartHost{number}"), host))
        .collect();
    key(domain, &(value("UseMethod", "1") + &count + &hosts))
}

fn answer(document: Document, recipient: &str) -> String {
    asked(&MemoryStore::new(document), recipient)
}

fn asked(store: &MemoryStore, recipient: &str) -> String {
    asked::answer(store, &mail(recipient))
}

fn rules(document: &Document) -> Vec<&'static str> {
    let problems = document.problems.iter();
    problems.map(|problem| problem.rule).collect()
}

#[test]
fn mail_goes_where_keys_say() {
    let text = file("imss/table.xml");
    for (recipient, wanted) in [
        ("a@acme.example", "192.0.2.10:25,192.0.2.11:2525"),
        (
            "a@ACME.example.",
            "192.0.2.10:25,192.0.2.11:2525 [case=insensitive]",
        ),
        ("a@x.acme.example", "relay.example.net:587 as svc/pass"),
        ("a@x.y.acme.example", "relay.example.net:587 as svc/pass"),
        ("a@mail.acme.example", "192.0.2.20:25"),
        (
            "a@partner.example",
            "own mx partner.example:25 by 198.51.100.53 by 198.51.100.54",
        ),
        ("a@xacme.example", "edge.example.net:25"),
        ("a@example", "edge.example.net:25"),
    ] {
        assert_eq!(answer(strictly(&text), recipient), wanted, "{recipient}");
    }
    assert_eq!(
        answer(strictly(b"<IMSS_DBD/>"), "a@d.example"),
        "own mx d.example:25"
    );
}

#[test]
fn what_is_open_decides_only_where_it_says_so() {
    let nested = smart("*.d.example", &["wide"]) + &smart("*.a.d.example", &["near"]);
    let other_way = smart("*.a.d.example", &["near"]) + &smart("*.d.example", &["wide"]);
    let exact = smart("*.d.example", &["wide"]) + &smart("x.a.d.example", &["exact"]);
    let dotted = smart("x.a.d.example.", &["dotted"]);
    let colons = smart("x.a.d.example", &["h:25:1:u:p:q"]);
    let capital = smart("X.A.D.example", &["capital"]);
    let twice = smart("x.a.d.example", &["a"]) + &smart("x.a.d.example", &["b"]);
    let thrice = twice.clone() + &smart("x.a.d.example", &["a"]);
    let own = "own mx x.a.d.example:25";
    for (keys, assume, wanted) in [
        (&nested, None, "near:25 [nested-wildcards=longest]"),
        (&nested, Some(("nested-wildcards", "first")), "wide:25"),
        (&other_way, None, "near:25"),
        (&exact, None, "exact:25"),
        (&dotted, None, "dotted:25 [final-dot=dropped]"),
        (&dotted, Some(("final-dot", "kept")), own),
        (&capital, None, "capital:25 [case=insensitive]"),
        (
            &capital,
            Some(("case", "sensitive")),
            "own mx x.a.d.example:25 [case=sensitive]",
        ),
        (&colons, None, "h:25 as u/p:q [password-colons=kept]"),
        (&colons, Some(("password-colons", "error")), "undefined"),
        (&twice, None, "undefined [duplicates=error]"),
        (
            &twice,
            Some(("duplicates", "first")),
            "a:25 [duplicates=first]",
        ),
        (
            &twice,
            Some(("duplicates", "last")),
            "b:25 [duplicates=last]",
        ),
        (&thrice, None, "undefined [duplicates=error]"),
    ] {
        let assume: Vec<(&str, &str)> = assume.into_iter().collect();
        let document = read(&table(keys), &assuming(&assume));
        let seen = answer(document, "u@x.a.d.example");
        assert_eq!(seen, wanted, "{keys} {assume:?}");
    }
    let document = strictly(&table(&thrice));
    assert_eq!((document.written, document.usable), (3, 0));
}

#[test]
fn keys_that_say_the_same_are_no_error() {
    let twice = smart("d.example", &["a:25"]) + &smart("D.example", &["A"]);
    let document = strictly(&table(&twice));
    assert!(document.error().is_none(), "{:?}", document.problems);
    assert_eq!((document.written, document.usable), (2, 2));
    let defaults = "<key section=\"DefaultRelay\"/>";
    let document = strictly(&table(defaults));
    assert_eq!(rules(&document), ["duplicate-recipient"]);
    assert_eq!(
        answer(document, "u@d.example"),
        "undefined [duplicates=error]"
    );
}

#[test]
fn parts_of_smart_hosts() {
    let document = strictly(&sample("03-dbd-auth.xml"));
    let route = document.routes().find(|route| !route.key().is_empty());
    let Action::Relay { hops, .. } = route.unwrap().action() else {
        panic!("no relay")
    };
    let login = |at: usize| {
        let stated = hops[at].credentials?;
        let Password::Stated(password) = stated.password else {
            panic!("no password")
        };
        let of = |text| String::from_utf8(document.bytes(text).to_vec()).unwrap();
        Some((of(stated.user), of(password.expose())))
    };
    let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
    assert_eq!(login(0), pair("svc-mail", "s3cr:et"));
    assert_eq!(login(1), pair("svc-mail", ""));
    assert_eq!(login(2), None);
    assert_eq!(login(3), pair("", ""));
    let ports: Vec<_> = hops.iter().map(|hop| hop.port.map(|p| p.wire())).collect();
    assert_eq!(ports, [Some(587), None, Some(25), Some(25)]);
}

#[test]
fn lenient_reading_keeps_what_it_may() {
    let counts = || read(&sample("05-dbd-count-too-small-and-gap.xml"), &lenient());
    assert!(counts().error().is_none());
    assert_eq!(answer(counts(), "u@small.example.com"), "192.0.2.1:25");
    assert_eq!(answer(counts(), "u@gap.example.com"), "192.0.2.3:25");
    let document = counts();
    let told: Vec<&str> = document
        .problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    for ignored in [
        "SmartHost1 is ignored: `192.0.2.2:25`",
        "SmartHost2 is ignored: `192.0.2.5:25`",
    ] {
        assert!(told.contains(&ignored), "{told:?}");
    }

    let domains = || read(&sample("09-dbd-domain-key-spellings.xml"), &lenient());
    assert_eq!((domains().written, domains().usable), (4, 4));
    assert_eq!(
        rules(&domains()),
        ["undocumented-spelling", "undocumented-spelling"]
    );
    assert_eq!(
        answer(domains(), "u@d.example.com"),
        "own mx d.example.com:25"
    );
    let strict = strictly(&sample("09-dbd-domain-key-spellings.xml"));
    assert_eq!(answer(strict, "u@d.example.com"), "undefined");

    let case = || read(&sample("60-case-and-typo-names.xml"), &lenient());
    assert!(case().error().is_none());
    assert_eq!((case().written, case().usable), (1, 1));
    assert_eq!(answer(case(), "u@case.example.com"), "192.0.2.1:25");
    assert_eq!(answer(case(), "u@d.example"), "own mx d.example:25");
    let strict = strictly(&sample("60-case-and-typo-names.xml"));
    assert_eq!(answer(strict, "u@d.example"), "undefined");

    let lie = read(&sample("48-utf16-declared-utf8-bytes.xml"), &lenient());
    assert!(!lie.damaged && lie.error().is_none());
    assert_eq!(rules(&lie), ["encoding-mismatch"]);
    assert_eq!(lie.problems[0].severity, Severity::Warning);
    let root = String::from_utf8(file("imss/table.xml")).unwrap();
    let root = read(root.replace("IMSS_DBD", "imss_dbd").as_bytes(), &lenient());
    assert!(same_in_order(&root, &strictly(&file("imss/table.xml"))));
    // What a lenient reading cannot know stays an error.
    for keys in [
        key(
            "d.example",
            &(value("UseMethod", "1") + &value("SmartHost0", "a")),
        ),
        smart("d.example", &["a"]).replace(">1</value>", ">2</value>"),
        smart("d.example", &["a"]).replace("SmartHost0", "SmartHost1"),
    ] {
        let document = read(&table(&keys), &lenient());
        assert!(document.error().is_some(), "{keys}");
        assert_eq!(answer(document, "u@d.example"), "undefined", "{keys}");
    }
}

#[test]
fn an_encoding_may_be_named() {
    let options = ReadOptions {
        encoding: Some("windows-1252".to_owned()),
        ..ReadOptions::default()
    };
    let document = read(&sample("52-latin1-byte-no-declaration.xml"), &options);
    assert!(!document.damaged && document.recoded);
}

#[test]
fn a_domain_in_the_section_of_the_version_is_no_second_default() {
    let both =
        "<key domain=\"a.example\" section=\"MetaInfo\"><value name=\"UseMethod\">0</value></key>";
    let document = strictly(&table(both));
    assert_eq!(rules(&document), ["ambiguous-key"]);
    assert_eq!(
        answer(document, "u@other.example"),
        "own mx other.example:25"
    );
    let both = both.replace("MetaInfo", "DefaultRelay");
    let document = strictly(&table(&both));
    assert_eq!(rules(&document), ["ambiguous-key", "duplicate-recipient"]);
}

#[test]
fn errors_leave_mail_undecided() {
    for keys in [
        smart("d.example", &["[2001:db8::1]:25"]),
        smart("d.example", &["2001:db8::1"]),
        smart("d.example", &["a", "b:0"]),
        smart("d.example", &["a:25:2"]),
        smart("d.example", &[]),
        key("d.example", &value("UseMethod", "2")),
        key("d.example", &value("usemethod", "0")),
        key(
            "d.example",
            &(value("UseMethod", "0") + &value("UseMethod", "0")),
        ),
        key(
            "d.example",
            &(value("DNSServerCount", "1") + &value("DNSServer0", "ns.example")),
        ),
        key("d.example", "<value>0</value>"),
        key("d.example", "<value name=\"UseMethod\"><i>0</i></value>"),
        "<Key domain=\"d.example\"/>".to_owned(),
        "<key domain=\"d.example\" section=\"DefaultRelay\"/>".to_owned(),
        key("other.example", "<key domain=\"d.example\"/>"),
    ] {
        let document = strictly(&table(&keys));
        assert!(document.error().is_some(), "{keys}");
        assert_eq!(
            answer(document, "u@d.example").split(' ').next(),
            Some("undefined"),
            "{keys}"
        );
    }
}

/// The text of the whole file as it may be shown, and all that is said of it.
fn told(document: &Document) -> String {
    let file = &document.input.files()[0];
    let length = file.state.bytes().unwrap().len();
    let shown = document.input.shown(Span::at(file.base(), 0..length));
    let mut told = String::from_utf8_lossy(&shown).into_owned();
    for problem in &document.problems {
        told.push_str(&problem.message);
        told.push_str(&problem.effect);
        told.extend(problem.help.as_deref());
    }
    told
}

fn hides(text: &[u8], options: &ReadOptions) -> Result<(), String> {
    let told = told(&read(text, options));
    let found = ["q7Z", "Zk9"].iter().find(|part| told.contains(**part));
    match found {
        Some(part) => Err(format!("{part} in {told}")),
        None => Ok(()),
    }
}

#[test]
fn passwords_are_never_told() {
    for host in [
        "h:25:1:u:q7Zk9",
        "h:25:0:u:q7Zk9",
        "h:25:u:q7Zk9",
        "h:u:q7Zk9",
        "h,25,1,u,q7Zk9",
        "h|u|q7Zk9",
        "h u q7Zk9",
        "[::1]:25:1:u:q7Zk9",
        "h:25:1:u:a:q7Zk9",
        "h:99999:1:u:q7Zk9",
        "h:25:1:u:&#113;7Zk9",
        "h:25:1:u:<![CDATA[q7Zk9]]>",
        "h:25:1:u:q7<!-- -->Zk9",
        "h:25:1:u:q7Zk9&#10;",
        " h:25:1:u:q7Zk9 ",
        "h:25:1:u:q7&Zk9;x",
        "h:25:1:u:q7<Zk9>",
        "h:25:1:u:q7<Zk9",
    ] {
        for keys in [
            smart("d.example", &[host]),
            smart("d.example", &[host]).replace(">1</value>", ">0</value>"),
            smart("d.example", &[host]).replace("SmartHost0", "smarthost0"),
            smart("d.example", &[host]).replace("SmartHost0", "SmartHost7"),
        ] {
            for options in [ReadOptions::default(), lenient()] {
                hides(&table(&keys), &options).unwrap();
            }
        }
    }
    for keys in [
        "<!-- <value name=\"SmartHost0\">h:25:1:u:q7Zk9</value> -->",
        "<key section=\"Old\"><value name=\"Host\">h:25:1:u:q7Zk9</value></key>",
        "<key section=\"Old\"><value name=\"AuthPassword\">q7Zk9</value></key>",
        "<key domain=\"d.example\"><!-- h:25:1:u:q7Zk9 --></key>",
        "<key domain=\"h:25:1:u:q7Zk9\"/>",
        "<key domain=\"h:25:1:u@d:q7Zk9\"/>",
        "<key section=\"h:25:1:u:q7Zk9\"/>",
        "<key domain=\"d.example\"><value name=\"UseMethod\">h:25:1:u:q7Zk9</value></key>",
        "<key domain=\"d.example\"><value name=\"h:25:1:u:q7Zk9\">1</value></key>",
        "<key domain=\"d.example\"><value name=\"DNSServerCount\">1</value><value name=\"DNSServer0\">h:25:1:u:q7Zk9</value></key>",
        "<other>h:25:1:u:q7Zk9</other>",
    ] {
        for options in [ReadOptions::default(), lenient()] {
            hides(&table(keys), &options).unwrap();
        }
    }
}

#[test]
fn damaged_files_are_read_without_harm() {
    let hosts = ["relay.example.net:587:1:relayuser:q7Zk9", "192.0.2.1:25"];
    let text = table(&smart("d.example", &hosts));
    let text = String::from_utf8(text).unwrap().replace("><", ">\n<");
    let text = text.as_bytes();
    for end in 0..text.len() {
        hides(&text[..end], &ReadOptions::default()).unwrap();
        let document = strictly(&text[..end]);
        let whole = text[end..].trim_ascii().is_empty();
        assert_eq!(document.damaged, !whole, "{end}");
        assert_eq!(document.table.is_empty(), !whole, "{end}");
    }
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut changed = text.to_vec();
            changed[at] ^= 1 << bit;
            for options in [ReadOptions::default(), lenient()] {
                hides(&changed, &options).unwrap_or_else(|why| panic!("{at} {bit}: {why}"));
            }
            if bit == at % 8 {
                check(&changed, &ReadOptions::default()).unwrap();
            }
        }
    }
}

fn write(document: &Document, options: &WriteOptions) -> Result<String, WriteError> {
    let output = (FORMAT.write)(document, options)?;
    let [(name, bytes)] = <[_; 1]>::try_from(output.files).unwrap();
    assert_eq!(name, "IMSS_DBD.xml");
    let remarks: Vec<&str> = output.remarks.iter().map(|(rule, _)| *rule).collect();
    match options.template {
        None => assert_eq!(remarks, ["assumed-metainfo"]),
        Some(_) => assert_eq!(remarks, [""; 0]),
    }
    Ok(String::from_utf8(bytes).unwrap())
}

#[test]
fn tables_are_written_in_the_documented_order() {
    let accept = std::env::var_os("QROUTE_ACCEPT").is_some();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/imss/table.written.xml");
    let old = strictly(&file("imss/table.xml"));
    let written = write(&old, &WriteOptions::default()).unwrap();
    if accept {
        std::fs::write(&golden, &written).unwrap();
    }
    assert_eq!(written, std::fs::read_to_string(&golden).unwrap());
    let again = strictly(written.as_bytes());
    assert!(again.problems.is_empty(), "{:?}", again.problems);
    // Sorted once, it is written as it is.
    let twice = write(&again, &WriteOptions::default()).unwrap();
    assert_eq!(twice, written);
    // What was not there is said: mail of other domains goes by DNS.
    let empty = strictly(format!("<IMSS_DBD>{META}</IMSS_DBD>").as_bytes());
    let written = write(&empty, &WriteOptions::default()).unwrap();
    assert!(written.contains("<key section=\"DefaultRelay\">\n    <value name=\"UseMethod\">0<"));
}

#[test]
fn a_template_gives_metainfo_and_sections() {
    let document = strictly(&file("imss/table.xml"));
    let by = |text: &str| {
        let options = WriteOptions {
            template: Some(Template {
                name: "t.xml".to_owned(),
                bytes: text.as_bytes().to_vec(),
                options: ReadOptions::default(),
            }),
            ..WriteOptions::default()
        };
        write(&document, &options).map_err(|error| error.to_string())
    };
    let template = String::from_utf8(sample("09-dbd-domain-key-spellings.xml")).unwrap();
    let plain = by(&template).unwrap();
    assert!(
        plain.contains(
            "<value name=\"version\">7.5</value>\n    <value name=\"build\">1304</value>"
        )
    );
    assert!(plain.contains("<key domain=\"acme.example\">"));
    let sections = template.replace("<key domain=\"a", "<key section=\"R&amp;D\" domain=\"a");
    let sections = by(&sections).unwrap();
    assert!(sections.contains("<key section=\"R&amp;D\" domain=\"acme.example\">"));
    assert!(same_in_order(
        &strictly(plain.as_bytes()),
        &strictly(sections.as_bytes())
    ));
    for (template, words) in [
        ("<IMSS_DBD", "not well-formed"),
        (
            "<IMSS_DBD/>",
            "shows no MetaInfo with version, build, platform",
        ),
        ("<CustomRouting/>", "--from xeams reads it"),
    ] {
        let refused = by(template).unwrap_err();
        assert!(refused.contains(words), "{words}: {refused}");
    }
}

#[test]
fn what_cannot_be_said_is_refused() {
    let by_qmail = |dialect: &str, text: &str| {
        let dialect = Dialect::find(dialect).unwrap();
        let input = Input::single(dialect.file, "-", text.as_bytes().to_vec()).unwrap();
        smtproutes::read_routes(input, dialect).unwrap()
    };
    let by_xeams = |recipient: &str, ip: &str| {
        let text = format!(
            "<CustomRouting><Routes><Route><sender>ANY</sender><recipient>{recipient}</recipient><ip>{ip}</ip></Route></Routes></CustomRouting>"
        );
        let input = Input::single("x", "-", text.into_bytes()).unwrap();
        (xeams::FORMAT.read)(input, &ReadOptions::default()).unwrap()
    };
    for (document, wanted) in [
        (
            by_qmail("notqmail", "a.example:mx:26\n.a.example:\n:[192.0.2.1]\n"),
            Ok(()),
        ),
        (by_qmail("notqmail", "a.example:257.2.3.4\n"), Ok(())),
        (by_qmail("s-qmail", "a.example:mx|u|p\n"), Ok(())),
        (
            by_qmail("s-qmail", "a.example:2001:db8::1;26\n"),
            Err(Feature::Static),
        ),
        (
            by_qmail("s-qmail", "a.example:mx|u:v|p\n"),
            Err(Feature::Credentials),
        ),
        (by_qmail("courier", "a.example:mx\n"), Err(Feature::NamedMx)),
        (
            by_qmail("courier", "a.example:[192.0.2.1]/SECURITY=STARTTLS\n"),
            Err(Feature::Tls),
        ),
        (
            by_qmail("skarnet", "a.example:192.0.2.1\n"),
            Err(Feature::Static),
        ),
        (
            by_qmail("notqmail", "a_b*c.example:mx\n"),
            Err(Feature::RecipientDomain),
        ),
        (
            by_qmail("notqmail", "a.example:a:0\n"),
            Err(Feature::Static),
        ),
        (by_qmail("qsmtp", "a.example::26\n"), Err(Feature::Port)),
        (
            by_qmail("notqmail", "a.example:x\na.example:y\n"),
            Err(Feature::RecipientDomain),
        ),
        (by_xeams("@a.example", "192.0.2.1"), Ok(())),
        (
            by_xeams("u@a.example", "192.0.2.1"),
            Err(Feature::RecipientAddress),
        ),
        (
            by_xeams("@a.example", "192.0.2.1|192.0.2.2"),
            Err(Feature::Random),
        ),
    ] {
        let seen = write(&document, &WriteOptions::default());
        let seen = seen.map(|_| ()).map_err(|error| match error {
            WriteError::Inexpressible { feature, .. } => feature,
            other => panic!("{other}"),
        });
        let text = String::from_utf8_lossy(document.input.files()[0].state.bytes().unwrap());
        assert_eq!(seen, wanted, "{text}");
    }
    let options = WriteOptions::default();
    for (feature, support) in [
        (Feature::RecipientAddress, Support::No),
        (Feature::NamedMx, Support::No),
        (Feature::Credentials, Support::Yes),
        (Feature::Subdomains, Support::Yes),
        (Feature::Sender, Support::No),
    ] {
        assert_eq!(FORMAT.support(feature, &options), support);
    }
}

fn name() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "a.example",
        "b.a.example",
        "C.example",
        "x-1.test",
        "example",
        "d.example.",
    ])
}

fn host() -> impl Strategy<Value = String> {
    let host = proptest::sample::select(vec![
        "mx.example",
        "MX2.Example",
        "192.0.2.7",
        "m_x.example",
    ]);
    let port = proptest::sample::select(vec!["", ":", ":025", ":65535", ":587"]);
    let login = proptest::sample::select(vec![
        "",
        ":0",
        ":",
        ":1:u:p",
        ":1:u:p:q",
        ":1",
        ":1:us er:p&amp;&lt;w",
        ":0:u:p",
        ":1::p",
    ]);
    (host, port, login).prop_map(|(host, port, login)| {
        let port = if port.is_empty() && !login.is_empty() {
            ":"
        } else {
            port
        };
        format!("{host}{port}{login}")
    })
}

fn relay() -> impl Strategy<Value = String> {
    let blank = proptest::sample::select(vec!["", " ", "\r\n  ", "<!-- a -->"]);
    let hosts = proptest::collection::vec((host(), blank.clone()), 1..4);
    let smart = hosts.prop_map(|hosts| {
        let count = hosts.len();
        let all: String = hosts
            .iter()
            .enumerate()
            .map(|(number, (host, blank))| {
                value(&format!("SmartHost{number}"), &format!("{blank}{host}"))
            })
            .collect();
        value("UseMethod", "1") + &value("SmartHostCount", &format!("0{count}")) + &all
    });
    let dns = (0..3usize, blank).prop_map(|(count, blank)| {
        let all: String = (0..count)
            .map(|number| {
                value(
                    &format!("DNSServer{number}"),
                    &format!("{blank}198.51.100.{number}"),
                )
            })
            .collect();
        all + &value("DNSServerCount", &count.to_string())
    });
    prop_oneof![3 => smart, 1 => dns]
}

fn relay_key() -> impl Strategy<Value = String> {
    (name(), any::<bool>(), relay(), any::<bool>()).prop_map(|(name, below, relay, unknown)| {
        let star = if below { "*." } else { "" };
        let more = if unknown {
            "<value name=\"TLSMode\">2</value><note/>"
        } else {
            ""
        };
        format!("<key\n domain='{star}{name}'>{relay}{more}</key>")
    })
}

/// The canonical form means the same and is one; what is written means the same. Whether it was written.
fn check(text: &[u8], options: &ReadOptions) -> Result<bool, TestCaseError> {
    let document = read(text, options);
    for problem in &document.problems {
        prop_assert!(document.place(problem.span).is_some(), "{problem:?}");
    }
    let form = FORMAT.canonical.unwrap()(&document);
    for (_, formed) in &form.files {
        let shown = String::from_utf8_lossy(formed);
        let again = read(formed, options);
        prop_assert!(same_in_order(&document, &again), "{shown}");
        let twice = FORMAT.canonical.unwrap()(&again);
        prop_assert_eq!(&twice.files[0].1, formed);
    }
    if document.error().is_some() {
        return Ok(false);
    }
    let Ok(output) = (FORMAT.write)(&document, &WriteOptions::default()) else {
        return Ok(false);
    };
    let again = read(&output.files[0].1, &ReadOptions::default());
    prop_assert!(again.error().is_none(), "{:?}", again.error());
    let stores = [document, again].map(MemoryStore::new);
    for recipient in [
        "u@a.example",
        "u@b.a.example",
        "u@x.b.a.example",
        "u@c.example",
        "u@x-1.test",
        "u@example",
        "u@q.example",
        "u@d.example",
        "u@elsewhere.test",
    ] {
        // What is assumed of a spelling is gone when another is written.
        let [old, new] = stores.each_ref().map(|store| {
            let text = asked(store, recipient);
            text.split(" [").next().unwrap().to_ascii_lowercase()
        });
        prop_assert_eq!(old, new, "{}", recipient);
    }
    Ok(true)
}

#[test]
fn random_tables_come_back() {
    let mut runner = TestRunner::new(random::cases("QROUTE_IMSS", 500));
    let written = std::cell::Cell::new(0u32);
    let tables =
        proptest::collection::vec(relay_key(), 0..4).prop_map(|keys| table(&keys.join("\n")));
    runner
        .run(&tables, |text| {
            written.set(written.get() + u32::from(check(&text, &ReadOptions::default())?));
            check(&text, &lenient())?;
            Ok(())
        })
        .unwrap();
    assert!(written.get() > 200, "{}", written.get());
}

#[test]
fn random_damage_is_read_without_harm() {
    let parts: Vec<&[u8]> = vec![
        b"<",
        b">",
        b"\"",
        b"/>",
        b"</key>",
        b"<key",
        b"&#0;",
        b"&lt;",
        b"<!--",
        b"]]>",
        b":",
        b"\xFF",
        b"<value name=\"SmartHost1\">x</value>",
        b" domain=\"a.example\"",
        b"<![CDATA[",
        b"",
        b"1",
        b"*.",
    ];
    let strategy = (changes(parts, 40, 4), any::<bool>());
    let mut runner = TestRunner::new(random::cases("QROUTE_IMSS", 1500));
    runner
        .run(&strategy, |(changes, is_lenient)| {
            let text = damaged(&file("imss/table.xml"), &changes);
            let options = if is_lenient {
                lenient()
            } else {
                ReadOptions::default()
            };
            check(&text, &options).map(|_| ())
        })
        .unwrap();
}

#[test]
fn forms_keep_what_nobody_knows() {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<IMSS_DBD>\n  <!-- kept -->\n  <key section=\"Future\"><value name=\"SmartHost0\"> X </value></key>\n  \
                <key domain=\" Acme.Example. \">\n    <value name=\"UseMethod\"> 1 </value>\n    <value name=\"SmartHostCount\">01</value>\n    \
                <value name=\"SmartHost0\">MX.Example:025:1:User:Pa:ss </value>\n    <value name=\"TLSMode\"> 2 </value>\n  </key>\n</IMSS_DBD>\n";
    let wanted = text
        .replace(" Acme.Example. ", "acme.example")
        .replace("> 1 <", ">1<")
        .replace(">01<", ">1<");
    let formed = |text: &str| {
        let form = FORMAT.canonical.unwrap()(&strictly(text.as_bytes()));
        let bytes = form.files.into_iter().next().unwrap().1;
        (String::from_utf8(bytes).unwrap(), form.rests_on)
    };
    // Whether the blank belongs to the password nobody knows.
    assert_eq!(formed(text), (wanted.clone(), vec!["final-dot", "case"]));
    assert_eq!(formed(&wanted), (wanted.clone(), vec![]));
    let without = text.replace("ss </value>", "ss</value>");
    let (formed, _) = formed(&without);
    assert!(formed.contains(">mx.example:25:1:User:Pa:ss<"), "{formed}");
}
