//! Losses as lines, and the report as JSON.

use std::collections::BTreeSet;

use anyhow::Result;
use serde_json::{Value, json};

use super::target::Accepted;
use crate::cli::change::change;
use crate::lookup::{Envelope, Recipient, Sender, Store, rests_on, select};
use crate::model::{Document, Feature};
use crate::report::{DiffJson, DiffOutcome};
use crate::source::{Place, Visible, harmless};
use crate::translate::{Effect, Loss, Translation, comment_loss, comments};

/// The source, for places.
pub(super) struct Origin<'a> {
    pub document: &'a Document,
    /// Where routes were chosen: by number of a chosen one, that of the document.
    pub chosen: Option<&'a [Option<u32>]>,
}

impl Origin<'_> {
    /// Where a route stands.
    pub fn place(&self, route: u32) -> Option<Place> {
        let route = match self.chosen {
            Some(chosen) => chosen.get(route as usize).copied().flatten()?,
            None => route,
        };
        let view = self.document.route(route);
        self.document.place(view.origin())
    }

    fn file(&self) -> String {
        let file = self.document.input.files().first();
        file.map_or_else(
            || "-".to_owned(),
            |file| Visible(file.path.as_bytes()).to_string(),
        )
    }

    fn json(&self, loss: &Loss, place: Option<Place>, text: &str) -> Value {
        let file = match &place {
            Some(place) => Visible(place.file.as_bytes()).to_string(),
            None => self.file(),
        };
        json!({
            "feature": loss.feature.name(),
            "effect": loss.effect.name(),
            "file": file,
            "line": place.map(|place| place.line),
            "text": harmless(text),
        })
    }

    /// The comments that are lost, each with its line.
    fn comments(&self) -> Vec<Value> {
        let Some(loss) = comment_loss(self.document) else {
            return Vec::new();
        };
        let all = comments(self.document).into_iter();
        all.map(|span| self.json(&loss, self.document.place(span), "a comment is not written"))
            .collect()
    }

    /// `file:line: effect feature: text`.
    pub fn line(&self, loss: &Loss) -> String {
        let at = match loss.route.and_then(|route| self.place(route)) {
            Some(place) => format!("{}:{}", Visible(place.file.as_bytes()), place.line),
            None => self.file(),
        };
        let (effect, feature) = (loss.effect.name(), loss.feature.name());
        harmless(&format!("{at}: {effect} {feature}: {}", loss.text))
    }
}

/// A loss that nobody accepted.
pub(super) fn is_refused(loss: &Loss, accepted: &Accepted) -> bool {
    loss.effect != Effect::Cosmetic && !loss.chosen && !accepted.takes(loss.feature)
}

/// What was assumed of what vendors leave open, and decides where some route sends mail.
pub(super) fn assumptions(stores: [&dyn Store; 2]) -> Result<Vec<String>> {
    let mut found = BTreeSet::new();
    for store in stores {
        let document = store.document();
        let mut of_store = BTreeSet::new();
        for route in document.routes() {
            if of_store.len() == document.assumptions.len() {
                break;
            }
            let key = route.key();
            let recipient = match (key.contains(&b'@'), key.strip_prefix(b".")) {
                _ if key.is_empty() => b"somebody@other.example".to_vec(),
                (true, _) => key.to_vec(),
                (false, Some(below)) => [b"somebody@other.", below].concat(),
                (false, None) => [b"somebody@", key].concat(),
            };
            let sender = route
                .condition()
                .and_then(|condition| condition.sender)
                .map(|text| document.bytes(text))
                .map(|key| match key.contains(&b'@') {
                    true => key.to_vec(),
                    false => [b"somebody@", key].concat(),
                });
            let sender = sender.unwrap_or_else(|| b"somebody@other.example".to_vec());
            let envelope = Envelope::new(Recipient::Address(&recipient), Sender::Address(&sender));
            let selection = select(store, &envelope, false)?;
            for assumption in rests_on(store, &envelope, &selection.decision)? {
                of_store.insert((assumption.key, assumption.value));
            }
        }
        let named = of_store.iter();
        found.extend(named.map(|(key, value)| format!("{key}={value}")));
    }
    Ok(found.into_iter().collect())
}

/// What is reported of a run.
pub(super) struct Reported<'a> {
    pub names: [String; 2],
    pub translation: &'a Translation,
    pub origin: &'a Origin<'a>,
    /// The table that the routes are put into.
    pub there: Option<&'a Origin<'a>>,
    pub stores: [&'a dyn Store; 2],
    /// Nothing was written.
    pub refused: bool,
    pub assumptions: &'a [String],
}

impl Reported<'_> {
    /// The report, one JSON object.
    ///
    /// # Errors
    /// A table cannot be read.
    pub fn json(&self) -> Result<Vec<u8>> {
        let line = |route: u32| self.origin.place(route).map(|place| place.line);
        let mut losses = Vec::new();
        for loss in &self.translation.losses {
            if loss.feature != Feature::Comment {
                let place = loss.route.and_then(|route| self.origin.place(route));
                losses.push(self.origin.json(loss, place, &loss.text));
            }
        }
        for origin in [Some(self.origin), self.there].into_iter().flatten() {
            losses.extend(origin.comments());
        }
        let left_out: BTreeSet<u64> = self
            .translation
            .left_out
            .iter()
            .filter_map(|&route| line(route))
            .collect();
        let (mut all, mut text) = DiffJson::start(&DiffOutcome::default());
        for announced in &self.translation.differences {
            text.push_str(&all.change(&change(self.stores, &announced.difference)?));
        }
        text.push_str(&all.finish(&[], None));
        let mut differences: Value = serde_json::from_str(&text)?;
        let report = json!({
            "from": self.names[0],
            "to": self.names[1],
            "routes": self.stores[0].document().table.len(),
            "written": if self.refused { 0 } else { self.translation.written },
            "verified": true,
            "losses": losses,
            "left_out": left_out,
            "assumptions": self.assumptions,
            "differences": differences["differences"].take(),
        });
        let mut bytes = serde_json::to_vec_pretty(&report)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
