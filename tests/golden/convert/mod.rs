//! Translations between all formats: small random tables held to brute force, and the public samples.

mod matrix;
mod tables;

use std::collections::BTreeSet;

use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::formats::Format;
use qroute::lookup::{Store, select};
use qroute::model::{Decision, Document, Target};
use qroute::source::Input;
use qroute::store::MemoryStore;
use qroute::translate::{Effect, Request, TranslateError, Translation, translate};

use crate::random;
use tables::{Side, envelope, files, lines, mail, sides};

fn request(side: &Side) -> Request {
    Request {
        target: side.format,
        options: side.write_options(),
        read_back: side.read_options(),
        widen: Vec::new(),
        sender_domains: Vec::new(),
        first_destination: false,
        with_secrets: true,
        snapshot: Default::default(),
        patterns: Some(|| Box::new(qroute::cli::JavaPatterns::default())),
        max_classes: 1_000_000,
    }
}

/// A decision without what products cannot mean differently: `None` for mail that goes as if there were no table.
fn meant(decision: &Decision, host: &[u8]) -> Option<Decision> {
    match decision {
        Decision::NoRoute => None,
        Decision::Relay(relay) => match relay.hops.as_slice() {
            [hop] if hop.credentials.is_none() && hop.port.wire() == 25 => match &hop.target {
                Target::OwnMx(_) => None,
                Target::MxOf(name) if name == host => None,
                _ => Some(decision.clone()),
            },
            _ => Some(decision.clone()),
        },
        other => Some(other.clone()),
    }
}

fn same(a: &Option<Decision>, b: &Option<Decision>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.same_mail(b),
        _ => false,
    }
}

/// Holds a translation to brute force. Returns the number of mails that changed.
fn held(
    source: &MemoryStore,
    target: &MemoryStore,
    translation: &Translation,
    ways: &[bool],
) -> Result<usize, String> {
    let lossy = |loss: &&qroute::translate::Loss| loss.effect != Effect::Cosmetic;
    let of_routes = translation.losses.iter().filter(lossy);
    let lost: BTreeSet<u32> = of_routes.filter_map(|loss| loss.route).collect();
    if translation
        .losses
        .iter()
        .any(|loss| loss.effect == Effect::Wider)
    {
        return Err("wider, and nobody asked for it".to_owned());
    }
    let mut changed = 0;
    for one in mail() {
        for &inbound in ways {
            let envelope = envelope(&one, inbound);
            let old = select(source, &envelope, false).unwrap();
            let new = select(target, &envelope, false).unwrap();
            let host = envelope.host();
            if same(&meant(&old.decision, host), &meant(&new.decision, host)) {
                continue;
            }
            changed += 1;
            let deciding = old.route.map(|found| found.view().index());
            if !deciding.is_some_and(|route| lost.contains(&route)) {
                return Err(format!(
                    "{} from {:?}, {}: {:?} became {:?} by {deciding:?}, lost {lost:?}",
                    String::from_utf8_lossy(&one.0),
                    one.1,
                    one.2,
                    old.decision,
                    new.decision
                ));
            }
        }
    }
    Ok(changed)
}

fn shown(files: &[(String, Vec<u8>)]) -> String {
    let texts = files.iter();
    let texts = texts.map(|(name, text)| format!("--- {name}\n{}", String::from_utf8_lossy(text)));
    texts.collect()
}

/// The ways of mail that both are asked about: routes without direction become routes for mail that leaves, and lists of domains are
/// asked about mail that comes in.
fn ways(from: &Side, to: &Side) -> &'static [bool] {
    let is = |side: &Side, name| side.format.id.0 == name;
    match (is(from, "mspcontrol"), is(to, "mspcontrol")) {
        (false, false) => &[false, true],
        (true, _) if is(to, "cpanel") => &[true],
        _ => &[false],
    }
}

