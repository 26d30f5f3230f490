//! Regular expressions of Java: valid ones are not refused, and what is evaluated here has the matches that Java finds. The
//! answers were recorded from OpenJDK 17.

use std::fs;
use std::path::Path;

use qroute::cli::JavaPatterns;
use qroute::formats::xeams::{JavaPattern, java_pattern};
use qroute::lookup::Patterns;
use serde_json::Value;

#[test]
fn java_agrees() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/xeams/java-patterns.jsonl");
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.split('\n').filter(|line| !line.is_empty());
    let head: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    let subjects: Vec<&str> = head["subjects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s.as_str().unwrap())
        .collect();
    let engine = JavaPatterns::default();
    let (mut evaluated, mut skipped, mut refused, mut answers, mut unknown) = (0, 0, 0, 0, 0);
    let mut wrong = Vec::new();
    for line in lines {
        let case: Value = serde_json::from_str(line).unwrap();
        let pattern = case["pattern"].as_str().unwrap();
        let valid = case["valid"].as_bool().unwrap();
        match java_pattern(pattern) {
            JavaPattern::Invalid(at, why) if valid => {
                wrong.push(format!("{pattern}: refused at {at}: {why}"))
            }
            JavaPattern::Invalid(at, _) => {
                assert!(at <= pattern.len());
                refused += 1;
            }
            JavaPattern::NotEvaluable(_) => skipped += 1,
            JavaPattern::Evaluable(_) if !valid => {
                wrong.push(format!("{pattern}: Java refuses it"))
            }
            JavaPattern::Evaluable(_) => evaluated += 1,
        }
        if !valid {
            continue;
        }
        for (whole, name) in [(false, "find"), (true, "matches")] {
            for (subject, answer) in subjects.iter().zip(case[name].as_str().unwrap().chars()) {
                match engine.finds(pattern.as_bytes(), whole, false, subject.as_bytes()) {
                    None => unknown += 1,
                    Some(found) => {
                        answers += 1;
                        if found != (answer == '1') {
                            wrong.push(format!("{pattern} {name} {subject:?}: {found}"));
                        }
                    }
                }
            }
        }
    }
    println!(
        "{evaluated} evaluated, {skipped} not, {refused} refused; {answers} answers, {unknown} not known"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        evaluated > 90 && refused > 40 && answers > 6000,
        "{evaluated} {refused} {answers}"
    );
}
