//! What was written, read back and compared with the source.
//!
//! [`compare`] puts a witness of every class of mail to both tables. A difference is announced when
//!
//! - the route that decides in the source is one of which a loss speaks, and the new table does there what the reduced source
//!   does, or the class is one that could not be said;
//! - or a widened route takes the mail;
//! - or neither table decides and the products differ in what they do then (`default-path`);
//! - or only the spelling of the recipient makes it: capital letters, A-labels, a dot at the end, and what no mail domain is.
//!
//! Every other difference is a bug of ours.

use super::TranslateError;
use super::ledger::Ledger;
use super::nodes::is_mailable;
use super::seen::Seen;
use crate::equivalence::{
    Cause, CompareOptions, Comparison, Difference, Recipients, Witness, compare,
};
use crate::lookup::{Envelope, Recipient, Selection, Sender, Store, select};
use crate::model::{Decision, Direction, Domain};

/// Why a difference is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// A loss of this route of the source.
    Loss(u32),
    /// What the products do with mail that no route takes.
    DefaultPath,
    /// The spelling of the recipient.
    Spelling,
}

/// A difference and its reason.
#[derive(Clone, Debug)]
pub struct Announced {
    /// Mail whose decisions differ.
    pub difference: Difference,
    /// Why.
    pub because: Because,
}

/// What the comparison came to.
#[derive(Debug, Default)]
pub(super) struct Proof {
    pub announced: Vec<Announced>,
    /// A difference of which nothing was said.
    pub unannounced: Option<Difference>,
    /// Number of classes of which nothing is known.
    pub undecided: u64,
    /// A recipient of which nothing is known.
    pub undecided_witness: Option<Vec<u8>>,
    /// Number of classes compared.
    pub classes: u64,
}

/// What is compared.
pub(super) struct Prover<'a> {
    pub source: &'a dyn Store,
    /// The reduced source, and the routes that its routes come from.
    pub reduced: &'a dyn Store,
    pub from: &'a [Option<u32>],
    /// The reduced source without the exceptions of routes that were to be widened, if there are some.
    pub wider: Option<&'a dyn Store>,
    /// What was read back.
    pub target: &'a dyn Store,
    pub ledger: &'a Ledger,
    pub max_classes: u64,
    /// The only way of mail that is compared.
    pub direction: Option<Direction>,
}

