//! The shape of the output: text and JSON.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use serde_json::{Value, json};

use super::support::{Dir, ask, ask_home, offline, run};

fn table() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cli/shapes/smtproutes")
}

/// Asks the table by a relative path, so that lines can be compared whole.
fn relative(args: &[&str]) -> String {
    let dir = table().parent().unwrap().to_owned();
    let ran = run(offline()
        .current_dir(dir)
        .args(["--routes", "smtproutes"])
        .args(args));
    ran.lines();
    ran.out().to_owned()
}

#[test]
fn six_fields_a_line() {
    let lines = relative(&[
        "u@static.example",
        "wraps.example",
        "u@exception.example",
        "literal.example",
        "u@x.example",
        "u@elsewhere.test",
        "u@nowhere",
        "u@",
    ]);
    let expected = "\
u@static.example\tstatic\tmx.example:587\t-\t-\tsmtproutes:2
wraps.example\tstatic\tmx.example:25\t-\t-\tsmtproutes:3
u@exception.example\tmx\t-\t-\t-\tsmtproutes:4
literal.example\tstatic\t192.0.2.25:2525\t-\t-\tsmtproutes:5
u@x.example\tstatic\thub.example:25\t-\t-\tsmtproutes:6
u@elsewhere.test\tmx\t-\t-\t-\t-
u@nowhere\tstatic\t:26\t-\t-\tsmtproutes:7
u@\terror\t-\tbad-address\t-\t-
";
    assert_eq!(lines, expected);
}

#[test]
fn an_empty_argument_is_still_a_line_of_six_fields() {
    assert_eq!(relative(&[""]), "-\terror\t-\tbad-address\t-\t-\n");
}

#[test]
fn bytes_are_escaped_inside_fields() {
    let host = OsStr::from_bytes(b"a\\b\x01\xff\x7f c\xc3\xa9");
    let ran = ask(&table(), [OsStr::new("--hosts"), host]);
    assert_eq!(ran.lines()[0][0], "a\\x5Cb\\x01\\xFF\\x7F\\x20c\\xC3\\xA9");
    let dir = Dir::new();
    let path = dir.file("a b\\c/smtproutes", "d:r\n");
    let place = &ask(&path, ["d"]).lines()[0][5];
    assert!(place.ends_with("/a\\x20b\\x5Cc/smtproutes:1"), "{place}");
}

#[test]
fn ipv6_stands_in_brackets() {
    let dir = Dir::new();
    let path = dir.file("smtproutes", "six:[2001:db8::1]:587\nplain:[2001:db8::2]\n");
    let ran = ask(&path, ["--dialect", "qroute", "six", "plain"]);
    assert_eq!(
        ran.answers(),
        ["static [2001:db8::1]:587", "static [2001:db8::2]:25"]
    );
    // s/qmail takes it without brackets too; the output does not.
    let path = dir.file("s", "six:2001:db8::1;587\n");
    let ran = ask(&path, ["--dialect", "s-qmail", "six"]);
    assert_eq!(ran.answers(), ["static [2001:db8::1]:587"]);
}

#[test]
fn credentials_are_announced() {
    let dir = Dir::new();
    let path = dir.file("smtproutes", "a:mx|user|password\nb:mx||password\nc:mx\n");
    let ran = ask(&path, ["--dialect", "sagredo", "a", "b", "c"]);
    let auth: Vec<_> = ran.lines().iter().map(|l| l[4].clone()).collect();
    assert_eq!(auth, ["auth", "-", "-"]);
}

/// Every field with its type, whatever the decision.
fn check_shape(object: &Value, also: &[&str]) {
    let fields = object.as_object().unwrap();
    let text = |name: &str| assert!(fields[name].is_string(), "{name} in {object}");
    let or_null = |name: &str, right: fn(&Value) -> bool| {
        let value = fields
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {object}"));
        assert!(value.is_null() || right(value), "{name} in {object}");
    };
    text("address");
    text("decision");
    or_null("mx_domain", Value::is_string);
    or_null("port", Value::is_u64);
    or_null("choice", Value::is_string);
    or_null("protocol", Value::is_string);
    or_null("tls", Value::is_string);
    or_null("credentials", Value::is_object);
    or_null("route", Value::is_object);
    or_null("error", Value::is_object);
    let lists = ["groups", "needs", "assumptions", "notes"];
    for name in lists.iter().chain(also) {
        assert!(fields[*name].is_array(), "{name} in {object}");
    }
    for group in fields["groups"].as_array().unwrap() {
        for host in group.as_array().unwrap() {
            assert!(host["host"].is_string() && host["port"].is_u64(), "{host}");
        }
    }
    if let Some(route) = fields["route"].as_object() {
        assert!(route["key"].is_string() && route["text"].is_string());
        assert!(route["file"].is_string() || route["file"].is_null());
        assert!(route["line"].is_u64() == route["file"].is_string());
        assert!(route["column"].is_u64() == route["file"].is_string());
    }
    if let Some(error) = fields["error"].as_object() {
        assert!(error["kind"].is_string() && error["text"].is_string());
        assert!(error["temporary"].is_boolean());
    }
    if let Some(credentials) = fields["credentials"].as_object() {
        assert!(credentials["user"].is_string());
        assert!(credentials["password"].is_null() || credentials["password"].is_string());
        assert!(credentials["password_set"].is_boolean());
        assert!(credentials["password_state"].is_string());
    }
    let known = [
        "address",
        "decision",
        "mx_domain",
        "port",
        "port_written",
        "choice",
        "protocol",
        "tls",
        "groups",
        "credentials",
        "route",
        "needs",
        "error",
        "assumptions",
        "notes",
        "trail",
        "candidates",
    ];
    for name in fields.keys() {
        let plain = name.strip_suffix("_b64").unwrap_or(name);
        assert!(known.contains(&plain), "{name} in {object}");
    }
}

