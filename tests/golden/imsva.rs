//! IMSVA: unknown files read by their names or by a map, tables written by a template, and random ones.

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::diagnostic::Severity;
use qroute::equivalence::same_in_order;
use qroute::formats::imsva::FORMAT;
use qroute::formats::{ReadOptions, Template, WriteError, WriteOptions};
use qroute::model::Document;
use qroute::source::Input;
use qroute::store::MemoryStore;

use crate::asked::{self, assuming, changes, damaged, file, mail};
use crate::random;

fn options(assume: &[(&str, &str)], infer_roles: bool) -> ReadOptions {
    ReadOptions {
        infer_roles,
        ..assuming(assume)
    }
}

fn read(bytes: &[u8], options: &ReadOptions) -> Document {
    let input = Input::single("t.xml", "t.xml", bytes.to_vec()).unwrap();
    (FORMAT.read)(input, options).unwrap()
}

fn answer(document: Document, recipient: &str) -> String {
    asked::answer(&MemoryStore::new(document), &mail(recipient))
}

fn rules(document: &Document) -> Vec<&'static str> {
    document
        .problems
        .iter()
        .map(|problem| problem.rule)
        .collect()
}

#[test]
fn mail_goes_where_entries_say() {
    let asked = |assume: &[(&str, &str)], recipient| {
        answer(
            read(&file("imsva/table.xml"), &options(assume, false)),
            recipient,
        )
    };
    for (recipient, wanted) in [
        ("a@acme.example", "192.0.2.1:25,192.0.2.2:2525"),
        ("boss@acme.example", "192.0.2.9:25 [order=most-specific]"),
        (
            "BOSS@Acme.Example.",
            "192.0.2.9:25 [order=most-specific] [case=insensitive]",
        ),
        ("a@x.acme.example", "mx pool.example.net:587"),
        ("a@other.example", "own mx other.example:25"),
    ] {
        assert_eq!(asked(&[], recipient), wanted, "{recipient}");
    }
    let first = [("order", "first-match")];
    assert_eq!(
        asked(&first, "boss@acme.example"),
        "192.0.2.1:25,192.0.2.2:2525 [order=first-match]"
    );
    let wide = read(
        &file("imsva/table.xml").replace(
            b"acme.example\" method=\"static",
            b"b.example\" method=\"static",
        ),
        &options(&[], false),
    );
    assert_eq!(
        answer(wide, "a@acme.example"),
        "own mx acme.example:25 [subdomains=below]"
    );
}

trait Replace {
    fn replace(&self, old: &[u8], new: &[u8]) -> Vec<u8>;
}

impl Replace for Vec<u8> {
    fn replace(&self, old: &[u8], new: &[u8]) -> Vec<u8> {
        let text = String::from_utf8(self.clone()).unwrap();
        let (old, new) = (
            std::str::from_utf8(old).unwrap(),
            std::str::from_utf8(new).unwrap(),
        );
        assert!(text.contains(old), "{old}");
        text.replace(old, new).into_bytes()
    }
}

fn server(address: &str, more: &str) -> String {
    format!("<Server address=\"{address}\" {more}/>")
}

fn table(entries: &str) -> Vec<u8> {
    format!("<MessageDeliverySettings schema=\"neutral-1\">{entries}</MessageDeliverySettings>\n")
        .into_bytes()
}

#[test]
fn what_is_open_decides_only_where_it_says_so() {
    let entry = |servers: &[String]| {
        let servers = servers.concat();
        format!("<Entry recipient=\"d.example\" method=\"static\">{servers}</Entry>")
    };
    let unknown = entry(&[server("a", ""), server("b", "preference=\"7\"")]);
    let off = entry(&[server("a", "preference=\"7\" enabled=\"off\"")]);
    let star =
        "<Entry recipient=\"*\" method=\"mx\"><Mx name=\"pool.example\"/></Entry>".to_owned();
    let twice = format!(
        "{}{}",
        entry(&[server("a", "preference=\"1\"")]),
        entry(&[server("b", "preference=\"1\"")])
    );
    for (entries, assume, wanted) in [
        (&unknown, None, "b:25 a:25 [missing-preference=last]"),
        (&off, None, "no-usable-server [all-disabled=no-server]"),
        (
            &off,
            Some(("all-disabled", "no-entry")),
            "own mx d.example:25",
        ),
        (
            &star,
            None,
            "mx pool.example:25 [default-star=every-recipient]",
        ),
        (
            &star,
            Some(("default-star", "nobody")),
            "own mx d.example:25",
        ),
        (&twice, None, "undefined"),
        (&twice, Some(("order", "first-match")), "undefined"),
        (
            &twice,
            Some(("duplicates", "first")),
            "a:25 [duplicates=first]",
        ),
        (
            &twice,
            Some(("duplicates", "last")),
            "b:25 [order=most-specific] [duplicates=last]",
        ),
    ] {
        let assume: Vec<(&str, &str)> = assume.into_iter().collect();
        let document = read(&table(entries), &options(&assume, false));
        assert_eq!(
            answer(document, "u@d.example"),
            wanted,
            "{entries} {assume:?}"
        );
    }
    let document = read(&table(&twice), &options(&[], false));
    assert_eq!((document.written, document.usable), (2, 0));
}

