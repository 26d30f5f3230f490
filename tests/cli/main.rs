//! The programs as users and scripts meet it: every test runs the program itself.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod batch;
mod dialects;
mod diff;
mod dns;
mod dns_batch;
mod dns_server;
mod exits;
mod fmt;
mod forms;
mod hostile;
mod input;
mod large;
mod lint;
mod markup;
mod own_config;
mod secrets;
mod shapes;
mod siblings;
mod signals;
mod support;
mod system;
mod trail;
mod undecided;
mod writing;
