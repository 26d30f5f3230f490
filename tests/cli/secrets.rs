//! Users and passwords never leave the program unasked.

use base64::Engine;
use serde_json::Value;

use super::dialects::NAMES;
use super::dns_server::{REFUSED, Reply, Server};
use super::support::{Dir, Ran, ask, ask_home, command, contains, offline, run};

const USER: &str = "Us3rName";
const PASS: &str = "S3cretPw0rd";

/// Values that hold a user and a password, in the spelling of some dialect.
const VALUES: [&str; 14] = [
    "relay.example|Us3rName|S3cretPw0rd",
    "relay.example:587|Us3rName|S3cretPw0rd",
    "relay.example;587|Us3rName|S3cretPw0rd",
    "relay.example,587|Us3rName|S3cretPw0rd",
    "relay.example Us3rName S3cretPw0rd",
    "relay.example:587 Us3rName S3cretPw0rd",
    "relay.example\tUs3rName\tS3cretPw0rd",
    "relay.example:587 Us3rName S3cretPw0rd:99999999",
    "relay.example|Us3rName|S3cretPw0rd:99999999",
    "|Us3rName|S3cretPw0rd",
    " Us3rName S3cretPw0rd",
    ":587 Us3rName S3cretPw0rd",
    "[2001:db8::1] Us3rName S3cretPw0rd",
    "relay\u{fc}.example\u{7f}|Us3rName|S3cretPw0rd",
];

const FORMS: [&[&str]; 4] = [
    &["--output-format", "text"],
    &["--output-format", "json", "--explain"],
    &["--output-format", "jsonl"],
    &["--explain", "-v"],
];

/// To Courier, which knows no credentials and cuts off blanks around a value, the first word is the relay.
const TRIMMED: &str = " Us3rName S3cretPw0rd";

fn keeps_secrets(ran: &Ran, what: &str) {
    keeps(ran, &[USER, PASS, "99999999"], what);
}

/// The digits behind the password may be part of it.
fn keeps(ran: &Ran, secrets: &[&str], what: &str) {
    let mut all = [&ran.out[..], &ran.err].concat();
    // What is base64 is read, too.
    for object in ran.out().lines() {
        let object = object.trim_end_matches(',');
        if let Ok(value) = serde_json::from_str::<Value>(object) {
            decoded(&value, &mut all);
        }
    }
    for secret in secrets {
        let shown = String::from_utf8_lossy(&all);
        assert!(
            !contains(&all, secret.as_bytes()),
            "{what}: {secret} in {shown}"
        );
    }
}

fn decoded(value: &Value, all: &mut Vec<u8>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let (true, Some(text)) = (name.ends_with("_b64"), value.as_str()) {
                    let engine = base64::engine::general_purpose::STANDARD;
                    all.extend(engine.decode(text).unwrap());
                }
                decoded(value, all);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| decoded(value, all)),
        _ => {}
    }
}

#[test]
fn no_dialect_and_no_form_of_output_shows_them() {
    let dir = Dir::new();
    for value in VALUES {
        let path = dir.file(
            "smtproutes",
            format!("d.example:{value}\n.example:{value}\n"),
        );
        for dialect in NAMES {
            for form in FORMS {
                let args = ["--dialect", dialect, "u@d.example", "u@x.example"];
                let ran = ask(&path, form.iter().chain(&args));
                assert!(ran.code() != 2, "{ran:?}");
                let trimmed = dialect == "courier" && value == TRIMMED;
                let secrets = if trimmed {
                    &[PASS][..]
                } else {
                    &[USER, PASS, "99999999"]
                };
                keeps(&ran, secrets, &format!("{dialect}, {value}, {form:?}"));
            }
        }
    }
}

#[test]
fn dns_neither_sees_nor_shows_them() {
    let server = Server::start(|_, _| Some(Reply::code(REFUSED)));
    let dir = Dir::new();
    let table: String = (0..)
        .zip(VALUES.into_iter().filter(|v| *v != TRIMMED))
        .map(|(n, v)| format!("d{n}.example:{v}\n"))
        .collect();
    let path = dir.file("smtproutes", table);
    let asked: Vec<String> = (0..VALUES.len() - 1)
        .map(|n| format!("u@d{n}.example"))
        .collect();
    for dialect in NAMES {
        for form in FORMS {
            let mut command = command();
            command.args([
                "--no-config",
                "--timeout",
                "20",
                "--own",
                "192.0.2.1",
                "--dns-server",
            ]);
            command
                .arg(server.address().to_string())
                .arg("--routes")
                .arg(&path);
            let ran = run(command.args(["--dialect", dialect]).args(form).args(&asked));
            assert!([100, 111].contains(&ran.code()), "{ran:?}");
            keeps_secrets(&ran, dialect);
        }
    }
    for name in server.names() {
        let name = name.to_lowercase();
        let bad = name.contains(&USER.to_lowercase()) || name.contains(&PASS.to_lowercase());
        assert!(!bad, "{name} was asked");
    }
}

