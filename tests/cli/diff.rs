//! qroute-diff, and qroute-resolve --against.

use serde_json::Value;

use super::support::{Dir, Ran, ask, contains, differ, run, run_with};

const OLD: &str =
    "acme.example:mx1.acme.example\nb.example:mx.b.example:26\nc.example:\n:smart.example\n";
const NEW: &str = "acme.example:192.0.2.7\nb.example:mx.b.example:26\n:smart.example\n";

const XEAMS: &str = "<CustomRouting><Routes>
<Route><sender>@acme.example</sender><recipient>ANY</recipient><subject operand=\"sw\">Invoice</subject><ip>192.0.2.9</ip></Route>
<Route><sender>pay@acme.example</sender><recipient>@bank.example</recipient><ip>192.0.2.8</ip></Route>
</Routes></CustomRouting>
";

fn diff(dir: &Dir, args: &[&str]) -> Ran {
    run(differ().current_dir(dir.path()).args(args))
}

fn json(ran: &Ran) -> Value {
    serde_json::from_slice(&ran.out).unwrap()
}

#[test]
fn what_goes_elsewhere_is_printed_and_is_status_1() {
    let dir = Dir::with(&[("old", OLD), ("new", NEW)]);
    let ran = diff(&dir, &["old", "new"]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    for part in [
        "mx1.acme.example:25  →  192.0.2.7:25",
        "someone@acme.example  old:1 took it, now new:1 does",
        "the MX of its domain  →  smart.example:25",
        "someone@c.example",
    ] {
        assert!(ran.out().contains(part), "{part}: {}", ran.out());
    }
    assert!(!ran.out().contains("b.example  "), "{}", ran.out());
    assert!(ran.err.is_empty(), "{}", ran.err());
    assert_eq!(diff(&dir, &["--exit-zero", "old", "new"]).code(), 0);
}

#[test]
fn nothing_to_say_is_no_byte() {
    let dir = Dir::with(&[("old", OLD), ("same", &OLD.replace("acme", "ACME"))]);
    let ran = diff(&dir, &["old", "same"]);
    assert_eq!((ran.code(), ran.out(), ran.err()), (0, "", ""));
    let ran = diff(&dir, &["--output-format", "json", "old", "same"]);
    assert_eq!(ran.code(), 0);
    let found = json(&ran);
    assert_eq!(found["equal"], true);
    assert_eq!(found["undecided"], 0);
    assert_eq!(found["differences"], Value::Array(Vec::new()));
    assert!(found.get("addresses").is_none());
}

#[test]
fn equal_says_what_it_rests_on() {
    let route = |recipient: &str, host: &str| {
        format!(
            "<Route><sender>ANY</sender><recipient>{recipient}</recipient><ip>{host}</ip></Route>\n"
        )
    };
    let table = |routes: &[String]| {
        format!(
            "<CustomRouting><Routes>\n{}</Routes></CustomRouting>\n",
            routes.concat()
        )
    };
    let (all, a) = (route("ANY", "h.example"), route("@a.example", "i.example"));
    let dir = Dir::with(&[
        ("both.xml", &table(&[all.clone(), a.clone()])),
        ("one.xml", &table(std::slice::from_ref(&all))),
        ("routes", ":h.example\n"),
    ]);
    // The first route takes all mail; if the most special one decided, the second one would count.
    let args = ["both.xml", "one.xml"];
    let ran = diff(&dir, &args);
    assert_eq!((ran.code(), ran.out()), (0, ""));
    assert!(
        ran.err()
            .contains("all mail goes where it went as long as order=first-match, which is assumed"),
        "{}",
        ran.err()
    );
    assert!(!ran.err().contains("subdomains"), "{}", ran.err());
    let ran = diff(&dir, &["--output-format", "json", args[0], args[1]]);
    let found = json(&ran);
    assert_eq!((&found["equal"], ran.code()), (&true.into(), 0));
    assert_eq!(
        found["assumptions"],
        serde_json::json!(["order=first-match"])
    );
    let ran = diff(&dir, &["--output-format", "html", args[0], args[1]]);
    assert!(
        ran.out()
            .contains("This holds as long as <b>order=first-match</b>")
    );
    // One product is read in one way: the same routes are the same whatever is assumed.
    let ran = diff(&dir, &["both.xml", "both.xml"]);
    assert_eq!((ran.code(), ran.out(), ran.err()), (0, "", ""));
    // Under the other assumption they differ, and that rests on it too.
    let ran = diff(
        &dir,
        &[
            "--assume",
            "order=most-specific",
            "--output-format",
            "json",
            args[0],
            args[1],
        ],
    );
    assert_eq!(ran.code(), 1, "{}", ran.err());
    let found = json(&ran);
    let all = found["assumptions"].as_array().unwrap();
    assert!(all.contains(&"order=most-specific".into()), "{all:?}");
    // A table that leaves nothing open beside one that does.
    let found = json(&diff(
        &dir,
        &["--output-format", "json", "routes", "routes"],
    ));
    assert_eq!(found["assumptions"], serde_json::json!([]));
}

#[test]
fn a_domain_that_begins_like_the_stranger() {
    let dir = Dir::with(&[
        ("old", "otherside:h1\nother:h2\n"),
        ("new", "otherside:h3\nother:h4\n"),
    ]);
    let ran = diff(&dir, &["--output-format", "html", "old", "new"]);
    assert!(
        ran.out().contains("otherside") && !ran.out().contains("every other domain"),
        "{}",
        ran.out()
    );
    let dir = Dir::with(&[("old", ":h1\n"), ("new", ":h3\n")]);
    let ran = diff(&dir, &["--output-format", "html", "old", "new"]);
    assert!(ran.out().contains("every other domain"), "{}", ran.out());
}

#[test]
fn one_table_under_two_dialects() {
    let dir = Dir::with(&[("smtproutes", "b.example:mx.b.example;26\n.c.example:m\n")]);
    let ran = diff(
        &dir,
        &[
            "--dialect-old",
            "notqmail",
            "--dialect-new",
            "skarnet",
            "smtproutes",
        ],
    );
    assert_eq!(ran.code(), 1, "{ran:?}");
    let twice = diff(
        &dir,
        &[
            "--dialect-old",
            "notqmail",
            "--dialect-new",
            "skarnet",
            "smtproutes",
            "smtproutes",
        ],
    );
    assert_eq!(ran.out, twice.out);
    let input = std::fs::read(dir.join("smtproutes")).unwrap();
    let mut command = differ();
    command.args([
        "--dialect-old",
        "notqmail",
        "--dialect-new",
        "netqmail",
        "-",
    ]);
    assert_eq!(run_with(&mut command, input).code(), 0);
    diff(&dir, &["smtproutes"]).fails_of("qroute-diff: ", 2, &["give NEW", "--dialect-new"]);
    diff(&dir, &["--dialect-new", "nomail", "smtproutes"]).fails_of(
        "qroute-diff: ",
        2,
        &["unknown dialect `nomail`"],
    );
}

#[test]
fn senders_and_subjects_are_named_where_they_matter() {
    let dir = Dir::with(&[
        ("old.xml", XEAMS),
        ("new.xml", &XEAMS.replace("192.0.2.9", "192.0.2.1")),
    ]);
    let ran = diff(&dir, &["--output-format", "json", "old.xml", "new.xml"]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    let found = json(&ran);
    assert_eq!(found["undecided"], 0);
    let all = found["differences"].as_array().unwrap();
    assert_eq!(all.len(), 1, "{found}");
    let witness = &all[0]["witness"];
    assert!(
        witness["sender"]
            .as_str()
            .unwrap()
            .ends_with("@acme.example")
    );
    assert!(witness["subject"].as_str().unwrap().starts_with("Invoice"));
    assert_eq!(all[0]["cause"], "route-changed");
    assert!(all[0]["classes"].as_u64().unwrap() > 1);
    assert_eq!(all[0]["new"]["groups"][0][0]["host"], "192.0.2.1");
    assert_eq!(all[0]["new"]["route"]["line"], 2);
}

#[test]
fn the_unmatched_mail_of_two_products_is_one_difference() {
    let dir = Dir::with(&[
        ("smtproutes", ""),
        (
            "new.xml",
            "<CustomRouting><Routes></Routes></CustomRouting>\n",
        ),
    ]);
    let ran = diff(&dir, &["--output-format", "json", "smtproutes", "new.xml"]);
    let found = json(&ran);
    let causes: Vec<&str> = found["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["cause"].as_str().unwrap())
        .collect();
    assert!(causes.contains(&"default-path"), "{causes:?}");
    assert!(
        causes
            .iter()
            .all(|c| ["default-path", "final-dot"].contains(c)),
        "{causes:?}"
    );
    assert!(causes.len() < 12, "{causes:?}");
}

#[test]
fn what_is_undecided_is_not_equal() {
    let expression = |text: &str| XEAMS.replace("\"sw\">Invoice", &format!("\"rg\">{text}"));
    let dir = Dir::with(&[
        ("a.xml", &expression("a(b|c)+")),
        ("b.xml", &expression("a[bc]+")),
    ]);
    let ran = diff(&dir, &["a.xml", "b.xml"]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.out.is_empty(), "{}", ran.out());
    assert!(ran.err().contains("undecided"), "{}", ran.err());
    assert_eq!(diff(&dir, &["a.xml", "a.xml"]).code(), 0);
    let dir = Dir::with(&[("old", OLD), ("same", OLD)]);
    let ran = diff(&dir, &["--max-classes", "1", "old", "same"]);
    assert_eq!(ran.code(), 1);
    assert!(ran.err().contains("--max-classes"), "{}", ran.err());
}

#[test]
fn an_uncertain_side_takes_the_format_of_the_other() {
    let dir = Dir::with(&[("empty", ""), ("new.xml", XEAMS)]);
    let ran = diff(&dir, &["-v", "empty", "new.xml"]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(!ran.err().contains("error"), "{}", ran.err());
    // A tie: an answer of cPanel's API, or routes of MSPControl.
    let tie = "{\"result\":{\"data\":[],\"errors\":null,\"status\":1},\"x\":\"routeType\"}\n";
    let answer = "{\"data\":[{\"domain\":\"d.example\",\"mxcheck\":\"local\"}],\"status\":1}\n";
    let dir = Dir::with(&[("tie", tie), ("answer", answer)]);
    // On its own it is not known.
    let ran = diff(&dir, &["tie", "tie"]);
    assert_eq!(ran.code(), 2, "{ran:?}");
    for (paths, side) in [(["tie", "answer"], "old"), (["answer", "tie"], "new")] {
        let ran = diff(&dir, &[&["-v"], &paths[..]].concat());
        assert_eq!(ran.code(), 1, "{ran:?}");
        assert!(ran.out().contains("@d.example"), "{}", ran.out());
        let note = format!(
            "the content of the {side} table does not say what it is: read as the other one, cPanel"
        );
        assert!(ran.err().contains(&note), "{}", ran.err());
        assert_eq!(ran.err().matches("read as the other one").count(), 1);
    }
}

#[test]
fn options_of_both_sides_count_where_they_mean_something() {
    let dir = Dir::with(&[("old", OLD), ("new.xml", XEAMS)]);
    for args in [
        &["--assume", "subdomains=yes", "old", "new.xml"][..],
        &["--dialect", "notqmail", "old", "new.xml"],
        &["--assume-new", "subdomains=yes", "old", "new.xml"],
    ] {
        assert_eq!(diff(&dir, args).code(), 1, "{args:?}");
    }
    diff(&dir, &["--assume-old", "subdomains=yes", "old", "new.xml"]).fails_of(
        "qroute-diff: ",
        2,
        &["nothing to assume"],
    );
    diff(&dir, &["--assume", "nothing=1", "old", "new.xml"]).fails_of(
        "qroute-diff: ",
        2,
        &["nothing"],
    );
}

#[test]
fn addresses_weigh_a_change() {
    let dir = Dir::with(&[
        ("old", OLD),
        ("new", NEW),
        (
            "list",
            "a@acme.example\na@acme.example\nb@acme.example\nx@b.example\n@\nu@c.example\n",
        ),
    ]);
    let ran = diff(&dir, &["--addresses", "list", "--list", "old", "new"]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    for part in [
        "3 of 5 different addresses change route (4 of 6 given; 1 are no addresses)",
        "2  acme.example",
        "1  c.example",
        "a@acme.example\tmx1.acme.example:25\t192.0.2.7:25",
    ] {
        assert!(ran.out().contains(part), "{part}: {}", ran.out());
    }
    let none = dir.file("none", "x@b.example\n");
    let none = none.to_str().unwrap();
    assert_eq!(diff(&dir, &["--addresses", none, "old", "new"]).code(), 0);
    assert_eq!(
        diff(&dir, &["--addresses", none, "--all-mail", "old", "new"]).code(),
        1
    );
    let found = json(&diff(
        &dir,
        &[
            "--addresses",
            "list",
            "--output-format",
            "json",
            "old",
            "new",
        ],
    ));
    let weight = &found["addresses"];
    assert_eq!(weight["total"], 6);
    assert_eq!(weight["distinct"], 5);
    assert_eq!(weight["changed"], 3);
    assert_eq!(weight["invalid"], 1);
    assert_eq!(weight["domains"][0]["domain"], "acme.example");
    assert_eq!(weight["domains"][0]["changed"], 2);
}

#[test]
fn recipients_come_straight_from_logs() {
    let logs = [
        (
            "qmail-send",
            "@4000 starting delivery 1: msg 2 to remote a@acme.example\n@4000 starting delivery 2: msg 2 to local a@acme.example\n",
        ),
        (
            "postfix",
            "mx postfix/smtp[1]: 4B: to=<a@acme.example>, relay=x, status=sent\nmx postfix/smtpd[1]: connect from x\n",
        ),
        (
            "exim",
            "2026-01-11 12:00:00 1a => a@acme.example R=dnslookup T=remote_smtp\n2026-01-11 12:00:00 1a Completed\n",
        ),
    ];
    for (program, log) in logs {
        let dir = Dir::with(&[("old", OLD), ("new", NEW), ("log", log)]);
        let ran = diff(
            &dir,
            &[
                "--addresses",
                "log",
                "--addresses-from",
                program,
                "old",
                "new",
            ],
        );
        assert!(
            ran.out()
                .starts_with("1 of 1 different addresses change route (1 of 1 given)"),
            "{program}: {ran:?}"
        );
    }
}

#[test]
fn a_page_loads_nothing_and_shows_no_secret() {
    let dir = Dir::with(&[
        ("old", "acme.example:mx1|user|s3cret\n<b>.example:m\n"),
        ("new", "acme.example:mx1|user|other3\n<b>.example:n\n"),
    ]);
    let args = [
        "--dialect",
        "sagredo",
        "--output-format",
        "html",
        "old",
        "new",
    ];
    let ran = diff(&dir, &args);
    assert_eq!(ran.code(), 1, "{ran:?}");
    let page = ran.out();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<svg"));
    assert!(page.contains("&lt;b&gt;.example") && !page.contains("<b>.example"));
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    for form in ["text", "json", "html"] {
        let ran = diff(
            &dir,
            &[
                "--dialect",
                "sagredo",
                "--output-format",
                form,
                "old",
                "new",
            ],
        );
        assert!(
            !contains(&ran.out, b"s3cret") && !contains(&ran.out, b"other3"),
            "{form}"
        );
        assert!(contains(&ran.out, b"acme.example"), "{form}");
    }
}

/// `QROUTE_ACCEPT=1` writes what is printed now.
#[test]
fn a_migration_as_it_is_printed() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/diff/migration");
    for (form, name) in [
        ("text", "changes.txt"),
        ("json", "changes.json"),
        ("html", "changes.html"),
    ] {
        let ran = run(differ().current_dir(&dir).args([
            "--output-format",
            form,
            "smtproutes",
            "CustomSmtpRouting.xml",
        ]));
        assert_eq!(ran.code(), 1, "{ran:?}");
        if std::env::var_os("QROUTE_ACCEPT").is_some() {
            std::fs::write(dir.join(name), &ran.out).unwrap();
        }
        let expected = std::fs::read_to_string(dir.join(name)).unwrap();
        assert_eq!(ran.out(), expected, "{name}");
    }
}

#[test]
fn trouble_is_status_2() {
    let dir = Dir::with(&[
        ("old", OLD),
        ("bad.xml", "<CustomRouting><Routes><Route></Routes>"),
    ]);
    diff(&dir, &["old", "none"]).fails_of("qroute-diff: ", 2, &["none"]);
    diff(&dir, &["old", "bad.xml"]).fails_of("qroute-diff: ", 2, &["bad.xml"]);
    diff(&dir, &["-", "-"]).fails_of("qroute-diff: ", 2, &["standard input"]);
    diff(&dir, &["--addresses", "-", "-", "old"]).fails_of("qroute-diff: ", 2, &["standard input"]);
    diff(&dir, &["--from-new", "mailertable", "old", "old"]).fails_of(
        "qroute-diff: ",
        2,
        &["mailertable"],
    );
    assert_eq!(diff(&dir, &[]).code(), 2);
}

#[test]
fn control_directories_are_compared_whole() {
    let dir = Dir::with(&[
        ("a/smtproutes", ":smart\n"),
        ("a/locals", "here.example\n"),
        ("a/me", "mx.example\n"),
        ("b/smtproutes", ":smart\n"),
        ("b/me", "mx.example\n"),
    ]);
    let ran = diff(&dir, &["a", "b"]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(
        ran.out().contains("kept here  →  smart:25"),
        "{}",
        ran.out()
    );
    assert!(ran.out().contains("someone@here.example"), "{}", ran.out());
}

#[test]
fn against_prints_what_changed() {
    let dir = Dir::with(&[("old", OLD), ("new", NEW)]);
    let addresses = ["a@acme.example", "b@b.example", "c@d.example"];
    let earlier = |form: &str| {
        let ran = ask(
            &dir.join("old"),
            ["--output-format", form].iter().chain(&addresses),
        );
        dir.file(form, ran.out)
    };
    for form in ["jsonl", "json"] {
        let path = earlier(form);
        let args = ["--against", path.to_str().unwrap()];
        let same = ask(&dir.join("old"), args.iter().chain(&addresses));
        assert_eq!((same.code(), same.out()), (0, ""), "{same:?}");
        let changed = ask(&dir.join("new"), args.iter().chain(&addresses));
        assert_eq!(changed.code(), 1, "{changed:?}");
        assert_eq!(changed.lines().len(), 1);
        assert_eq!(changed.lines()[0][0], "a@acme.example");
    }
    // Another line is no change; a comment before it makes one.
    let moved = dir.file("moved", format!("# more\n{OLD}"));
    let path = earlier("jsonl");
    let args = ["--against", path.to_str().unwrap()];
    assert_eq!(ask(&moved, args.iter().chain(&addresses)).code(), 0);
    // What was not asked before is new.
    let more = ask(&dir.join("old"), args.iter().chain(&["z@z.example"]));
    assert_eq!((more.code(), more.lines().len()), (1, 1));
    // A failure of DNS that passes is unknown.
    let unknown = dir.file(
        "unknown",
        "{\"address\":\"a@acme.example\",\"decision\":\"mx\",\"groups\":[],\"error\":{\"kind\":\"timeout\",\"text\":\"\",\"temporary\":true}}\n",
    );
    let args = ["--against", unknown.to_str().unwrap(), "a@acme.example"];
    let ran = ask(&dir.join("old"), args);
    assert_eq!((ran.code(), ran.out()), (111, ""));
    let bad = dir.file("bad", "{}\n");
    ask(
        &dir.join("old"),
        ["--against", bad.to_str().unwrap(), "a@d"],
    )
    .fails(2, &["no answer of qroute-resolve"]);
}
