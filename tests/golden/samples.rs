//! Sample files with verdicts: testdata/samples/FOLDER/. Beside each file, or directory of files, `NAME.expect.txt` states what a
//! correct reader concludes, and `NAME.seen` what is found here; `QROUTE_ACCEPT=1 cargo test --test golden samples` writes the
//! latter anew: read it beside the former.
//!
//! Checked are the verdict (`accept`: nothing above info, `accept with findings`, `refuse`), the number of routes and of
//! usable ones, and where mail goes: `resolve: SENDER -> RECIPIENT: R1` and `… : no route`. Every good file is read again as it
//! is written: in its canonical form, and anew from its routes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use qroute::cli::lint::lint_format;
use qroute::diagnostic::{Finding, Severity};
use qroute::equivalence::same_in_order;
use qroute::formats::{Detected, FORMATS, Format, Head, ReadOptions, WriteOptions, detect};
use qroute::lint::{Chosen, rules};
use qroute::lookup::{Envelope, Recipient, Sender, Store, select};
use qroute::model::{Decision, Document};
use qroute::source::{Input, State};
use qroute::store::MemoryStore;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/samples")
}

struct Sample {
    name: String,
    path: PathBuf,
    expect: Vec<(String, String)>,
}

impl Sample {
    fn stated(&self, key: &str) -> impl Iterator<Item = &str> {
        let of = self.expect.iter().filter(move |(name, _)| name == key);
        of.map(|(_, text)| text.as_str())
    }

    /// Names and bytes of its files.
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        if self.path.is_file() {
            return vec![(name(&self.path), fs::read(&self.path).unwrap())];
        }
        let mut files: Vec<_> = fs::read_dir(&self.path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (name(&path), fs::read(&path).unwrap()))
            .collect();
        files.sort();
        files
    }

    /// What it is found to be; `Err` says why it is nothing that is read.
    fn format(&self) -> Result<&'static Format, String> {
        let files = self.files();
        if self.path.is_dir() {
            let holds = |f: &&Format| {
                f.is_directory && files.iter().any(|(n, _)| f.files.contains(&n.as_str()))
            };
            return FORMATS
                .iter()
                .find(holds)
                .ok_or_else(|| "no format".to_owned());
        }
        match detect(&Head::new(&files[0].1, &files[0].0)) {
            Detected::Format(format) => Ok(format),
            Detected::NotRead(name, _) => Err(format!("not read: {name}")),
            Detected::Uncertain(names) => Err(format!("uncertain: {}", names.join(", "))),
            Detected::Unknown => Err("unknown".to_owned()),
        }
    }
}

fn samples() -> Vec<Sample> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = fs::read_dir(root())
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    folders.sort();
    for folder in folders {
        let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        paths.sort();
        for path in paths {
            let file = path.file_name().unwrap().to_str().unwrap().to_owned();
            if file.ends_with(".seen") || file.ends_with(".expect.txt") {
                continue;
            }
            let expect = fs::read_to_string(folder.join(format!("{file}.expect.txt"))).unwrap();
            let statement = |line: &str| {
                let (key, text) = line.split_once(": ").unwrap();
                (key.to_owned(), text.to_owned())
            };
            found.push(Sample {
                name: format!("{}/{file}", folder.file_name().unwrap().to_str().unwrap()),
                path,
                expect: expect.lines().map(statement).collect(),
            });
        }
    }
    found
}

/// The files as a reader gets them: known by the names that the format knows.
fn named(format: &'static Format, files: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let known = |name: &str| format.files.iter().find(|known| **known == name).copied();
    let mut named: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|(name, bytes)| {
            let role = match files.len() {
                1 => known(name).unwrap_or(format.files[0]),
                _ => name,
            };
            (role.to_owned(), bytes.clone())
        })
        .collect();
    if format.is_directory && files.len() > 1 {
        named.retain(|(name, _)| known(name).is_some());
    }
    named
}

fn read(format: &'static Format, files: &[(String, Vec<u8>)], directory: bool) -> Document {
    let mut input = Input::default();
    for (name, bytes) in named(format, files) {
        input.push(&name, &name, State::Bytes(bytes)).unwrap();
    }
    if directory {
        for name in format.files {
            if input.file(name).is_none() {
                input.push(name, name, State::Missing).unwrap();
            }
        }
    }
    (format.read)(input, &ReadOptions::default()).unwrap()
}