#[test]
fn a_server_that_cannot_be_asked_shows_none() {
    let closed = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap().to_string();
    drop(closed);
    let dir = Dir::new();
    let path = dir.file("smtproutes", "d:relay.example:587|Us3rName|S3cretPw0rd\n");
    let mut command = command();
    command.args([
        "--no-config",
        "--timeout",
        "0.5",
        "--dns-server",
        &address,
        "--routes",
    ]);
    let ran = run(command.arg(path).args(["--dialect", "sagredo", "u@d"]));
    assert_eq!(ran.code(), 111);
    keeps_secrets(&ran, "closed port");
}

#[test]
fn files_beside_the_table_are_masked_too() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        (
            "control/authsenders",
            "v@v.example:relay|Us3rName|S3cretPw0rd\n",
        ),
        ("control/smtproutes", ":relay|Us3rName|S3cretPw0rd\n"),
        (
            "control/smtproutes.d/default",
            "relay=mx|Us3rName|S3cretPw0rd\noutgoingip6=2001:db8::1\n",
        ),
        (
            "control/smtproutes.d/x.example",
            "relay=mx Us3rName S3cretPw0rd\nport=::\n",
        ),
    ]);
    let path = home.join("control/moresmtproutes.cdb");
    let mut cdb = cdb2::CDBWriter::create(&path).unwrap();
    cdb.add(b"u@cdb.example", b"relay Us3rName S3cret:Pw0rd:S3cretPw0rd")
        .unwrap();
    cdb.finish().unwrap();
    let asked = ["u@x.example", "u@cdb.example", "u@y.example"];
    for dialect in NAMES {
        for form in FORMS {
            for sender in ["v@v.example", ""] {
                let args = ["--dialect", dialect, "--sender", sender];
                let mut command = offline();
                command.arg("--control").arg(home.join("control"));
                let ran = run(command.args(args).args(form).args(asked));
                keeps_secrets(&ran, dialect);
            }
        }
    }
    let env = ["--env", "SMTPROUTE=:relay Us3rName S3cretPw0rd"];
    for form in FORMS {
        for dialect in ["indimail", "indimail-auth"] {
            let args = ["--dialect", dialect, "--sender", "a@b", "u@y.example"];
            let ran = ask_home(&home, env.iter().chain(&args).chain(form));
            assert_eq!(ran.code(), 0, "{ran:?}");
            keeps_secrets(&ran, "SMTPROUTE");
        }
    }
    let ran = ask_home(&home, env.iter().chain(&["u@y.example"]));
    ran.fails(2, &["--env SMTPROUTE"]);
    keeps_secrets(&ran, "refused --env");
}

#[test]
fn a_password_from_the_next_line_is_one_too() {
    let dir = Dir::new();
    let path = dir.file("smtproutes", "d:relay|Us3rName\nS3cretPw0rd:x\n");
    for form in FORMS {
        let ran = ask(&path, form.iter().chain(&["--dialect", "sagredo", "d"]));
        keeps_secrets(&ran, "next line");
    }
    let ran = ask(
        &path,
        ["--dialect", "sagredo", "--output-format", "jsonl", "d"],
    );
    assert_eq!(
        ran.object()["credentials"]["password_state"],
        "from-next-line"
    );
    let ran = ask(&path, ["--dialect", "sagredo", "--explain", "d"]);
    assert!(ran.out().contains("NEXT LINE"), "{}", ran.out());
}

#[test]
fn who_asks_by_name_is_shown_them() {
    let dir = Dir::new();
    let path = dir.file("smtproutes", "d:relay.example:587|Us3rName|S3cretPw0rd\n");
    let args = [
        "--show-secrets",
        "--dialect",
        "sagredo",
        "--output-format",
        "jsonl",
        "d",
    ];
    let object = ask(&path, args).object();
    assert_eq!(object["credentials"]["user"], USER);
    assert_eq!(object["credentials"]["password"], PASS);
    assert_eq!(
        object["route"]["text"],
        "d:relay.example:587|Us3rName|S3cretPw0rd"
    );
    let ran = ask(&path, ["--show-secrets", "--dialect", "notqmail", "d"]);
    assert_eq!(ran.answers(), ["static relay.example:587"]);
    let path = dir.file("smtproutes", "d:relay.example Us3rName x:65561\n");
    let object = ask(&path, ["--show-secrets", "--output-format", "jsonl", "d"]).object();
    assert_eq!(object["groups"][0][0]["host"], "relay.example Us3rName x");
    assert_eq!(object["port_written"], "65561");
    // Masked, the port stays what reaches the wire; what was written is part of the secret.
    let object = ask(&path, ["--output-format", "jsonl", "d"]).object();
    assert_eq!(object["groups"][0][0]["host"], "relay.example …");
    assert!(object.get("port_written").is_none());
}
