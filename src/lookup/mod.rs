//! The one matcher: which route applies to an envelope, and what it decides.
//!
//! [`select`] walks the keys of an envelope through the stages of a [`Store`] and carries out the route that wins. Lint,
//! diff, convert, resolve and remote all ask here; nothing matches on its own.

mod carry;
mod conditional;
mod contenders;
mod cover;
mod envelope;
mod holds;
mod key;
mod names;
mod patterns;
mod reachable;
mod select;
mod store;
mod trail;
mod unknown;

pub use crate::model::{Literal, parse_literal};
pub use carry::{by_exchanger, carry_out, own_mx, unmatched};
pub use contenders::{Contender, contenders, same_but_for_recipients};
pub use cover::covers;
pub use envelope::{Envelope, Recipient, Sender};
pub use key::{equal, fold, folds_as_ascii, keys, keys_of, prefers};
pub use names::idn2_lookup;
pub use patterns::{NoPatterns, Patterns};
pub use reachable::{reachable, reduces};
pub use select::{Selection, rests_on, select};
pub use store::{Candidates, Found, Hit, Store, StoreError};
pub use trail::{Outcome, Step};
