//! Which dialect a table is read in.

use super::support::{Dir, ask, ask_home, offline, run, run_with};

/// All dialects.
pub const NAMES: [&str; 12] = [
    "notqmail",
    "sagredo",
    "qmail-ldap",
    "eqmail",
    "s-qmail",
    "aqmail",
    "indimail",
    "indimail-auth",
    "qsmtp",
    "skarnet",
    "courier",
    "qroute",
];

/// Three dialects tell these apart: notqmail connects to `mx;2:25`, s/qmail to port 2, skarnet defers all mail.
const TABLE: &str = "d:mx;2\n";
const NOTQMAIL: &str = "static mx;2:25 - - ";
const S_QMAIL: &str = "static mx:2 - - ";

fn answer(dir: &Dir, args: &[&str]) -> (String, String) {
    let table = dir.join("smtproutes");
    let mut command = super::support::command();
    let ran = run(command
        .arg("--no-dns")
        .arg("--routes")
        .arg(&table)
        .args(args)
        .arg("d"));
    let place = table.display().to_string();
    let answer = ran.answer();
    let answer = answer.split(&place).next().unwrap().to_owned();
    (answer, ran.err().to_owned())
}

#[test]
fn notqmail_is_the_default() {
    let dir = Dir::with(&[("smtproutes", TABLE)]);
    assert_eq!(answer(&dir, &[]), (NOTQMAIL.to_owned(), String::new()));
    for alias in ["qmail", "netqmail", "notqmail"] {
        assert_eq!(answer(&dir, &["--dialect", alias]).0, NOTQMAIL);
    }
    for name in NAMES {
        let ran = ask(&dir.join("smtproutes"), ["--dialect", name, "d"]);
        assert!([0, 111].contains(&ran.code()), "{name}: {ran:?}");
    }
}

#[test]
fn each_source_wins_over_those_behind_it() {
    // Files appear one after the other, the weakest first; each decides until a stronger one is there.
    let dir = Dir::with(&[
        ("smtproutes", TABLE),
        ("qroute.toml", "dialect = \"s-qmail\"\n"),
    ]);
    assert_eq!(answer(&dir, &[]), (S_QMAIL.to_owned(), String::new()));
    assert_eq!(answer(&dir, &["--no-config"]).0, NOTQMAIL);

    dir.file("smtproutesdialect", "notqmail \n");
    let (text, err) = answer(&dir, &[]);
    assert_eq!(text, NOTQMAIL);
    for part in [
        "warning",
        "smtproutesdialect",
        "notqmail",
        "qroute.toml",
        "s-qmail",
    ] {
        assert!(err.contains(part), "no {part} in {err}");
    }

    dir.file(
        "smtproutes",
        "# routes\n# qroute: dialect s-qmail\nd:mx;2\n",
    );
    let (text, err) = answer(&dir, &[]);
    assert_eq!(text, S_QMAIL);
    assert!(
        err.contains("warning") && err.contains("smtproutesdialect"),
        "{err}"
    );

    assert_eq!(answer(&dir, &["--dialect", "notqmail"]).0, NOTQMAIL);
    assert_eq!(answer(&dir, &["--dialect", "s-qmail"]).0, S_QMAIL);
}

#[test]
fn sources_that_agree_are_not_mentioned() {
    let dir = Dir::with(&[
        ("smtproutes", "# qroute: dialect qmail\nd:mx;2\n"),
        ("smtproutesdialect", "netqmail\n"),
        ("qroute.toml", "dialect = \"notqmail\"\n"),
    ]);
    assert_eq!(answer(&dir, &[]), (NOTQMAIL.to_owned(), String::new()));
}

#[test]
fn a_comment_behind_the_first_route_names_nothing() {
    let dir = Dir::with(&[("smtproutes", "d:mx;2\n# qroute: dialect s-qmail\n")]);
    assert_eq!(answer(&dir, &[]), (NOTQMAIL.to_owned(), String::new()));
}

#[test]
fn standard_input_names_its_dialect_too() {
    let mut command = offline();
    command.args(["--routes", "-", "--stdin-filename", "table", "d"]);
    let ran = run_with(&mut command, "# qroute: dialect s-qmail\nd:mx;2\n");
    assert_eq!(ran.answer(), "static mx:2 - - table:2");
    let mut command = offline();
    let ran = run_with(command.args(["--routes", "-", "d"]), TABLE);
    assert_eq!(ran.answer(), "static mx;2:25 - - -:1");
}

#[test]
fn a_home_has_the_same_order() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/smtproutes", TABLE),
        ("control/smtproutesdialect", "s-qmail\n"),
    ]);
    assert!(ask_home(&home, ["d"]).answer().starts_with(S_QMAIL));
    let ran = ask_home(&home, ["--dialect", "notqmail", "d"]);
    assert!(ran.answer().starts_with(NOTQMAIL));
}

#[test]
fn unknown_names_are_refused_wherever_they_stand() {
    let dir = Dir::with(&[("smtproutes", TABLE)]);
    let table = dir.join("smtproutes");
    let ran = ask(&table, ["--dialect", "sagedro", "d"]);
    ran.fails(
        2,
        &[
            "--dialect",
            "`sagedro`",
            "did you mean `sagredo`?",
            "s-qmail",
        ],
    );
    let ran = ask(&table, ["--dialect", "postfixlike", "d"]);
    ran.fails(2, &["unknown dialect `postfixlike`. Known are notqmail"]);
    dir.file("smtproutesdialect", "s/qmail\n");
    let ran = ask(&table, ["d"]);
    ran.fails(2, &["smtproutesdialect", "`s/qmail`", "`s-qmail`"]);
    dir.file("smtproutes", "# qroute: dialect notqmial\nd:mx\n");
    ask(&table, ["d"]).fails(2, &["first lines", "did you mean `notqmail`?"]);
    // Whoever names one on the command line is still told that the file's own statement is broken.
    ask(&table, ["--dialect", "qroute", "d"]).fails(2, &["first lines"]);
}

#[test]
fn a_statement_that_cannot_be_read_is_not_skipped() {
    let dir = Dir::with(&[("smtproutes", TABLE)]);
    std::fs::create_dir(dir.join("smtproutesdialect")).unwrap();
    let table = dir.join("smtproutes");
    ask(&table, ["d"]).fails(2, &["smtproutesdialect", "is a directory"]);
}
