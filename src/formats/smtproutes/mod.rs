//! qmail `control/smtproutes`: artificial SMTP routes, as a dozen readers of one file name read it.
//!
//! `dom:relay`, `dom:relay:port`, `.dom:` for subdomains, `:relay` for everything else; what else a line may hold, and what a
//! line with a mistake does, is each [`Dialect`]'s own. Sources: the programs' code, at the commits that qroute-smtproutes(5) names;
//! every dialect is held to vectors recorded from the real programs.

mod canonical;
mod capabilities;
mod courier;
mod dialect;
mod directive;
mod entries;
mod grammar;
mod mail_system;
mod neighbours;
mod qsmtp;
mod reader;
mod route;
mod skarnet;
mod verdict;
mod writer;

pub use canonical::{Canonical, Depth, Kept, Left, Sorted, canonical, sorted};
pub use dialect::{CredentialRule, DIALECTS, Dialect, Lines, Siblings, ValueRules};
pub use directive::stated_dialect;
pub use neighbours::{Neighbour, deliverer_files, neighbours, system_files};
pub use reader::{read, read_entry, read_line, read_routes};

use super::format::{Comments, Confidence, Evidence, Format, FormatId};
use super::head::Head;

/// The format.
pub const FORMAT: Format = Format {
    id: FormatId("smtproutes"),
    aliases: &[],
    title: "qmail control/smtproutes, in twelve dialects",
    evidence: Evidence::SourceCode,
    files: &["smtproutes", "esmtproutes"],
    is_directory: false,
    beside: &[],
    comments: Comments::Hash,
    open: &[],
    detect,
    read: |input, options| read(input, options.dialect),
    canonical: None,
    write: writer::write,
    capabilities: capabilities::capabilities,
};

/// Almost any text is a table to the products, but none of them is given markup.
fn detect(head: &Head<'_>) -> Confidence {
    if head.is_xml() {
        Confidence::No
    } else if head.name.starts_with("smtproutes") || head.name.starts_with("esmtproutes") {
        Confidence::Named
    } else {
        Confidence::Possible
    }
}