impl Prover<'_> {
    /// Compares, and looks for the reason of each difference.
    ///
    /// # Errors
    /// As [`compare`].
    pub fn run(&self) -> Result<Proof, TranslateError> {
        let options = CompareOptions {
            max_classes: self.max_classes,
            direction: self.direction,
            ..CompareOptions::default()
        };
        let found = compare(self.source, self.target, &options)?;
        let mut proof = self.judged(&found)?;
        if found.undecided > 0 && !found.limited {
            // What is not decided may be a route that is left out. The reduced source is all that the target is made from.
            let again = compare(self.reduced, self.target, &options)?;
            if again.undecided == 0 {
                let others = self.judged(&again)?;
                proof.unannounced = proof.unannounced.or(others.unannounced);
                (proof.undecided, proof.undecided_witness) = (0, None);
            }
        }
        Ok(proof)
    }

    fn judged(&self, found: &Comparison) -> Result<Proof, TranslateError> {
        let mut proof = Proof {
            undecided: found.undecided,
            undecided_witness: found.undecided_witness.clone(),
            classes: found.classes,
            ..Proof::default()
        };
        for difference in &found.differences {
            match self.because(difference)? {
                Some(because) => proof.announced.push(Announced {
                    difference: difference.clone(),
                    because,
                }),
                None => {
                    proof.unannounced.get_or_insert_with(|| difference.clone());
                }
            }
        }
        Ok(proof)
    }

    fn because(&self, difference: &Difference) -> Result<Option<Because>, TranslateError> {
        match difference.cause {
            Cause::DefaultPath => return Ok(Some(Because::DefaultPath)),
            Cause::FinalDot => return Ok(Some(Because::Spelling)),
            _ => {}
        }
        let witness = &difference.witness;
        if let Some(because) = self.of_mail(&self.envelope(witness))? {
            return Ok(Some(because));
        }
        self.of_spelling(witness)
    }

    fn envelope<'w>(&self, witness: &'w Witness) -> Envelope<'w> {
        let envelope = witness.envelope(Recipients::Addresses);
        Envelope {
            direction: envelope.direction.or(self.direction),
            ..envelope
        }
    }

    /// The reason for mail as it is.
    fn of_mail(&self, envelope: &Envelope<'_>) -> Result<Option<Because>, TranslateError> {
        let old = select(self.source, envelope, false)?;
        let new = select(self.target, envelope, false)?;
        let host = envelope.host();
        let (was, is) = (Seen::of(&old, host), Seen::of(&new, host));
        if was.same(&is) {
            return Ok(Some(Because::DefaultPath));
        }
        let reduced = select(self.reduced, envelope, false)?;
        let between = Seen::of(&reduced, host);
        let taken_by = |selection: &Selection<'_>| {
            let found = selection.route.as_ref()?;
            self.from
                .get(found.view().index() as usize)
                .copied()
                .flatten()
        };
        let deciding = old.route.as_ref().map(|found| found.view().index());
        // What is weaker or goes elsewhere is what was decided before anything was written; what is left out, in part or whole,
        // falls through.
        let is_changed = |route: &u32| {
            self.ledger.left_out.contains(route)
                || (self.ledger.changed.contains(route) && between.same(&is))
        };
        if let Some(route) = deciding.filter(is_changed) {
            return Ok(Some(Because::Loss(route)));
        }
        // Several routes may decide, and some of them are left out.
        let undecided = matches!(old.decision, Decision::Undecided { .. });
        if undecided && between.same(&is) && !self.ledger.changed.is_empty() {
            let first = self.ledger.changed.first().copied().unwrap_or(0);
            return Ok(Some(Because::Loss(first)));
        }
        let widened = taken_by(&reduced).filter(|route| self.ledger.widened.contains(route));
        if let Some(route) = widened {
            return Ok(Some(Because::Loss(route)));
        }
        // Exceptions that were dropped still stand in the reduced source.
        if let Some(wider) = self.wider {
            let wider = select(wider, envelope, false)?;
            let widened = taken_by(&wider).filter(|route| self.ledger.widened.contains(route));
            if let Some(route) = widened
                && Seen::of(&wider, host).same(&is)
            {
                return Ok(Some(Because::Loss(route)));
            }
        }
        Ok(None)
    }

    /// Whether the same mail, spelled as mail is, explains the difference.
    fn of_spelling(&self, witness: &Witness) -> Result<Option<Because>, TranslateError> {
        let recipient = &witness.recipient;
        let at = recipient.iter().rposition(|&b| b == b'@');
        let (local, host) = match at {
            Some(at) => (&recipient[..=at], &recipient[at + 1..]),
            None => (&b""[..], recipient.as_slice()),
        };
        if !is_mailable(host) {
            return Ok(Some(Because::Spelling));
        }
        let lower = host.to_ascii_lowercase();
        let host = match Domain::new(&lower) {
            Ok(domain) if !lower.is_ascii() => domain.as_str().as_bytes().to_vec(),
            _ if !lower.is_ascii() => return Ok(Some(Because::Spelling)),
            _ => lower,
        };
        let usual = [local.to_ascii_lowercase(), host].concat();
        if usual == *recipient {
            return Ok(None);
        }
        let sender = witness.sender().map(<[u8]>::to_ascii_lowercase);
        let envelope = Envelope {
            recipient: Recipient::Address(&usual),
            sender: match &sender {
                Some(sender) => Sender::from_bytes(sender),
                None => self.envelope(witness).sender,
            },
            ..self.envelope(witness)
        };
        let old = select(self.source, &envelope, false)?;
        let new = select(self.target, &envelope, false)?;
        let host = envelope.host();
        let same = Seen::of(&old, host).same(&Seen::of(&new, host));
        if same || self.of_mail(&envelope)?.is_some() {
            return Ok(Some(Because::Spelling));
        }
        Ok(None)
    }
}
