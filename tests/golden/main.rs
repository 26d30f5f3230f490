//! Golden files: everything under `testdata/` that has an expected answer beside it, and the pages that must stay true.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod asked;
mod canonical;
mod compiled;
mod convert;
mod cpanel;
mod differences;
mod differences_formats;
mod equivalence;
mod findings;
mod findings_cases;
mod fixes;
mod imss;
mod imsva;
mod java;
mod layers;
mod lint;
mod lint_dns;
mod lint_formats;
mod lint_sites;
mod lint_tables;
mod lint_vectors;
mod man;
mod mspcontrol;
mod postfix_transport;
mod random;
mod readme;
mod samples;
mod sarif;
mod smtp;
mod stores;
mod vectors;
mod writers;
