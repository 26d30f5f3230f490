//! One finding for what several dialects have in common.

use super::Notation;
use crate::diagnostic::{Edit, Finding};

/// Merges the findings of several dialects: those of one rule at one place become one, with the effect under each.
///
/// A finding that does not concern all dialects says so. Its severity is that of the worst case. A fix stays when all
/// dialects that are concerned want the same.
pub fn merge(tables: Vec<(Notation, Vec<Finding>)>) -> Vec<Finding> {
    let names: Vec<&'static str> = tables.iter().map(|(notation, _)| notation.name).collect();
    let mut all: Vec<Finding> = tables.into_iter().flat_map(|(_, found)| found).collect();
    all.sort_by(|a, b| {
        let place = |f: &Finding| (f.span.start, f.span.len, f.rule);
        place(a).cmp(&place(b))
    });
    let mut merged: Vec<Finding> = Vec::with_capacity(all.len());
    let mut group: Vec<Finding> = Vec::new();
    for finding in all {
        let same = group
            .first()
            .is_some_and(|first| first.rule == finding.rule && first.span == finding.span);
        if !same && !group.is_empty() {
            merged.push(one(std::mem::take(&mut group), &names));
        }
        group.push(finding);
    }
    if !group.is_empty() {
        merged.push(one(group, &names));
    }
    merged
}

/// One finding of a group that has rule and place in common.
fn one(mut group: Vec<Finding>, names: &[&'static str]) -> Finding {
    let mut effects: Vec<(String, Vec<&'static str>)> = Vec::new();
    let mut dialects = Vec::new();
    for finding in &group {
        dialects.extend(finding.dialects.iter().copied());
        match effects
            .iter_mut()
            .find(|(effect, _)| *effect == finding.effect)
        {
            Some((_, of)) => of.extend(&finding.dialects),
            None => effects.push((finding.effect.clone(), finding.dialects.clone())),
        }
    }
    let same_fix = group.iter().all(|finding| {
        finding.fix.as_ref().map(|fix| &fix.edits) == group[0].fix.as_ref().map(|fix| &fix.edits)
    });
    let safe = group
        .iter()
        .all(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safe));
    // The first of the worst says most.
    let worst = group.iter().map(|finding| finding.severity).max();
    let at = group
        .iter()
        .position(|finding| Some(finding.severity) == worst)
        .unwrap_or(0);
    let mut finding = group.swap_remove(at);
    let untouched: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| !dialects.contains(name))
        .collect();
    let alike = effects.len() == 1 && untouched.is_empty();
    if names.len() > 1 && !alike {
        let mut parts: Vec<String> = effects
            .into_iter()
            .map(|(effect, of)| format!("{}: {effect}", of.join(", ")))
            .collect();
        if !untouched.is_empty() {
            parts.push(format!("{}: as it should be", untouched.join(", ")));
        }
        finding.effect = parts.join("; ");
    }
    if !same_fix {
        finding.fix = None;
    }
    // A line that does nothing under one dialect is not deleted where it does something under another.
    let at = finding.span;
    let deletes_more = |edit: &Edit| {
        edit.text.is_empty() && (edit.span.start < at.start || edit.span.end() > at.end())
    };
    if !untouched.is_empty()
        && let Some(fix) = &finding.fix
        && fix.edits.iter().any(deletes_more)
    {
        finding.fix = None;
    }
    if let Some(fix) = &mut finding.fix {
        fix.safe = safe && untouched.is_empty();
    }
    finding.dialects = dialects;
    finding
}
