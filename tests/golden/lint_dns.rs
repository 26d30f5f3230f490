//! Every rule of DNS over its fixtures: testdata/lint/RULE/bad, good, …, with the world in `zone` (as
//! [`FixedResolver::parse`] reads it). This host is 192.0.2.1 and 2001:db8::1. `expect` is written by `QROUTE_ACCEPT=1 cargo
//! test --test golden lint_dns`.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use qroute::cli::lint::{lint_bytes_with_dns, lint_format_with_dns};
use qroute::diagnostic::{Finding, Severity};
use qroute::dns::FixedResolver;
use qroute::formats::smtproutes::Dialect;
use qroute::formats::{FORMATS, ReadOptions};
use qroute::lint::{Asking, Chosen, rules};
use qroute::nexthop::Own;
use qroute::source::Input;

use crate::lint::{described, dialects, fixtures, only, ordinary, root};

const RULES: [&str; 6] = [
    "relay-no-such-host",
    "relay-no-A",
    "relay-cname",
    "relay-own-host",
    "null-mx",
    "dns-unanswered",
];

fn lint(
    bytes: &[u8],
    zone: &str,
    most: usize,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
) -> (Input, Vec<Finding>) {
    let asking = Asking {
        resolver: &FixedResolver::parse(zone).unwrap(),
        own: &Own::parse("192.0.2.1,2001:db8::1").unwrap(),
        deadline: Duration::from_secs(5),
        jobs: 4,
        most,
    };
    lint_bytes_with_dns(bytes.to_vec(), dialects, chosen, &asking).unwrap()
}

