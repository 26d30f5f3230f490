//! Rendering of findings: for people, for scripts, for code hosts.
//!
//! A [`FindingsWriter`] is fed unit by unit and hands out text as it goes. Nothing of a line is shown that may be a secret, and
//! no byte of a stranger reaches a terminal as it is.

mod github;
mod gitlab;
mod json;
mod place;
mod sarif;
mod snippet;
mod text;
mod writer;

pub use writer::{FindingsForm, FindingsOptions, FindingsWriter};