#[test]
fn unknown_files_are_read_only_when_asked_for() {
    for name in ["imsva/export.xml", "imsva/elements.xml"] {
        let text = file(name);
        let strict = read(&text, &options(&[], false));
        assert!(strict.damaged, "{name}");
        assert_eq!(rules(&strict), ["unknown-root"]);
        let guessed = read(&text, &options(&[], true));
        assert!(guessed.error().is_none(), "{name}: {:?}", guessed.problems);
        assert_eq!((guessed.written, guessed.usable), (2, 2));
        let told = guessed
            .problems
            .iter()
            .find(|problem| problem.rule == "inferred-roles");
        let told = told.unwrap();
        assert_eq!(told.severity, Severity::Warning);
        // The options that it names state the same, and nothing is guessed with them.
        let help = told.help.clone().unwrap();
        let stated: Vec<(String, String)> = help
            .split("--assume ")
            .skip(1)
            .map(|option| {
                let (key, value) = option.trim().split_once('=').unwrap();
                (key.to_owned(), value.to_owned())
            })
            .collect();
        let stated = ReadOptions {
            assume: stated,
            ..ReadOptions::default()
        };
        let mapped = read(&text, &stated);
        assert!(!rules(&mapped).contains(&"inferred-roles"), "{name}");
        assert!(same_in_order(&guessed, &mapped), "{name}");
        assert_eq!(
            answer(mapped, "u@north.example.com"),
            "192.0.2.41:25",
            "{name}"
        );
    }
    let south = read(&file("imsva/export.xml"), &options(&[], true));
    assert_eq!(
        answer(south, "u@south.example.com"),
        "mx mxpool.example.net:26"
    );
}

#[test]
fn codes_are_never_guessed() {
    let text = file("samples/imsva/24-imsva-ambiguous-codes.xml");
    let guessed = read(&text, &options(&[], true));
    assert_eq!((guessed.written, guessed.usable), (2, 0));
    let errors = guessed
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    let errors: Vec<&str> = errors.map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        errors,
        [
            "the record has both an MX name and a server",
            "the method `1` has no known meaning",
            "`2` is no boolean",
            "the method `0` has no known meaning",
        ]
    );
    let stated = options(
        &[
            ("method.static", "0"),
            ("method.mx", "1"),
            ("enabled.false", "2"),
        ],
        true,
    );
    let known = read(&text, &stated);
    assert_eq!(
        (known.written, known.usable),
        (2, 2),
        "{:?}",
        known.problems
    );
    assert!(rules(&known).contains(&"inert-value"));
    assert_eq!(answer(known, "u@code.example.com"), "192.0.2.71:25");
    let known = read(&text, &stated);
    assert_eq!(answer(known, "u@amb.example.com"), "mx amb.example.net:25");
}

#[test]
fn lenient_reading_takes_names_without_case() {
    let text = file("imsva/table.xml")
        .replace(b"Entry", b"ENTRY")
        .replace(b"\"static\"", b"\"Static Routing\"");
    let strict = read(&text, &options(&[], false));
    assert!(strict.error().is_some());
    let lenient = ReadOptions {
        lenient: true,
        ..ReadOptions::default()
    };
    let lenient = read(&text, &lenient);
    assert!(lenient.error().is_none() && rules(&lenient).contains(&"wrong-case-name"));
    assert!(same_in_order(
        &lenient,
        &read(&file("imsva/table.xml"), &options(&[], false))
    ));
}

fn by_template(table: &[u8], template: &str, options: ReadOptions) -> Result<Vec<u8>, WriteError> {
    let document = read(table, &ReadOptions::default());
    assert!(document.error().is_none());
    let template = Template {
        name: template.to_owned(),
        bytes: file(template),
        options,
    };
    let options = WriteOptions {
        template: Some(template),
        ..WriteOptions::default()
    };
    let output = (FORMAT.write)(&document, &options)?;
    assert_eq!(output.remarks[0].0, "unverified-schema");
    let [(_, bytes)] = <[_; 1]>::try_from(output.files).unwrap();
    Ok(bytes)
}

