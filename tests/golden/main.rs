//! Golden files: everything under `testdata/` that has an expected answer beside it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod equivalence;
mod layers;
mod stores;
mod vectors;
