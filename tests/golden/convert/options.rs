//! `--widen`, `--merge` and `--only` on small random tables, held to brute force.

use std::cell::Cell;
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::formats::FORMATS;
use qroute::lookup::{Envelope, Store, select};
use qroute::model::{Decision, Feature};
use qroute::store::MemoryStore;
use qroute::translate::{
    Effect, Loss, OnConflict, Request, TranslateError, merge, only, translate,
};

use super::tables::{Line, Side, envelope, files, lines, mail, sides};
use super::{meant, request, same, shown};
use crate::random;

const NARROWING: [Feature; 4] = [
    Feature::Sender,
    Feature::RecipientAddress,
    Feature::Exceptions,
    Feature::Subject,
];

fn named(name: &'static str) -> impl Strategy<Value = Side> {
    let all = sides().into_iter().filter(|side| side.format.id.0 == name);
    proptest::sample::select(all.collect::<Vec<_>>())
}

fn other_than(names: &'static [&'static str]) -> impl Strategy<Value = Side> {
    let formats = FORMATS.iter().map(|format| format.id.0);
    let formats: Vec<&'static str> = formats.filter(|name| !names.contains(name)).collect();
    proptest::sample::select(formats).prop_flat_map(named)
}

/// What a table decides for an envelope, and which of its routes does.
fn answer(store: &MemoryStore, envelope: &Envelope<'_>) -> (Option<Decision>, Option<u32>) {
    let selection = select(store, envelope, false).unwrap();
    let route = selection.route.map(|found| found.view().index());
    (meant(&selection.decision, envelope.host()), route)
}

/// The lines with the conditions dropped that losses say were dropped.
fn widened(lines: &[Line], losses: &[Loss]) -> Vec<Line> {
    let mut wide = lines.to_vec();
    for loss in losses.iter().filter(|loss| loss.effect == Effect::Wider) {
        let line = &mut wide[loss.route.unwrap() as usize];
        match loss.feature {
            Feature::Sender => line.sender = 0,
            Feature::Subject => line.subject = 0,
            // An address becomes its domain.
            Feature::RecipientAddress => line.whose = 3,
            _ => {}
        }
    }
    wide
}

/// Recipients that a line of Xeams excepts.
fn excepted(line: &Line) -> Vec<String> {
    let domains = ["a.example", "b.a.example", "c.test", "example"];
    let (domain, other) = (domains[line.domain], domains[line.other]);
    match line.way {
        _ if line.whose > 2 => Vec::new(),
        0 => vec![format!("@{other}")],
        1 => vec![format!("u@{other}")],
        2 => vec![format!("@{domain}"), format!("v@{other}")],
        _ => Vec::new(),
    }
}

/// Only what is named is widened, and mail outside of the dropped conditions goes where it went.
fn check_widen(to: &Side, lines: &[Line], widen: &[Feature]) -> Result<bool, String> {
    let from = sides()
        .into_iter()
        .find(|side| side.name() == "xeams")
        .unwrap();
    let text = files(&from, lines);
    let source = from.read(&text);
    let asked = Request {
        widen: widen.to_vec(),
        ..request(to)
    };
    let translation = match translate(&source, &asked) {
        Ok(translation) => translation,
        Err(error) => return Err(format!("to {}: {error}\n{}", to.name(), shown(&text))),
    };
    let wider: Vec<&Loss> = translation
        .losses
        .iter()
        .filter(|loss| loss.effect == Effect::Wider)
        .collect();
    for loss in &wider {
        if !widen.contains(&loss.feature) || !loss.chosen {
            return Err(format!("{loss:?} widened, and {widen:?} was asked for"));
        }
    }
    let wide = from.read(&files(&from, &widened(lines, &translation.losses)));
    let free: Vec<String> = wider
        .iter()
        .filter(|loss| loss.feature == Feature::Exceptions)
        .flat_map(|loss| excepted(&lines[loss.route.unwrap() as usize]))
        .collect();
    let lossy = |loss: &&Loss| !matches!(loss.effect, Effect::Cosmetic | Effect::Wider);
    let lost: BTreeSet<u32> = translation
        .losses
        .iter()
        .filter(lossy)
        .filter_map(|loss| loss.route)
        .collect();
    for one in mail() {
        let recipient = String::from_utf8_lossy(&one.0).into_owned();
        if free
            .iter()
            .any(|except| recipient.ends_with(except.as_str()))
        {
            continue;
        }
        let envelope = envelope(&one, false);
        let answer = |store: &MemoryStore| answer(store, &envelope);
        let (old, by) = answer(&source);
        let (wanted, by_wide) = answer(&wide);
        let (new, _) = answer(&translation.target);
        let is_lost = |route: Option<u32>| route.is_some_and(|route| lost.contains(&route));
        if !same(&new, &wanted) && !is_lost(by) && !is_lost(by_wide) {
            return Err(format!(
                "to {}: {recipient} from {:?}, {}: {old:?}, widened {wanted:?}, became {new:?}\n{}\n{}\n{:#?}",
                to.name(),
                one.1,
                one.2,
                shown(&text),
                shown(&translation.output.files),
                translation.losses
            ));
        }
    }
    Ok(!wider.is_empty())
}

