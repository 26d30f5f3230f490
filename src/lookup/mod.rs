//! The one matcher: which route applies to an envelope, and what it decides.
//!
//! [`select`] walks the keys of an envelope through the stages of a [`Store`] and carries out the route that wins. Lint,
//! diff, convert, resolve and remote all ask here; nothing matches on its own.

mod carry;
mod envelope;
mod key;
mod literal;
mod names;
mod select;
mod store;
mod trail;
mod unknown;

pub use carry::{carry_out, own_mx};
pub use envelope::{Envelope, Recipient, Sender};
pub use key::{equal, fold, folds_as_ascii, keys, prefers};
pub use literal::{Literal, parse_literal};
pub use names::idn2_lookup;
pub use select::{Selection, select};
pub use store::{Found, Hit, Store, StoreError};
pub use trail::{Outcome, Step};
