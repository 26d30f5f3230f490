//! MSPControl's routes through the programs: detection, bindings, directions, findings and the canonical form.

use std::path::{Path, PathBuf};

use super::support::{Dir, Ran, ask, contains, formatter, linter, offline, run, run_with};

fn tour() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/tour/mspcontrol/routes.csv")
}

fn err(ran: &Ran) -> &str {
    ran.err()
}

const BOUND: [&str; 6] = [
    "--bind",
    "Exchange cluster=acme.example",
    "--bind",
    "Contoso, on-prem=contoso.example,.contoso.example",
    "--bind",
    "Outbound filter=*",
];

#[test]
fn nothing_is_routed_before_it_is_bound() {
    let ran = ask(&tour(), ["u@contoso.example"]);
    assert_eq!((ran.answer().as_str(), ran.code()), ("none - - - -", 0));
    let told = "routes.csv:1:1: no route of this table is bound to a domain [unbound-route]";
    assert!(err(&ran).contains(told), "{}", err(&ran));
    let ran = ask(&tour(), ["--output-format", "jsonl", "u@contoso.example"]);
    let object = ran.object();
    assert_eq!(object["decision"], "none");
    let note = object["notes"][0].as_str().unwrap();
    assert!(note.contains("no route of this table is bound"), "{note}");
    assert!(object["route"].is_null());
    let ran = ask(&tour(), ["-q", "--explain", "u@contoso.example"]);
    assert_eq!(ran.out().matches("it is bound to no domain").count(), 3);
}

#[test]
fn bound_routes_answer_in_their_direction() {
    for (direction, address, wanted) in [
        (
            "inbound",
            "u@acme.example",
            "static 203.0.113.10:25 203.0.113.11:25",
        ),
        (
            "inbound",
            "u@x.contoso.example",
            "static mail.contoso.example:2525",
        ),
        ("inbound", "u@other.example", "none -"),
        (
            "outbound",
            "u@acme.example",
            "static out1.filter.example:587 out2.filter.example:587",
        ),
        (
            "outbound",
            "u@other.example",
            "static out1.filter.example:587 out2.filter.example:587",
        ),
    ] {
        let asked = ["--direction", direction, address];
        let ran = ask(&tour(), BOUND.iter().chain(&asked));
        assert_eq!(ran.answers(), [wanted], "{direction} {address}");
        assert_eq!(ran.code(), 0);
        assert!(!err(&ran).contains("unbound-route"), "{}", err(&ran));
    }
    let ran = ask(&tour(), BOUND.iter().chain(&["u@acme.example"]));
    assert_eq!(
        (ran.answers(), ran.code()),
        (vec!["undecided -".to_owned()], 1)
    );
    assert!(err(&ran).contains("--direction"), "{}", err(&ran));
    // An answer of one host rests on no order.
    let args = [
        "--direction",
        "inbound",
        "--output-format",
        "jsonl",
        "u@contoso.example",
        "u@acme.example",
    ];
    let objects = ask(&tour(), BOUND.iter().chain(&args)).objects();
    assert_eq!(objects[0]["assumptions"], serde_json::json!([]));
    assert_eq!(
        objects[1]["assumptions"],
        serde_json::json!(["destination-order=as-written"])
    );
    assert_eq!(objects[1]["route"]["line"], 2);
    let args = ["--direction", "inbound", "--explain", "u@contoso.example"];
    let ran = ask(&tour(), BOUND.iter().chain(&args));
    for words in ["line 6 decides", "line 4 it is for the other direction"] {
        assert!(ran.out().contains(words), "{}", ran.out());
    }
}

#[test]
fn a_binding_that_fits_nothing_is_an_error() {
    for (bind, words) in [
        ("Contoso=d.example", "no route is called so"),
        (
            "outbound filter=d.example",
            "the nearest is `Outbound filter`",
        ),
        ("Outbound filter=u@d.example", "in a name"),
        ("Outbound filter", "write NAME=DOMAIN"),
    ] {
        ask(&tour(), ["--bind", bind, "u@d.example"]).fails(2, &["--bind", words]);
    }
    let twice = [
        "--bind",
        "Exchange cluster=d",
        "--bind",
        "Contoso, on-prem=d",
        "u@d",
    ];
    ask(&tour(), twice).fails(2, &["two Inbound routes"]);
}

