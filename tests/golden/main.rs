//! Golden files: everything under `testdata/` that has an expected answer beside it.

mod equivalence;
mod layers;
mod stores;
mod vectors;