struct Seen {
    verdict: &'static str,
    routes: u64,
    valid: u64,
    text: String,
}

fn look(sample: &Sample) -> Seen {
    let format = match sample.format() {
        Ok(format) => format,
        Err(why) => {
            let text = format!("format: {why}\n");
            return Seen {
                verdict: "refuse",
                routes: 0,
                valid: 0,
                text,
            };
        }
    };
    let files = sample.files();
    let chosen = Chosen {
        rules: rules::RULES.iter().filter(|rule| rule.info.on).collect(),
        most: 1000,
    };
    let (input, findings): (Input, Vec<Finding>) = lint_format(
        format,
        named(format, &files),
        &ReadOptions::default(),
        &chosen,
    )
    .unwrap();
    let document = read(format, &files, sample.path.is_dir());
    let verdict = if document.damaged || document.error().is_some() {
        "refuse"
    } else if findings
        .iter()
        .any(|finding| finding.severity > Severity::Info)
    {
        "accept with findings"
    } else {
        "accept"
    };
    let mut text = format!("format: {}\n", format.id.0);
    for finding in &findings {
        let place = input.place(finding.span);
        let place = place.map_or("-".to_owned(), |place| match sample.path.is_dir() {
            true => place.to_string(),
            false => format!("{}:{}", place.line, place.column),
        });
        writeln!(
            text,
            "{}: {place}: {} [{}]\n    effect: {}",
            finding.severity.name(),
            finding.message,
            finding.rule,
            finding.effect
        )
        .unwrap();
    }
    Seen {
        verdict,
        routes: document.written,
        valid: document.usable,
        text,
    }
}

