//! Rules over their fixtures in formats that one product reads: testdata/lint/RULE/FORMAT/.
//!
//! `bad.EXT`, `bad-2.EXT`, … hold a mistake, `good.EXT`, … do not; a file, or a directory of files with the names that the format
//! knows. `options`, where it exists, holds options as on the command line (`assume order=most-specific`, `lenient`, `bind
//! NAME=DOMAIN`), one a line. `expect` says what is found in the bad ones; `QROUTE_ACCEPT=1 cargo test --test golden
//! lint_formats` writes it anew.
//!
//! A bad fixture is found, its fixes end, and safe ones leave mail where it went; a good one is clean of all warnings.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use qroute::cli::lint::{fix_format, lint_format};
use qroute::diagnostic::{Finding, Severity};
use qroute::equivalence::{CompareOptions, compare, same_in_order};
use qroute::formats::{FORMATS, Format, ReadOptions};
use qroute::lint::{Check, Chosen, Rule, rules};
use qroute::model::Document;
use qroute::source::{Input, State};
use qroute::store::MemoryStore;

use crate::lint::{described, fixtures, only, ordinary, root};

type Files = Vec<(String, Vec<u8>)>;

/// The files of a fixture, by the names that the format knows.
fn files(format: &Format, path: &Path) -> Files {
    if path.is_file() {
        return vec![(format.files[0].to_owned(), fs::read(path).unwrap())];
    }
    let mut files: Files = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    // The table itself leads.
    files.sort_by_key(|(name, _)| {
        let known = format.files.iter().position(|file| file == name);
        (known.unwrap_or(usize::MAX), name.clone())
    });
    files
}

fn options(dir: &Path) -> ReadOptions {
    let mut options = ReadOptions::default();
    let text = fs::read_to_string(dir.join("options")).unwrap_or_default();
    for line in text.lines() {
        let (name, value) = line.split_once(' ').unwrap_or((line, ""));
        let pair = || {
            let (key, value) = value.split_once('=').unwrap();
            (key.to_owned(), value.to_owned())
        };
        match name {
            "assume" => options.assume.push(pair()),
            "lenient" => options.lenient = true,
            "infer-roles" => options.infer_roles = true,
            "encoding" => options.encoding = Some(value.to_owned()),
            "bind" => {
                let (name, domains) = pair();
                let domains = domains.split(',').map(str::to_owned).collect();
                options.bind.push((name, domains));
            }
            name => panic!("{name}"),
        }
    }
    options
}

fn read(format: &Format, files: &Files, options: &ReadOptions) -> Document {
    let mut input = Input::default();
    for (name, bytes) in files {
        input.push(name, name, State::Bytes(bytes.clone())).unwrap();
    }
    (format.read)(input, options).unwrap()
}

/// The folders of a rule's formats.
fn folders(rule: &Rule) -> Vec<(&'static Format, PathBuf)> {
    let dir = root().join(rule.info.name);
    let of = FORMATS.iter().map(|format| (format, dir.join(format.id.0)));
    // Fixtures with a world of their own are for `lint_dns`.
    of.filter(|(_, dir)| dir.is_dir() && !dir.join("zone").exists())
        .collect()
}

/// The rule alone; what the run itself says needs the others beside it.
fn chosen(rule: &'static Rule) -> Chosen {
    match rule.check {
        Check::Runner => ordinary(),
        _ => only(rule),
    }
}

/// Whether two tables send all mail to the same places: route by route, or for every recipient where routes were deleted.
fn same_mail(old: Document, new: Document) -> bool {
    if same_in_order(&old, &new) {
        return true;
    }
    let conditional = |document: &Document| document.table.stages().iter().any(|s| s.conditional);
    if conditional(&old) || conditional(&new) {
        return false;
    }
    let (old, new) = (MemoryStore::new(old), MemoryStore::new(new));
    compare(&old, &new, &CompareOptions::default())
        .unwrap()
        .equal()
}

fn has_rule(findings: &[Finding], rule: &Rule) -> bool {
    findings
        .iter()
        .any(|finding| finding.rule == rule.info.name)
}

#[test]
fn rules_find_their_bad_fixtures_and_leave_the_good_ones() {
    let accept = std::env::var_os("QROUTE_ACCEPT").is_some();
    let mut wrong = Vec::new();
    let mut fixed_count = 0;
    for rule in rules::RULES {
        let name = rule.info.name;
        for (format, dir) in folders(rule) {
            let options = options(&dir);
            let mut text = String::new();
            for path in fixtures(&dir, "bad") {
                let files = files(format, &path);
                let (input, findings) =
                    lint_format(format, files.clone(), &options, &chosen(rule)).unwrap();
                if !has_rule(&findings, rule) {
                    wrong.push(format!("{name}: nothing is found in {}", path.display()));
                }
                writeln!(text, "{}", path.file_name().unwrap().to_str().unwrap()).unwrap();
                for finding in findings.iter().filter(|f| f.rule == name) {
                    text.push_str(&described(&input, finding));
                }
                for unsafe_too in [false, true] {
                    let (fixed, remaining) =
                        fix_format(format, files.clone(), &options, &chosen(rule), unsafe_too)
                            .unwrap();
                    let left = remaining
                        .iter()
                        .any(|f| f.fix.as_ref().is_some_and(|fix| fix.safe || unsafe_too));
                    if left {
                        wrong.push(format!("{name}: fixing {} does not end", path.display()));
                    }
                    if unsafe_too || fixed == files {
                        continue;
                    }
                    fixed_count += 1;
                    let (old, new) = (
                        read(format, &files, &options),
                        read(format, &fixed, &options),
                    );
                    if old.error().is_none() && !same_mail(old, new) {
                        wrong.push(format!("{name}: fixing {} changes mail", path.display()));
                    }
                }
            }
            for path in fixtures(&dir, "good") {
                let files = files(format, &path);
                let (input, findings) =
                    lint_format(format, files.clone(), &options, &chosen(rule)).unwrap();
                for finding in findings.iter().filter(|f| f.rule == name && !f.suppressed) {
                    wrong.push(format!(
                        "{name}: {}: {}",
                        path.display(),
                        described(&input, finding)
                    ));
                }
                let (input, findings) = lint_format(format, files, &options, &ordinary()).unwrap();
                for finding in findings
                    .iter()
                    .filter(|f| f.severity > Severity::Info && !f.suppressed)
                {
                    wrong.push(format!(
                        "{name}: {} is not clean: [{}] {}",
                        path.display(),
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
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(fixed_count >= 3, "{fixed_count}");
}

#[test]
fn every_rule_has_fixtures_in_each_of_its_formats() {
    let mut missing = Vec::new();
    for rule in rules::RULES {
        let looked_for = matches!(rule.check, Check::Reader | Check::Routes(_));
        for &format in rule
            .info
            .formats
            .iter()
            .filter(|f| **f != "smtproutes" && looked_for)
        {
            let dir = root().join(rule.info.name).join(format);
            for kind in ["bad", "good"] {
                if !dir.is_dir() || fixtures(&dir, kind).is_empty() {
                    missing.push(format!("{}/{format}: no {kind}", rule.info.name));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn folders_are_called_like_formats() {
    for rule in rules::RULES {
        for entry in fs::read_dir(root().join(rule.info.name)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            // Fixtures of smtproutes may be directories of control files.
            if path.is_dir() && !name.starts_with("bad") && !name.starts_with("good") {
                assert!(FORMATS.iter().any(|f| f.id.0 == name), "{}", path.display());
                assert!(rule.info.is_about(name), "{}", path.display());
            }
        }
    }
}