/// `QROUTE_CONVERT` runs more tables.
#[test]
fn widening_drops_what_is_named_and_nothing_else() {
    let some = proptest::sample::subsequence(NARROWING.to_vec(), 1..=NARROWING.len());
    let counts = Cell::new([0u32; 2]);
    TestRunner::new(random::cases("QROUTE_CONVERT", 400))
        .run(
            &(other_than(&["xeams"]), lines(), some),
            |(to, lines, widen)| {
                let wider = check_widen(&to, &lines, &widen).map_err(TestCaseError::fail)?;
                let [all, widened] = counts.get();
                counts.set([all + 1, widened + u32::from(wider)]);
                Ok(())
            },
        )
        .unwrap();
    let [all, widened] = counts.get();
    println!("{all} tables, {widened} widened");
    assert!(widened * 5 > all, "{widened} of {all}");
}

const CHOICES: [OnConflict; 3] = [OnConflict::Keep, OnConflict::Replace, OnConflict::Fail];

#[derive(Default, Clone, Copy, Debug)]
struct Merges {
    all: u32,
    conflicts: u32,
    refused: u32,
    changed: u32,
}

/// Mail that no new route takes goes where it went; mail that one takes goes by the old table or the new one, and where both have a
/// route for the same mail that say different things, that is named.
fn check_merge(
    from: &Side,
    to: &Side,
    lines: [&[Line]; 2],
    on_conflict: OnConflict,
    counts: &mut Merges,
) -> Result<(), String> {
    let texts = [files(from, lines[0]), files(to, lines[1])];
    let (source, existing) = (from.read(&texts[0]), to.read(&texts[1]));
    if existing.document().error().is_some() {
        return Ok(());
    }
    let fail = |why: String| {
        Err(format!(
            "{} into {}, {on_conflict:?}: {why}\n{}\ninto {}",
            from.name(),
            to.name(),
            shown(&texts[0]),
            shown(&texts[1])
        ))
    };
    let translation = match translate(&source, &request(to)) {
        Ok(translation) => translation,
        Err(TranslateError::Verdict(_)) => return Ok(()),
        Err(error) => return fail(error.to_string()),
    };
    let new = &translation.target;
    let merged = match merge(&existing, new.document(), &request(to), on_conflict) {
        Ok(merged) => merged,
        // What is there may hold what its own writer does not write.
        Err(TranslateError::Write(_)) => return Ok(()),
        Err(error) => return fail(error.to_string()),
    };
    counts.all += 1;
    counts.conflicts += u32::from(!merged.conflicts.is_empty());
    let Some((output, target)) = &merged.output else {
        counts.refused += 1;
        if on_conflict != OnConflict::Fail || merged.conflicts.is_empty() {
            return fail("nothing is written, and nobody is told why".to_owned());
        }
        return Ok(());
    };
    if on_conflict == OnConflict::Fail && !merged.conflicts.is_empty() {
        return fail("written in spite of a conflict".to_owned());
    }
    let mut changed = false;
    for one in mail() {
        for inbound in [false, true] {
            let envelope = envelope(&one, inbound);
            let ask = |store: &MemoryStore| answer(store, &envelope);
            let (was, old) = ask(&existing);
            let (says, by) = ask(new);
            let (is, _) = ask(target);
            let wrong = |what: &str| {
                fail(format!(
                    "{} from {:?}, {}: {what}: was {was:?}, the new table says {says:?}, became {is:?}\n{}\n{:?}",
                    String::from_utf8_lossy(&one.0),
                    one.1,
                    one.2,
                    shown(&output.files),
                    merged.conflicts
                ))
            };
            changed |= !same(&was, &is);
            match (old, by) {
                (_, None) if !same(&was, &is) => return wrong("no new route takes it"),
                (None, Some(_)) if !same(&says, &is) => return wrong("no old route took it"),
                (Some(_), Some(_)) if !same(&was, &is) && !same(&says, &is) => {
                    return wrong("it goes by neither table");
                }
                (Some(old), Some(by)) if !same(&was, &says) => {
                    let (old, by) = (existing.document().route(old), new.document().route(by));
                    let alike = old.key().eq_ignore_ascii_case(by.key())
                        && old.stage() == by.stage()
                        && old.condition() == by.condition();
                    let is_named = merged.conflicts.iter().any(|c| c.old == old.index());
                    if alike && old.condition().is_none() && !is_named {
                        return wrong("both have a route for it, and no conflict is named");
                    }
                    let kept = match on_conflict {
                        OnConflict::Keep => same(&was, &is),
                        _ => same(&says, &is),
                    };
                    if alike && old.condition().is_none() && !kept {
                        return wrong("the conflict is not settled as it was asked for");
                    }
                }
                _ => {}
            }
        }
    }
    counts.changed += u32::from(changed);
    Ok(())
}

