//! Golden files: everything under `testdata/` that has an expected answer beside it, and the pages that must stay true.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod equivalence;
mod findings;
mod findings_cases;
mod layers;
mod man;
mod readme;
mod sarif;
mod stores;
mod vectors;
