//! Translations between all formats: small random tables held to brute force, and the public samples.

mod matrix;
mod options;
pub mod tables;

use std::collections::BTreeSet;

use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::formats::{FORMATS, Format};
use qroute::lookup::{Store, select};
use qroute::model::{Decision, Document, Target};
use qroute::store::MemoryStore;
use qroute::translate::{Effect, Loss, Request, TranslateError, Translation, translate};

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
    let lossy = |loss: &&Loss| loss.effect != Effect::Cosmetic;
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

/// True when nothing was lost that mail could tell.
fn lossless(losses: &[Loss]) -> bool {
    losses.iter().all(|loss| loss.effect == Effect::Cosmetic)
}

/// What became of a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// The target refuses it.
    Refused,
    /// Something was lost.
    Lossy,
    /// Nothing was lost, but something on the way back.
    Lossless,
    /// Nothing was lost, there and back: held to brute force both times.
    Back,
}

/// What became of a table, or what is wrong with that.
fn check(from: &Side, to: &Side, lines: &[tables::Line]) -> Result<Seen, String> {
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
        Err(TranslateError::Verdict(_)) => return Ok(Seen::Refused),
        Err(error) => return fail(error.to_string()),
    };
    let target = &translation.target;
    let ways = ways(from, to);
    if let Err(why) = held(&source, target, &translation, ways) {
        return fail(format!(
            "{why}\n{}\n{:#?}",
            shown(&translation.output.files),
            translation.losses
        ));
    }
    if !lossless(&translation.losses) {
        return Ok(Seen::Lossy);
    }
    // And back: nothing was lost on the way.
    let back = match translate(target, &request(from)) {
        Ok(back) => back,
        Err(error) => return fail(format!("and back: {error}")),
    };
    if !lossless(&back.losses) {
        return Ok(Seen::Lossless);
    }
    match held(&source, &back.target, &translation, ways) {
        Ok(_) => Ok(Seen::Back),
        Err(why) => fail(format!("and back: {why}")),
    }
}

/// Random tables between each pair of formats that is `wanted`, the dialects drawn at random: `QROUTE_CONVERT` of them, or `cases`. At
/// least `least` of a hundred come back without loss, and were held to brute force there too.
fn pairs(wanted: impl Fn(&Format, &Format) -> bool, cases: u32, least: u32) {
    let all = sides();
    let of = |format: &Format| -> Vec<Side> {
        let mine = all.iter().filter(|side| side.format.id == format.id);
        mine.copied().collect()
    };
    let mut total = [0u32; 4];
    let mut count = 0;
    for from in FORMATS {
        for to in FORMATS {
            if !wanted(from, to) {
                continue;
            }
            count += 1;
            let sides = (
                proptest::sample::select(of(from)),
                proptest::sample::select(of(to)),
            );
            let counts = std::cell::Cell::new([0u32; 4]);
            TestRunner::new(random::cases("QROUTE_CONVERT", cases))
                .run(&(lines(), sides), |(lines, (from, to))| {
                    let seen = check(&from, &to, &lines).map_err(TestCaseError::fail)?;
                    let mut now = counts.get();
                    now[seen as usize] += 1;
                    counts.set(now);
                    Ok(())
                })
                .unwrap();
            let [refused, lossy, there, back] = counts.get();
            println!(
                "{} to {}: {refused} refused, {lossy} with losses, {there} without, {back} there and back",
                from.id.0, to.id.0
            );
            // Tables of one route or none at all are among them, which every product can say.
            assert!(there + back > 0, "{} to {}: all lose", from.id.0, to.id.0);
            for (sum, one) in total.iter_mut().zip(counts.get()) {
                *sum += one;
            }
        }
    }
    let [refused, lossy, there, back] = total;
    let lossless = there + back;
    let done = lossy + lossless;
    let all = refused + done;
    println!(
        "{count} pairs of formats, {all} tables, {done} translated, {lossless} of them without loss, {back} of these there and back"
    );
    assert!(done * 10 > all * 8, "{done} of {all}");
    assert!(back * 100 >= all * least, "{back} of {all}");
}

#[test]
fn random_tables_between_dialects() {
    pairs(|a, b| a.has_dialects() && b.has_dialects(), 400, 35);
}

#[test]
fn random_tables_between_formats() {
    pairs(|a, b| !(a.has_dialects() && b.has_dialects()), 20, 20);
}
