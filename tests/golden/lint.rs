//! Every rule over its fixtures: testdata/lint/RULE/.
//!
//! `bad`, `bad-2`, … hold a mistake, `good`, `good-2`, … do not; a table's bytes as they are, or a directory of control files. `dialects`, where it exists, names those the fixtures are about; otherwise all are asked. `expect` says
//! what is found in the bad ones, dialect by dialect; `QROUTE_ACCEPT=1 cargo test --test golden lint` writes it anew.
//!
//! A bad fixture is found under at least one dialect and its safe fixes leave nothing of the rule; a good one is clean of the rule
//! under every dialect, and clean of every warning and error under the first dialect that it is about.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use qroute::cli::lint::{fix_bytes, lint_bytes, lint_bytes_portable, lint_files};
use qroute::diagnostic::{Finding, Severity};
use qroute::formats::smtproutes::{DIALECTS, Dialect};
use qroute::lint::{Check, Chosen, Rule, rules};
use qroute::source::Input;

const MOST: usize = 1000;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/lint")
}

pub fn only(rule: &'static Rule) -> Chosen {
    Chosen {
        rules: vec![rule],
        most: MOST,
    }
}

pub fn ordinary() -> Chosen {
    Chosen {
        rules: rules::RULES.iter().filter(|rule| rule.info.on).collect(),
        most: MOST,
    }
}

pub fn fixtures(dir: &Path, kind: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap_or_else(|e| panic!("{}: {e}", dir.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let rest = name.strip_prefix(kind);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
        })
        .collect();
    found.sort();
    found
}

pub fn dialects(dir: &Path) -> Vec<&'static Dialect> {
    match fs::read_to_string(dir.join("dialects")) {
        Ok(names) => names
            .split_whitespace()
            .map(|name| Dialect::find(name).unwrap_or_else(|| panic!("{name}")))
            .collect(),
        Err(_) => DIALECTS.iter().collect(),
    }
}

pub fn described(input: &Input, finding: &Finding) -> String {
    let place = input.place(finding.span).unwrap();
    // A table alone has no name.
    let file = match &*place.file {
        "-" => "",
        file => &format!("{file}:"),
    };
    let mut text = format!(
        "  {file}{}:{}: {}: {}\n    effect: {}\n",
        place.line,
        place.column,
        finding.severity.name(),
        finding.message,
        finding.effect
    );
    if let Some(help) = &finding.help {
        writeln!(text, "    help: {help}").unwrap();
    }
    for label in &finding.labels {
        let place = input.place(label.span).unwrap();
        writeln!(text, "    {}:{}: {}", place.line, place.column, label.text).unwrap();
    }
    if let Some(fix) = &finding.fix {
        writeln!(
            text,
            "    fix: {}",
            if fix.safe { "safe" } else { "unsafe" }
        )
        .unwrap();
    }
    text
}

/// The findings about a fixture: a table, or a directory of control files of which one is the table.
fn linted(path: &Path, dialect: &'static Dialect, chosen: &Chosen) -> (Input, Vec<Finding>) {
    if path.is_file() {
        return lint_bytes(fs::read(path).unwrap(), &[dialect], chosen).unwrap();
    }
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    lint_files(files, &[dialect], chosen).unwrap()
}

/// Rules of a table have fixtures that are files; those of a directory are run by `lint_sites`.
fn is_of_table(rule: &Rule) -> bool {
    let of_table = matches!(
        rule.check,
        Check::Line(_) | Check::Table(_) | Check::Routes(_) | Check::LineAndTable(..)
    );
    of_table && rule.info.is_about("smtproutes")
}

