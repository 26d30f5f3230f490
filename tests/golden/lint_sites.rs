//! Every rule of a directory over its fixtures: testdata/lint/RULE/bad/…, good/…
//!
//! A fixture is a control directory. What git does not keep stands in its file `setup`, one fact a line: `symlink TARGET FILE`,
//! `mkdir FILE`, `older FILE` and `cdb FILE LINES` are made in a copy of the directory, `user NAME UID:GID`, `chmod MODE FILE`,
//! `owner UID:GID FILE` and `way UID:GID MODE PATH` (a directory above) are stated to the rules, so that no test needs rights.
//! Files are root's with mode 644 where nothing else is said. `expect` is written by `QROUTE_ACCEPT=1 cargo test --test golden
//! lint_sites`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use qroute::cli::lint::lint_directory;
use qroute::diagnostic::{Finding, Severity};
use qroute::formats::smtproutes::Dialect;
use qroute::lint::{Access, Check, Facts, Rule, UserIds, rules};
use qroute::source::Input;

use crate::lint::{dialects, fixtures, only, ordinary, root};

/// A copy of a fixture in a place of its own, and what is stated about it.
struct Copied {
    dir: tempfile::TempDir,
    stated: Vec<Vec<String>>,
}

fn numbers(text: &str) -> (u32, u32) {
    let (user, group) = text.split_once(':').unwrap();
    (user.parse().unwrap(), group.parse().unwrap())
}

impl Copied {
    fn new(fixture: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let control = dir.path().join("control");
        fs::create_dir(&control).unwrap();
        let written = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let date = |path: &Path, time| {
            let file = fs::File::options().append(true).open(path).unwrap();
            file.set_modified(time).unwrap();
        };
        for entry in fs::read_dir(fixture).unwrap() {
            let path = entry.unwrap().path();
            let to = control.join(path.file_name().unwrap());
            fs::write(&to, fs::read(&path).unwrap()).unwrap();
            date(&to, written);
        }
        let setup = fs::read_to_string(control.join("setup")).unwrap_or_default();
        let _ = fs::remove_file(control.join("setup"));
        let mut stated = Vec::new();
        for line in setup.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let path = |at: usize| control.join(&words[at]);
            match words[0].as_str() {
                "symlink" => std::os::unix::fs::symlink(&words[1], path(2)).unwrap(),
                "mkdir" => fs::create_dir(path(1)).unwrap(),
                "older" => date(&path(1), written - Duration::from_secs(3600)),
                "cdb" => {
                    let lines = fs::read(path(2)).unwrap();
                    fs::remove_file(path(2)).unwrap();
                    fs::create_dir_all(path(1).parent().unwrap()).unwrap();
                    fs::write(path(1), database(&lines)).unwrap();
                    date(&path(1), written);
                }
                _ => stated.push(words),
            }
        }
        Copied { dir, stated }
    }

    fn state(&self, facts: &mut Facts) {
        let home = Access {
            path: "/var/qmail".to_owned(),
            mode: 0o755,
            ..Access::default()
        };
        facts.way = vec![home];
        for file in &mut facts.files {
            file.way.clear();
            if let Some(access) = &mut file.access {
                (access.owner, access.group, access.mode) = (0, 0, 0o644);
            }
        }
        for words in &self.stated {
            let find = |facts: &mut Facts, name: &str| -> usize {
                facts.files.iter().position(|f| f.name == name).unwrap()
            };
            match words[0].as_str() {
                "user" => {
                    let (user, group) = numbers(&words[2]);
                    let name = words[1].clone();
                    facts.user = Some(UserIds { name, user, group });
                    facts.is_home = true;
                }
                "chmod" => {
                    let at = find(facts, &words[2]);
                    let mode = u32::from_str_radix(&words[1], 8).unwrap();
                    facts.files[at].access.as_mut().unwrap().mode = mode;
                }
                "owner" => {
                    let at = find(facts, &words[2]);
                    let access = facts.files[at].access.as_mut().unwrap();
                    (access.owner, access.group) = numbers(&words[1]);
                }
                "way" => {
                    let (owner, group) = numbers(&words[1]);
                    facts.way.push(Access {
                        path: words[3].clone(),
                        owner,
                        group,
                        mode: u32::from_str_radix(&words[2], 8).unwrap(),
                    });
                }
                other => panic!("{other}: no such fact"),
            }
        }
    }

    fn lint(
        &self,
        dialects: &[&'static Dialect],
        chosen: &qroute::lint::Chosen,
    ) -> (Input, Vec<Finding>) {
        let control = self.dir.path().join("control");
        lint_directory(&control, dialects, chosen, |facts| self.state(facts)).unwrap()
    }
}

