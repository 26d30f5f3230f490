//! Golden files: everything under `testdata/` that has an expected answer beside it.

mod layers;
mod vectors;
