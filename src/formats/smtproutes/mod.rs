//! qmail `control/smtproutes`: artificial SMTP routes, as a dozen readers of one file name read it.
//!
//! `dom:relay`, `dom:relay:port`, `.dom:` for subdomains, `:relay` for everything else; what else a line may hold, and what a
//! line with a mistake does, is each [`Dialect`]'s own. Sources: the programs' code, at the commits that smtproutes(5) names;
//! every dialect is held to vectors recorded from the real programs.

mod courier;
mod dialect;
mod grammar;
mod mail_system;
mod neighbours;
mod qsmtp;
mod reader;
mod route;
mod skarnet;
mod verdict;

pub use dialect::{CredentialRule, DIALECTS, Dialect, Lines, Siblings, ValueRules};
pub use neighbours::{Neighbour, deliverer_files, neighbours, system_files};
pub use reader::{ReadError, read, read_line};

use super::format::{Evidence, Format, FormatId};

/// The format.
pub const FORMAT: Format = Format {
    id: FormatId("smtproutes"),
    title: "qmail control/smtproutes, in twelve dialects",
    evidence: Evidence::SourceCode,
    file_names: &["smtproutes", "esmtproutes"],
};
