//! The forms of the output, and what never gets into any of them.

use std::process::Stdio;

use super::super::support::{Dir, contains, run, start, wait};
use super::{lint, program};

const FORMS: [&str; 7] = [
    "text", "concise", "json", "jsonl", "sarif", "github", "gitlab",
];

#[test]
fn nothing_to_say_is_no_byte() {
    let dir = Dir::with(&[("t", "a.example:mx1.example.net\n")]);
    for form in FORMS {
        let ran = run(program().args(["--output-format", form]).arg(dir.join("t")));
        assert_eq!(ran.code(), 0);
        assert!(ran.err.is_empty());
        match form {
            "json" | "gitlab" => assert_eq!(ran.out(), "[]\n"),
            "sarif" => {
                let value: serde_json::Value = serde_json::from_str(ran.out()).unwrap();
                assert_eq!(value["runs"][0]["results"].as_array().unwrap().len(), 0);
            }
            _ => assert_eq!(ran.out(), "", "{form}"),
        }
    }
}

#[test]
fn concise_is_exactly_as_promised() {
    let dir = Dir::with(&[("t", "\n a.example:mx1.example.net\n")]);
    let ran = lint(&dir.join("t"), [""; 0]);
    let expected = format!(
        "{}:2:1: error: the key begins with a blank [leading-blank]\n",
        dir.join("t").display()
    );
    assert_eq!(ran.out(), expected);
}

#[test]
fn json_has_its_fields() {
    let dir = Dir::with(&[("t", "a.example:mx1.example.net:\n")]);
    let ran = run(program()
        .args(["--output-format", "json"])
        .arg(dir.join("t")));
    let all: serde_json::Value = serde_json::from_str(ran.out()).unwrap();
    let finding = &all[0];
    assert_eq!(finding["rule"], "port-empty");
    assert_eq!(finding["severity"], "error");
    assert_eq!(
        (finding["line"].as_u64(), finding["column"].as_u64()),
        (Some(1), Some(26))
    );
    assert_eq!(
        (finding["end_line"].as_u64(), finding["end_column"].as_u64()),
        (Some(1), Some(27))
    );
    assert_eq!(finding["dialects"], serde_json::json!(["notqmail"]));
    assert_eq!(finding["fix"]["safe"], true);
    let edit = &finding["fix"]["edits"][0];
    assert_eq!(
        (
            edit["column"].as_u64(),
            edit["end_column"].as_u64(),
            edit["text"].as_str()
        ),
        (Some(26), Some(27), Some(""))
    );
    assert_eq!(finding["suppressed"], false);
    let effect = finding["effect"].as_str().unwrap();
    assert!(
        effect.contains("mail for a.example is deferred"),
        "{effect}"
    );
}

#[test]
fn secrets_and_hostile_bytes_stay_inside() {
    let lines: &[&[u8]] = &[
        b" a.example:mx1.example.net:587|user-xyzzy|pass-xyzzy\r",
        b"b.example:mx1.example.net user-xyzzy pass-xyzzy # xyzzy",
        b"c.example:mx1.example.net|user-xyzzy",
        b"d.example:\x1b[31mmx\x07\r",
        "e.example:mx\u{202e}net\u{feff}\n\u{a0}f.example:mx".as_bytes(),
        b"g.example mx1.example.net pass-xyzzy",
        b"\0h.example:x|user-xyzzy|a:b",
        b"\xff\xfei.example:mx1",
        b"j.example:mx1|user xyzzy|pass:xyzzy:25",
    ];
    let dir = Dir::new();
    let table = dir.file("t", lines.join(&b'\n'));
    for dialect in [
        "notqmail",
        "sagredo",
        "qmail-ldap",
        "eqmail",
        "s-qmail",
        "indimail-auth",
        "qsmtp",
        "skarnet",
        "courier",
        "qroute",
    ] {
        for form in FORMS {
            let args = [
                "--output-format",
                form,
                "--dialect",
                dialect,
                "--select",
                "all",
                "--color",
                "never",
            ];
            for fixing in [&["--diff"][..], &[]] {
                let ran = run(program().args(args).args(fixing).arg(&table));
                for text in [&ran.out, &ran.err] {
                    assert!(
                        !contains(text, b"xyzzy"),
                        "{dialect} {form}: {}",
                        String::from_utf8_lossy(text)
                    );
                    for hostile in [
                        &b"\x1b"[..],
                        b"\x07",
                        b"\r",
                        b"\0",
                        "\u{202e}".as_bytes(),
                        "\u{feff}".as_bytes(),
                        "\u{a0}".as_bytes(),
                    ] {
                        // JSON escapes what it must; the rest of its text is data. A patch is raw, but on a terminal.
                        let data = !fixing.is_empty()
                            || form == "json"
                            || form == "jsonl"
                            || form == "sarif"
                            || form == "gitlab";
                        let bare = contains(text, hostile)
                            && !(data && (hostile[0] > 0x7f || !fixing.is_empty()));
                        assert!(
                            !bare,
                            "{dialect} {form}: {hostile:?} in {}",
                            String::from_utf8_lossy(text)
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_million_mistakes_are_counted() {
    let dir = Dir::new();
    let table = dir.file("t", " a.example:mx1.example.net\n".repeat(50_000));
    let ran = lint(&table, ["--select", "leading-blank"]);
    assert_eq!(ran.code(), 1);
    let lines: Vec<&str> = ran.out().lines().collect();
    assert_eq!(lines.len(), 20_001);
    assert!(
        lines[20_000].contains(":20001:1: error: 30000 more like the ones before"),
        "{}",
        lines[20_000]
    );
}

#[test]
fn a_closed_pipe_ends_it_silently() {
    let dir = Dir::new();
    let table = dir.file("t", " a.example:mx1.example.net\n".repeat(50_000));
    let mut child = start(
        program()
            .arg(&table)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped()),
    );
    drop(child.stdout.take());
    assert_eq!(wait(&mut child).code(), Some(141));
    let full = std::fs::File::create("/dev/full").unwrap();
    let mut child = start(program().arg(&table).stdout(full).stderr(Stdio::piped()));
    assert_eq!(wait(&mut child).code(), Some(2));
}