#[test]
fn records_are_cloned_from_a_template() {
    let accept = std::env::var_os("QROUTE_ACCEPT").is_some();
    for name in ["export", "elements"] {
        let template = format!("imsva/{name}.xml");
        let written = by_template(&file("imsva/table.xml"), &template, options(&[], true)).unwrap();
        let golden =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("testdata/imsva/{name}.cloned.xml"));
        if accept {
            std::fs::write(&golden, &written).unwrap();
        }
        assert_eq!(
            String::from_utf8_lossy(&written),
            String::from_utf8_lossy(&std::fs::read(&golden).unwrap())
        );
        let again = read(&written, &options(&[], true));
        let table = read(&file("imsva/table.xml"), &ReadOptions::default());
        assert!(same_in_order(&again, &table), "{name}");
    }
}

#[test]
fn what_a_template_does_not_show_is_refused() {
    let whole = file("imsva/table.xml");
    let by = |template: &[u8], options: ReadOptions| {
        let document = read(&whole, &ReadOptions::default());
        let template = Template {
            name: "t.xml".to_owned(),
            bytes: template.to_vec(),
            options,
        };
        let options = WriteOptions {
            template: Some(template),
            ..WriteOptions::default()
        };
        (FORMAT.write)(&document, &options)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    let elements = file("imsva/elements.xml");
    let guess = || options(&[], true);
    for (template, options, words) in [
        (
            elements.clone(),
            options(&[], false),
            "look whether that is right",
        ),
        (
            elements.replace(b"MXName>", b"Pool>"),
            guess(),
            "shows no MX name",
        ),
        (
            elements.replace(b"<MXPort>25</MXPort>", b""),
            guess(),
            "shows no port beside an MX name, for port 587",
        ),
        (
            elements.replace(b"<Port>25</Port>", b""),
            guess(),
            "shows no port of a server, for port 2525",
        ),
        (
            elements.replace(b"<Priority>10</Priority>", b""),
            guess(),
            "shows no preference of a server, for preference",
        ),
        (
            elements.replace(b"<Status>Yes</Status>", b""),
            guess(),
            "shows no way to switch a server off",
        ),
        (b"<x/>".to_vec(), guess(), "no element holds a recipient"),
        (b"<x".to_vec(), guess(), "not well-formed"),
        (whole.clone(), guess(), "needs no template"),
    ] {
        let refused = by(&template, options).unwrap_err();
        assert!(refused.contains(words), "{words}: {refused}");
    }
}

fn name() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "a.example",
        "b.a.example",
        "C.example",
        "x-1.test",
        "example",
    ])
    .prop_map(str::to_owned)
}

fn recipient() -> impl Strategy<Value = String> {
    (0..5u8, name()).prop_map(|(kind, name)| match kind {
        0 => "*".to_owned(),
        1 => format!("*.{name}"),
        2 => format!("u+v@{name}"),
        3 => format!("{name}."),
        _ => name,
    })
}

fn entry() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        name(),
        Just("192.0.2.7".to_owned()),
        Just("2001:db8::7".to_owned()),
        Just(" mx.example ".to_owned())
    ];
    let port = prop_oneof![
        Just(String::new()),
        (1..=65535u32).prop_map(|port| format!(" port=\"0{port}\""))
    ];
    let preference = prop_oneof![
        Just(String::new()),
        any::<u16>().prop_map(|p| format!(" preference=\"{p}\""))
    ];
    let enabled = proptest::sample::select(vec![
        "",
        " enabled=\"TRUE\"",
        " enabled=\"0\"",
        " enabled='no'",
    ]);
    let server =
        (host, port.clone(), preference, enabled).prop_map(|(host, port, preference, enabled)| {
            format!("<Server address=\"{host}\"{port}{preference}{enabled}/>")
        });
    let servers =
        proptest::collection::vec(server, 1..4).prop_map(|all| ("static", all.join("\r\n ")));
    let mx =
        (name(), port).prop_map(|(name, port)| ("mx", format!("<Mx{port} name=\"{name}\"></Mx>")));
    (recipient(), prop_oneof![3 => servers, 1 => mx], any::<bool>()).prop_map(|(recipient, (method, inner), comment)| {
        let comment = if comment { "<!-- a -- >b --> " } else { "" }.replace("-- >", "- >");
        format!("{comment}<Entry recipient=\"{recipient}\" method=\"{method}\" note=\"&#65;\">{inner} </Entry>")
    })
}