#[test]
fn every_rule_of_dns_finds_its_bad_fixtures_and_leaves_the_good_ones() {
    let accept = std::env::var_os("QROUTE_ACCEPT").is_some();
    let mut wrong = Vec::new();
    for name in RULES {
        let rule = rules::find(name).unwrap();
        let dir = root().join(name);
        let asked = dialects(&dir);
        let zone = fs::read_to_string(dir.join("zone")).unwrap();
        let mut text = String::new();
        for path in fixtures(&dir, "bad") {
            let bytes = fs::read(&path).unwrap();
            let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
            for dialect in &asked {
                let (input, findings) = lint(&bytes, &zone, 1000, &[dialect], &only(rule));
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
        }
        let good = fixtures(&dir, "good");
        if good.is_empty() || text.is_empty() {
            wrong.push(format!("{name}: has no bad or no good fixture"));
        }
        for path in good {
            let bytes = fs::read(&path).unwrap();
            for dialect in &asked {
                let (input, findings) = lint(&bytes, &zone, 1000, &[dialect], &only(rule));
                for finding in findings {
                    let what = described(&input, &finding);
                    let (path, dialect) = (path.display(), dialect.name);
                    wrong.push(format!("{name}: {path} under {dialect}: {what}"));
                }
            }
            let (input, findings) = lint(&bytes, &zone, 1000, &asked[..1], &ordinary());
            for finding in findings.iter().filter(|f| f.severity >= Severity::Warning) {
                let (path, what) = (path.display(), described(&input, finding));
                wrong.push(format!(
                    "{name}: {path} is not clean: [{}] {what}",
                    finding.rule
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
fn what_is_not_asked_is_said() {
    let mut table = String::new();
    for n in 0..50 {
        writeln!(table, "d{n}.example:r{n}.example").unwrap();
    }
    let all = Chosen {
        rules: RULES
            .iter()
            .map(|name| rules::find(name).unwrap())
            .collect(),
        most: 1000,
    };
    let dialect = Dialect::find("notqmail").unwrap();
    let (_, findings) = lint(table.as_bytes(), "", 10, &[dialect], &all);
    let count = |rule: &str| findings.iter().filter(|f| f.rule == rule).count();
    assert_eq!(count("relay-no-such-host"), 10);
    let said = findings
        .iter()
        .find(|f| f.rule == "dns-unanswered")
        .unwrap();
    assert!(said.message.starts_with("90 names "), "{}", said.message);

    // Nobody answers: it is said once, and not everybody is asked.
    let silent: String = (0..50).map(|n| format!("r{n}.example TIMEOUT\n")).collect();
    let (_, findings) = lint(table.as_bytes(), &silent, 100, &[dialect], &all);
    assert!(
        findings[0].message.starts_with("50 names have no answer"),
        "{}",
        findings[0].message
    );
    assert!(findings.iter().all(|f| f.rule == "dns-unanswered"));
}

#[test]
fn what_is_no_name_is_never_asked() {
    // The world is empty: whatever is asked does not exist, and would be a finding.
    let table =
        b"a.example:mx relay\nb.example:192.0.2.9\nc.example:mx\r\nd.example:mx$\ne.example::26\n";
    let rule = rules::find("relay-no-such-host").unwrap();
    let dialect = Dialect::find("notqmail").unwrap();
    let (_, findings) = lint(table, "", 1000, &[dialect], &only(rule));
    assert_eq!(findings, []);
}

/// The findings about the lists of cPanel in `dir`, or an answer of its API, with the world in `zone`.
fn lint_cpanel(path: &std::path::Path, zone: &str, chosen: &Chosen) -> (Input, Vec<Finding>) {
    let format = FORMATS
        .iter()
        .find(|format| format.id.0 == "cpanel")
        .unwrap();
    let files = match path.is_file() {
        true => vec![(format.files[0].to_owned(), fs::read(path).unwrap())],
        false => format
            .files
            .iter()
            .filter(|name| path.join(name).exists())
            .map(|name| ((*name).to_owned(), fs::read(path.join(name)).unwrap()))
            .collect(),
    };
    let asking = Asking {
        resolver: &FixedResolver::parse(zone).unwrap(),
        own: &Own::parse("192.0.2.1,2001:db8::1").unwrap(),
        deadline: Duration::from_secs(5),
        jobs: 4,
        most: 1000,
    };
    lint_format_with_dns(format, files, &ReadOptions::default(), chosen, &asking).unwrap()
}

#[test]
fn lists_are_compared_with_mx_records() {
    let rule = rules::find("mx-disagrees").unwrap();
    let dir = root().join("mx-disagrees/cpanel");
    let zone = fs::read_to_string(dir.join("zone")).unwrap();
    let mut text = String::new();
    for path in fixtures(&dir, "bad") {
        let (input, findings) = lint_cpanel(&path, &zone, &only(rule));
        writeln!(text, "{}", path.file_name().unwrap().to_str().unwrap()).unwrap();
        assert!(!findings.is_empty(), "{}", path.display());
        for finding in findings {
            text.push_str(&described(&input, &finding));
        }
    }
    for path in fixtures(&dir, "good") {
        let (input, findings) = lint_cpanel(&path, &zone, &ordinary());
        let wrong = findings.iter().find(|f| f.severity > Severity::Info);
        let wrong = wrong.map(|finding| described(&input, finding));
        assert_eq!(wrong, None, "{}", path.display());
    }
    let expect = dir.join("expect");
    if std::env::var_os("QROUTE_ACCEPT").is_some() {
        fs::write(&expect, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&expect).unwrap_or_default(), text);
}

#[test]
fn each_relay_of_manualmx_is_asked_once_and_loops_are_said_once() {
    let dir = root().join("mx-disagrees/cpanel");
    let zone = fs::read_to_string(dir.join("zone")).unwrap();
    let (_, findings) = lint_cpanel(&dir.join("bad"), &zone, &ordinary());
    let count = |rule: &str| findings.iter().filter(|f| f.rule == rule).count();
    assert_eq!(count("relay-no-such-host"), 1, "{findings:#?}");
    assert_eq!(count("relay-own-host"), 0, "{findings:#?}");
    assert_eq!(count("dns-unanswered"), 1, "{findings:#?}");
}
