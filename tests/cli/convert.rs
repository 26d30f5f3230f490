//! qroute-convert: every option and exit status.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::dns_server::{MX, NXDOMAIN, Reply, Server, mx};
use super::support::{Dir, Ran, converter, run, run_with};

fn convert<I: AsRef<OsStr>>(args: impl IntoIterator<Item = I>) -> Ran {
    run(converter().args(args))
}

/// Runs it with words separated by blanks; `%` is the directory.
fn words(dir: &Dir, line: &str) -> Ran {
    let dir = dir.path().display().to_string();
    convert(line.split(' ').map(|word| word.replace('%', &dir)))
}

fn says(ran: &Ran, words: &str) {
    assert!(ran.err().contains(words), "no `{words}` in: {}", ran.err());
}

const TABLE: &str = "a.example:h1.example\n.b.example:192.0.2.1:2525\n";
const XEAMS: &str = "<CustomRouting><Routes>
<Route><sender>ANY</sender><recipient>ANY</recipient><recipientExceptions>@c.example</recipientExceptions><ip>hub.example</ip></Route>
<Route><sender>@s.example</sender><recipient>@a.example</recipient><ip>h.example</ip></Route>
</Routes></CustomRouting>
";

#[test]
fn a_table_is_written_when_nothing_is_lost() {
    let dir = Dir::with(&[("smtproutes", TABLE)]);
    let ran = words(&dir, "%/smtproutes --to smtproutes --to-dialect s-qmail");
    assert_eq!(
        (ran.code(), ran.out(), ran.err()),
        (0, "a.example:h1.example\n.b.example:192.0.2.1;2525\n", "")
    );
    let ran = words(&dir, "%/smtproutes --to postfix-transport -o %/transport");
    assert_eq!((ran.code(), ran.out()), (0, ""));
    let written = fs::read_to_string(dir.join("transport")).unwrap();
    assert_eq!(
        written,
        "a.example   smtp:[h1.example]\n.b.example  smtp:[192.0.2.1]:2525\n"
    );
    let ran = run_with(
        converter().args(["-", "--from", "smtproutes", "--to", "courier"]),
        "",
    );
    assert_eq!(ran.code(), 2);
    let args = ["-", "--from", "smtproutes", "--to", "smtproutes"];
    let ran = run_with(converter().args(args), ":192.0.2.1\n");
    assert_eq!((ran.code(), ran.out()), (0, ":192.0.2.1\n"));
}

#[test]
fn an_exception_becomes_a_line() {
    let dir = Dir::with(&[("CustomSmtpRouting.xml", XEAMS)]);
    let ran = words(&dir, "%/CustomSmtpRouting.xml --to smtproutes");
    assert_eq!(ran.code(), 0, "{}", ran.err());
    // The second route never decides: the first one takes all of its mail.
    assert_eq!(ran.out(), "c.example:\n:hub.example\n");
    says(&ran, "mail that no route takes");
}

#[test]
fn a_loss_refuses_and_is_accepted_by_name() {
    let table = "a.example:h1.example\n.a.example:h2.example\n";
    let dir = Dir::with(&[("smtproutes", table)]);
    let out = dir.join("routes.xml");
    let line = "%/smtproutes --to xeams -o %/routes.xml --report %/report.json";
    let ran = words(&dir, line);
    assert_eq!((ran.code(), ran.out()), (1, ""));
    let name = dir.join("smtproutes").display().to_string();
    let wanted = format!(
        "{name}:2: narrower subdomains: mail for all domains below a.example falls through: xeams cannot say all domains below one\n"
    );
    assert!(ran.err().starts_with(&wanted), "{}", ran.err());
    says(&ran, "--accept subdomains goes on without");
    assert!(!out.exists());
    let report: Value =
        serde_json::from_slice(&fs::read(dir.join("report.json")).unwrap()).unwrap();
    assert_eq!(report["written"], 0);
    assert_eq!(report["losses"][0]["feature"], "subdomains");
    assert_eq!(report["losses"][0]["effect"], "narrower");
    assert_eq!(report["left_out"], serde_json::json!([2]));

    for accept in ["subdomains", "all"] {
        let _ = fs::remove_file(&out);
        let ran = words(&dir, &format!("{line} --accept {accept}"));
        assert_eq!(ran.code(), 0, "{}", ran.err());
        let text = fs::read_to_string(&out).unwrap();
        assert!(
            text.contains("@a.example") && !text.contains("h2.example"),
            "{text}"
        );
    }
    let report: Value =
        serde_json::from_slice(&fs::read(dir.join("report.json")).unwrap()).unwrap();
    assert_eq!(
        (&report["written"], &report["verified"]),
        (&1.into(), &true.into())
    );
    let differences = report["differences"].as_array().unwrap();
    let below = |difference: &Value| {
        let witness = difference["witness"]["recipient"].as_str().unwrap();
        witness.ends_with(".a.example")
    };
    assert!(differences.iter().any(below), "{report}");
    let ran = words(&dir, &format!("{line} --accept subdomain"));
    assert_eq!(ran.code(), 2);
    says(&ran, "did you mean `subdomains`?");
}

