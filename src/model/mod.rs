//! The hub: one format-neutral table of routes, what its semantics are, and the one canonical [`Decision`].
//!
//! Readers fill a [`Document`]; lookup asks it. Where a file is silent the model is silent: defaults are filled in when a
//! decision is asked for.

mod decision;
mod destination;
mod document;
mod domain;
mod route;
mod semantics;
mod table;

pub use decision::{
    Credentials, Decision, DecisionKind, Failure, FailureKind, Need, NextHop, PasswordState, Relay,
    Target, TimeoutMemory,
};
pub use destination::{
    Choice, Hop, HopLookup, Password, Port, Protocol, Secret, StatedCredentials, Tls,
};
pub use document::{Assumption, Document};
pub use domain::{BadName, Domain};
pub use route::{Action, RouteView};
pub use semantics::{
    Families, HostLiterals, KeyCase, LiteralRule, NameCheck, Precedence, Product, Semantics,
    Subject, Unresolvable, Walk,
};
pub use table::{FileVerdict, RouteTable, Stage, StageId, TableFull};
