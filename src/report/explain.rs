//! An answer for people.

use std::fmt::Write;

use super::hops::groups;
use super::{Answer, Mask};
use crate::lookup::{Outcome, Step};
use crate::model::{Decision, PasswordState, Target};
use crate::source::{Place, Visible, harmless};

/// Several lines: the address, what happens to mail for it, the route that makes it so, and the keys that were tried.
pub fn explain(answer: &Answer, mask: Mask) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", Visible(&answer.address));
    let _ = writeln!(out, "  decision: {}", decision(answer, mask));
    if let Some(route) = &answer.route {
        let text = Visible(&route.text);
        let _ = match &route.place {
            Some(place) => writeln!(out, "  because:  {}: {text}", shown(place)),
            None => writeln!(out, "  because:  {text}"),
        };
    } else if matches!(answer.decision, Decision::Relay(_)) {
        let _ = writeln!(
            out,
            "  because:  no route matches, so the MX of its domain takes the mail"
        );
    }
    if let Decision::Relay(relay) = &answer.decision
        && let Some(credentials) = relay.credentials()
    {
        let state = match credentials.state {
            PasswordState::Stated => "as the route says",
            PasswordState::FromNextLine => "with the NEXT LINE of the file as its password",
            PasswordState::Undefined => {
                "with bytes from beyond its data as the password: undefined"
            }
        };
        let _ = match credentials.would_be_sent() {
            true => writeln!(out, "  auth:     the product logs in {state}"),
            false => writeln!(
                out,
                "  auth:     the route lacks a user or a password: the product does not log in"
            ),
        };
    }
    for (n, group) in groups(answer, mask).iter().enumerate() {
        for host in group {
            let ip = host.ip.map_or_else(String::new, |ip| format!(" [{ip}]"));
            let _ = writeln!(
                out,
                "  try {}:    {}{ip} port {}",
                n + 1,
                Visible(&host.host),
                host.port
            );
        }
    }
    if let Some((kind, text, temporary)) = answer.error() {
        let how = if temporary { "temporary" } else { "permanent" };
        let how = if answer.failure().is_some() {
            how
        } else {
            "note"
        };
        let _ = writeln!(out, "  {how}: {} ({})", harmless(text), kind.name());
    }
    for note in answer.all_notes() {
        let _ = writeln!(out, "  note:     {}", Visible(note.as_bytes()));
    }
    for assumption in &answer.assumptions {
        let _ = writeln!(out, "  assumed:  {}", Visible(assumption.as_bytes()));
    }
    if let Some(trail) = &answer.trail {
        trail_lines(&mut out, trail);
    }
    out
}

fn decision(answer: &Answer, mask: Mask) -> String {
    let name = answer.decision.kind().name();
    match &answer.decision {
        Decision::Relay(relay) => match relay.hops.first() {
            Some(hop) => {
                let host = mask.text(hop.target.name());
                let what = match hop.target {
                    Target::OwnMx(_) | Target::MxOf(_) => "the MX of ",
                    Target::Address(_) => "",
                };
                format!("{name}: {what}{} port {}", Visible(&host), hop.port.wire())
            }
            None => name.to_owned(),
        },
        Decision::Undecided { needs } => {
            let needs: Vec<&str> = needs.iter().map(|need| need.name()).collect();
            format!(
                "{name}: the answer depends on the {}",
                needs.join(" and the ")
            )
        }
        Decision::Local => format!("{name}: this system keeps the mail"),
        _ => name.to_owned(),
    }
}

fn trail_lines(out: &mut String, trail: &[Step]) {
    let keys: Vec<String> = trail
        .iter()
        .map(|step| format!("`{}`", Visible(&step.key)))
        .collect();
    let width = keys
        .iter()
        .map(|key| key.chars().count())
        .max()
        .unwrap_or(0)
        .min(48);
    let mut stage = "";
    for (step, key) in trail.iter().zip(keys) {
        if step.stage != stage {
            stage = step.stage;
            let _ = writeln!(out, "  tried in {stage}:");
        }
        let place = step
            .place
            .as_ref()
            .map_or_else(String::new, |p| format!(" line {}", p.line));
        let by = match (&step.by, step.outcome) {
            (Some(by), Outcome::Shadowed | Outcome::PassedOver) => {
                format!(" (line {} decides)", by.line)
            }
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "    {key:<width$}  {:<11}{place} {}{by}",
            step.outcome.name(),
            step.why
        );
    }
}

fn shown(place: &Place) -> String {
    format!("{}:{}", Visible(place.file.as_bytes()), place.line)
}
