//! `--explain`: how an answer came about.

use serde_json::{Value, json};

use super::support::{Dir, ask, ask_home};

fn table() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cli/trail/smtproutes")
}

/// Key, line, outcome, `by` of each step.
fn trail(object: &Value) -> Vec<Value> {
    let steps = object["trail"].as_array().unwrap().iter();
    steps
        .map(|s| {
            assert!(s["why"].is_string());
            json!([s["key"], s["line"], s["outcome"], s["by"]])
        })
        .collect()
}

fn explained(args: &[&str]) -> Value {
    let base = ["--explain", "--output-format", "jsonl"];
    ask(&table(), base.iter().chain(args)).object()
}

#[test]
fn the_trail_names_every_line_that_could_have_decided() {
    assert_eq!(
        trail(&explained(&["u@a.example"])),
        [
            json!(["a.example", 1, "shadowed", 2]),
            json!(["a.example", 2, "matched", null]),
            json!([".example", 3, "passed-over", 2]),
            json!(["", 4, "passed-over", 2]),
        ]
    );
    assert_eq!(
        trail(&explained(&["b.c.example"])),
        [
            json!(["b.c.example", null, "absent", null]),
            json!([".c.example", null, "absent", null]),
            json!([".example", 3, "matched", null]),
            json!(["", 4, "passed-over", 3]),
        ]
    );
}

#[test]
fn the_first_line_wins_where_the_product_reads_so() {
    let object = explained(&["--dialect", "skarnet", "a.example"]);
    assert_eq!(object["route"]["line"], 1);
    assert_eq!(
        trail(&object),
        [
            json!(["a.example", 1, "matched", null]),
            json!(["example", null, "absent", null]),
            json!(["", 4, "passed-over", 1]),
        ]
    );
    let dir = Dir::new();
    let path = dir.file("esmtproutes", ":first\na.example:second\n");
    let ran = ask(
        &path,
        [
            "--dialect",
            "courier",
            "--explain",
            "--output-format",
            "jsonl",
            "a.example",
        ],
    );
    assert_eq!(
        trail(&ran.object()),
        [
            json!(["a.example", 2, "passed-over", 1]),
            json!([".example", null, "absent", null]),
            json!(["", 1, "matched", null]),
        ]
    );
}

#[test]
fn stages_are_told_in_the_order_of_asking() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        (
            "control/virtualdomains",
            "other.example:alias\nout.example:\n",
        ),
        ("control/smtproutes", "out.example:relay\n"),
    ]);
    let args = ["--explain", "--output-format", "jsonl", "u@out.example"];
    let object = ask_home(&home, args).object();
    let steps: Vec<_> = object["trail"].as_array().unwrap().iter().collect();
    let told = |i: usize| (steps[i]["stage"].clone(), steps[i]["outcome"].clone());
    assert_eq!(told(0), (json!("locals"), json!("absent")));
    assert_eq!(told(1), (json!("virtualdomains"), json!("absent")));
    assert_eq!(told(2), (json!("virtualdomains"), json!("matched")));
    assert_eq!(steps[2]["line"], 2);
    assert!(steps[2]["why"].as_str().unwrap().contains("falls through"));
    let last = steps.iter().find(|s| s["stage"] == "smtproutes").unwrap();
    assert_eq!(last["outcome"], "matched");
}

#[test]
fn the_trail_is_an_array_even_where_nothing_was_tried() {
    for address in ["u@", ""] {
        assert_eq!(explained(&[address])["trail"], json!([]));
    }
    let home = Dir::with(&[("control/smtproutes", "d:r\n")]);
    let args = ["--explain", "--output-format", "jsonl", "u@d"];
    let object = ask_home(&home, args).object();
    assert_eq!(
        (&object["trail"], &object["error"]["kind"]),
        (&json!([]), &json!("defer-all"))
    );
}

#[test]
fn what_is_not_known_is_no_key() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/virtualdomains", "a@other.example:alias\n"),
        ("control/authsenders", "vip@v.example:hub\n:hub\n"),
        ("control/smtproutes", ":never\n"),
    ]);
    let args = [
        "--dialect",
        "sagredo",
        "--explain",
        "--output-format",
        "jsonl",
        "x.example",
    ];
    let object = ask_home(&home, args).object();
    assert_eq!(object["route"]["line"], 2);
    let steps = object["trail"].as_array().unwrap();
    let keys: Vec<_> = steps.iter().map(|s| s["key"].as_str().unwrap()).collect();
    let expected = ["x.example", "x.example", ".example", "", ""];
    assert_eq!(keys, expected);
    assert_eq!(steps[4]["stage"], "authsenders");
    assert_eq!(steps[4]["outcome"], "matched");
}

#[test]
fn people_get_sentences() {
    let ran = ask(&table(), ["--explain", "u@a.example", "u@"]);
    let text = ran.out();
    assert!(
        text.starts_with("u@a.example\n  decision: static: two port 25\n"),
        "{text}"
    );
    for part in [
        "smtproutes:2: A.example:two\n",
        "try 1:    two port 25\n",
        "shadowed    line 1 a later line has the same key (line 2 decides)\n",
        "matched     line 2 decides\n",
        "u@\n  decision: error\n  permanent: the domain behind @ is missing",
        "(bad-address)\n",
    ] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }
    assert_eq!(ran.code(), 100);
}
