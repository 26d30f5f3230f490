//! The mail system: which files decide, and in which order.

use super::support::{Dir, Ran, ask, ask_home, command, offline, run};

#[test]
fn a_home_is_named_in_three_ways() {
    let home = Dir::with(&[("control/me", "m\n"), ("control/smtproutes", ":named\n")]);
    let other = Dir::with(&[("control/me", "m\n"), ("control/smtproutes", ":other\n")]);
    let hop = |ran: Ran| ran.lines()[0][2].clone();
    let mut by_variable = offline();
    by_variable.env("QMAILHOME", home.path()).arg("d");
    assert_eq!(hop(run(&mut by_variable)), "named:25");
    // The option is stronger than the variable, the control directory than both.
    assert_eq!(
        hop(run(by_variable.arg("--home").arg(other.path()))),
        "other:25"
    );
    let control = home.join("control");
    assert_eq!(
        hop(run(by_variable.arg("--control").arg(control))),
        "named:25"
    );
    // An empty variable is none.
    let ran = run(offline()
        .env("QMAILHOME", "")
        .args(["--control"])
        .arg(other.join("control"))
        .arg("d"));
    assert_eq!(hop(ran), "other:25");
    // A table alone is asked alone, whatever the variable says.
    let mut command = command();
    command
        .env("QMAILHOME", home.path())
        .args(["--no-config", "--no-dns", "d", "--routes"]);
    assert_eq!(
        hop(run(command.arg(other.join("control/smtproutes")))),
        "other:25"
    );
}

#[test]
fn other_products_have_other_directories() {
    let home = Dir::with(&[("etc/me", "m\n"), ("etc/smtproutes", ":etc\n")]);
    for dialect in ["eqmail", "aqmail"] {
        let ran = ask_home(&home, ["--dialect", dialect, "--sender", "a@b", "d"]);
        assert_eq!(ran.answers(), ["static etc:25"], "{dialect}");
        let place = &ran.lines()[0][5];
        assert!(place.ends_with("/etc/smtproutes:1"), "{place}");
    }
    ask_home(&home, ["--dialect", "notqmail", "d"]).fails(2, &["/control"]);
    // Where only etc stands it is taken, and what it says of its dialect counts.
    home.file("etc/smtproutesdialect", "eqmail\n");
    home.file("etc/smtproutes", ":etc:26 user password\n");
    assert!(
        ask_home(&home, ["d"])
            .answer()
            .starts_with("static etc:26 - auth ")
    );
    home.file("control/me", "m\n");
    home.file("control/smtproutes", ":control\n");
    assert_eq!(ask_home(&home, ["d"]).answers(), ["static control:25"]);
    let ran = ask_home(&home, ["--dialect", "eqmail", "d"]);
    assert_eq!(ran.answers(), ["static etc:26"]);
    let courier = Dir::with(&[("esmtproutes", ":relay,26\n")]);
    let ran = ask_home(&courier, ["--dialect", "courier", "d"]);
    assert_eq!(ran.lines()[0][1], "mx-of");
}

#[test]
fn what_is_local_is_not_routed() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/locals", "# ours\nlocal.example \nOther.Example\n"),
        ("control/smtproutes", ":hub\n"),
    ]);
    let ran = ask_home(
        &home,
        [
            "u@local.example",
            "LOCAL.example",
            "other.example",
            "u@me.example",
            "u@x.local.example",
        ],
    );
    let expected = [
        "local -",
        "local -",
        "local -",
        "static hub:25",
        "static hub:25",
    ];
    assert_eq!(ran.answers(), expected);
    let place = |n: usize| ran.lines()[n][5].clone();
    assert!(place(0).ends_with("/control/locals:2"), "{}", place(0));
    assert!(place(2).ends_with("/control/locals:3"), "{}", place(2));
    // Without locals, me is.
    std::fs::remove_file(home.join("control/locals")).unwrap();
    let ran = ask_home(&home, ["u@me.example", "u@local.example"]);
    assert_eq!(ran.answers(), ["local -", "static hub:25"]);
    assert!(ran.lines()[0][5].ends_with("/control/me:1"));
    // An empty one lists nothing.
    home.file("control/locals", "");
    assert_eq!(
        ask_home(&home, ["u@me.example"]).answers(),
        ["static hub:25"]
    );
}

