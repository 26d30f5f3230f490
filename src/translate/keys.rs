//! Keys of a table that is made class by class.

use std::collections::{BTreeMap, HashSet};

use super::loss::{Effect, Loss};
use super::seen::Seen;
use super::words::mail_of;
use crate::model::{Feature, RouteView};

/// A key of the target.
#[derive(Clone, Debug)]
pub(super) struct Emitted {
    /// The key, as the draft's walk understands it.
    pub key: Vec<u8>,
    /// The route of the reduced table that it says; `None` for the domain's own MX.
    pub route: Option<u32>,
    /// It is written as "mail goes as if there were no table".
    pub as_default: bool,
    /// Keys that it does not take, where the target has exceptions.
    pub except: Vec<Vec<u8>>,
    /// Where it stands: the number of a route of the reduced table, and how special it is.
    pub order: (u32, u32),
}

/// What the keys above give.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub seen: Seen,
    /// The key that gives it, as a number of the keys so far.
    pub by: Option<usize>,
}

/// What mail a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Address,
    Exact,
    Below,
    /// A domain and all below it, in one key.
    Both,
}

pub(super) fn depth_of(key: &[u8]) -> usize {
    let key = key.rsplit(|&b| b == b'@').next().unwrap_or(key);
    let key = key.strip_prefix(b".").unwrap_or(key);
    match key.is_empty() {
        true => 0,
        false => key.iter().filter(|&&b| b == b'.').count() + 1,
    }
}

/// Names the route where its mail is more than what is spoken of.
pub(super) fn whole(route: RouteView<'_>, mail: &str) -> String {
    let all = mail_of(route);
    match all.strip_prefix("mail for ") == Some(mail) {
        true => String::new(),
        false => format!(" (a part of {all})"),
    }
}

/// The keys in the order in which they are written.
pub(super) fn sorted(mut emitted: Vec<Emitted>, first_match: bool) -> Vec<Emitted> {
    emitted.sort_by(|a, b| match first_match {
        true => (a.order.1, a.order.0, &a.key).cmp(&(b.order.1, b.order.0, &b.key)),
        false => a.order.cmp(&b.order).then_with(|| a.key.cmp(&b.key)),
    });
    emitted
}

/// The losses of one route of the same kind, said once: a source route may decide many classes.
pub(super) fn merged(losses: Vec<Loss>) -> Vec<Loss> {
    const MOST: usize = 3;
    let mut counts: BTreeMap<(Option<u32>, Feature, Effect), usize> = BTreeMap::new();
    let mut kept: Vec<Loss> = Vec::new();
    let mut texts: HashSet<(Option<u32>, String)> = HashSet::new();
    for loss in losses {
        if !texts.insert((loss.route, loss.text.clone())) {
            continue;
        }
        let count = counts
            .entry((loss.route, loss.feature, loss.effect))
            .or_default();
        *count += 1;
        if *count <= MOST {
            kept.push(loss);
        }
    }
    for loss in kept.iter_mut().rev() {
        let count = counts.get_mut(&(loss.route, loss.feature, loss.effect));
        if let Some(count) = count
            && *count > MOST
        {
            loss.text
                .push_str(&format!("; and {} more of its classes", *count - MOST));
            *count = 0;
        }
    }
    kept
}
