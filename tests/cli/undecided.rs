//! What is not given is unknown, not empty.

use serde_json::{Value, json};

use super::support::{Dir, Ran, ask_home};

fn needs(ran: &Ran) -> Value {
    let object = ran.object();
    assert_eq!(object["decision"], "undecided", "{object}");
    assert!(object["route"].is_null() && object["port"].is_null());
    assert_eq!(ran.code(), 1);
    object["needs"].clone()
}

fn sagredo(authsenders: &str) -> Dir {
    Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/smtproutesdialect", "sagredo\n"),
        ("control/authsenders", authsenders),
        ("control/smtproutes", ".example:hub.example\n"),
    ])
}

const JSONL: [&str; 2] = ["--output-format", "jsonl"];

#[test]
fn an_unknown_sender_that_matters() {
    let home = sagredo("vip@corp.example:vip.example:587|user|password\n");
    let asked = "u@x.example";
    assert_eq!(
        needs(&ask_home(&home, JSONL.iter().chain(&[asked]))),
        json!(["sender"])
    );
    let ran = ask_home(&home, ["--explain", asked]);
    assert!(
        ran.out()
            .contains("undecided: the answer depends on the sender")
    );
    let with = |sender: &str| {
        let ran = ask_home(&home, ["--sender", sender, asked]);
        assert_eq!(ran.code(), 0);
        ran.lines()[0][1..5].join(" ")
    };
    assert_eq!(with("vip@corp.example"), "static vip.example:587 - auth");
    assert_eq!(with("VIP@CORP.example"), "static vip.example:587 - auth");
    for other in ["joe@corp.example", "", "<>"] {
        assert_eq!(with(other), "static hub.example:25 - -", "{other}");
    }
}

#[test]
fn an_unknown_sender_that_does_not_matter() {
    // A bare domain is no key of authsenders that a sender could have; nor does an empty value decide anything.
    for harmless in ["", "# nothing\n", "x@y:\n", "no colon|user|password\n"] {
        let home = sagredo(harmless);
        let ran = ask_home(&home, ["u@x.example"]);
        assert!(
            ran.answer().starts_with("static hub.example:25 - - "),
            "{harmless}"
        );
    }
    let home = sagredo("vip@corp.example:hub.example\n");
    assert_eq!(
        ask_home(&home, ["u@x.example"]).answers(),
        ["static hub.example:25"]
    );
    // The same host on another port is another answer.
    let home = sagredo("vip@corp.example:hub.example:26\n");
    assert_eq!(ask_home(&home, ["u@x.example"]).code(), 1);
    // What is kept here is kept, whoever sends it.
    let home = sagredo(":other.example\n");
    assert_eq!(ask_home(&home, ["u@me.example"]).answers(), ["local -"]);
    // The empty key takes every sender, and the null one.
    assert_eq!(
        ask_home(&home, ["u@x.example"]).answers(),
        ["static other.example:25"]
    );
}

#[test]
fn the_bounce_key_needs_a_sender() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/smtproutes", "!@:bounces.example\n:hub.example\n"),
    ]);
    let base = ["--dialect", "s-qmail", "u@x.example"];
    assert_eq!(
        needs(&ask_home(&home, base.iter().chain(&JSONL))),
        json!(["sender"])
    );
    let ran = ask_home(&home, base.iter().chain(&["--sender", ""]));
    assert_eq!(ran.answers(), ["static bounces.example:25"]);
    let ran = ask_home(&home, base.iter().chain(&["--sender", "a@b"]));
    assert_eq!(ran.answers(), ["static hub.example:25"]);
    // Elsewhere it is a key that no host has.
    let ran = ask_home(&home, ["--dialect", "notqmail", "u@x.example"]);
    assert_eq!(ran.answers(), ["static hub.example:25"]);
}

#[test]
fn a_domain_whose_addresses_differ() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        (
            "control/virtualdomains",
            "info@v.example:alias\nall@all.example:alias\nall.example:alias\n",
        ),
        ("control/smtproutes", ""),
    ]);
    assert_eq!(
        needs(&ask_home(&home, JSONL.iter().chain(&["v.example"]))),
        json!(["recipient"])
    );
    assert_eq!(
        needs(&ask_home(&home, JSONL.iter().chain(&["V.EXAMPLE"]))),
        json!(["recipient"])
    );
    let ran = ask_home(
        &home,
        [
            "info@v.example",
            "INFO@V.example",
            "joe@v.example",
            "all.example",
        ],
    );
    assert_eq!(ran.answers(), ["local -", "local -", "mx -", "local -"]);
}

#[test]
fn both_may_be_missing() {
    let home = sagredo("vip@corp.example:vip.example\n");
    home.file("control/virtualdomains", "info@v.example:alias\n");
    let ran = ask_home(&home, JSONL.iter().chain(&["v.example"]));
    assert_eq!(needs(&ran), json!(["recipient", "sender"]));
    let ran = ask_home(&home, JSONL.iter().chain(&["--sender", "", "v.example"]));
    assert_eq!(needs(&ran), json!(["recipient"]));
    let ran = ask_home(&home, JSONL.iter().chain(&["joe@v.example"]));
    assert_eq!(needs(&ran), json!(["sender"]));
}

#[test]
fn percenthack_needs_the_whole_address() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/percenthack", "gate.example\nother.example\n"),
        ("control/smtproutes", "far.example:far\ngate.example:gate\n"),
    ]);
    let ran = ask_home(&home, JSONL.iter().chain(&["Gate.Example"]));
    assert_eq!(needs(&ran), json!(["recipient"]));
    let ran = ask_home(
        &home,
        [
            "u%far.example@gate.example",
            "u%far.example%other.example@GATE.example",
            "u%me.example@gate.example",
            "u@gate.example",
            "u%far.example@elsewhere.example",
        ],
    );
    let expected = [
        "static far:25",
        "static far:25",
        "local -",
        "static gate:25",
        "mx -",
    ];
    assert_eq!(ran.answers(), expected);
    // What was asked is what is printed.
    assert_eq!(ran.lines()[0][0], "u%far.example@gate.example");
}

#[test]
fn subject_and_direction_change_nothing_in_smtproutes() {
    let home = sagredo("");
    let args = [
        "--subject",
        "hello",
        "--direction",
        "outbound",
        "u@x.example",
    ];
    assert_eq!(ask_home(&home, args).answers(), ["static hub.example:25"]);
}
