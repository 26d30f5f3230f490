//! What is wrong or suspicious in a table, and what happens to mail because of it.
//!
//! A table is read once for each dialect that is asked about ([`Reading`]). Rules come in kinds ([`Check`]):
//! those of a line say what is there and how the line was probably meant; the [`judge`](Consequence) asks the one matcher
//! what the product does with mail as the line is and as it was meant, and makes severity and effect of the difference.
//! Those of a table ask the matcher about all routes, and of how they stand to one another ([`Survey`]); those of a site look at the files around it; those of DNS ask a
//! resolver. [`merge`] puts together what several dialects have in common, [`Directives`] what the file itself allows.
//!
//! A rule is one file in `rules/` and one line in its list.

mod consequence;
mod directives;
mod dns;
mod exchangers;
mod line;
mod merge;
mod notation;
mod plain;
mod port;
mod portable;
mod queue;
mod reading;
mod relays;
mod report;
mod rule;
pub mod rules;
mod runner;
mod site;
mod survey;
mod utf16;
mod words;

pub use consequence::{Consequence, Harm};
pub use directives::Directives;
pub use dns::{Asking, lint_dns};
pub use line::{Line, blanks, is_blank};
pub use merge::merge;
pub use notation::Notation;
pub use port::{Magnitude, WrittenPort};
pub use portable::Portable;
pub use reading::Reading;
pub use report::Report;
pub use rule::{Check, Complaint, Judge, Rule};
pub use runner::{Chosen, lint_site, lint_table};
pub use site::{Access, Facts, FateOf, FileFacts, READ, SEARCH, Site, SiteProduct, UserIds};
pub use survey::{Repeat, Survey};
pub use utf16::Utf16;
pub use words::same_fate;
