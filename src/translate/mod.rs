//! Tables of one product as tables of another: exact where that is possible, and what is lost is said.
//!
//! The source is first reduced to what the target can say about conditions and hosts (`reduce`); nobody but its own product's
//! semantics matches in it. Then it is written: route by route where both match alike, class by class otherwise (`by_class`). What
//! a target can say is asked of its writer (`trial`), so that nothing here knows any format, nor a pair of them.
//!
//! **What was written is read back by the target's reader and compared with the source**, for all mail (`proof`). Every
//! difference is announced by a loss, or the translation fails; [`Translation`] exists for nothing else.
//!
//! A route whose narrowing condition cannot be said is left out and never widened, unless the user names the feature. What is
//! left out falls through to the source's other routes; an excepted address costs its domain, a domain that cannot be excepted
//! costs the route that it is an exception of.

mod attempt;
mod audit;
mod bindings;
mod by_class;
mod frame;
mod keys;
mod ledger;
mod loss;
mod merge;
mod nodes;
mod piece;
mod proof;
mod reduce;
mod seen;
mod soften;
mod translation;
mod trial;
mod words;

pub use audit::{comment_loss, comments};
pub use loss::{Effect, Loss};
pub use merge::{Conflict, Merged, OnConflict, merge};
pub use piece::DraftError;
pub use proof::{Announced, Because};
pub use translation::{
    Request, Snapshot, TranslateError, Translation, only, stated_names, translate,
};
pub use words::{mail_of, route_of};