fn check(text: &[u8], options: &ReadOptions) -> Result<bool, TestCaseError> {
    let document = read(text, options);
    let form = FORMAT.canonical.unwrap()(&document);
    for (_, formed) in &form.files {
        let again = read(formed, options);
        prop_assert!(
            same_in_order(&document, &again),
            "{:?}",
            String::from_utf8_lossy(formed)
        );
        let twice = FORMAT.canonical.unwrap()(&again);
        prop_assert_eq!(&twice.files[0].1, formed);
    }
    if document.error().is_some() {
        return Ok(false);
    }
    match (FORMAT.write)(&document, &WriteOptions::default()) {
        Ok(output) => {
            let again = read(&output.files[0].1, &ReadOptions::default());
            prop_assert!(again.error().is_none());
            prop_assert!(same_in_order(&document, &again));
            Ok(true)
        }
        Err(error) => Err(TestCaseError::fail(error.to_string())),
    }
}

#[test]
fn random_tables_come_back() {
    let mut runner = TestRunner::new(random::cases("QROUTE_IMSVA", 600));
    let written = std::cell::Cell::new(0u32);
    let tables =
        proptest::collection::vec(entry(), 0..5).prop_map(|entries| table(&entries.join("\n")));
    runner
        .run(&tables, |text| {
            written.set(written.get() + u32::from(check(&text, &ReadOptions::default())?));
            Ok(())
        })
        .unwrap();
    assert!(written.get() > 200, "{}", written.get());
}

#[test]
fn damaged_files_are_read_without_harm() {
    let seeds: Vec<Vec<u8>> = ["imsva/table.xml", "imsva/export.xml", "imsva/elements.xml"]
        .iter()
        .map(|name| file(name))
        .collect();
    let parts: Vec<&[u8]> = vec![
        b"<",
        b">",
        b"\"",
        b"/>",
        b"</Entry>",
        b"<Entry",
        b"&#0;",
        b"&lt;",
        b"<!--",
        b"]]>",
        b"=",
        b"\xFF",
        b"<Domain>x</Domain>",
        b" ip=\"a\"",
        b"",
    ];
    let strategy = (0..seeds.len(), changes(parts, 40, 4), any::<bool>());
    let mut runner = TestRunner::new(random::cases("QROUTE_IMSVA", 1500));
    runner
        .run(&strategy, |(seed, changes, infer)| {
            let text = damaged(&seeds[seed], &changes);
            let document = read(&text, &options(&[], infer));
            for problem in &document.problems {
                prop_assert!(document.place(problem.span).is_some(), "{problem:?}");
            }
            let form = FORMAT.canonical.unwrap()(&document);
            for (_, formed) in &form.files {
                let again = read(formed, &options(&[], infer));
                prop_assert!(same_in_order(&document, &again));
            }
            let table = read(&file("imsva/table.xml"), &ReadOptions::default());
            let template = Template {
                name: "t".to_owned(),
                bytes: text,
                options: options(&[], true),
            };
            let options_of_writer = WriteOptions {
                template: Some(template),
                ..WriteOptions::default()
            };
            if let Ok(output) = (FORMAT.write)(&table, &options_of_writer) {
                let again = read(&output.files[0].1, &options(&[], true));
                prop_assert!(
                    same_in_order(&table, &again),
                    "{:?}",
                    String::from_utf8_lossy(&output.files[0].1)
                );
            }
            Ok(())
        })
        .unwrap();
}

/// A fuzzer's find: to XML a CR alone ends a line, and the blanks before it go with the first form.
#[test]
fn the_form_of_a_lone_carriage_return_is_its_form() {
    let text = b"<MessageDeliverySettings schema=\"neutral-1\">\n  <Entry recipient=\"a.example\" method=\"mx\">\n   \r  <Mx name=\"pool.example.net\" port=\"25\"/>\n  </Entry>\n</MessageDeliverySettings>\n";
    let form = |bytes: &[u8]| {
        let document = read(bytes, &ReadOptions::default());
        assert!(document.error().is_none(), "{:?}", document.error());
        let mut files = (FORMAT.canonical.unwrap())(&document).files;
        files.pop().unwrap().1
    };
    let once = form(text);
    assert!(!once.contains(&b'\r') && once.len() < text.len());
    assert_eq!(form(&once), once);
}
