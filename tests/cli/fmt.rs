//! qroute-fmt: every option and exit status.

use std::ffi::OsStr;
use std::fs;

use super::support::{Dir, Ran, bare, formatter, run, run_with};

const OLD: &str = "# x \nZoo.Example:MX.Example:0025 \n\n\n.d:mx";
const NEW: &str = "# x\nzoo.example:mx.example:25\n\n.d:mx\n";

fn fmt<I: AsRef<OsStr>>(args: impl IntoIterator<Item = I>) -> Ran {
    run(formatter().args(args))
}

fn filter(args: &[&str], input: &str) -> Ran {
    run_with(formatter().args(args).arg("-"), input)
}

fn says(ran: &Ran, words: &str) {
    assert!(ran.err().contains(words), "no `{words}` in: {}", ran.err());
}

#[test]
fn a_table_is_rewritten_in_place() {
    let dir = Dir::with(&[("smtproutes", OLD)]);
    let table = dir.join("smtproutes");
    let ran = fmt([&table]);
    assert_eq!((ran.code(), ran.out(), ran.err()), (0, "", ""));
    assert_eq!(fs::read_to_string(&table).unwrap(), NEW);
    // A second time nothing is written: the file is the same one.
    let before = fs::metadata(&table).unwrap().modified().unwrap();
    let ran = fmt([OsStr::new("-v"), table.as_os_str()]);
    assert_eq!(ran.code(), 0);
    says(&ran, "note: ");
    assert!(!ran.err().contains("replaced"), "{}", ran.err());
    assert_eq!(fs::metadata(&table).unwrap().modified().unwrap(), before);
}

#[test]
fn check_names_files_and_changes_nothing() {
    let dir = Dir::with(&[
        ("a/smtproutes", OLD),
        ("b/smtproutes", NEW),
        ("c\n/smtproutes", OLD),
    ]);
    let ran = fmt([OsStr::new("--check"), dir.path().as_os_str()]);
    let a = dir.join("a/smtproutes");
    let c = dir.join("c").display().to_string();
    assert_eq!(
        (ran.code(), ran.out().to_owned()),
        (1, format!("{}\n{c}\\x0A/smtproutes\n", a.display()))
    );
    assert_eq!(fs::read_to_string(&a).unwrap(), OLD);
    let b = dir.join("b/smtproutes");
    let ran = fmt([OsStr::new("--check"), b.as_os_str()]);
    assert_eq!((ran.code(), ran.out(), ran.err()), (0, "", ""));
}

#[test]
fn diff_shows_changes_with_secrets_masked() {
    let dir = Dir::with(&[
        ("smtproutes", OLD),
        ("secret", "Zoo:mx|user|hunter2\n#d:mx u pw \n"),
    ]);
    let table = dir.join("smtproutes");
    let ran = fmt([OsStr::new("--diff"), table.as_os_str()]);
    let name = table.display();
    let wanted = format!(
        "--- {name}\n+++ {name}\n@@ -1,5 +1,4 @@\n-# x \n-Zoo.Example:MX.Example:0025 \n-\n+# x\n+zoo.example:mx.example:25\n \n-.d:mx\n\\ No newline at end of file\n+.d:mx\n"
    );
    // A blank is masked with what follows it, of which there is nothing here.
    assert_eq!((ran.code(), ran.out().to_owned()), (1, wanted));
    assert_eq!(fs::read_to_string(&table).unwrap(), OLD);
    let ran = fmt([OsStr::new("--diff"), dir.join("secret").as_os_str()]);
    assert_eq!(ran.code(), 1);
    assert!(ran.out().starts_with("# masked: do not apply\n--- "));
    assert!(ran.out().contains("+zoo:mx|…\n"), "{}", ran.out());
    for secret in ["user", "hunter2", "pw"] {
        assert!(!ran.out().contains(secret), "{}", ran.out());
    }
    let ran = filter(&["--diff"], NEW);
    assert_eq!((ran.code(), ran.out()), (0, ""));
    fmt(["--check", "--diff", "x"]).fails(2, &["cannot be used with"]);
}

/// The diff is a patch.
#[test]
fn a_diff_can_be_applied() {
    let dir = Dir::with(&[("smtproutes", OLD)]);
    let diff = filter(&["--diff", "--stdin-filename", "smtproutes"], OLD);
    assert_eq!(diff.code(), 1);
    let mut patch = bare("git");
    patch.current_dir(dir.path()).args(["apply", "-p0", "-"]);
    let ran = run_with(&mut patch, diff.out);
    assert_eq!(ran.code(), 0, "{}", ran.err());
    assert_eq!(fs::read_to_string(dir.join("smtproutes")).unwrap(), NEW);
}

