//! Which rules run, and what they count for.

use super::super::support::{Dir, run};
use super::{bare, lint, program, rules};

const TABLE: &str = " a.example:mx1.example.net\nb.example:mx1.example.net:\n";

#[test]
fn findings_make_the_exit_status() {
    let dir = Dir::with(&[
        ("bad", TABLE),
        ("good", "a.example:mx1.example.net\n"),
        ("info", "a.example:mx1.example.net"),
    ]);
    let code = |file: &str, args: &[&str]| lint(&dir.join(file), args).code();
    assert_eq!(code("good", &[]), 0);
    assert_eq!(code("bad", &[]), 1);
    assert_eq!(code("bad", &["--exit-zero"]), 0);
    assert_eq!(code("bad", &["--fail-on", "error"]), 1);
    // A missing final newline is worth knowing, and no more.
    assert_eq!(
        rules(&lint(&dir.join("info"), ["--fail-on", "warning"])),
        ["no-final-newline"]
    );
    assert_eq!(code("info", &[]), 0);
    assert_eq!(code("info", &["--fail-on", "info"]), 1);
    assert_eq!(code("info", &["--deny", "no-final-newline"]), 1);
    assert_eq!(code("info", &["--deny", "warnings"]), 0);
    assert_eq!(code("missing", &["--exit-zero"]), 2);
}

#[test]
fn rules_are_selected_and_ignored_by_name() {
    let dir = Dir::with(&[("t", TABLE)]);
    let of = |args: &[&str]| rules(&lint(&dir.join("t"), args));
    assert_eq!(of(&[]), ["leading-blank", "port-empty"]);
    assert_eq!(of(&["--select", "port-empty"]), ["port-empty"]);
    assert_eq!(
        of(&["--select", "PORT-EMPTY,leading-blank"]),
        ["leading-blank", "port-empty"]
    );
    assert_eq!(of(&["--ignore", "port-empty"]), ["leading-blank"]);
    assert_eq!(
        of(&[
            "--select",
            "default",
            "--ignore",
            "leading-blank",
            "--ignore",
            "port-empty"
        ])
        .len(),
        0
    );
    lint(&dir.join("t"), ["--select", "port-empyt"]).fails_of(
        "qroute-lint",
        2,
        &["`port-empyt`", "did you mean `port-empty`"],
    );
    lint(&dir.join("t"), ["--dialect", "notqmial"]).fails_of(
        "qroute-lint",
        2,
        &["did you mean `notqmail`"],
    );
}

#[test]
fn a_configuration_says_the_same_as_options() {
    let dir = Dir::with(&[
        ("t", TABLE),
        (".git/HEAD", ""),
        (
            "qroute.toml",
            "[lint]\nignore = [\"port-empty\"]\n[lint.allow]\nt = [\"leading-blank\"]\n",
        ),
    ]);
    let concise = ["--output-format", "concise"];
    let ran = run(bare().args(concise).arg(dir.join("t")));
    assert_eq!((ran.code(), ran.out()), (0, ""));
    dir.file(
        "qroute.toml",
        "[lint]\nselect = [\"port-empty\"]\nfail-on = \"error\"\ndeny = [\"warnings\"]\n",
    );
    let ran = run(bare().args(concise).arg(dir.join("t")));
    assert_eq!(
        (ran.code(), rules(&ran)),
        (1, vec!["port-empty".to_owned()])
    );
    for (text, word) in [
        (
            "[lint]\nselect = [\"port-empyt\"]\n",
            "did you mean `port-empty`",
        ),
        ("[lint]\nselect = 3\n", "list of names"),
        ("[lint]\nrules = []\n", "`rules` is unknown"),
        ("[lint]\nfail-on = \"bad\"\n", "no severity"),
    ] {
        dir.file("qroute.toml", text);
        let ran = run(bare().args(concise).arg(dir.join("t")));
        ran.fails_of("qroute-lint", 2, &[word]);
    }
}

#[test]
fn a_finding_is_given_for_each_product_that_it_concerns() {
    let dir = Dir::with(&[("t", "a.example:mx1.example.net:25 # x\n")]);
    let json = |dialects: &str| {
        let ran = run(program()
            .args(["--output-format", "jsonl", "--dialect", dialects])
            .arg(dir.join("t")));
        ran.object()
    };
    let both = json("notqmail,eqmail");
    assert_eq!(both["rule"], "trailing-comment-port");
    let effect = both["effect"].as_str().unwrap();
    assert!(
        effect.contains("eqmail: ") && effect.contains("logging in as user `#`"),
        "{effect}"
    );
    assert_eq!(both["severity"], "error");
}

#[test]
fn lines_on_which_dialects_disagree() {
    let dir = Dir::with(&[(
        "t",
        "a.example:mx1.example.net:587\nb.example:mx1.example.net\n.b.example:\n",
    )]);
    let args = |dialects: &str| {
        lint(
            &dir.join("t"),
            [
                "--portable",
                "--select",
                "not-portable",
                "--dialect",
                dialects,
            ],
        )
    };
    let ran = args("notqmail,s-qmail");
    assert_eq!(
        (ran.code(), ran.out().lines().count()),
        (1, 1),
        "{}",
        ran.out()
    );
    assert!(ran.out().contains("t:1:1: warning: "));
    let ran = args("notqmail,sagredo");
    assert_eq!((ran.code(), ran.out()), (0, ""));
    // Without names all are meant.
    let ran = lint(&dir.join("t"), ["--portable", "--select", "not-portable"]);
    assert!(ran.out().lines().count() >= 2, "{}", ran.out());
}

#[test]
fn rules_are_listed_and_explained() {
    let list = run(program().arg("--rules"));
    assert_eq!(list.code(), 0);
    let names: Vec<&str> = list
        .out()
        .lines()
        .map(|l| l.split('\t').next().unwrap())
        .collect();
    assert!(names.len() > 5);
    for line in list.out().lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), 4, "{line}");
        assert!(["error", "warning", "info"].contains(&fields[1]), "{line}");
        assert!(["default", "hint"].contains(&fields[2]), "{line}");
    }
    for name in names {
        let ran = run(program().args(["--explain-rule", name]));
        assert_eq!(ran.code(), 0);
        assert!(ran.out().starts_with(&format!("{name}: ")));
        assert!(ran.out().contains(&format!("allow({name})")));
    }
    run(program().args(["--explain-rule", "x"])).fails_of(
        "qroute-lint",
        2,
        &["--rules lists them"],
    );
}

#[test]
fn statistics_count_instead() {
    let dir = Dir::with(&[("t", &format!("{TABLE} c.example:mx1.example.net\n"))]);
    let ran = lint(&dir.join("t"), ["--statistics"]);
    assert_eq!(
        (ran.code(), ran.out()),
        (1, "2\tleading-blank\n1\tport-empty\n")
    );
}
