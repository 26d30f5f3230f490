//! The local parts of a host that keys tell from one another.

use std::collections::HashMap;

use super::forest::Forest;
use super::shape::fresh;
use super::spelling::spellings;
use crate::lookup::fold;
use crate::model::KeyCase;

/// A stem of letters that no delimiter is one of; `None` when every letter is one.
fn stem(delimiters: &[u8], wanted: &[u8]) -> Option<Vec<u8>> {
    if !wanted.iter().any(|b| delimiters.contains(b)) {
        return Some(wanted.to_vec());
    }
    let free = (b'a'..=b'z').find(|b| !delimiters.contains(b))?;
    Some(vec![free; 4])
}

/// A local part that no key names, in letters where delimiters leave some.
pub(super) fn stranger(forest: &Forest, wanted: &[u8]) -> Vec<u8> {
    let case = forest.top.case;
    let named: std::collections::HashSet<Vec<u8>> = (1..=forest.locals.len() as u32)
        .map(|id| fold(case, forest.locals.label(id)).into_owned())
        .collect();
    let stem = stem(&forest.delimiters, wanted).unwrap_or_else(|| wanted.to_vec());
    fresh(&stem, |local| named.contains(&*fold(case, local)))
}

/// Local parts at `node`, the name of one of its hosts: all that keys name, spelled in every way that a finer level can miss
/// them, with an extension, and one for each end of a local part that keys name. `stranger` is named nowhere.
pub(super) fn locals_at(forest: &Forest, node: u32, stranger: &[u8]) -> Vec<Vec<u8>> {
    let listed = forest.locals.children(node);
    let ends = forest.ends.get(&node);
    if listed.is_empty() && ends.is_none() {
        return Vec::new();
    }
    let case = forest.top.case;
    let mut order: Vec<Vec<u8>> = Vec::new();
    let mut groups: HashMap<Vec<u8>, Vec<Vec<u8>>> = HashMap::new();
    for id in listed {
        let raw = forest.locals.label(id);
        let folded = fold(case, raw).into_owned();
        let group = groups.entry(folded.clone()).or_default();
        if group.is_empty() {
            order.push(folded);
        }
        group.push(raw.to_vec());
    }
    let case_matters = case != KeyCase::Sensitive
        && forest
            .finer
            .first()
            .is_some_and(|level| level.case == KeyCase::Sensitive);
    let mut all = Vec::new();
    for folded in &order {
        let Some(group) = groups.get(folded) else {
            continue;
        };
        match forest.finer.is_empty() {
            true => all.extend(group.first().cloned()),
            false => all.extend(spellings(group.clone(), folded, case, case_matters)),
        }
    }
    let named = |local: &[u8]| groups.contains_key(&*fold(case, local));
    extensions(forest, &mut all, &named);
    for end in ends.into_iter().flatten() {
        let free = fresh(stranger, |start| named(&[start, end].concat()));
        all.push([&free, end.as_slice()].concat());
    }
    all
}

/// Adds every local part with an extension behind each delimiter.
///
/// What is before the first delimiter of either table is looked up, so that one extension a delimiter shows all there is; but
/// Postfix leaves some local parts whole when `-` is a delimiter.
fn extensions(forest: &Forest, all: &mut Vec<Vec<u8>>, named: &dyn Fn(&[u8]) -> bool) {
    let Some(stem) = stem(&forest.delimiters, b"ext").filter(|_| !forest.delimiters.is_empty())
    else {
        return;
    };
    let dash = forest.delimiters.contains(&b'-');
    for local in all.clone().iter().filter(|local| !local.is_empty()) {
        for &delimiter in &forest.delimiters {
            let start = [local.as_slice(), &[delimiter]].concat();
            let with = |end: &[u8]| [&start, end].concat();
            let free = fresh(&stem, |end| {
                named(&with(end)) || named(&[&with(end), &b"-request"[..]].concat())
            });
            if dash {
                all.push([&with(&free), &b"-request"[..]].concat());
            }
            all.push(with(&free));
        }
        if dash {
            for (start, whole) in [
                (&b"mailer"[..], &b"mailer-daemon"[..]),
                (b"double", b"double-bounce"),
            ] {
                if local.eq_ignore_ascii_case(start) {
                    all.push(whole.to_vec());
                }
            }
        }
    }
}