/// `QROUTE_CONVERT` runs more tables.
#[test]
fn merging_changes_what_new_routes_take_and_nothing_else() {
    let counts = Cell::new(Merges::default());
    // Routes of MSPControl are there without a match.
    let to = other_than(&["mspcontrol"]);
    TestRunner::new(random::cases("QROUTE_CONVERT", 600))
        .run(
            &(
                other_than(&[]),
                to,
                lines(),
                lines(),
                proptest::sample::select(CHOICES.to_vec()),
            ),
            |(from, to, new, there, choice)| {
                let mut now = counts.get();
                check_merge(&from, &to, [&new, &there], choice, &mut now)
                    .map_err(TestCaseError::fail)?;
                counts.set(now);
                Ok(())
            },
        )
        .unwrap();
    let counts = counts.get();
    println!("{counts:?}");
    assert!(counts.conflicts * 5 > counts.all, "{counts:?}");
    assert!(counts.refused * 20 > counts.all, "{counts:?}");
    assert!(counts.changed * 5 > counts.all, "{counts:?}");
}

/// A table of some routes says what they say, and nothing of others.
#[test]
fn chosen_routes_decide_as_they_did() {
    let chosen = Cell::new(0u32);
    TestRunner::new(random::cases("QROUTE_CONVERT", 300))
        .run(
            &(other_than(&[]), lines(), any::<prop::sample::Index>()),
            |(from, lines, at)| {
                let source = from.read(&files(&from, &lines));
                let document = source.document();
                if document.table.is_empty() {
                    return Ok(());
                }
                let key = document.route(at.index(document.table.len()) as u32).key();
                let wanted = |route: qroute::model::RouteView<'_>| route.key() == key;
                let (made, origins) = only(document, wanted).unwrap();
                let made = super::with_patterns(made);
                for one in mail() {
                    let envelope = envelope(&one, true);
                    let old = select(&source, &envelope, false).unwrap();
                    let new = select(&made, &envelope, false).unwrap();
                    let by = new.route.as_ref().map(|found| found.view().index());
                    if let Some(by) = by {
                        let origin = origins[by as usize].unwrap();
                        prop_assert!(wanted(document.route(origin)));
                    }
                    if old.route.as_ref().is_some_and(|found| wanted(found.view())) {
                        chosen.set(chosen.get() + 1);
                        prop_assert!(
                            old.decision.same_mail(&new.decision),
                            "{:?} {:?}",
                            old.decision,
                            new.decision
                        );
                    } else if by.is_none() {
                        prop_assert!(!matches!(new.decision, Decision::Local | Decision::Backup));
                    }
                }
                Ok(())
            },
        )
        .unwrap();
    assert!(chosen.get() > 1000, "{}", chosen.get());
}
