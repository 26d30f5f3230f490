//! Findings in all forms: one awkward input beside its goldens in `testdata/report/`, and random ones.
//!
//! `QROUTE_ACCEPT=1 cargo test --test golden findings` writes the goldens anew; read what changed before committing it.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use proptest::test_runner::TestRunner;
use qroute::diagnostic::{Finding, Severity};
use qroute::report::{FindingsForm, FindingsWriter};
use qroute::source::{Input, Span};
use serde_json::Value;

use crate::findings_cases::{self, FORMS, SECRET, awkward, options, report};
use crate::{random, sarif};

fn golden(name: &str, shown: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/report");
    let path = folder.join(name);
    let version = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    let shown = shown.replace(&version, "\"version\":\"VERSION\"");
    if std::env::var_os("QROUTE_ACCEPT").is_some() {
        fs::create_dir_all(&folder).unwrap();
        fs::write(&path, &shown).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    assert_eq!(shown, expected, "{name}");
}

/// `text` without the escapes of colours.
fn plain(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').unwrap().1)
}

#[test]
fn awkward_lines_in_all_forms() {
    let (input, findings) = awkward();
    for (form, name) in FORMS {
        let shown = report(options(form, false), &input, &findings);
        assert!(!shown.contains(SECRET), "{name}");
        golden(&format!("findings.{name}"), &shown);
        let color = report(options(form, true), &input, &findings);
        assert_eq!(plain(&color), shown, "{name}");
        if form == FindingsForm::Text {
            golden("findings.color", &color);
        }
        if form == FindingsForm::Sarif {
            assert_eq!(sarif::checked(&shown).len(), findings.len());
        }
    }
}

#[test]
fn nothing_to_say() {
    for (form, name) in FORMS {
        let shown = report(options(form, true), &Input::default(), &[]);
        match form {
            FindingsForm::Json | FindingsForm::Gitlab => assert_eq!(shown, "[]\n"),
            FindingsForm::Sarif => assert!(sarif::checked(&shown).is_empty()),
            _ => assert_eq!(shown, "", "{name}"),
        }
    }
}

#[test]
fn suppressed_findings() {
    let (input, mut findings) = awkward();
    findings.truncate(2);
    findings[0].suppressed = true;
    for (form, name) in FORMS {
        let shown = report(options(form, false), &input, &findings);
        let both = matches!(
            form,
            FindingsForm::Json | FindingsForm::Jsonl | FindingsForm::Sarif
        );
        assert_eq!(shown.contains(&findings[0].message), both, "{name}");
        assert!(shown.contains("stands twice"), "{name}");
    }
}

fn is_place(value: &Value) {
    for name in ["line", "column", "end_line", "end_column"] {
        assert!(value[name].as_u64().unwrap() >= 1, "{value}");
    }
}

fn is_object(value: &Value) {
    let names: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names.join(" "),
        "rule severity message effect file line column end_line end_column dialects fix suppressed help labels"
    );
    for name in ["rule", "severity", "message", "effect", "file"] {
        assert!(value[name].is_string(), "{name}");
    }
    is_place(value);
    assert!(
        value["dialects"]
            .as_array()
            .unwrap()
            .iter()
            .all(Value::is_string)
    );
    assert!(value["suppressed"].is_boolean());
    assert!(value["help"].is_string() || value["help"].is_null());
    for label in value["labels"].as_array().unwrap() {
        is_place(label);
        assert!(label["file"].is_string() && label["text"].is_string());
    }
    if !value["fix"].is_null() {
        assert!(value["fix"]["safe"].is_boolean());
        for edit in value["fix"]["edits"].as_array().unwrap() {
            is_place(edit);
            assert!(edit["text"].is_string());
            assert!(edit.get("text_b64").is_none_or(Value::is_string));
        }
    }
}