#[test]
fn conditions_are_widened_by_name_only() {
    let text = XEAMS.replace("<sender>ANY", "<sender>@s.example");
    let dir = Dir::with(&[("CustomSmtpRouting.xml", &text)]);
    let line = "%/CustomSmtpRouting.xml --to smtproutes";
    let ran = words(&dir, line);
    assert_eq!((ran.code(), ran.out()), (1, ""));
    says(
        &ran,
        "narrower sender: mail from s.example for everybody but c.example falls through",
    );
    let ran = words(&dir, &format!("{line} --accept sender"));
    assert_eq!((ran.code(), ran.out()), (0, ""));
    let ran = words(&dir, &format!("{line} --widen sender"));
    assert_eq!((ran.code(), ran.out()), (0, "c.example:\n:hub.example\n"));
    says(&ran, "wider sender:");
    let ran = words(&dir, &format!("{line} --widen tls"));
    assert_eq!(ran.code(), 2);
}

#[test]
fn one_host_of_several() {
    let text = XEAMS.replace("hub.example", "192.0.2.1|192.0.2.2");
    let dir = Dir::with(&[("CustomSmtpRouting.xml", &text)]);
    let line = "%/CustomSmtpRouting.xml --to smtproutes";
    let ran = words(&dir, line);
    assert_eq!(ran.code(), 1);
    says(&ran, "A 192.0.2.1, A 192.0.2.2");
    let ran = words(&dir, &format!("{line} --first-destination"));
    assert_eq!((ran.code(), ran.out()), (0, "c.example:\n:192.0.2.1\n"));
    says(&ran, "weaker multi-host:");
}

