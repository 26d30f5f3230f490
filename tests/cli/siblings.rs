//! Route files beside the table, in each product's order.

use super::support::{Dir, ask_home};

#[test]
fn authsenders_come_before_the_table() {
    let home = Dir::with(&[
        ("control/me", "m\n"),
        (
            "control/authsenders",
            "joe@c.example:joe|u|p\n@c.example:domain|u|p\n.example:suffix|u|p\nbare.example:never|u|p\n",
        ),
        ("control/smtproutes", ":hub\n"),
    ]);
    for dialect in ["sagredo", "s-qmail"] {
        let with = |sender: &str| {
            let args = ["--dialect", dialect, "--sender", sender, "u@x.example"];
            ask_home(&home, args).lines()[0].clone()
        };
        for (sender, hop, line) in [
            ("joe@c.example", "joe:25", 1),
            ("ann@c.example", "domain:25", 2),
            ("ann@d.example", "suffix:25", 3),
            ("x@bare.example", "suffix:25", 3),
        ] {
            let fields = with(sender);
            assert_eq!(
                (&*fields[2], &*fields[4]),
                (hop, "auth"),
                "{dialect} {sender}"
            );
            assert!(fields[5].ends_with(&format!("/authsenders:{line}")));
        }
        let fields = with("x@bare.test");
        assert_eq!((&*fields[2], &*fields[4]), ("hub:25", "-"));
        assert!(fields[5].ends_with("/smtproutes:1"));
    }
    // Others do not look at the file.
    assert_eq!(
        ask_home(&home, ["u@x.example"]).answers(),
        ["static hub:25"]
    );
}

#[test]
fn s_qmail_asks_qmtproutes_at_every_key() {
    let home = Dir::with(&[
        ("control/me", "m\n"),
        (
            "control/qmtproutes",
            ".example:qmtp\nsame.example:first\n!@:bounces\n",
        ),
        (
            "control/smtproutes",
            ".sub.example:smtp\nsame.example:second\n!@:never\n",
        ),
    ]);
    let hops = |args: &[&str]| {
        let base = ["--dialect", "s-qmail"];
        ask_home(&home, base.iter().chain(args)).answers()
    };
    let asked = [
        "--sender",
        "a@b",
        "u@x.sub.example",
        "u@same.example",
        "u@x.example",
        "u@x.test",
    ];
    // A longer suffix beats a shorter one whatever its file; of equal keys qmtproutes is asked first. QMTP is port 209.
    let expected = [
        "static smtp:25",
        "static first:209",
        "static qmtp:209",
        "mx -",
    ];
    assert_eq!(hops(&asked), expected);
    assert_eq!(
        hops(&["--sender", "", "u@x.sub.example"]),
        ["static bounces:209"]
    );
    std::fs::remove_file(home.join("control/qmtproutes")).unwrap();
    assert_eq!(
        hops(&["--sender", "", "u@x.sub.example"]),
        ["static never:25"]
    );
}

#[test]
fn qsmtp_asks_its_directory_first() {
    let home = Dir::with(&[
        ("control/me", "m\n"),
        ("control/smtproutes", ":table\n"),
        ("control/smtproutes.d/host.example", "relay=own\nport=26\n"),
        ("control/smtproutes.d/*.example", "# comment\nrelay=star\n"),
        ("control/smtproutes.d/bad.example", "relay=a\nrelay=b\n"),
        ("control/smtproutes.d/mx.example", ""),
    ]);
    let asked = [
        "u@host.example",
        "u@x.example",
        "u@a.b.example",
        "u@mx.example",
        "u@x.test",
    ];
    let ran = ask_home(&home, ["--dialect", "qsmtp"].iter().chain(&asked));
    let expected = [
        "static own:26",
        "static star:25",
        "static star:25",
        "mx -",
        "static table:25",
    ];
    assert_eq!(ran.answers(), expected);
    let ran = ask_home(&home, ["--dialect", "qsmtp", "u@bad.example"]);
    assert!(ran.answer().starts_with("error - defer-all - "));
    assert_eq!(ran.code(), 111);
    home.file("control/smtproutes.d/default", "relay=default\n");
    let ran = ask_home(&home, ["--dialect", "qsmtp", "u@x.test"]);
    assert_eq!(ran.answers(), ["static default:25"]);
}