#[test]
fn standard_input_is_filtered() {
    let ran = filter(&[], OLD);
    assert_eq!((ran.code(), ran.out(), ran.err()), (0, NEW, ""));
    assert_eq!(filter(&[], "").out(), "");
    // The user's own data goes where the user sends it.
    assert_eq!(filter(&[], "Z:mx|u|p").out(), "z:mx|u|p\n");
    let ran = filter(&["--check", "--stdin-filename", "routes"], OLD);
    assert_eq!((ran.code(), ran.out()), (1, "routes\n"));
    run_with(formatter().args(["-", "-"]), OLD).fails(2, &["`-` stands twice"]);
    filter(&["--backup"], OLD).fails(2, &["`-` has none"]);
}

#[test]
fn what_is_left_is_said_once() {
    let table = "A:b\nC:d\nE:mx\r\n";
    let ran = filter(&["--stdin-filename", "t"], "A:b\nC:D\n");
    assert_eq!(ran.out(), "A:b\nC:d\n");
    says(
        &ran,
        "qroute-fmt: note: t: 2 lines (first: line 1) keep capital letters",
    );
    says(&ran, "(skarnet); --for ");
    assert_eq!(ran.err().lines().count(), 1);
    assert_eq!(filter(&["-q"], "A:b\n").err(), "");
    let ran = filter(&["--for", "notqmail,courier"], "A:b\n");
    assert_eq!((ran.out(), ran.err()), ("a:b\n", ""));
    let ran = filter(&[], table);
    says(&ran, "line 3 keeps the CR at the end");
    says(&ran, "every dialect but courier");
    assert_eq!(filter(&["--for=courier"], table).out(), "a:b\nc:d\ne:mx\n");
    let ran = filter(&["--for=netqmail,sagredo"], "Z:mx|u\nA:b\n");
    assert_eq!(ran.out(), "z:mx|u\nA:b\n");
    says(
        &ran,
        "line 2 keeps all letters: there it is the password of the route above (sagredo)",
    );
    filter(&["--for", "notqmial"], "").fails(2, &["--for", "did you mean `notqmail`?"]);
}

#[test]
fn routes_are_sorted_where_nobody_can_tell() {
    let table = "b.zoo:1\na.zoo:2\n# c\n:x\na:y\n";
    let ran = filter(&["--sort"], table);
    assert_eq!(ran.out(), "a.zoo:2\nb.zoo:1\n# c\n:x\na:y\n");
    says(&ran, "1 block is not sorted (first: line 4 of the result)");
    let ran = filter(&["--sort", "--for", "notqmail"], table);
    assert_eq!(
        (ran.out(), ran.err()),
        ("a.zoo:2\nb.zoo:1\n# c\na:y\n:x\n", "")
    );
    // skarnet refuses both, for different reasons.
    let ran = filter(&["--sort"], "zoo:x\na:b:\n");
    assert_eq!(ran.out(), "zoo:x\na:b:\n");
    says(&ran, "not sorted, because some dialect could tell");
}

#[test]
fn directories_are_searched() {
    let dir = Dir::with(&[
        ("b/smtproutes", OLD),
        ("a/esmtproutes", OLD),
        ("smtproutes.site", OLD),
        ("smtproutes~", OLD),
        ("smtproutes.bak2", OLD),
        ("smtproutesdialect", "notqmail\n"),
        ("other", OLD),
        ("empty/x", ""),
        ("else/real", OLD),
    ]);
    std::os::unix::fs::symlink("../else", dir.join("b/link")).unwrap();
    std::os::unix::fs::symlink("real", dir.join("else/smtproutes")).unwrap();
    std::os::unix::fs::symlink(dir.path(), dir.join("b/loop")).unwrap();
    let ran = fmt([OsStr::new("--check"), dir.path().as_os_str()]);
    let names: Vec<_> = ran
        .out()
        .lines()
        .map(|l| l.strip_prefix(dir.path().to_str().unwrap()).unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "/a/esmtproutes",
            "/b/smtproutes",
            "/smtproutes.bak2",
            "/smtproutes.site"
        ]
    );
    let ran = fmt([OsStr::new("--backup=.bak2"), dir.path().as_os_str()]);
    assert_eq!(ran.code(), 0);
    says(
        &ran,
        "3 of 3 files are replaced, each in one step; several renames are not one step",
    );
    // What an earlier run kept is replaced, and is no table of this run.
    assert_eq!(
        fs::read_to_string(dir.join("b/smtproutes.bak2")).unwrap(),
        OLD
    );
    assert_eq!(fs::read_to_string(dir.join("else/real")).unwrap(), OLD);
    let ran = fmt([dir.join("empty")]);
    assert_eq!((ran.code(), ran.out(), ran.err()), (0, "", ""));
}

