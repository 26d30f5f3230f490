//! Golden files: everything under `testdata/` that has an expected answer beside it, and the pages that must stay true.

mod layers;
mod man;
mod readme;
mod vectors;
