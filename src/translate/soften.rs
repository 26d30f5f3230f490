//! Weaker forms of what a route does, for targets that cannot say it as it is.

use super::loss::Effect;
use super::piece::Piece;
use super::words::{host, hosts};
use crate::model::{Action, Choice, Feature, Hop, Tls};

/// A weaker form, and what is lost by it.
pub(super) struct Softer {
    pub piece: Piece,
    pub feature: Feature,
    pub effect: Effect,
    /// What happens to the mail, to follow on which mail it is.
    pub text: String,
}

fn softer(
    piece: &Piece,
    change: impl FnOnce(&mut Piece),
    feature: Feature,
    effect: Effect,
    text: String,
) -> Softer {
    let mut piece = piece.clone();
    change(&mut piece);
    Softer {
        piece,
        feature,
        effect,
        text,
    }
}

/// Puts other hops and another choice into a relay.
fn set_hops(piece: &mut Piece, new: Vec<Hop>, with: Choice) {
    if let Action::Relay { hops, choice, .. } = &mut piece.action {
        *hops = new.into();
        *choice = with;
    }
}

/// Drops user and password.
pub(super) fn without_credentials(piece: &Piece, why: &str) -> Option<Softer> {
    if !piece
        .action
        .hops()
        .iter()
        .any(|hop| hop.credentials.is_some())
    {
        return None;
    }
    let text = format!("goes without user and password: {why}");
    let change = |piece: &mut Piece| {
        if let Action::Relay { hops, .. } = &mut piece.action {
            hops.iter_mut().for_each(|hop| hop.credentials = None);
        }
    };
    Some(softer(
        piece,
        change,
        Feature::Credentials,
        Effect::Weaker,
        text,
    ))
}

/// The weaker forms of `piece` for a target that lacks `feature`, the best first; none when its route is to be left out.
pub(super) fn weaker(
    piece: &Piece,
    feature: Feature,
    first_only: bool,
    target: &str,
) -> Vec<Softer> {
    let Action::Relay {
        hops, choice, tls, ..
    } = &piece.action
    else {
        return Vec::new();
    };
    match feature {
        Feature::Credentials => {
            let why = format!("{target} has no place for them");
            without_credentials(piece, &why).into_iter().collect()
        }
        Feature::Tls if *tls != Tls::default() => {
            let change = |piece: &mut Piece| {
                if let Action::Relay { tls, .. } = &mut piece.action {
                    *tls = Tls::default();
                }
            };
            let text = format!("goes with TLS no longer required: {target} cannot demand it");
            vec![softer(piece, change, feature, Effect::Weaker, text)]
        }
        Feature::Disabled
            if hops.iter().any(|hop| !hop.disabled) && hops.iter().any(|hop| hop.disabled) =>
        {
            let (used, off): (Vec<Hop>, Vec<Hop>) = hops.iter().partition(|hop| !hop.disabled);
            let text = format!(
                "goes where it went; that {} is written down and switched off is not said",
                hosts(piece, &off)
            );
            let change = |piece: &mut Piece| set_hops(piece, used, *choice);
            vec![softer(piece, change, feature, Effect::Cosmetic, text)]
        }
        Feature::MultiHost if first_only => first(piece, hops, *choice).into_iter().collect(),
        Feature::Preference | Feature::Random if hops.len() > 1 => choices(piece, hops, *choice),
        _ => Vec::new(),
    }
}

/// The first host alone.
fn first(piece: &Piece, hops: &[Hop], choice: Choice) -> Option<Softer> {
    let best = *groups(hops, choice).first()?.first()?;
    let text = format!(
        "goes to {} alone, as --first-destination says; the others ({}) are not tried",
        host(piece, &best),
        hosts(piece, &rest(hops, &best))
    );
    Some(softer(
        piece,
        |piece| set_hops(piece, vec![best], Choice::InOrder),
        Feature::MultiHost,
        Effect::Weaker,
        text,
    ))
}

fn rest(hops: &[Hop], best: &Hop) -> Vec<Hop> {
    hops.iter().copied().filter(|hop| hop != best).collect()
}

/// Hops as they are tried, group by group; those that are switched off are not.
fn groups(hops: &[Hop], choice: Choice) -> Vec<Vec<Hop>> {
    let mut used: Vec<Hop> = hops.iter().copied().filter(|hop| !hop.disabled).collect();
    match choice {
        Choice::InOrder => used.into_iter().map(|hop| vec![hop]).collect(),
        Choice::RoundRobin | Choice::OneAtRandom => vec![used],
        Choice::ByPreference => {
            let rank = |hop: &Hop| hop.preference.map_or(u32::MAX, u32::from);
            used.sort_by_key(rank);
            let same = |a: &Hop, b: &Hop| rank(a) == rank(b);
            used.chunk_by(same).map(<[Hop]>::to_vec).collect()
        }
    }
}

/// Other ways to choose among several hosts, the nearest first.
fn choices(piece: &Piece, hops: &[Hop], choice: Choice) -> Vec<Softer> {
    let groups = groups(hops, choice);
    let all: Vec<Hop> = groups.concat();
    let best = groups.first().cloned().unwrap_or_default();
    let bare = |hops: &[Hop], preference: Option<u16>| -> Vec<Hop> {
        let hops = hops.iter();
        hops.map(|hop| Hop { preference, ..*hop }).collect()
    };
    let names = hosts(piece, &all);
    let mut forms = Vec::new();
    let mut add = |hops: Vec<Hop>, with: Choice, feature, text: String| {
        let change = |piece: &mut Piece| set_hops(piece, hops, with);
        forms.push(softer(piece, change, feature, Effect::Weaker, text));
    };
    if groups.len() == 1 {
        let equal = match choice {
            Choice::OneAtRandom => {
                "goes to one of them at random, and to the others when that one fails"
            }
            Choice::RoundRobin => {
                "goes to one of them at random instead of in turn, and to the others when that one fails"
            }
            _ => "goes to one of them at random",
        };
        let text = |how: &str| format!("{how} ({names})");
        if choice != Choice::ByPreference {
            let preference = Some(10);
            add(
                bare(&all, preference),
                Choice::ByPreference,
                Feature::Random,
                text(equal),
            );
        }
        if choice != Choice::RoundRobin {
            let how = "goes to them in turn instead of at random";
            add(
                bare(&all, None),
                Choice::RoundRobin,
                Feature::Random,
                text(how),
            );
        }
        if choice != Choice::OneAtRandom {
            let how = "goes to one of them at random, and to no other when that one fails";
            add(
                bare(&all, None),
                Choice::OneAtRandom,
                Feature::Random,
                text(how),
            );
        }
    }
    if groups.iter().any(|group| group.len() > 1) {
        let text = format!(
            "tries the hosts in a fixed order ({names}): equal ones no longer share the mail"
        );
        add(bare(&all, None), Choice::InOrder, Feature::Random, text);
    }
    if groups.len() > 1 {
        let others = hosts(piece, &groups[1..].concat());
        let text = |how: &str| {
            format!(
                "goes to {}{how} alone: {others}, which stood in when it failed, is not tried",
                hosts(piece, &best)
            )
        };
        for (with, how) in [
            (Choice::OneAtRandom, " (one of them at random)"),
            (Choice::RoundRobin, " (in turn)"),
        ] {
            let how = if best.len() > 1 { how } else { "" };
            add(bare(&best, None), with, Feature::Preference, text(how));
        }
    }
    forms
}