fn check(form: FindingsForm, shown: &str, findings: &[Finding]) {
    let drives = |c: char| c != '\n' && qroute::source::is_deceptive(c);
    assert!(!shown.contains(drives), "{shown:?}");
    let kept = findings.iter().filter(|f| !f.suppressed).count();
    let parsed = || serde_json::from_str::<Vec<Value>>(shown).unwrap();
    match form {
        FindingsForm::Text => {
            let heads = ["error[", "warning[", "info["];
            let heads = |line: &&str| heads.iter().any(|head| line.starts_with(head));
            assert_eq!(shown.lines().filter(heads).count(), kept);
        }
        FindingsForm::Concise | FindingsForm::Github => assert_eq!(shown.lines().count(), kept),
        FindingsForm::Json => {
            assert_eq!(parsed().len(), findings.len());
            parsed().iter().for_each(is_object);
        }
        FindingsForm::Jsonl => {
            assert_eq!(shown.lines().count(), findings.len());
            let lines = shown
                .lines()
                .map(|line| serde_json::from_str(line).unwrap());
            lines.for_each(|value: Value| is_object(&value));
        }
        FindingsForm::Sarif => assert_eq!(sarif::checked(shown).len(), findings.len()),
        FindingsForm::Gitlab => {
            let prints: HashSet<String> = parsed()
                .iter()
                .map(|v| v["fingerprint"].to_string())
                .collect();
            assert_eq!(prints.len(), kept);
        }
    }
}

#[test]
fn random_findings_in_all_forms() {
    let config = random::cases("QROUTE_FINDINGS", 400);
    TestRunner::new(config)
        .run(&findings_cases::random(), |(input, findings)| {
            for (form, name) in FORMS {
                let shown = report(options(form, false), &input, &findings);
                assert!(!shown.contains(SECRET), "{name}: {shown}\n{findings:#?}");
                check(form, &shown, &findings);
                let color = report(options(form, true), &input, &findings);
                assert_eq!(plain(&color), shown);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_fix_does_not_bring_a_secret_back() {
    // Every way of taking away what keeps it hidden: each span of a line, with each of some texts for it.
    let line = format!("k:v|{SECRET}");
    let input = Input::single("a", "a", format!("{line}\nk:w {SECRET}\n").into_bytes()).unwrap();
    for start in 0..=line.len() {
        for end in start..=line.len() {
            let old = &line[start..end];
            let texts = [
                String::new(),
                ":".to_owned(),
                old.replace('|', ""),
                old.replace('|', ":"),
            ];
            for text in texts {
                let span = Span::at(0, start..end);
                let edit = qroute::diagnostic::Edit {
                    span,
                    text: text.into_bytes(),
                };
                let finding =
                    Finding::new("odd-byte", Severity::Error, span, "m").fix(true, vec![edit]);
                for (form, name) in FORMS {
                    let shown =
                        report(options(form, false), &input, std::slice::from_ref(&finding));
                    assert!(!shown.contains("hUn"), "{name}: {shown}");
                }
            }
        }
    }
}

/// Four times as many findings in a file four times as large: about four times the work, were it the square it would be sixteen
/// times. Time of the processor in this thread, the least of several runs of both: others use the machine, too.
#[test]
fn many_findings_cost_as_much_each_as_few() {
    const FEW: usize = 4_000;
    let lines = |count: usize| -> String {
        let line = |n| format!("host{n}.ex:mx.ex:25|{SECRET}\n");
        (0..count).map(line).collect()
    };
    let one_line = |count: usize| format!("{}\n", "k:v\0".repeat(count));
    for text in [&lines as &dyn Fn(usize) -> String, &one_line] {
        for (form, name) in FORMS {
            let [few, many] = [FEW, 4 * FEW].map(|count| {
                let text = text(count);
                let colons = text.match_indices(':').take(count);
                let findings: Vec<Finding> = colons.map(|(at, _)| with_fix(at)).collect();
                assert_eq!(findings.len(), count);
                let input = Input::single("a", "/srv/mail/a", text.into_bytes()).unwrap();
                let run = || {
                    let start = processor_time();
                    let mut writer = FindingsWriter::new(options(form, false));
                    let parts = findings.chunks(1000);
                    let size: usize = parts.map(|part| writer.unit(&input, part).len()).sum();
                    assert!(size > count);
                    processor_time() - start
                };
                (0..4).map(|_| run()).fold(f64::MAX, f64::min)
            });
            let ratio = many / few;
            println!("{name}: {ratio:.1} times the time for four times the findings");
            assert!(ratio < 10.0, "{name}: {few:?} became {many:?}");
        }
    }
}

/// Seconds that this thread has had of a processor.
fn processor_time() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn with_fix(at: usize) -> Finding {
    let edit = qroute::diagnostic::Edit {
        span: Span::new(at as u32, 0),
        text: b"x".to_vec(),
    };
    Finding::new(
        "same-key",
        Severity::Warning,
        Span::at(0, at..at + 3),
        "twice",
    )
    .effect("none")
    .fix(true, vec![edit])
}
