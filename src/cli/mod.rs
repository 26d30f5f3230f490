//! What the programs share: arguments, input, output, exit status.

mod address;
mod against;
mod args;
mod asker;
mod batch;
mod change;
mod config;
mod convert;
mod dialect;
mod diff;
mod exit;
mod fmt;
mod home;
pub mod lint;
mod listing;
mod messages;
mod near;
mod output;
mod patterns;
mod planner;
mod proof;
mod reading;
mod remark;
mod remote;
mod replace;
mod resolve;
mod sources;

pub use args::ResolveArgs;
pub use convert::{ConvertArgs, convert};
pub use diff::{DiffArgs, diff};
pub use exit::Exit;
pub use fmt::{FmtArgs, fmt};
pub use output::{finish, parse};
pub use patterns::JavaPatterns;
pub use remote::remote;
pub use resolve::resolve;