#[test]
fn every_sample_gets_its_verdict() {
    let accept = std::env::var_os("QROUTE_ACCEPT").is_some();
    let mut wrong = Vec::new();
    let mut table = String::new();
    for sample in samples() {
        let seen = look(&sample);
        let expected = sample.stated("verdict").next().unwrap();
        let number = |key| sample.stated(key).next().unwrap().parse::<u64>().unwrap();
        let (routes, valid) = (number("routes"), number("valid"));
        writeln!(
            table,
            "{:<45} {:<36} {:<36}",
            sample.name,
            format!("{expected} ({routes}, {valid})"),
            format!("{} ({}, {})", seen.verdict, seen.routes, seen.valid)
        )
        .unwrap();
        if (expected, routes, valid) != (seen.verdict, seen.routes, seen.valid) {
            wrong.push(format!(
                "{}: expected {expected} ({routes}, {valid}), seen {} ({}, {})\n{}",
                sample.name, seen.verdict, seen.routes, seen.valid, seen.text
            ));
        }
        let golden = sample.path.with_file_name(format!(
            "{}.seen",
            sample.path.file_name().unwrap().to_str().unwrap()
        ));
        if accept {
            fs::write(&golden, &seen.text).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != seen.text {
            wrong.push(format!("{}: .seen differs:\n{}", sample.name, seen.text));
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `SENDER -> RECIPIENT: R1 …` and `…: no route …`.
fn envelope(text: &str) -> Option<(&str, &str, &str)> {
    let (sender, rest) = text.split_once(" -> ")?;
    let (recipient, answer) = rest.split_once(": ")?;
    let is_address = |text: &str| text.contains('@') && !text.contains(' ');
    (is_address(sender) && is_address(recipient)).then_some((sender, recipient, answer))
}

#[test]
fn mail_goes_where_the_verdicts_say() {
    let mut asked = BTreeMap::new();
    for sample in samples() {
        let Ok(format) = sample.format() else {
            continue;
        };
        let lines: Vec<_> = sample.stated("resolve").filter_map(envelope).collect();
        let store = MemoryStore::new(read(format, &sample.files(), sample.path.is_dir()));
        for (sender, recipient, answer) in lines {
            let recipient = Recipient::Address(recipient.as_bytes());
            let sender = Sender::Address(sender.as_bytes());
            let found = select(&store, &Envelope::new(recipient, sender), false).unwrap();
            let number = found.route.as_ref().map(|found| found.view().index() + 1);
            if answer.starts_with("no route") {
                assert_eq!(
                    found.decision,
                    Decision::NoRoute,
                    "{}: {answer}",
                    sample.name
                );
            } else if let Some(wanted) = answer.strip_prefix('R').and_then(|n| {
                let digits = n.split(|c: char| !c.is_ascii_digit()).next()?;
                digits.parse::<u32>().ok()
            }) && !answer.contains(" or ")
                && !answer.contains("specific")
            {
                assert_eq!(number, Some(wanted), "{}: {answer}", sample.name);
            } else {
                continue;
            }
            *asked.entry(format.id.0).or_insert(0) += 1;
        }
    }
    println!("{asked:?}");
    assert!(asked["xeams"] >= 8, "{asked:?}");
}

/// Both do the same with mail for every key of either.
pub fn same_for_all_keys(a: Document, b: Document) -> bool {
    let stores = [a, b].map(MemoryStore::new);
    let documents = stores.each_ref().map(|store| store.document());
    let mut keys = documents
        .iter()
        .flat_map(|document| document.routes().map(|route| route.key().to_vec()));
    keys.all(|key| {
        let [a, b] = stores.each_ref().map(|store| {
            let envelope = Envelope::new(Recipient::Domain(&key), Sender::Null);
            select(store, &envelope, false).unwrap().decision
        });
        a.same_mail(&b)
    })
}

#[test]
fn good_samples_are_written_as_they_were_read() {
    let (mut identical, mut canonical, mut anew) = (0, 0, 0);
    let mut unchanged: BTreeMap<&str, u32> = BTreeMap::new();
    for sample in samples() {
        let Ok(format) = sample.format() else {
            continue;
        };
        if sample.stated("verdict").next() == Some("refuse") {
            continue;
        }
        let files = sample.files();
        let directory = sample.path.is_dir();
        let document = read(format, &files, directory);
        if let Some(form) = format.canonical {
            let formed = form(&document);
            assert!(!formed.files.is_empty(), "{}", sample.name);
            let mut again = named(format, &files);
            for (index, bytes) in formed.files {
                let name = document.input.files()[index].name.clone();
                let file = again.iter_mut().find(|(known, _)| *known == name).unwrap();
                identical += u32::from(file.1 == bytes);
                file.1 = bytes;
            }
            let again = read(format, &again, directory);
            assert!(same_in_order(&document, &again), "{}", sample.name);
            let twice = form(&again);
            for (index, bytes) in twice.files {
                let before = again.input.files()[index].state.bytes();
                assert_eq!(before, Some(&*bytes), "{}: not idempotent", sample.name);
            }
            canonical += 1;
        }
        // What is known of no route cannot be written.
        if document.usable < document.written {
            continue;
        }
        match (format.write)(&document, &WriteOptions::default()) {
            Ok(written) => {
                let again = read(format, &written.files, directory);
                assert!(
                    again.error().is_none(),
                    "{}: {:?}",
                    sample.name,
                    again.error()
                );
                // What we wrote is as we write it: nothing of it changes any more.
                let twice = (format.write)(&again, &WriteOptions::default()).unwrap();
                assert_eq!(written.files, twice.files, "{}", sample.name);
                for (index, bytes) in format
                    .canonical
                    .map_or(Vec::new(), |form| form(&again).files)
                {
                    let before = again.input.files()[index].state.bytes();
                    assert_eq!(before, Some(&*bytes), "{}: not in its form", sample.name);
                }
                *unchanged.entry(format.id.0).or_default() += 1;
                // An answer of an API is written as the files that say the same.
                let stages = |document: &Document| -> Vec<&str> {
                    document.table.stages().iter().map(|s| s.name).collect()
                };
                let same = match stages(&document) == stages(&again) {
                    true => same_in_order(&document, &again),
                    false => same_for_all_keys(document, again),
                };
                assert!(same, "{}: {written:?}", sample.name);
                anew += 1;
            }
            Err(error) => panic!("{}: {error}", sample.name),
        }
    }
    println!(
        "{canonical} in their form, of which {identical} files did not change; {anew} written anew"
    );
    assert!(identical >= 4 && anew >= 7, "{identical} {anew}");
    let others = FORMATS.iter().filter(|format| !format.has_dialects());
    for format in others {
        assert!(
            unchanged.contains_key(format.id.0),
            "no good sample of {}",
            format.id.0
        );
    }
}