#[test]
fn qsmtp_ignores_a_file_with_a_blank() {
    let home = Dir::with(&[
        ("control/me", "m\n"),
        ("control/smtproutes", "a.example:one\n b:c\n"),
    ]);
    let args = ["--dialect", "qsmtp", "u@a.example"];
    let ran = ask_home(&home, args);
    assert_eq!(ran.answer(), "mx - ignored-file - -");
    assert_eq!(ran.code(), 0);
    assert_eq!(ran.err().lines().count(), 1);
    assert!(
        ran.err().contains("ignores the whole file"),
        "{}",
        ran.err()
    );
    let object = ask_home(&home, args.iter().chain(&["--output-format", "jsonl"])).object();
    assert_eq!(object["error"]["kind"], "ignored-file");
    assert_eq!(object["error"]["temporary"], false);
    assert_eq!(object["mx_domain"], "a.example");
}

fn indimail() -> Dir {
    let home = Dir::with(&[
        ("control/me", "m\n"),
        ("control/smtproutes", "x.example:table\n:default\n"),
    ]);
    let path = home.join("control/moresmtproutes.cdb");
    let mut cdb = cdb2::CDBWriter::create(path).unwrap();
    for (key, value) in [
        ("joe@x.example", "joe:26"),
        ("x.example", "never"),
        (".more.example", "more"),
        ("", "cdb default"),
    ] {
        cdb.add(key.as_bytes(), value.as_bytes()).unwrap();
    }
    cdb.finish().unwrap();
    home
}

#[test]
fn indimail_asks_for_the_recipient_first() {
    let home = indimail();
    let hops = |args: &[&str]| {
        let ran = ask_home(&home, ["--dialect", "indimail"].iter().chain(args));
        ran.answers()
    };
    let asked = [
        "--sender",
        "a@b",
        "joe@x.example",
        "ann@x.example",
        "u@a.more.example",
        "u@y.test",
    ];
    let expected = [
        "static joe:26",
        "static table:25",
        "static more:25",
        "static default:25",
    ];
    assert_eq!(hops(&asked), expected);
    // A bounce does not use the recipient's own route, so that the answer depends on the sender.
    assert_eq!(
        hops(&["--sender", "", "joe@x.example"]),
        ["static table:25"]
    );
    assert_eq!(hops(&["joe@x.example"]), ["undecided -"]);
    assert_eq!(hops(&["--sender", "a@b", "x.example"]), ["undecided -"]);
}

#[test]
fn indimail_obeys_its_environment() {
    let home = indimail();
    let base = ["--dialect", "indimail", "--sender", "a@b"];
    let hops = |args: &[&str]| ask_home(&home, base.iter().chain(args)).answers();
    let route = ["--env", "SMTPROUTE=:env:2525"];
    let hop = hops(&[&route[..], &["u@x.example", "joe@x.example"]].concat());
    // The variable takes the place of the files.
    assert_eq!(hop, ["static env:2525", "static env:2525"]);
    let ran = ask_home(&home, base.iter().chain(&route).chain(&["u@x.example"]));
    assert!(ran.answer().ends_with("$SMTPROUTE:1"), "{}", ran.answer());
    let ran = ask_home(&home, base.iter().chain(&["--env", "PATH=/", "u@d"]));
    ran.fails(2, &["--env PATH", "reads no such variable"]);
    let ran = ask_home(&home, base.iter().chain(&["--env", "SMTPROUTE", "u@d"]));
    ran.fails(2, &["NAME=VALUE"]);
    let ran = ask_home(
        &home,
        ["--dialect", "notqmail", "--env", "SMTPROUTE=:x", "u@d"],
    );
    ran.fails(2, &["notqmail", "reads no such variable"]);
}
