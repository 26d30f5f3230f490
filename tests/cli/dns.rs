//! Answers with DNS: from the question to the addresses that would be tried.

use serde_json::json;

use super::dns_server::{A, MX, NXDOMAIN, Reply, SERVFAIL, Server, a, mx};
use super::support::{Dir, Ran, command, run};

/// The zone of these tests.
pub fn zone(name: &str, kind: u16) -> Option<Reply> {
    let addresses = |list: &[&str]| Reply::records(list.iter().map(|ip| a(ip)));
    Some(match (name, kind) {
        ("two.example", MX) => Reply::records([
            mx(20, "c.mx.example"),
            mx(10, "b.mx.example"),
            mx(10, "a.mx.example"),
        ]),
        ("many.example", MX) => Reply::records((0..9).map(|n| mx(5, &format!("h{n}.mx.example")))),
        ("null.example", MX) => Reply::records([mx(0, ".")]),
        ("fail.example", _) => Reply::code(SERVFAIL),
        ("self.example", MX) => Reply::records([mx(10, "own.mx.example"), mx(20, "c.mx.example")]),
        ("behind.example", MX) => Reply::records([
            mx(10, "own.mx.example"),
            mx(5, "a.mx.example"),
            mx(20, "c.mx.example"),
        ]),
        ("xn--bcher-kva.example", MX) => Reply::records([mx(10, "a.mx.example")]),
        ("a.mx.example", A) => addresses(&["192.0.2.11"]),
        ("b.mx.example", A) => addresses(&["192.0.2.13", "192.0.2.12"]),
        ("c.mx.example", A) => addresses(&["192.0.2.14"]),
        ("own.mx.example", A) => addresses(&["192.0.2.99"]),
        ("bare.example" | "relay.example", A) => addresses(&["192.0.2.20"]),
        (h, A) if h.starts_with('h') && h.ends_with(".mx.example") => addresses(&["192.0.2.50"]),
        ("bare.example" | "relay.example", _) => Reply::default(),
        (host, _) if host.ends_with(".mx.example") => Reply::default(),
        _ => Reply::code(NXDOMAIN),
    })
}

pub fn ask(server: &Server, args: &[&str]) -> Ran {
    let dir = Dir::new();
    let table = dir.file(
        "smtproutes",
        "routed.example:relay.example:587\nlost.example:none.example\n",
    );
    let mut command = command();
    command.args(["--no-config", "--own", "192.0.2.99", "--dns-server"]);
    command
        .arg(server.address().to_string())
        .arg("--routes")
        .arg(table);
    run(command.args(args))
}

#[test]
fn mx_hosts_are_grouped_by_preference() {
    let server = Server::start(zone);
    let ran = ask(&server, &["u@two.example"]);
    let expected = "mx a.mx.example[192.0.2.11]:25,b.mx.example[192.0.2.12]:25,b.mx.example[192.0.2.13]:25 \
                    c.mx.example[192.0.2.14]:25 - - -";
    let sorted = |answer: &str| {
        answer.replace(
            "b.mx.example[192.0.2.13]:25,b.mx.example[192.0.2.12]:25",
            "b.mx.example[192.0.2.12]:25,b.mx.example[192.0.2.13]:25",
        )
    };
    assert_eq!((sorted(&ran.answer()).as_str(), ran.code()), (expected, 0));
    let object = ask(&server, &["--output-format", "jsonl", "u@two.example"]).object();
    let host = |name: &str| json!({"host": name, "port": 25});
    let groups = json!([
        [host("a.mx.example"), host("b.mx.example")],
        [host("c.mx.example")]
    ]);
    assert_eq!(object["groups"], groups);
    assert_eq!(object["mx_domain"], "two.example");
    let candidates = object["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 4);
    let first = json!({"host": "a.mx.example", "ip": "192.0.2.11", "port": 25, "preference": 10});
    let last = json!({"host": "c.mx.example", "ip": "192.0.2.14", "port": 25, "preference": 20});
    assert_eq!((&candidates[0], &candidates[3]), (&first, &last));
    assert_eq!(object["assumptions"], json!([]));
}

#[test]
fn hosts_of_routes_are_looked_up_by_address() {
    let server = Server::start(zone);
    let ran = ask(&server, &["u@routed.example", "u@lost.example"]);
    assert_eq!(
        ran.answers(),
        ["static relay.example[192.0.2.20]:587", "static -"]
    );
    assert_eq!(ran.lines()[1][3], "nxdomain");
    ran.fails(
        100,
        &["the relay none.example does not exist: the mail bounces"],
    );
    assert!(
        server.asked().iter().all(|(_, kind)| *kind != MX),
        "{:?}",
        server.asked()
    );
}

#[test]
fn candidates_are_an_array_whenever_dns_may_be_asked() {
    let server = Server::start(zone);
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/authsenders", "a@b.example:relay.example\n"),
    ]);
    let mut command = command();
    command.args([
        "--no-config",
        "--dialect",
        "sagredo",
        "--output-format",
        "jsonl",
        "--dns-server",
    ]);
    command
        .arg(server.address().to_string())
        .arg("--home")
        .arg(home.path());
    let ran = run(command.args(["u@me.example", "u@", "u@two.example", "u@null.example"]));
    let objects = ran.objects();
    let decisions: Vec<_> = objects
        .iter()
        .map(|o| o["decision"].as_str().unwrap())
        .collect();
    assert_eq!(decisions, ["local", "error", "undecided", "undecided"]);
    assert!(
        objects.iter().all(|o| o["candidates"] == json!([])),
        "{objects:?}"
    );
    assert!(server.asked().is_empty(), "{:?}", server.asked());
}

