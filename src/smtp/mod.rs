//! Delivering one message by SMTP, as qmail-remote does and says.
//!
//! [`deliver`] tries the addresses of a plan one after the other and returns the report that qmail-rspawn reads: one record
//! a recipient, then one for the message, each ended by NUL. Nothing here writes to standard output or error; the report
//! is made in memory and is whole or not there. Sources: notqmail `qmail-remote.c` for texts and verdicts, RFC 5321 for
//! what a client must do, RFC 3207, 4954, 1870, 6152, 2920 and 6531 for the extensions.
//!
//! No library for SMTP is used: those that exist stop at the first refused recipient, drop pipelined bytes or change the
//! text of replies, and could not report what qmail-remote must.

mod address;
mod auth;
mod body;
mod candidates;
mod capabilities;
mod connection;
mod conversation;
mod envelope;
mod job;
mod message;
mod policy;
mod reply;
mod report;
mod socket;
mod tcpto;
mod tls;
mod transfer;

pub use body::{Encoder, PartialLine, Size};
pub use candidates::deliver;
pub use job::{Job, Limits};
pub use message::Message;
pub use policy::{Policy, UnknownPolicy};
pub use reply::{Class, Reply, ReplyParser, TooLong};
pub use report::{Letter, Report, outsafe};
pub use tcpto::TimeoutTable;
