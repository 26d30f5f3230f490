//! IMSS for Windows, through the programs.

use serde_json::Value;

use super::lint::{lint, program, rules};
use super::support::{Dir, Ran, ask, formatter, offline, run, run_with};

const PASSWORD: &str = "q7Zk9";

fn table(keys: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<IMSS_DBD>\n  <key section=\"MetaInfo\">\n    <value name=\"version\">7.5</value>\n    \
         <value name=\"build\">1304</value>\n    <value name=\"platform\">Win32</value>\n  </key>\n  <key section=\"DefaultRelay\">\n    \
         <value name=\"UseMethod\">0</value>\n    <value name=\"DNSServerCount\">0</value>\n  </key>\n{keys}</IMSS_DBD>\n"
    )
}

fn smart(domain: &str, count: u32, hosts: &[&str]) -> String {
    let hosts = hosts.iter().enumerate();
    let hosts: String = hosts
        .map(|(n, host)| format!("    <value name=\"SmartHost{n}\">{host}</value>\n"))
        .collect();
    format!(
        "  <key domain=\"{domain}\">\n    <value name=\"UseMethod\">1</value>\n    <value name=\"SmartHostCount\">{count}</value>\n{hosts}  </key>\n"
    )
}

/// A table with a password, and one with errors.
fn secret() -> String {
    let login = format!("Relay.Example.Net:0587:1:svc:{PASSWORD}");
    table(&smart("Acme.example", 2, &[&login, "192.0.2.2"]))
}

fn broken() -> String {
    let login = format!("relay.example.net:587:1:svc:{PASSWORD}");
    let wrong = format!("relay.example.net:587:svc:{PASSWORD}");
    table(
        &(smart("small.example", 1, &[&login, "192.0.2.2"])
            + &smart("wrong.example", 1, &[&wrong])
            + &smart("good.example", 1, &["192.0.2.3"])),
    )
}

#[track_caller]
fn hides(ran: &Ran) {
    for text in [&ran.out, &ran.err] {
        let text = String::from_utf8_lossy(text);
        assert!(!text.contains(PASSWORD), "{text}");
    }
}

#[test]
fn answers_say_hosts_and_hide_passwords() {
    let dir = Dir::new();
    // The content says what it is, whatever its name.
    let file = dir.file("export.txt", secret());
    let ran = ask(&file, ["u@acme.example", "u@x.acme.example"]);
    assert_eq!(ran.code(), 0, "{}", ran.err());
    assert_eq!(
        ran.answers(),
        ["static Relay.Example.Net:587,192.0.2.2:25", "mx -"]
    );
    assert_eq!(ran.lines()[0][4], "auth");
    assert!(ran.lines()[0][5].ends_with("export.txt:12"));
    hides(&ran);
    for form in ["json", "jsonl"] {
        let ran = ask(
            &file,
            ["--explain", "--output-format", form, "u@acme.example"],
        );
        hides(&ran);
        let value: Value = serde_json::from_str(ran.out()).unwrap();
        let answer = value.get(0).unwrap_or(&value);
        assert_eq!(answer["choice"], "round-robin");
        assert_eq!(answer["credentials"]["password"], Value::Null);
        assert_eq!(answer["credentials"]["password_set"], true);
        assert_eq!(answer["assumptions"][0], "case=insensitive");
        assert_eq!(answer["groups"][0].as_array().unwrap().len(), 2);
    }
    let ran = ask(&file, ["--explain", "u@acme.example"]);
    hides(&ran);
    assert!(ran.out().contains("SmartHost0"), "{}", ran.out());
    let shown = ask(&file, ["--explain", "--show-secrets", "u@acme.example"]);
    assert!(shown.out().contains(PASSWORD));
}

#[test]
fn name_servers_of_a_key_are_told() {
    let dir = Dir::new();
    let key = "<key domain=\"d.example\"><value name=\"DNSServerCount\">1</value><value name=\"DNSServer0\">198.51.100.53</value></key>\n";
    let file = dir.file("t.xml", table(key));
    let ran = ask(&file, ["--output-format", "jsonl", "u@d.example"]);
    let answer = ran.object();
    assert_eq!(answer["decision"], "mx");
    let note = answer["notes"][0].as_str().unwrap();
    assert!(note.contains("198.51.100.53"), "{note}");
}

#[test]
fn tables_with_errors_are_refused_unless_asked_for() {
    let dir = Dir::new();
    let file = dir.file("t.xml", broken());
    let ran = ask(&file, ["u@good.example"]);
    ran.fails(
        2,
        &[
            "t.xml:14:34:",
            "[count-mismatch]",
            "[bad-auth]",
            "1 of 3 routes",
        ],
    );
    hides(&ran);
    let ran = ask(&file, ["--valid-only", "u@good.example", "u@small.example"]);
    assert_eq!(ran.code(), 111);
    assert_eq!(ran.lines()[0][2], "192.0.2.3:25");
    assert_eq!(ran.lines()[1][3], "undefined");
    hides(&ran);
    // A lenient reading keeps the first host, and names the one that it ignores.
    let ran = ask(&file, ["--lenient", "--valid-only", "u@small.example"]);
    assert_eq!(ran.lines()[0][2], "relay.example.net:587");
    assert!(
        ran.err().contains("SmartHost1 is ignored: `192.0.2.2`"),
        "{}",
        ran.err()
    );
    hides(&ran);
}