#[test]
fn json_has_every_field_with_its_type() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/authsenders", "vip@v.example:vip.example|u|p\n"),
        ("control/virtualdomains", "mine.example:alias\n"),
        (
            "control/smtproutes",
            "sent.example:hub.example:587|u|p\nout.example:\n",
        ),
    ]);
    let asked = [
        "u@mine.example",
        "u@me.example",
        "u@sent.example",
        "u@",
        "u@out.example",
    ];
    let base = ["--dialect", "sagredo", "--output-format", "jsonl"];
    let ran = ask_home(&home, base.iter().chain(&asked));
    let decisions: Vec<_> = ran
        .objects()
        .iter()
        .map(|o| {
            check_shape(o, &[]);
            assert!(o.get("trail").is_none() && o.get("candidates").is_none());
            o["decision"].clone()
        })
        .collect();
    assert_eq!(
        decisions,
        ["local", "local", "undecided", "error", "undecided"]
    );
    let known = base.iter().chain(&["--sender", "", "--explain"]);
    let ran = ask_home(&home, known.chain(&asked));
    let objects = ran.objects();
    objects.iter().for_each(|o| check_shape(o, &["trail"]));
    let decisions: Vec<_> = objects.iter().map(|o| o["decision"].clone()).collect();
    assert_eq!(decisions, ["local", "local", "static", "error", "mx"]);
    assert_eq!(objects[4]["mx_domain"], "out.example");
    assert_eq!(objects[4]["port"], 25);
    assert_eq!(
        objects[2]["groups"],
        json!([[{"host": "hub.example", "port": 587}]])
    );
    assert_eq!(objects[2]["choice"], "in-order");
    assert_eq!(objects[3]["error"]["kind"], "bad-address");
    assert_eq!(objects[3]["error"]["temporary"], false);
    let credentials = json!({
        "user": "…", "password": null, "password_set": true, "password_state": "stated"
    });
    assert_eq!(objects[2]["credentials"], credentials);
    let file = home.join("control/virtualdomains").display().to_string();
    let route = json!({
        "file": file, "line": 1, "column": 1, "key": "mine.example", "text": "mine.example:alias"
    });
    assert_eq!(objects[0]["route"], route);
}

#[test]
fn the_written_port_stands_only_beside_another_one() {
    let ran = ask(
        &table(),
        [
            "--output-format",
            "jsonl",
            "wraps.example",
            "static.example",
            "exception.example",
        ],
    );
    let objects = ran.objects();
    assert_eq!(objects[0]["port"], 25);
    assert_eq!(objects[0]["port_written"], "65561");
    assert_eq!(objects[1]["port"], 587);
    assert!(objects[1].get("port_written").is_none());
    assert!(objects[2].get("port_written").is_none());
}

#[test]
fn bytes_that_are_no_text_stand_beside_it() {
    let dir = Dir::new();
    let path = dir.file("smtproutes", b"\xff.d:r\xfe\n");
    let ran = ask(
        &path,
        [
            OsStr::new("--output-format"),
            OsStr::new("jsonl"),
            OsStr::new("--hosts"),
            OsStr::from_bytes(b"\xff.d"),
        ],
    );
    let object = ran.object();
    check_shape(&object, &[]);
    assert_eq!(object["address"], "\u{fffd}.d");
    assert_eq!(object["address_b64"], "/y5k");
    assert_eq!(object["route"]["key_b64"], "/y5k");
    assert_eq!(object["route"]["text_b64"], "/y5kOnL+");
    assert_eq!(object["groups"][0][0]["host"], "r\u{fffd}");
    assert_eq!(object["groups"][0][0]["host_b64"], "cv4=");
    let plain = ask(&path, ["--output-format", "jsonl", "d"]).object();
    assert!(plain.get("address_b64").is_none());
}

#[test]
fn json_is_one_array() {
    for asked in [&["static.example"][..], &["a", "u@", "static.example"]] {
        let ran = ask(&table(), ["--output-format", "json"].iter().chain(asked));
        let array: Value = serde_json::from_slice(&ran.out).unwrap();
        let addresses: Vec<_> = array.as_array().unwrap().iter().collect();
        assert_eq!(addresses.len(), asked.len());
        addresses.iter().for_each(|o| check_shape(o, &[]));
        let jsonl = ask(&table(), ["--output-format", "jsonl"].iter().chain(asked));
        let lines = jsonl.objects();
        assert_eq!(addresses, lines.iter().collect::<Vec<_>>());
    }
}
