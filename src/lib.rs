//! qroute: mail-routing tables, read exactly as the products read them.
//!
//! The library reads a mail-routing configuration into one format-neutral table, answers questions about it, and the
//! programs in `bin/` compose those answers. Modules in layer order; each imports lower layers only:
//!
//! - [`source`]: the bytes of a file or of a set of files, spans, line numbers
//! - [`diagnostic`]: findings; [`control`]: qmail control files
//! - [`model`]: routes, semantics, the table, and the one canonical decision
//! - [`lookup`]: the walk over keys and the selection of a route; [`dns`]: the resolver; [`formats`]: readers
//! - [`store`]: where keys are found; [`equivalence`]: comparing tables exactly; [`nexthop`]: from a decision to addresses
//! - [`lint`]: what is wrong with a table, and what happens to mail because of it
//! - [`report`]: text and JSON
//! - [`cli`]: what the programs share

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod cli;
pub mod control;
pub mod diagnostic;
pub mod dns;
pub mod equivalence;
pub mod formats;
pub mod lint;
pub mod lookup;
pub mod model;
pub mod nexthop;
pub mod report;
pub mod smtp;
pub mod source;
pub mod store;
pub mod translate;
