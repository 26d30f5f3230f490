//! qmail `control/smtproutes`: artificial SMTP routes, as a dozen readers of one file name read it.
//!
//! `dom:relay`, `dom:relay:port`, `.dom:` for subdomains, `:relay` for everything else; what else a line may hold, and what a
//! line with a mistake does, is each [`Dialect`]'s own. Sources: the programs' code, at the commits that smtproutes(5) names;
//! every dialect is held to vectors recorded from the real programs.

mod canonical;
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

pub use canonical::{Canonical, Depth, Kept, Left, Sorted, canonical, sorted};
pub use dialect::{CredentialRule, DIALECTS, Dialect, Lines, Siblings, ValueRules};
pub use directive::{HEAD, stated_dialect};
pub use neighbours::{Neighbour, deliverer_files, neighbours, system_files};
pub use reader::{read, read_line, read_routes};

use super::format::{Confidence, Evidence, Format, FormatId};

/// The format.
pub const FORMAT: Format = Format {
    id: FormatId("smtproutes"),
    title: "qmail control/smtproutes, in twelve dialects",
    evidence: Evidence::SourceCode,
    detect,
    read: |input, options| read(input, options.dialect),
};

/// Almost any text is a table to the products, but none of them is given markup.
fn detect(head: &[u8], name: &str) -> Confidence {
    let text = head
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(head)
        .trim_ascii_start();
    let opens = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'?' | b'!');
    let file = name.rsplit('/').next().unwrap_or(name);
    if text.first() == Some(&b'<') && text.get(1).is_some_and(opens) {
        Confidence::No
    } else if file.starts_with("smtproutes") || file.starts_with("esmtproutes") {
        Confidence::Named
    } else {
        Confidence::Possible
    }
}