/// A constant database of lines, key and value with a TAB between them, without hash tables.
fn database(lines: &[u8]) -> Vec<u8> {
    let mut records = Vec::new();
    for line in lines.split(|&b| b == b'\n').filter(|line| !line.is_empty()) {
        let tab = line.iter().position(|&b| b == b'\t').unwrap();
        for len in [tab, line.len() - tab - 1] {
            records.extend((len as u32).to_le_bytes());
        }
        records.extend(&line[..tab]);
        records.extend(&line[tab + 1..]);
    }
    let mut bytes = Vec::new();
    for _ in 0..256 {
        bytes.extend((2048 + records.len() as u32).to_le_bytes());
        bytes.extend(0u32.to_le_bytes());
    }
    bytes.extend(records);
    bytes
}

/// `file:line:column`, or the file alone when it has no bytes.
fn place(input: &Input, finding: qroute::source::Span) -> String {
    let file = input.file_of(finding).unwrap();
    match input.place(finding) {
        Some(place) => format!("{}:{}:{}", file.name, place.line, place.column),
        None => file.name.clone(),
    }
}

fn described(input: &Input, finding: &Finding) -> String {
    let mut text = format!(
        "  {}: {}: {}\n    effect: {}\n",
        place(input, finding.span),
        finding.severity.name(),
        finding.message,
        finding.effect
    );
    if let Some(help) = &finding.help {
        writeln!(text, "    help: {help}").unwrap();
    }
    for label in &finding.labels {
        writeln!(text, "    {}: {}", place(input, label.span), label.text).unwrap();
    }
    text
}

#[test]
fn every_rule_of_a_directory_finds_its_bad_fixtures_and_leaves_the_good_ones() {
    let accept = std::env::var_os("QROUTE_ACCEPT").is_some();
    let mut wrong = Vec::new();
    let of_site = |rule: &&&'static Rule| matches!(rule.check, Check::Site(_));
    let all: Vec<&'static Rule> = rules::RULES.iter().collect();
    for &rule in all.iter().filter(of_site) {
        let name = rule.info.name;
        let dir = root().join(name);
        let asked = dialects(&dir);
        let (bad, good): (Vec<PathBuf>, Vec<PathBuf>) =
            (fixtures(&dir, "bad"), fixtures(&dir, "good"));
        if bad.is_empty() || good.is_empty() {
            wrong.push(format!("{name}: has no bad or no good fixture"));
            continue;
        }
        let mut text = String::new();
        for path in &bad {
            let copied = Copied::new(path);
            let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
            for dialect in &asked {
                let (input, findings) = copied.lint(&[dialect], &only(rule));
                let found: String = findings.iter().map(|f| described(&input, f)).collect();
                match groups.iter_mut().find(|(text, _)| *text == found) {
                    Some((_, names)) => names.push(dialect.name),
                    None => groups.push((found, vec![dialect.name])),
                }
            }
            if groups.iter().all(|(text, _)| text.is_empty()) {
                wrong.push(format!("{name}: nothing is found in {}", path.display()));
            }
            let file = path.file_name().unwrap().to_str().unwrap();
            for (found, names) in groups {
                let found = if found.is_empty() {
                    "  nothing\n"
                } else {
                    &found
                };
                write!(text, "{file} under {}\n{found}", names.join(", ")).unwrap();
            }
            let (input, findings) = copied.lint(&asked, &only(rule));
            let together: String = findings.iter().map(|f| described(&input, f)).collect();
            write!(text, "{file} under all of them together\n{together}").unwrap();
        }
        for path in &good {
            let copied = Copied::new(path);
            for dialect in &asked {
                let (input, findings) = copied.lint(&[dialect], &only(rule));
                for finding in findings {
                    wrong.push(format!(
                        "{name}: {} under {}: {}",
                        path.display(),
                        dialect.name,
                        described(&input, &finding)
                    ));
                }
            }
            let (input, findings) = copied.lint(&asked[..1], &ordinary());
            for finding in findings.iter().filter(|f| f.severity >= Severity::Warning) {
                wrong.push(format!(
                    "{name}: {} is not clean under {}: [{}] {}",
                    path.display(),
                    asked[0].name,
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
