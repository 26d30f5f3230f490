//! Tables in XML: what the programs make of a file that says what it is.

use std::fs;

use serde_json::json;

use super::lint::lint;
use super::support::{Dir, ask, formatter, run};

const ROUTES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CustomRouting>\n  <Routes>\n    <Route>\n      \
    <sender>@acme.example</sender>\n      <recipient>any</recipient>\n      <ip>192.0.2.1|192.0.2.2</ip>\n    </Route>\n  \
    </Routes>\n</CustomRouting>\n";

const ENTRIES: &str = "<MessageDeliverySettings schema=\"neutral-1\">\n  <Entry recipient=\"Acme.example\" method=\"static\">\n    \
    <Server address=\"192.0.2.1\" port=\"025\" preference=\"10\" enabled=\"yes\"/>\n    \
    <Server address=\"192.0.2.2\" preference=\"10\"/>\n    <Server address=\"dr.example\" preference=\"20\"/>\n  \
    </Entry>\n  <!-- kept -->\n  <Entry recipient=\"*.acme.example\" method=\"mx\"><Mx name=\"pool.example\"/></Entry>\n\
    </MessageDeliverySettings>\n";

const EXPORT: &str = "<Export><Row Domain=\"acme.example\" Kind=\"Static\" note=\"x\"><Host>192.0.2.7</Host></Row>\
    <Row Domain=\"b.example\" Kind=\"Static\"><Host>192.0.2.8</Host></Row></Export>\n";

#[test]
fn the_root_element_tells_the_format() {
    let dir = Dir::with(&[("a", ROUTES), ("b", ENTRIES)]);
    let ran = ask(
        &dir.join("a"),
        ["--sender", "x@acme.example", "u@b.example"],
    );
    assert_eq!(ran.answers(), ["static 192.0.2.1:25,192.0.2.2:25"]);
    let asked = ["u@acme.example", "u@x.acme.example", "u@other.example"];
    let ran = ask(&dir.join("b"), asked);
    assert_eq!(
        ran.answers(),
        [
            "static 192.0.2.1:25,192.0.2.2:25 dr.example:25",
            "mx-of -",
            "mx -"
        ]
    );
}

#[test]
fn what_no_format_is_refused_by_name() {
    for (text, words) in [
        ("<!DOCTYPE html><html><body/></html>", "HTML"),
        (EXPORT, "<Export>"),
        ("<x:CustomRouting xmlns:x='u'/>", "CustomRouting"),
        ("<CustomRouting><Routes>", "ends inside `Routes`"),
    ] {
        let dir = Dir::with(&[("t.xml", text)]);
        let ran = ask(&dir.join("t.xml"), ["u@acme.example"]);
        ran.fails(2, &[words]);
        assert!(ran.out.is_empty(), "{text}");
    }
}

#[test]
fn groups_and_assumptions_are_in_the_json() {
    let dir = Dir::with(&[("b", ENTRIES)]);
    let ran = ask(
        &dir.join("b"),
        ["--output-format", "jsonl", "u@ACME.example"],
    );
    let object = ran.object();
    let hosts = |group: usize| object["groups"][group].as_array().unwrap().len();
    assert_eq!((hosts(0), hosts(1)), (2, 1), "{object}");
    assert_eq!(object["choice"], "random");
    assert_eq!(
        object["assumptions"],
        json!(["case=insensitive"]),
        "{object}"
    );
    let ran = ask(&dir.join("b"), ["--assume", "colour=red", "u@acme.example"]);
    ran.fails(2, &["--assume colour", "missing-preference"]);
}

#[test]
fn unknown_files_are_read_when_asked_for_and_said_to_be_guessed() {
    let dir = Dir::with(&[("export.xml", EXPORT)]);
    let table = dir.join("export.xml");
    let ran = ask(
        &table,
        ["--from", "imsva", "--infer-roles", "u@acme.example"],
    );
    assert_eq!(ran.answers(), ["static 192.0.2.7:25"]);
    assert!(ran.err().contains("guessed schema"), "{}", ran.err());
    let stated = [
        "--from",
        "imsva",
        "--assume",
        "record=Export/Row",
        "--assume",
        "recipient=@Domain",
        "--assume",
        "server=Host",
        "u@b.example",
    ];
    let ran = ask(&table, stated);
    assert!(!ran.err().contains("guessed"), "{}", ran.err());
    assert_eq!(ran.answers(), ["static 192.0.2.8:25"], "{}", ran.err());
    // Formatting leaves it alone.
    let ran = run(formatter()
        .args(["--from", "imsva", "--infer-roles"])
        .arg(&table));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    assert_eq!(fs::read_to_string(&table).unwrap(), EXPORT);
}

#[test]
fn findings_point_to_the_value() {
    let text = ENTRIES.replace("dr.example", "dr.example:26");
    let dir = Dir::with(&[("b.xml", &text)]);
    let ran = lint(&dir.join("b.xml"), [""; 0]);
    assert_eq!(ran.code(), 1);
    assert!(
        ran.out()
            .contains("b.xml:5:22: error: `dr.example:26` is no host"),
        "{}",
        ran.out()
    );
}

#[test]
fn forms_keep_comments_and_what_is_unknown() {
    let text = ENTRIES.replace("<Entry r", "<Entry note='x'  r");
    let dir = Dir::with(&[("b.xml", &text)]);
    let ran = run(formatter().arg(dir.join("b.xml")));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    let formed = text
        .replace("Acme", "acme")
        .replace("\"025\"", "\"25\"")
        .replace("\"yes\"", "\"true\"");
    assert_eq!(fs::read_to_string(dir.join("b.xml")).unwrap(), formed);
    assert!(ran.err().contains("case=insensitive"), "{}", ran.err());
}

#[test]
fn a_file_in_another_encoding_is_repaired_by_hand() {
    let text = ROUTES.replace("UTF-8", "UTF-16");
    let utf16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let dir = Dir::new();
    let table = dir.file("CustomSmtpRouting.xml", utf16(&text));
    let plain = dir.file("plain/CustomSmtpRouting.xml", ROUTES);
    // In the plain file the spelling of ANY is repaired; places in decoded text are none of the file's bytes.
    let ran = lint(&plain, ["--fix", "--unsafe-fixes"]);
    assert!(
        fs::read_to_string(&plain).unwrap().contains(">ANY<"),
        "{}",
        ran.err()
    );
    let ran = lint(&table, ["--fix", "--unsafe-fixes"]);
    assert!(ran.out().contains("any-spelling"), "{}", ran.out());
    assert_eq!(fs::read(&table).unwrap(), utf16(&text));
    // The form is UTF-8, and says so.
    let ran = run(formatter().arg(&table));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    let formed = fs::read_to_string(&table).unwrap();
    assert!(formed.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
}