#[test]
fn every_rule_finds_its_bad_fixtures_and_leaves_the_good_ones() {
    let accept = std::env::var_os("QROUTE_ACCEPT").is_some();
    let mut wrong = Vec::new();
    for rule in rules::RULES.iter().filter(|rule| is_of_table(rule)) {
        let name = rule.info.name;
        let dir = root().join(name);
        let dialects = dialects(&dir);
        let bad = fixtures(&dir, "bad");
        let good = fixtures(&dir, "good");
        if bad.is_empty() || good.is_empty() {
            wrong.push(format!("{name}: has no bad or no good fixture"));
            continue;
        }
        let mut text = String::new();
        for path in &bad {
            let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
            for dialect in &dialects {
                let (input, findings) = linted(path, dialect, &only(rule));
                let found: String = findings.iter().map(|f| described(&input, f)).collect();
                match groups.iter_mut().find(|(text, _)| *text == found) {
                    Some((_, names)) => names.push(dialect.name),
                    None => groups.push((found, vec![dialect.name])),
                }
                // Fixes of a table alone are tried.
                for safe in [false, true].into_iter().filter(|_| path.is_file()) {
                    let bytes = fs::read(path).unwrap();
                    let fixed = fix_bytes(bytes, &[dialect], &only(rule), !safe).unwrap();
                    let left = fixed.remaining.iter().any(|finding| {
                        !finding.suppressed
                            && finding.fix.as_ref().is_some_and(|fix| fix.safe || !safe)
                    });
                    if left {
                        wrong.push(format!(
                            "{name}: fixing {} under {} does not end",
                            path.display(),
                            dialect.name
                        ));
                    }
                }
            }
            if groups.iter().all(|(text, _)| text.is_empty()) {
                wrong.push(format!("{name}: nothing is found in {}", path.display()));
            }
            for (found, names) in groups {
                let found = if found.is_empty() {
                    "  nothing\n"
                } else {
                    &found
                };
                let file = path.file_name().unwrap().to_str().unwrap();
                write!(text, "{file} under {}\n{found}", names.join(", ")).unwrap();
            }
        }
        for path in &good {
            for dialect in &dialects {
                let (input, findings) = linted(path, dialect, &only(rule));
                for finding in findings {
                    wrong.push(format!(
                        "{name}: {} under {}: {}",
                        path.display(),
                        dialect.name,
                        described(&input, &finding)
                    ));
                }
            }
            let first = dialects[0];
            let (input, findings) = linted(path, first, &ordinary());
            for finding in findings.iter().filter(|f| f.severity >= Severity::Warning) {
                wrong.push(format!(
                    "{name}: {} is not clean under {}: [{}] {}",
                    path.display(),
                    first.name,
                    finding.rule,
                    described(&input, finding)
                ));
            }
        }
        let expect = dir.join("expect");
        if accept {
            fs::write(&expect, &text).unwrap();
        } else if fs::read_to_string(&expect).unwrap_or_default() != text {
            wrong.push(format!(
                "{name}: expect differs from what is found:\n{text}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_of_the_run_find_their_bad_fixtures_too() {
    let dialects: Vec<&'static Dialect> = ["notqmail", "sagredo", "s-qmail"]
        .map(|name| Dialect::find(name).unwrap())
        .to_vec();
    for name in ["not-portable", "unused-suppression"] {
        for (kind, expected) in [("bad", true), ("good", false)] {
            for path in fixtures(&root().join(name), kind) {
                let bytes = fs::read(&path).unwrap();
                let (_, found) = lint_bytes_portable(bytes, &dialects, &ordinary()).unwrap();
                let found = found.iter().any(|finding| finding.rule == name);
                assert_eq!(found, expected, "{}", path.display());
            }
        }
    }
}

#[test]
fn every_rule_has_a_bad_and_a_good_fixture() {
    for rule in rules::RULES
        .iter()
        .filter(|rule| rule.info.is_about("smtproutes"))
    {
        let dir = root().join(rule.info.name);
        for kind in ["bad", "good"] {
            assert!(
                !fixtures(&dir, kind).is_empty(),
                "{} has no {kind} fixture",
                rule.info.name
            );
        }
    }
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    let names: BTreeSet<String> = rules::RULES
        .iter()
        .map(|rule| rule.info.name.to_owned())
        .collect();
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            names.contains(&name),
            "testdata/lint/{name} belongs to no rule"
        );
    }
}
