//! Lists of cPanel and answers of its API, through the programs.

use super::dns_server::{A, MX, NXDOMAIN, Reply, Server, a, mx};
use super::lint::lint;
use super::support::{Dir, Ran, ask, command, formatter, run};

fn lists() -> Dir {
    Dir::with(&[
        ("localdomains", "server.host.example\nshop.example\n"),
        ("remotedomains", "crm.example\ngw.example\n"),
        ("secondarymx", "standby.example\n"),
        ("manualmx", "gw.example: filter.example\n"),
    ])
}

fn resolve(dir: &Dir, file: &str, args: &[&str]) -> Ran {
    let mut command = command();
    command
        .args(["--no-config", "--no-dns", "--routes"])
        .arg(dir.join(file));
    run(command.args(args))
}

#[test]
fn a_directory_is_one_table() {
    let dir = lists();
    let ran = resolve(
        &dir,
        "",
        &[
            "x@shop.example",
            "x@crm.example",
            "x@standby.example",
            "x@gw.example",
        ],
    );
    assert_eq!(
        ran.answers(),
        ["local -", "mx -", "backup -", "static filter.example:25"]
    );
    assert_eq!((ran.code(), ran.err()), (0, ""));
    let ran = resolve(&dir, "", &["--explain", "x@gw.example"]);
    for part in ["tried in localdomains", "manualmx:1", "absent"] {
        assert!(ran.out().contains(part), "{}", ran.out());
    }
    // What is in no list rests on what no document says.
    let ran = resolve(&dir, "", &["x@elsewhere.example"]);
    assert!(ran.err().contains("unlisted=mx"), "{}", ran.err());
    let ran = resolve(
        &dir,
        "",
        &["--assume", "unlisted=unknown", "x@elsewhere.example"],
    );
    assert_eq!(ran.answer(), "none - - - -");
    let object = resolve(
        &dir,
        "",
        &["--output-format", "jsonl", "x@elsewhere.example"],
    )
    .object();
    assert_eq!(object["assumptions"], serde_json::json!(["unlisted=mx"]));
}

#[test]
fn one_list_alone_says_what_it_leaves_out() {
    let dir = lists();
    let ran = resolve(&dir, "remotedomains", &["x@gw.example"]);
    assert_eq!((ran.answers(), ran.code()), (vec!["mx -".to_owned()], 0));
    let err = ran.err();
    assert!(
        err.contains("localdomains, secondarymx, manualmx beside it"),
        "{err}"
    );
    let other = Dir::with(&[("list", "shop.example\n")]);
    let ran = resolve(&other, "list", &["--from", "cpanel", "x@shop.example"]);
    assert_eq!((ran.answers(), ran.err()), (vec!["local -".to_owned()], ""));
    let empty = Dir::new();
    let ran = resolve(&empty, "", &["--from", "cpanel", "x@shop.example"]);
    ran.fails(2, &["none of the lists is there"]);
}

#[test]
fn errors_are_refused_and_the_rest_is_used_when_asked_for() {
    let dir = Dir::with(&[(
        "localdomains",
        "server.host.example\n  shop.example\nblog.example\n",
    )]);
    let ran = resolve(&dir, "localdomains", &["x@blog.example"]);
    ran.fails(2, &["leading-whitespace", "2 of 3 routes"]);
    let ran = resolve(
        &dir,
        "localdomains",
        &["--valid-only", "x@blog.example", "x@shop.example"],
    );
    assert_eq!(ran.answers(), ["local -", "error -"]);
    assert_eq!(ran.lines()[1][3], "undefined");
}

#[test]
fn answers_are_known_by_their_content() {
    let dir = Dir::with(&[
        (
            "mx.json",
            "{\"data\": [{\"domain\": \"shop.example\", \"mxcheck\": \"local\"}], \"status\": 1}\n",
        ),
        (
            "failed.json",
            "{\"result\": {\"data\": null, \"errors\": [\"No such user.\"], \"status\": 0}}\n",
        ),
    ]);
    let ran = resolve(&dir, "mx.json", &["x@shop.example", "x@other.example"]);
    assert_eq!(ran.answers(), ["local -", "none -"]);
    for also in [&[][..], &["--valid-only"]] {
        let args = [also, &["x@shop.example"]].concat();
        let ran = resolve(&dir, "failed.json", &args);
        ran.fails(
            2,
            &[
                "the API call failed (status 0): No such user.",
                "refused whole",
            ],
        );
    }
    let ran = lint(&dir.join("failed.json"), [""; 0]);
    assert_eq!(ran.code(), 1);
    assert!(ran.out().contains("api-failed"), "{}", ran.out());
}

#[test]
fn lint_looks_at_all_lists_and_at_one_of_them() {
    let dir = Dir::with(&[
        ("localdomains", "server.host.example\nshop.example\n"),
        ("remotedomains", "shop.example\ncrm.example\ncrm.example\n"),
        ("cpuser", "MXCHECK-shop.example=remote\n"),
    ]);
    let ran = lint(dir.path(), [""; 0]);
    assert_eq!(ran.code(), 1);
    for part in [
        "remotedomains:1:1: error: shop.example is in localdomains and in remotedomains [overlap]",
        "remotedomains:3:1: warning: `crm.example` has the same destination at line 2 [duplicate-same]",
        "secondarymx is missing",
        "cpuser:1:22: error: cpuser says that shop.example is remote",
    ] {
        assert!(ran.out().contains(part), "{part}: {}", ran.out());
    }
    let ran = lint(&dir.join("remotedomains"), [""; 0]);
    assert!(ran.out().contains("overlap"), "{}", ran.out());
    assert!(!ran.out().contains("mismatch"), "{}", ran.out());
    lint(dir.path(), ["--fix", "--quiet"]);
    let fixed = std::fs::read_to_string(dir.join("remotedomains")).unwrap();
    assert_eq!(fixed, "shop.example\ncrm.example\n");
}

