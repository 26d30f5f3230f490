//! Golden files: everything under `testdata/` that has an expected answer beside it, and the pages that must stay true.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod equivalence;
mod layers;
mod lint;
mod lint_tables;
mod man;
mod readme;
mod stores;
mod vectors;