#[test]
fn secrets_are_written_when_asked_for() {
    let dir = Dir::with(&[("smtproutes", "a.example:h.example|me|pa55\n")]);
    let line = "%/smtproutes --dialect sagredo --to smtproutes --to-dialect s-qmail -o %/new";
    let ran = words(&dir, line);
    assert_eq!(ran.code(), 1);
    says(&ran, "weaker creds:");
    assert!(!ran.err().contains("pa55"), "{}", ran.err());
    let ran = words(&dir, &format!("{line} --with-secrets"));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    says(&ran, "0600");
    let new = dir.join("new");
    assert_eq!(
        fs::read_to_string(&new).unwrap(),
        "a.example:h.example|me|pa55\n"
    );
    assert_eq!(
        fs::metadata(&new).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let ran = words(&dir, &format!("{line} --accept creds --overwrite"));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    assert_eq!(fs::read_to_string(&new).unwrap(), "a.example:h.example\n");
}

#[test]
fn what_is_there_is_not_overwritten_by_accident() {
    let dir = Dir::with(&[("smtproutes", TABLE), ("old", "x.example:y\n")]);
    let line = "%/smtproutes --to smtproutes -o %/old";
    let ran = words(&dir, line);
    assert_eq!(ran.code(), 2);
    says(&ran, "--overwrite");
    assert_eq!(
        fs::read_to_string(dir.join("old")).unwrap(),
        "x.example:y\n"
    );
    let ran = words(
        &dir,
        &format!("{line} --overwrite --only a.example --backup"),
    );
    assert_eq!(ran.code(), 0, "{}", ran.err());
    says(
        &ran,
        "1 of 2 routes are written, and --overwrite deletes all others",
    );
    assert_eq!(
        fs::read_to_string(dir.join("old")).unwrap(),
        "a.example:h1.example\n"
    );
    assert_eq!(
        fs::read_to_string(dir.join("old~")).unwrap(),
        "x.example:y\n"
    );
    // The source itself may be replaced.
    let ran = words(
        &dir,
        "%/smtproutes --to smtproutes --to-dialect s-qmail -o %/smtproutes",
    );
    assert_eq!(ran.code(), 0, "{}", ran.err());
    let text = fs::read_to_string(dir.join("smtproutes")).unwrap();
    assert!(text.contains(";2525"), "{text}");
    let ran = words(&dir, "%/old --to smtproutes --only nobody.example");
    assert_eq!(ran.code(), 2);
}

#[test]
fn overwriting_leaves_nothing_of_what_was_there() {
    let table = ".a.example:h1.example\n:h2.example\na.example:h3.example\n";
    let old = "x.example:y.example\na.example:z.example\n";
    for (to, file) in [
        ("smtproutes", "out"),
        ("postfix-transport", "transport"),
        ("imsva", "delivery.xml"),
        ("imss", "IMSS_DBD.xml"),
        ("xeams", "CustomSmtpRouting.xml"),
        ("mspcontrol", "routes.json"),
    ] {
        for only in ["", " --only .a.example", " --only * --only a.example"] {
            let dir = Dir::with(&[("smtproutes", table), (file, old)]);
            let line = format!("%/smtproutes --to {to} --accept all{only}");
            let printed = words(&dir, &line);
            assert_eq!(printed.code(), 0, "{to}: {}", printed.err());
            let ran = words(&dir, &format!("{line} -o %/{file}"));
            assert_eq!(ran.code(), 2, "{to}: {}", ran.err());
            assert_eq!(fs::read_to_string(dir.join(file)).unwrap(), old);
            let ran = words(&dir, &format!("{line} -o %/{file} --overwrite"));
            assert_eq!(ran.code(), 0, "{to}: {}", ran.err());
            let text = fs::read_to_string(dir.join(file)).unwrap();
            assert_eq!(text, printed.out(), "{to}{only}");
            assert_eq!(ran.err().contains("deletes all others"), !only.is_empty());
        }
    }
}

#[test]
fn what_decides_among_equal_keys_is_what_conflicts() {
    // notqmail takes the last of equal keys.
    let dir = Dir::with(&[
        ("smtproutes", "a.example:h2.example\n"),
        ("same", "a.example:h1.example\na.example:h2.example\n"),
        ("other", "a.example:h2.example\na.example:h1.example\n"),
    ]);
    let line = "%/smtproutes --to smtproutes --merge";
    let ran = words(&dir, &format!("{line} %/same"));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    let ran = words(&dir, &format!("{line} %/other"));
    assert_eq!(ran.code(), 1, "{}", ran.err());
    says(
        &ran,
        "other:2:1: the route of mail for a.example is there and says something else",
    );
    let ran = words(&dir, &format!("{line} %/other --on-conflict replace"));
    assert_eq!(
        (ran.code(), ran.out()),
        (0, "a.example:h2.example\n"),
        "{}",
        ran.err()
    );
}

#[test]
fn a_domain_in_another_list_is_a_conflict() {
    let dir = Dir::with(&[("smtproutes", "a.example:192.0.2.1\n")]);
    fs::create_dir(dir.join("etc")).unwrap();
    fs::write(dir.join("etc/localdomains"), "a.example\nb.example\n").unwrap();
    let line = "%/smtproutes --to cpanel --merge %/etc -o %/etc";
    let ran = words(&dir, line);
    assert_eq!(ran.code(), 1, "{}", ran.err());
    says(
        &ran,
        "localdomains:1:1: the route of mail for a.example is there",
    );
    let ran = words(&dir, &format!("{line} --on-conflict keep"));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    let list = |name: &str| fs::read_to_string(dir.join("etc").join(name)).unwrap_or_default();
    assert_eq!(
        (list("localdomains").as_str(), list("manualmx").as_str()),
        ("a.example\nb.example\n", "")
    );
    let ran = words(&dir, &format!("{line} --on-conflict replace --overwrite"));
    // --merge and --overwrite say different things.
    assert_eq!(ran.code(), 2);
    let ran = words(&dir, &format!("{line} --on-conflict replace"));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    assert_eq!(list("localdomains"), "b.example\n");
    assert_eq!(
        (list("remotedomains").as_str(), list("manualmx").as_str()),
        ("a.example\n", "a.example: 192.0.2.1\n")
    );
}

#[test]
fn dropped_exceptions_are_announced() {
    let dir = Dir::with(&[("CustomSmtpRouting.xml", XEAMS)]);
    let line = "%/CustomSmtpRouting.xml --to mspcontrol --accept all";
    let ran = words(&dir, &format!("{line} --widen exceptions"));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    says(
        &ran,
        "wider exceptions: the route of mail for everybody but c.example takes the mail of c.example too",
    );
}

#[test]
fn tables_are_merged() {
    let dir = Dir::with(&[
        ("smtproutes", TABLE),
        ("old", "x.example:y.example\nA.Example:h1.example\n"),
        ("other", "a.example:elsewhere.example\n"),
    ]);
    let ran = words(&dir, "%/smtproutes --to smtproutes --merge %/old");
    assert_eq!(
        (ran.code(), ran.out()),
        (
            0,
            "x.example:y.example\nA.Example:h1.example\n.b.example:192.0.2.1:2525\n"
        )
    );
    let line = "%/smtproutes --to smtproutes --merge %/other -o %/other";
    let ran = words(&dir, line);
    assert_eq!(ran.code(), 1);
    says(&ran, "other:1:1: the route of mail for a.example is there");
    for (choice, host) in [("keep", "elsewhere.example"), ("replace", "h1.example")] {
        fs::write(dir.join("other"), "a.example:elsewhere.example\n").unwrap();
        let ran = words(&dir, &format!("{line} --on-conflict {choice}"));
        assert_eq!(ran.code(), 0, "{}", ran.err());
        let text = fs::read_to_string(dir.join("other")).unwrap();
        assert_eq!(
            text,
            format!("a.example:{host}\n.b.example:192.0.2.1:2525\n")
        );
    }
}

#[test]
fn previews_write_nothing() {
    let dir = Dir::with(&[("smtproutes", TABLE), ("old", "a.example:other.example\n")]);
    let line = "%/smtproutes --to smtproutes -o %/old";
    let ran = words(&dir, &format!("{line} --diff"));
    assert_eq!(ran.code(), 3, "{}", ran.err());
    assert!(ran.out().contains("a.example"), "{}", ran.out());
    let ran = words(&dir, &format!("{line} --diff=text"));
    assert_eq!(ran.code(), 3);
    assert!(
        ran.out()
            .contains("\n-a.example:other.example\n+a.example:h1.example\n"),
        "{}",
        ran.out()
    );
    assert_eq!(
        fs::read_to_string(dir.join("old")).unwrap(),
        "a.example:other.example\n"
    );
    let ran = words(&dir, "%/smtproutes --to smtproutes --diff");
    assert_eq!((ran.code(), ran.out()), (0, ""));
}

#[test]
fn cpanel_is_a_directory_or_commands() {
    let table = "a.example:192.0.2.1\nb.example:\n";
    let dir = Dir::with(&[("smtproutes", table)]);
    let ran = words(&dir, "%/smtproutes --to cpanel");
    assert_eq!(ran.code(), 2);
    says(&ran, "-o DIR");
    let ran = words(&dir, "%/smtproutes --to cpanel -o %/etc");
    assert_eq!(ran.code(), 0, "{}", ran.err());
    let manual = fs::read_to_string(dir.join("etc/manualmx")).unwrap();
    assert_eq!(manual, "a.example: 192.0.2.1\n");
    let ran = words(&dir, "%/smtproutes --to cpanel-commands");
    assert_eq!(ran.code(), 0, "{}", ran.err());
    assert!(
        ran.out()
            .contains("uapi --user=USER Email set_always_accept domain=a.example mxcheck=remote\n")
            && ran.out().contains(
                "uapi --user=USER Email set_manual_mx_redirects domain=a.example mx_host=192.0.2.1\n"
            ),
        "{}",
        ran.out()
    );
}

#[test]
fn a_match_without_a_place_is_bound_again() {
    let dir = Dir::with(&[("smtproutes", "a.example:h1.example\n")]);
    let ran = words(&dir, "%/smtproutes --to mspcontrol");
    assert_eq!(ran.code(), 1);
    says(&ran, "narrower rcpt-domain:");
    says(&ran, "--bind");
    let ran = words(
        &dir,
        "%/smtproutes --to mspcontrol --accept all -o %/routes.json",
    );
    assert_eq!(ran.code(), 0, "{}", ran.err());
    let json: Value = serde_json::from_slice(&fs::read(dir.join("routes.json")).unwrap()).unwrap();
    let name = json["routes"][0]["name"].as_str().unwrap().to_owned();
    let routes = dir.join("routes.json");
    let bind = format!("{name}=a.example");
    let args = [
        routes.to_str().unwrap(),
        "--to",
        "smtproutes",
        "--bind",
        &bind,
    ];
    let ran = convert(args);
    assert_eq!(
        (ran.code(), ran.out()),
        (0, "a.example:h1.example:25\n"),
        "{}",
        ran.err()
    );
}

#[test]
fn a_match_without_a_place_counts_in_report_preview_and_merge() {
    let dir = Dir::with(&[(
        "smtproutes",
        "a.example:h1.example\n.b.example:h2.example\n",
    )]);
    let line = "%/smtproutes --to mspcontrol --accept all --report %/report.json";
    let report = |dir: &Dir| -> Value {
        serde_json::from_slice(&fs::read(dir.join("report.json")).unwrap()).unwrap()
    };
    let ran = words(&dir, &format!("{line} -o %/routes.json"));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    // What the losses tell the reader is known to the report: mail for a.example goes where it went.
    let of = |report: &Value, domain: &str| {
        let all = report["differences"].as_array().unwrap().clone();
        all.iter().any(|one| {
            let recipient = one["witness"]["recipient"].as_str().unwrap();
            recipient.ends_with(domain)
        })
    };
    let said = report(&dir);
    assert!(!of(&said, "a.example") && !of(&said, "b.example"), "{said}");
    let ran = words(&dir, &format!("{line} --diff"));
    // Routes without a direction become routes for mail that leaves.
    let mut here = ran.out().lines().filter(|line| line.contains("a.example"));
    assert!(here.all(|line| line.contains(", inbound")), "{}", ran.out());
    // The same file again changes nothing.
    let ran = words(&dir, &format!("{line} -o %/routes.json --diff"));
    assert_eq!((ran.code(), ran.out()), (0, ""), "{}", ran.err());

    fs::write(
        dir.join("smtproutes"),
        "a.example:h1.example\nc.example:h3.example\n",
    )
    .unwrap();
    let before = fs::read(dir.join("routes.json")).unwrap();
    let merge = format!("{line} --merge %/routes.json -o %/routes.json");
    let ran = words(&dir, &merge);
    assert_eq!(ran.code(), 0, "{}", ran.err());
    let after: Value = serde_json::from_slice(&fs::read(dir.join("routes.json")).unwrap()).unwrap();
    let before: Value = serde_json::from_slice(&before).unwrap();
    let [before, after] = [before, after].map(|json| json["routes"].as_array().unwrap().clone());
    // The route of that name is there and the same; the other one came.
    assert_eq!(before.len(), 2);
    assert_eq!(after[..2], before);
    assert_eq!(after.len(), 3, "{after:?}");
    assert_eq!(after[2]["destinations"][0]["host"], "h3.example");
    // Another route of the same name is a conflict.
    fs::write(dir.join("smtproutes"), "a.example:h9.example\n").unwrap();
    let ran = words(&dir, &merge);
    assert_eq!((ran.code(), ran.out()), (1, ""), "{}", ran.err());
    says(&ran, "is there and says something else");
    let ran = words(&dir, &format!("{merge} --on-conflict replace"));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    let after: Value = serde_json::from_slice(&fs::read(dir.join("routes.json")).unwrap()).unwrap();
    let hosts: Vec<&Value> = after["routes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["destinations"][0]["host"])
        .collect();
    assert_eq!(hosts, ["h9.example", "h2.example", "h3.example"]);
}

#[test]
fn comments_that_are_lost_are_named_by_their_lines() {
    let dir = Dir::with(&[
        (
            "smtproutes",
            "# office\na.example:h1.example\n#.b.example:h2.example|me|pa55\n",
        ),
        ("old", "x.example:y.example\n# keep me\n"),
    ]);
    let line = "%/smtproutes --to smtproutes --report %/report.json --merge %/old";
    let ran = words(&dir, line);
    assert_eq!(ran.code(), 0, "{}", ran.err());
    let shown = |name: &str| dir.join(name).display().to_string();
    let (new, old) = (shown("smtproutes"), shown("old"));
    says(
        &ran,
        &format!("{new}: cosmetic comment: 2 comments are not written (lines 1, 3)\n"),
    );
    says(
        &ran,
        &format!("{old}: cosmetic comment: 1 comment is not written (line 2)\n"),
    );
    let report = fs::read_to_string(dir.join("report.json")).unwrap();
    assert!(!report.contains("pa55"), "{report}");
    let report: Value = serde_json::from_str(&report).unwrap();
    let losses = report["losses"].as_array().unwrap().iter();
    let places: Vec<(&str, u64)> = losses
        .map(|loss| {
            (
                loss["file"].as_str().unwrap(),
                loss["line"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(places, [(new.as_str(), 1), (&new, 3), (&old, 2)]);
    // Chosen routes leave the comments of their file behind too.
    let ran = words(&dir, "%/smtproutes --to smtproutes --only a.example");
    says(&ran, "2 comments are not written (lines 1, 3)");
}

#[test]
fn a_name_of_two_words_is_bound_as_a_shell_takes_it() {
    let dir = Dir::with(&[("smtproutes", "a.example:h1.example\n")]);
    let ran = words(&dir, "%/smtproutes --to mspcontrol");
    says(&ran, "`--bind 'Route for a.example=a.example'`");
}

#[test]
fn a_conflict_names_the_route_that_takes_the_mail() {
    let route = |recipient: &str, host: &str| {
        format!(
            "<Route><sender>ANY</sender><recipient>{recipient}</recipient><ip>{host}</ip></Route>\n"
        )
    };
    let there = [
        route("@x.example", "h1.example"),
        route("@y.example", "h2.example"),
        route("ANY", "h3.example"),
    ];
    let there = format!(
        "<CustomRouting><Routes>\n{}</Routes></CustomRouting>\n",
        there.concat()
    );
    let dir = Dir::with(&[
        ("smtproutes", "a.example:h.example\n"),
        ("there.xml", &there),
    ]);
    let ran = words(&dir, "%/smtproutes --to xeams --merge %/there.xml");
    assert_eq!(ran.code(), 1, "{}", ran.err());
    says(
        &ran,
        "there.xml:4:1: the route of mail for everybody is there and leaves no mail to the new one of mail for a.example",
    );
}

#[test]
fn new_routes_keep_their_order_where_the_first_match_decides() {
    let route = |recipient: &str, host: &str| {
        format!(
            "<Route><sender>ANY</sender><recipient>{recipient}</recipient><ip>{host}</ip></Route>\n"
        )
    };
    let table = |routes: [String; 2]| {
        format!(
            "<CustomRouting><Routes>\n{}</Routes></CustomRouting>\n",
            routes.concat()
        )
    };
    let (a, all) = (
        route("@a.example", "h1.example"),
        route("ANY", "h2.example"),
    );
    let dir = Dir::with(&[
        ("new.xml", &table([a.clone(), all.clone()])),
        // The same routes, of which the second one never decides.
        ("there.xml", &table([all, a])),
    ]);
    let line = "%/new.xml --to xeams --merge %/there.xml";
    let ran = words(&dir, line);
    assert_eq!(ran.code(), 1, "{}", ran.err());
    says(
        &ran,
        "there.xml:2:1: the route of mail for everybody is there and leaves no mail to the new one of mail for a.example",
    );
    let ran = words(&dir, &format!("{line} --on-conflict replace"));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    let [first, second] = ["h1.example", "h2.example"].map(|host| ran.out().find(host).unwrap());
    assert!(first < second, "{}", ran.out());
}

#[test]
fn an_assumption_holds_for_the_table_that_is_there() {
    let route = |recipient: &str, host: &str| {
        format!(
            "<Route><sender>ANY</sender><recipient>{recipient}</recipient><ip>{host}</ip></Route>\n"
        )
    };
    let table =
        |route: String| format!("<CustomRouting><Routes>\n{route}</Routes></CustomRouting>\n");
    let dir = Dir::with(&[
        ("new.xml", &table(route("@a.example", "h1.example"))),
        ("there.xml", &table(route("ANY", "h2.example"))),
    ]);
    let line = "%/new.xml --to xeams --merge %/there.xml";
    let ran = words(&dir, line);
    assert_eq!(ran.code(), 1, "{}", ran.err());
    // The most special route decides: the one that is there leaves the new one its mail.
    let ran = words(&dir, &format!("{line} --assume order=most-specific"));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    assert!(ran.out().contains("h1.example") && ran.out().contains("h2.example"));
}

#[test]
fn a_preview_is_coloured_as_asked() {
    let dir = Dir::with(&[("smtproutes", TABLE), ("old", "a.example:other.example\n")]);
    let line = "%/smtproutes --to smtproutes -o %/old --diff";
    let plain = words(&dir, line);
    assert!(!plain.out().contains('\x1b'));
    let coloured = words(&dir, &format!("{line} --color always"));
    assert!(coloured.out().contains("\x1b[31m"), "{:?}", coloured.out());
}

#[test]
fn senders_where_they_are_wanted() {
    let dir = Dir::with(&[("smtproutes", "a.example:h1.example\n")]);
    let ran = words(
        &dir,
        "%/smtproutes --to xeams --sender-domains s.example,t.example",
    );
    assert_eq!(ran.code(), 0, "{}", ran.err());
    says(&ran, "narrower sender:");
    for sender in ["@s.example", "@t.example"] {
        assert!(
            ran.out().contains(&format!("<sender>{sender}</sender>")),
            "{}",
            ran.out()
        );
    }
    assert!(!ran.out().contains("<sender>ANY"), "{}", ran.out());
}

#[test]
fn usage() {
    let dir = Dir::with(&[("smtproutes", TABLE), ("ignored", "a:b c\n")]);
    for line in [
        "%/smtproutes",
        "%/smtproutes --to nothing",
        "%/smtproutes --to exchange",
        "%/missing --to imsva",
        "%/smtproutes --to imsva --to-dialect notqmail",
        "%/smtproutes --to smtproutes --on-conflict keep",
        "--to imsva",
    ] {
        let ran = words(&dir, line);
        assert_eq!((ran.code(), ran.out()), (2, ""), "{line}: {}", ran.err());
        assert!(!ran.err().is_empty());
    }
    let ran = convert(["--features"]);
    assert_eq!(ran.code(), 0);
    assert_eq!(ran.out().lines().count(), 24);
    assert!(
        convert(["--completions", "bash"])
            .out()
            .contains("qroute-convert")
    );
}

#[test]
fn the_mx_of_a_name_as_it_is_today() {
    let imsva = "<MessageDeliverySettings schema=\"neutral-1\">
<Entry recipient=\"a.example\" method=\"mx\"><Mx name=\"b.example\" port=\"25\"/></Entry>
</MessageDeliverySettings>
";
    let dir = Dir::with(&[("delivery.xml", imsva)]);
    let line = "%/delivery.xml --to smtproutes";
    let ran = words(&dir, line);
    assert_eq!(ran.code(), 1);
    says(&ran, "--snapshot-mx");
    let server = Server::start(|name, kind| match (name, kind) {
        ("b.example", MX) => Some(Reply::records([mx(20, "in.b.example")])),
        _ => Some(Reply::code(NXDOMAIN)),
    });
    let line = format!("{line} --snapshot-mx --dns-server {}", server.address());
    let ran = words(&dir, &line);
    assert_eq!(
        (ran.code(), ran.out()),
        (0, "a.example:in.b.example:25\n"),
        "{}",
        ran.err()
    );
    says(&ran, "redirected mx-named:");
}