#[test]
fn the_form_of_a_list() {
    let dir = Dir::with(&[
        (
            "localdomains",
            "# ours\nServer.Host.example\r\nshop.example:\n",
        ),
        ("manualmx", "gw.example   Filter.example\n"),
    ]);
    let ran = run(formatter().arg("--diff").arg(dir.path()));
    assert_eq!(ran.code(), 1);
    for part in [
        "+server.host.example",
        "+gw.example: filter.example",
        " # ours",
    ] {
        assert!(ran.out().contains(part), "{}", ran.out());
    }
    assert_eq!(run(formatter().arg(dir.path())).code(), 0);
    assert_eq!(run(formatter().arg("--check").arg(dir.path())).code(), 0);
}

/// This host is 192.0.2.99.
fn zone(name: &str, kind: u16) -> Option<Reply> {
    let addresses = |list: &[&str]| Reply::records(list.iter().map(|ip| a(ip)));
    Some(match (name, kind) {
        ("shop.example" | "auto.example", MX) => Reply::records([mx(10, "own.mx.example")]),
        ("crm.example", MX) => Reply::records([mx(10, "other.mx.example")]),
        ("standby.example", MX) => {
            Reply::records([mx(10, "other.mx.example"), mx(20, "own.mx.example")])
        }
        ("own.mx.example", A) => addresses(&["192.0.2.99"]),
        ("other.mx.example", A) => addresses(&["192.0.2.11"]),
        (host, _) if host.ends_with(".mx.example") => Reply::default(),
        _ => Reply::code(NXDOMAIN),
    })
}

#[test]
fn the_automatic_setting_is_worked_out_of_mx_records() {
    let server = Server::start(zone);
    let record = |domain: &str, more: &str| {
        format!("{{\"domain\": \"{domain}\", \"mxcheck\": \"auto\"{more}}}")
    };
    let records = [
        record("shop.example", ""),
        record("crm.example", ""),
        record("standby.example", ""),
        record("nowhere.example", ""),
        record("auto.example", ", \"detected\": \"remote\""),
    ];
    let text = format!("{{\"data\": [{}], \"status\": 1}}", records.join(", "));
    let dir = Dir::with(&[("mx.json", &text)]);
    let mut command = command();
    command.args(["--no-config", "--own", "192.0.2.99", "--dns-server"]);
    command.arg(server.address().to_string());
    command.arg("--routes").arg(dir.join("mx.json"));
    command.args(["--output-format", "jsonl"]);
    let names = ["shop", "crm", "standby", "nowhere", "auto"];
    let ran = run(command.args(names.map(|name| format!("x@{name}.example"))));
    let objects = ran.objects();
    let decisions: Vec<_> = objects
        .iter()
        .map(|object| object["decision"].as_str().unwrap())
        .collect();
    // What the server had detected stays in force until it is told to look again.
    assert_eq!(decisions, ["local", "mx", "backup", "error", "mx"]);
    assert_eq!(
        objects[0]["assumptions"],
        serde_json::json!(["own=192.0.2.99"])
    );
    assert_eq!(objects[1]["candidates"][0]["ip"], "192.0.2.11");
    let notes = |at: usize| objects[at]["notes"].to_string();
    assert!(
        notes(2).contains("by its MX records it is a backup"),
        "{}",
        notes(2)
    );
    assert!(
        notes(4).contains("by its MX records it is local now"),
        "{}",
        notes(4)
    );
    // Without DNS nobody knows.
    let ran = resolve(&dir, "mx.json", &["x@shop.example"]);
    assert_eq!((ran.lines()[0][3].as_str(), ran.code()), ("undefined", 111));
}

#[test]
fn lint_compares_lists_with_dns() {
    let server = Server::start(zone);
    let dir = Dir::with(&[
        ("localdomains", "server.host.example\ncrm.example\n"),
        ("remotedomains", "shop.example\n"),
        ("secondarymx", "standby.example\n"),
    ]);
    let address = server.address().to_string();
    let args = ["--dns", "--own", "192.0.2.99", "--dns-server", &address];
    let ran = lint(dir.path(), args);
    for part in [
        "crm.example is in localdomains, and no MX of it is this host",
        "shop.example is in remotedomains, and its best MX is this host",
    ] {
        assert!(ran.out().contains(part), "{}", ran.out());
    }
    assert!(!ran.out().contains("standby.example"), "{}", ran.out());
}

#[test]
fn lists_have_no_encoding() {
    let dir = Dir::with(&[
        ("etc/localdomains", "a.example\n"),
        ("transport", "a.example smtp:[h]\n"),
        ("mxs.json", "{\"data\": []}"),
    ]);
    for (format, file) in [
        ("cpanel", "etc"),
        ("cpanel", "etc/localdomains"),
        ("postfix-transport", "transport"),
    ] {
        let args = ["--from", format, "--encoding", "utf-16", "u@a.example"];
        ask(&dir.join(file), args).fails(2, &["--encoding:", "byte by byte"]);
    }
    let args = ["--from", "cpanel", "--encoding", "utf-8", "u@a.example"];
    assert_eq!(ask(&dir.join("mxs.json"), args).answers(), ["none -"]);
}