#[test]
fn virtualdomains_are_walked() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        (
            "control/virtualdomains",
            "joe@v.example:\nv.example:v\n.sub.example:s\nout.sub.example:\nno colon\n",
        ),
        ("control/smtproutes", ":hub\n"),
    ]);
    let asked = [
        "ann@v.example",
        "joe@v.example",
        "u@x.v.example",
        "u@a.b.sub.example",
        "u@sub.example",
        "u@out.sub.example",
        "u@else.example",
    ];
    let hub = "static hub:25";
    let expected = ["local -", hub, hub, "local -", hub, hub, hub];
    assert_eq!(ask_home(&home, asked).answers(), expected);
    let places = ask_home(&home, asked).lines();
    assert!(places[0][5].ends_with("/control/virtualdomains:2"));
    assert!(places[3][5].ends_with("/control/virtualdomains:3"));
    // The empty key takes what is left.
    home.file("control/virtualdomains", "out.example:\n:rest\n");
    let ran = ask_home(&home, ["u@out.example", "u@any.example"]);
    assert_eq!(ran.answers(), [hub, "local -"]);
    // locals is asked first.
    home.file("control/virtualdomains", "me.example:\n");
    assert_eq!(ask_home(&home, ["u@me.example"]).answers(), ["local -"]);
}

#[test]
fn a_missing_table_is_no_routes() {
    let home = Dir::with(&[("control/me", "me.example\n")]);
    let ran = ask_home(&home, ["u@x.example"]);
    assert_eq!((ran.answer().as_str(), ran.code()), ("mx - - - -", 0));
    std::os::unix::fs::symlink("nowhere", home.join("control/smtproutes")).unwrap();
    assert_eq!(ask_home(&home, ["u@x.example"]).answer(), "mx - - - -");
}

#[test]
fn control_files_that_defer_all_mail() {
    let deferred = |home: &Dir, args: &[&str], words: &str| {
        let ran = ask_home(home, args.iter().chain(&["u@x.example"]));
        assert_eq!(ran.answer(), "error - defer-all - -");
        ran.fails(111, &[words]);
    };
    let home = Dir::with(&[("control/smtproutes", ":hub\n")]);
    deferred(&home, &[], "neither control/me nor control/helohost");
    home.file("control/helohost", "h.example\n");
    assert_eq!(
        ask_home(&home, ["u@x.example"]).answers(),
        ["static hub:25"]
    );
    std::fs::remove_file(home.join("control/smtproutes")).unwrap();
    std::fs::create_dir(home.join("control/smtproutes")).unwrap();
    deferred(&home, &[], "is a directory");
    let home = Dir::with(&[("control/me", "m\n"), ("control/smtproutes", "a b:c\n")]);
    deferred(&home, &["--dialect", "skarnet"], "all mail is deferred");
    // The null sender finds no way either.
    deferred(
        &home,
        &["--dialect", "skarnet", "--sender", ""],
        "all mail is deferred",
    );
}

#[test]
fn files_of_qmail_send_that_nobody_could_read() {
    for name in ["locals", "virtualdomains", "percenthack"] {
        let home = Dir::with(&[("control/me", "m\n")]);
        std::fs::create_dir(home.join("control").join(name)).unwrap();
        ask_home(&home, ["u@d"]).fails(2, &[name, "cannot be read"]);
        // The deliverer does not look at it.
        assert_eq!(ask_home(&home, ["--hosts", "d"]).code(), 0);
    }
}

#[test]
fn what_is_not_part_of_the_answer_is_said() {
    let dir = Dir::with(&[
        ("control/me", "m\n"),
        ("control/smtproutes", ":hub\n"),
        ("control/authsenders", ":other\n"),
        ("control/qmtproutes", ":other\n"),
        ("control/moresmtproutes.cdb", ""),
        ("control/smtproutes.d/default", "relay=other\n"),
        ("control/tlsdestinations", ""),
    ]);
    let table = dir.join("control/smtproutes");
    let cases = [
        ("notqmail", &[][..]),
        ("sagredo", &["authsenders"]),
        ("s-qmail", &["authsenders", "qmtproutes", "tlsdestinations"]),
        ("indimail", &["qmtproutes", "moresmtproutes.cdb"]),
        ("qsmtp", &["smtproutes.d"]),
    ];
    for (dialect, names) in cases {
        let ran = ask(&table, ["--dialect", dialect, "u@x.example"]);
        assert_eq!(ran.answers(), ["static hub:25"], "{dialect}");
        let err = ran.err();
        assert_eq!(err.lines().count(), names.len(), "{err}");
        for name in names {
            let path = dir.join("control").join(name).display().to_string();
            assert!(
                err.contains(&format!("warning: {path} ")),
                "no {name} in {err}"
            );
        }
        let quiet = ask(&table, ["-q", "--dialect", dialect, "u@x.example"]);
        assert_eq!(quiet.err(), "");
    }
    // For the whole system only what is not read is said.
    let ran = ask_home(
        &dir,
        ["--dialect", "s-qmail", "--sender", "a@b", "u@x.example"],
    );
    assert_eq!(ran.answers(), ["static other:25"]);
    assert_eq!(ran.err().lines().count(), 1, "{}", ran.err());
    assert!(ran.err().contains("tlsdestinations"), "{}", ran.err());
}
