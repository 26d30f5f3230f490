//! Golden files: everything under `testdata/` that has an expected answer beside it, and the pages that must stay true.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod equivalence;
mod fixes;
mod layers;
mod lint;
mod lint_dns;
mod lint_sites;
mod lint_vectors;
mod man;
mod readme;
mod stores;
mod vectors;