fn with_patterns(document: Document) -> MemoryStore {
    MemoryStore::new(document).with_patterns(Box::new(qroute::cli::JavaPatterns::default()))
}

/// What was read back, and the rest.
fn taken(mut translation: Translation) -> (Document, Translation) {
    let table = qroute::model::RouteTable::new(translation.document.table.product);
    let empty = Document::new(Input::default(), table);
    let document = std::mem::replace(&mut translation.document, empty);
    (document, translation)
}

/// Whether it could be translated, and what was lost.
fn check(from: &Side, to: &Side, lines: &[tables::Line]) -> Result<Option<bool>, String> {
    let files = files(from, lines);
    let source = from.read(&files);
    if let Some(problem) = source.document().error() {
        return Err(format!(
            "{}: {}: {}",
            from.name(),
            problem.message,
            shown(&files)
        ));
    }
    let fail = |why: String| {
        Err(format!(
            "{} to {}: {why}\n{}",
            from.name(),
            to.name(),
            shown(&files)
        ))
    };
    let translation = match translate(&source, &request(to)) {
        Ok(translation) => translation,
        Err(TranslateError::Verdict(_)) => return Ok(None),
        Err(error) => return fail(error.to_string()),
    };
    let (document, translation) = taken(translation);
    let target = with_patterns(document);
    let ways = ways(from, to);
    if let Err(why) = held(&source, &target, &translation, ways) {
        return fail(format!(
            "{why}\n{}\n{:#?}",
            shown(&translation.output.files),
            translation.losses
        ));
    }
    let lossless = translation
        .losses
        .iter()
        .all(|loss| loss.effect == Effect::Cosmetic);
    if lossless {
        // And back: nothing was lost on the way.
        match translate(&target, &request(from)) {
            Ok(back) => {
                let (document, back) = taken(back);
                let again = with_patterns(document);
                let lossless = back
                    .losses
                    .iter()
                    .all(|loss| loss.effect == Effect::Cosmetic);
                if lossless && let Err(why) = held(&source, &again, &translation, ways) {
                    return fail(format!("and back: {why}"));
                }
            }
            Err(error) => return fail(format!("and back: {error}")),
        }
    }
    Ok(Some(lossless))
}

fn pairs(wanted: impl Fn(&Format, &Format) -> bool, variable: &str, cases: u32) {
    let all = sides();
    let mut pairs = Vec::new();
    for from in &all {
        for to in &all {
            if wanted(from.format, to.format) {
                pairs.push((*from, *to));
            }
        }
    }
    let mut runner = TestRunner::new(random::cases(variable, cases));
    let counts = std::cell::Cell::new((0u32, 0u32, 0u32));
    runner
        .run(
            &(lines(), proptest::sample::select(pairs)),
            |(lines, (from, to))| {
                let seen = match check(&from, &to, &lines) {
                    Err(why) if std::env::var_os("QROUTE_SURVEY").is_some() => {
                        eprintln!("FAIL {why}\n=====");
                        return Ok(());
                    }
                    seen => seen.map_err(TestCaseError::fail)?,
                };
                let (all, done, lossless) = counts.get();
                counts.set((
                    all + 1,
                    done + u32::from(seen.is_some()),
                    lossless + u32::from(seen == Some(true)),
                ));
                Ok(())
            },
        )
        .unwrap();
    let (all, done, lossless) = counts.get();
    println!("{all} tables, {done} translated, {lossless} of them without loss");
    assert!(done * 10 > all * 8, "{done} of {all}");
    assert!(lossless > 0);
}

#[test]
fn random_tables_between_dialects() {
    pairs(
        |a, b| a.has_dialects() && b.has_dialects(),
        "QROUTE_CONVERT",
        400,
    );
}

#[test]
fn random_tables_between_formats() {
    pairs(
        |a, b| !(a.has_dialects() && b.has_dialects()),
        "QROUTE_CONVERT",
        600,
    );
}
