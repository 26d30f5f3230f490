//! Equivalence of two tables for recipients: exact, not sampled.

mod compare;
mod comparison;
mod edges;
mod forest;
mod judge;
mod shape;
mod spelling;
mod walk;

pub use compare::compare;
pub use comparison::{Cause, CompareOptions, Comparison, Difference, Recipients};
