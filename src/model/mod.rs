//! The hub: one format-neutral table of routes, what its semantics are, and the one canonical [`Decision`].
//!
//! Readers fill a [`Document`]; lookup asks it. Where a file is silent the model is silent: defaults are filled in when a
//! decision is asked for.

mod aside;
mod assumption;
mod condition;
mod decision;
mod destination;
mod document;
mod domain;
mod failure;
mod feature;
mod literal;
mod owner;
mod packed;
mod relay;
mod route;
mod semantics;
mod table;

pub use assumption::{Assumption, Variation};
pub use condition::{Condition, Direction, SubjectOperator, SubjectTest};
pub use decision::{Decision, DecisionKind, Need};
pub use destination::{
    Choice, Hop, HopLookup, Password, Port, Protocol, Secret, StatedCredentials, Tls,
};
pub use document::Document;
pub use domain::{BadName, Domain};
pub use failure::{Failure, FailureKind};
pub use feature::{Feature, Support};
pub use literal::{Literal, parse_literal};
pub use owner::Owner;
pub use relay::{Credentials, NextHop, PasswordState, Relay, Target, TimeoutMemory};
pub use route::{Action, Exchanger, RouteView};
pub use semantics::{
    Delimiters, Families, HostLiterals, KeyCase, LiteralRule, NameCheck, Precedence, Product,
    Semantics, Subject, Unmatched, Unresolvable, Walk,
};
pub use table::{FileVerdict, RouteTable, Stage, StageId, TableFull};