#[test]
fn failures_are_permanent_or_temporary() {
    let server = Server::start(zone);
    for (address, kind, code) in [
        ("u@null.example", "null-mx", 100),
        ("u@none.example", "nxdomain", 100),
        ("u@fail.example", "servfail", 111),
        ("u@a..example", "nxdomain", 100),
    ] {
        let ran = ask(&server, &[address]);
        assert_eq!(ran.answer(), format!("mx - {kind} - -"), "{address}");
        assert_eq!(ran.code(), code, "{address}");
        let object = ask(&server, &["--output-format", "jsonl", address]).object();
        assert_eq!(object["error"]["temporary"], code == 111);
        assert_eq!(
            (&object["groups"], &object["candidates"]),
            (&json!([]), &json!([]))
        );
    }
    let ran = ask(
        &server,
        &["u@null.example", "u@fail.example", "u@two.example"],
    );
    assert_eq!(ran.code(), 111);
}

#[test]
fn silence_is_a_timeout() {
    let server = Server::start(|_, _| None);
    let ran = ask(&server, &["--timeout", "0.3", "u@two.example"]);
    assert_eq!(
        (ran.answer().as_str(), ran.code()),
        ("mx - timeout - -", 111)
    );
}

#[test]
fn this_host_is_recognized_and_said() {
    let server = Server::start(zone);
    let own = |args: &[&str]| ask(&server, &[&["--output-format", "jsonl"], args].concat());
    let ran = own(&["u@self.example"]);
    let object = ran.object();
    assert_eq!(
        (&object["error"]["kind"], ran.code()),
        (&json!("loops-back"), 100)
    );
    assert_eq!(object["assumptions"], json!(["own=192.0.2.99"]));
    // Only what is better than this host is tried.
    let object = own(&["u@behind.example"]).object();
    assert_eq!(
        object["groups"],
        json!([[{"host": "a.mx.example", "port": 25}]])
    );
    assert_eq!(object["assumptions"], json!(["own=192.0.2.99"]));
    // Another host's loop is not ours.
    let mut command = command();
    command.args(["--no-config", "--own", "mx.elsewhere.test", "--dns-server"]);
    let dir = Dir::new();
    command
        .arg(server.address().to_string())
        .arg("--routes")
        .arg(dir.file("smtproutes", ""));
    let ran = run(command.args(["--output-format", "jsonl", "u@self.example"]));
    assert_eq!((ran.code(), &ran.object()["assumptions"]), (0, &json!([])));
    let ran = ask(&server, &["--explain", "u@self.example"]);
    assert!(
        ran.out().contains("  assumed:  own=192.0.2.99\n"),
        "{}",
        ran.out()
    );
}

#[test]
fn a_configuration_says_what_is_own() {
    let server = Server::start(zone);
    let dir = Dir::with(&[
        ("smtproutes", ""),
        (
            "qroute.toml",
            "own = [\"192.0.2.99\", \"mx.own.example\"]\n",
        ),
    ]);
    let asked = |also: &[&str]| {
        let mut command = command();
        command
            .env("QROUTE_DNS", server.address().to_string())
            .arg("--routes");
        command.arg(dir.join("smtproutes")).args(also);
        run(command.args(["--output-format", "jsonl", "u@self.example"]))
    };
    let object = asked(&[]).object();
    assert_eq!(object["error"]["kind"], "loops-back");
    assert_eq!(
        object["assumptions"],
        json!(["own=mx.own.example,192.0.2.99"])
    );
    assert!(asked(&["--own", "192.0.2.1"]).object()["error"].is_null());
    dir.file("qroute.toml", "own = \"a b\"\n");
    asked(&[]).fails(2, &["`own` in the configuration", "a b"]);
}

#[test]
fn a_domain_without_mx_stands_for_itself() {
    let server = Server::start(zone);
    let ran = ask(&server, &["u@bare.example"]);
    assert_eq!(ran.answer(), "mx bare.example[192.0.2.20]:25 - - -");
}

#[test]
fn address_literals_are_not_asked() {
    let server = Server::start(zone);
    let ran = ask(&server, &["u@[192.0.2.1]"]);
    assert_eq!(ran.answer(), "mx 192.0.2.1:25 - - -");
    let ran = ask(
        &server,
        &["--dialect", "s-qmail", "--sender", "a@b", "u@[2001:db8::1]"],
    );
    assert!(
        ran.answer().contains("[2001:db8::1]:25"),
        "{}",
        ran.answer()
    );
    let ran = ask(&server, &["u@[192.0.2.99]"]);
    assert_eq!(
        (ran.lines()[0][3].as_str(), ran.code()),
        ("loops-back", 100)
    );
    assert!(server.asked().is_empty(), "{:?}", server.asked());
}

#[test]
fn names_are_asked_as_a_labels() {
    let server = Server::start(zone);
    let ran = ask(&server, &["ü@Bücher.example"]);
    assert_eq!(ran.answers(), ["mx a.mx.example[192.0.2.11]:25"]);
    assert_eq!(ran.lines()[0][0], "\\xC3\\xBC@B\\xC3\\xBCcher.example");
    assert!(server.names().contains(&"xn--bcher-kva.example".to_owned()));
}