#[test]
fn tables_with_errors_answer_only_when_asked_to() {
    let dir = Dir::new();
    let table = dir.file(
        "r.csv",
        "Type,Name,RouteType,Host,Port\nSystem Route,A,Outbound,a:25,25\nSystem Route,B,Outbound,b,25\n",
    );
    let bind = [
        "--bind",
        "A=a.example",
        "--bind",
        "B=b.example",
        "--direction",
        "outbound",
    ];
    let asked = ["u@a.example", "u@b.example"];
    let ran = ask(&table, bind.iter().chain(&asked));
    ran.fails(
        2,
        &[
            "r.csv:2:",
            "[port-in-host]",
            "1 of 2 routes are free of them",
        ],
    );
    let ran = ask(&table, bind.iter().chain(&["--valid-only"]).chain(&asked));
    assert_eq!(ran.answers(), ["error -", "static b:25"]);
    assert_eq!(ran.code(), 111);
    let cut = dir.file(
        "r.json",
        "{\"format\":\"mspcontrol-email-routes\",\"version\":1,\"routes\":[{\"type\":\"Sys",
    );
    for more in [&["--bind", "A=d"][..], &["--valid-only"]] {
        let ran = ask(&cut, more.iter().chain(&["u@d"]));
        ran.fails(2, &["r.json:1:", "[malformed-json]", "damaged"]);
    }
}

#[test]
fn the_content_says_what_it_is() {
    let table = std::fs::read(tour()).unwrap();
    let mut command = offline();
    command.args(["--routes", "-", "-v", "u@d.example"]);
    let ran = run_with(&mut command, table.clone());
    assert!(
        err(&ran).contains("MSPControl Email Routes"),
        "{}",
        err(&ran)
    );
    let mut command = offline();
    command.args([
        "--from",
        "mspcontrol",
        "--hosts",
        "--routes",
        "-",
        "d.example",
    ]);
    run_with(&mut command, table).fails(2, &["--hosts"]);
    let ran = run(offline().arg("--formats"));
    for words in [
        "mspcontrol",
        "destination-order=as-written",
        "default-port=25",
    ] {
        assert!(ran.out().contains(words), "{}", ran.out());
    }
}

#[test]
fn lint_names_places_and_hides_passwords() {
    let dir = Dir::new();
    let text = "{\"format\":\"mspcontrol-email-routes\",\"version\":1,\"routes\":[\n {\"type\":\"System Route\",\"name\":\"A\",\
                \"routeType\":\"Inbound\",\n  \"destinations\":[{\"host\":\"a.example\",\"port\":\"25\",\"password\":\"hunter2\"}]}]}\n";
    let table = dir.file("r.json", text);
    let ran = run(linter()
        .args(["--output-format", "concise", "--bind", "A=d.example"])
        .arg(&table));
    let lines: Vec<&str> = ran
        .out()
        .lines()
        .map(|line| line.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(
        lines,
        [
            "r.json:2:49: warning: route 1 `A` is Inbound and bound to a domain [inbound-binding]",
            "r.json:3:47: info: route 1 `A`, destination 1: the port 25 is written as text [port-as-text]",
            "r.json:3:52: warning: route 1 `A`, destination 1: `password` is no field of it [unknown-field]",
        ]
    );
    assert_eq!(ran.code(), 1);
    for form in [
        "text", "concise", "json", "jsonl", "sarif", "github", "gitlab",
    ] {
        let ran = run(linter().args(["--output-format", form]).arg(&table));
        assert_eq!(ran.code(), 1, "{form}: {}", ran.err());
        assert!(!ran.out.is_empty(), "{form}");
        for text in [&ran.out, &ran.err] {
            let shown = String::from_utf8_lossy(text);
            assert!(!contains(text, b"hunter2"), "{form}: {shown}");
        }
    }
    let ran = run(formatter().arg("--diff").arg(&table));
    assert!(!contains(&ran.out, b"hunter2"), "{}", ran.out());
    assert!(ran.out().contains("masked: do not apply"), "{}", ran.out());
}

#[test]
fn the_canonical_form_is_written() {
    let dir = Dir::new();
    let table = dir.file(
        "r.csv",
        "\u{feff}Type;Name;RouteType;Host;Port\r\nSystem Route;B\u{fc}ro, K\u{f6}ln;Inbound;MX.example;025\r\n",
    );
    let ran = run(formatter().arg("--check").arg(&table));
    assert_eq!(ran.code(), 1);
    let ran = run(formatter().arg(&table));
    assert_eq!(ran.code(), 0, "{}", err(&ran));
    let wanted = "Type,Name,RouteType,Host,Port\nSystem Route,\"B\u{fc}ro, K\u{f6}ln\",Inbound,mx.example,25\n";
    assert_eq!(std::fs::read_to_string(&table).unwrap(), wanted);
    assert_eq!(run(formatter().arg("--check").arg(&table)).code(), 0);
    assert_eq!(run(formatter().arg("--check").arg(tour())).code(), 0);
}