#[test]
fn options_settle_what_is_open() {
    let dir = Dir::new();
    let keys = smart("*.d.example", 1, &["wide"]) + &smart("*.a.d.example", 1, &["near"]);
    let file = dir.file("t.xml", table(&keys));
    let ran = ask(&file, ["u@x.a.d.example"]);
    assert_eq!(ran.answer().split(' ').nth(1), Some("near:25"));
    assert!(
        ran.err().contains("nested-wildcards=longest"),
        "{}",
        ran.err()
    );
    let ran = ask(
        &file,
        ["--assume", "nested-wildcards=first", "u@x.a.d.example"],
    );
    assert_eq!(ran.answer().split(' ').nth(1), Some("wide:25"));
    let ran = ask(
        &file,
        ["--assume", "nested-wildcards=both", "u@x.a.d.example"],
    );
    ran.fails(2, &["longest, first"]);
}

#[test]
fn the_format_may_be_named() {
    for name in ["imss", "imss-dbd"] {
        let ran = run_with(
            offline().args(["--from", name, "--routes", "-", "u@acme.example"]),
            secret(),
        );
        assert_eq!(ran.code(), 0, "{}", ran.err());
    }
    let ran = run_with(
        offline().args(["--from", "imsva", "--routes", "-", "u@acme.example"]),
        secret(),
    );
    ran.fails(2, &["--from imss reads it"]);
    hides(&ran);
    let html = "<!DOCTYPE html>\n<html></html>\n";
    let ran = run_with(
        offline().args(["--from", "imss", "--routes", "-", "d"]),
        html,
    );
    ran.fails(2, &["an HTML page, not a table"]);
}

#[test]
fn findings_hide_passwords_in_every_form() {
    let dir = Dir::new();
    let damaged = secret().replace(
        "</value>\n  </key>\n</IMSS_DBD>",
        "<value>\n  </key>\n</IMSS_DBD>",
    );
    let one_line = broken().replace('\n', " ");
    for (name, text) in [("a.xml", broken()), ("b.xml", damaged), ("c.xml", one_line)] {
        let file = dir.file(name, text);
        for form in [
            "text", "concise", "json", "jsonl", "sarif", "github", "gitlab",
        ] {
            let ran = run(program().args(["--output-format", form]).arg(&file));
            assert_eq!(ran.code(), 1, "{}", ran.err());
            assert!(!ran.out.is_empty());
            hides(&ran);
        }
    }
}

#[test]
fn lint_says_each_thing_once() {
    let dir = Dir::new();
    let keys = smart("d.example", 1, &["a.example"]) + &smart("d.example", 1, &["b.example"]);
    let file = dir.file("t.xml", table(&keys));
    assert_eq!(rules(&lint(&file, [""; 0])), ["duplicate-recipient"]);
    let same = smart("d.example", 1, &["a.example"]).repeat(2);
    let file = dir.file("s.xml", table(&same));
    assert_eq!(rules(&lint(&file, [""; 0])), ["duplicate-same"]);
    let allowed = table(&keys).replace(
        "</IMSS_DBD>",
        "<!-- qroute: allow-file(duplicate-recipient) -->\n</IMSS_DBD>",
    );
    let file = dir.file("u.xml", allowed);
    let ran = lint(&file, [""; 0]);
    assert_eq!(ran.code(), 0, "{}", ran.out());
}

#[test]
fn fmt_keeps_order_and_passwords() {
    let dir = Dir::new();
    let file = dir.file("t.xml", secret());
    let ran = run(formatter().arg("--diff").arg(&file));
    assert_eq!(ran.code(), 1, "{}", ran.err());
    hides(&ran);
    assert!(
        ran.out().starts_with("# masked: do not apply"),
        "{}",
        ran.out()
    );
    assert!(
        ran.out()
            .contains("+    <value name=\"SmartHost0\">relay.example.net:587:1:svc:…"),
        "{}",
        ran.out()
    );
    let ran = run(formatter().arg(&file));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    assert!(ran.err().contains("case=insensitive"), "{}", ran.err());
    let formed = std::fs::read_to_string(&file).unwrap();
    let wanted = secret()
        .replace("Relay.Example.Net:0587", "relay.example.net:587")
        .replace("Acme", "acme");
    assert_eq!(formed, wanted);
    let ran = run(formatter().arg("--check").arg(&file));
    assert_eq!(ran.code(), 0);
    let refused = dir.file("broken.xml", broken());
    let ran = run(formatter().arg(&refused));
    assert_eq!(ran.code(), 2);
    hides(&ran);
    assert_eq!(std::fs::read_to_string(&refused).unwrap(), broken());
}