#[test]
fn trouble_with_one_file_does_not_keep_from_the_others() {
    let dir = Dir::with(&[("a", OLD), ("x.xml", "<routes/>\n"), ("c", OLD)]);
    let paths = ["none", "a", "x.xml", "c"].map(|name| dir.join(name));
    let ran = run(formatter().arg("--check").args(&paths));
    ran.fails(
        2,
        &[
            "none: no such file",
            "x.xml: XML with the root element <routes>",
        ],
    );
    assert_eq!(ran.out().lines().count(), 2);
    let ran = run(formatter().args(&paths));
    ran.fails(
        2,
        &[
            "cannot read",
            "none",
            "x.xml: XML with the root element <routes>",
        ],
    );
    for name in ["a", "c"] {
        assert_eq!(fs::read_to_string(dir.join(name)).unwrap(), NEW);
    }
    let xml = dir.join("x.xml");
    let ran = fmt([
        OsStr::new("--check"),
        OsStr::new("--from=smtproutes"),
        xml.as_os_str(),
    ]);
    assert_eq!((ran.code(), ran.out()), (0, ""));
    let other = dir.file("virtualdomains", "Zoo:User\n");
    fmt([&other]).fails(2, &["virtualdomains is no table of routes"]);
    fmt(["/dev/null"]).fails(2, &["/dev/null is not a regular file"]);
}

#[test]
fn usage_and_help() {
    fmt::<&str>([]).fails(2, &["nothing to format", "--help"]);
    fmt(["--from", "exim", "x"]).fails(2, &["known and not read"]);
    fmt(["--from", "nosuch", "x"]).fails(2, &["unknown format"]);
    fmt(["--backup=", "x"]).fails(2, &["--backup wants a suffix"]);
    fmt(["--backup=a/b", "x"]).fails(2, &["--backup wants a suffix"]);
    fmt(["--backup", "--check", "x"]).fails(2, &["cannot be used with"]);
    let help = fmt(["--help"]);
    assert_eq!(help.code(), 0);
    assert!(help.out().contains("Examples:") && help.out().contains("Exit status:"));
    assert!(fmt(["--version"]).out().starts_with("qroute-fmt "));
    let script = fmt(["--completions", "bash"]);
    assert_eq!(script.code(), 0);
    assert!(script.out().contains("qroute-fmt"));
    let ran = filter(&["--color", "always"], "A:b\n");
    says(&ran, "\u{1b}[");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = formatter().arg("--help").stdout(writer).status().unwrap();
    assert_eq!(ran.code(), Some(141));
}

#[test]
fn the_dialect_is_found_as_everywhere() {
    let dir = Dir::with(&[
        ("smtproutes", "# qroute: dialect skarnet\na:b\n"),
        ("other/smtproutes", "a:b\n"),
        ("other/qroute.toml", "dialect = \"courier\"\n"),
        ("bad/smtproutes", "a:b\n"),
        ("bad/smtproutesdialect", "nosuch\n"),
    ]);
    let verbose = |name: &str, args: &[&str]| {
        let mut command = bare(env!("CARGO_BIN_EXE_qroute-fmt"));
        run(command.arg("-v").args(args).arg(dir.join(name)))
    };
    says(&verbose("smtproutes", &[]), "dialect skarnet");
    says(&verbose("other/smtproutes", &[]), "dialect courier");
    says(
        &verbose("other/smtproutes", &["--dialect=qmail"]),
        "dialect notqmail",
    );
    verbose("bad/smtproutes", &[]).fails(2, &["unknown dialect `nosuch`"]);
    let ran = verbose("smtproutes", &["--for=notqmail"]);
    says(&ran, "is read as skarnet, which --for leaves out");
}

/// Whatever the dialect in force thinks of the file.
#[test]
fn a_damaged_table_is_formatted_too() {
    let damaged = "a b:c\n_:z \nNo colon \n\0x:y \n";
    let ran = filter(&["--dialect", "qsmtp"], damaged);
    assert_eq!(
        (ran.code(), ran.out()),
        (0, "a b:c\n_:z\nNo colon\n\0x:y \n")
    );
}
