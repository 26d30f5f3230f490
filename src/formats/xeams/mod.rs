//! Xeams `CustomSmtpRouting.xml`: routes by sender, recipient and subject.
//!
//! The vendor's page (<https://www.xeams.com/custom-smtp-routing.htm>) is the whole public specification: `CustomRouting` holds
//! `Routes`, which hold `Route`s, each with one `sender` (an address or `@domain`), one `recipient` (the same, or `ANY`),
//! perhaps `recipientExceptions` (which "apply only when the recipient is ANY"), perhaps a `subject` with an operand (`cn`
//! contains, `sw` starts with, `ew` ends with, `rg` regular expression; anything else is `cn`), and `ip`: hosts separated by
//! `|`, of which "a random IP address is returned". What the page leaves open is in `OPEN`.

mod address;
mod canonical;
mod capabilities;
mod java;
mod reader;
mod route;
mod servers;
mod subject;
mod writer;

pub use java::{Evaluable, JavaPattern, java_pattern};

use super::format::{Comments, Confidence, Evidence, Format, FormatId};
use super::head::Head;
use super::options::{CASE, FINAL_DOT, Open};

/// The format.
pub const FORMAT: Format = Format {
    id: FormatId("xeams"),
    aliases: &[],
    title: "Xeams CustomSmtpRouting.xml",
    evidence: Evidence::Documented,
    files: &[FILE],
    is_directory: false,
    beside: &[HOST_FILE],
    comments: Comments::Markup,
    open: OPEN,
    detect,
    read: reader::read,
    canonical: Some(canonical::canonical),
    write: writer::write,
    capabilities: capabilities::capabilities,
};

/// The file's name in the product's `config` directory.
const FILE: &str = "CustomSmtpRouting.xml";

/// The "local host file for DNS lookups" beside it, where a smart host for all domains may be written.
const HOST_FILE: &str = "host.txt";

/// The root element.
const ROOT: &str = "CustomRouting";

/// What the vendor does not say, and how it is taken.
const OPEN: &[Open] = &[
    Open {
        key: "order",
        values: &[
            ("first-match", "the route that stands first decides"),
            (
                "most-specific",
                "the route with the most special recipient and sender decides",
            ),
        ],
    },
    Open {
        key: "subdomains",
        values: &[
            ("no", "@domain is that domain and none below it"),
            ("yes", "@domain is that domain and all below it"),
        ],
    },
    CASE,
    Open {
        key: "idn",
        values: &[
            ("same", "a domain in letters is the same as its A-label"),
            (
                "different",
                "a domain in letters is another one than its A-label",
            ),
        ],
    },
    Open {
        key: "subject-case",
        values: &[
            (
                "sensitive",
                "subjects are compared letter by letter, as Java's string methods do",
            ),
            (
                "insensitive",
                "subjects are compared without regard to case",
            ),
        ],
    },
    Open {
        key: "regex",
        values: &[
            (
                "find",
                "an expression is looked for anywhere in the subject",
            ),
            ("full", "an expression must match the whole subject"),
        ],
    },
    Open {
        key: "any-sender",
        values: &[
            ("yes", "the sender ANY is every sender"),
            (
                "no",
                "the sender ANY is no sender: its routes are never taken",
            ),
        ],
    },
    Open {
        key: "any-spelling",
        values: &[
            ("any", "any and Any mean ANY"),
            (
                "exact",
                "only ANY means ANY: routes with another spelling are never taken",
            ),
        ],
    },
    Open {
        key: "trim",
        values: &[
            ("yes", "blanks around a value do not belong to it"),
            (
                "no",
                "blanks around a value belong to it: such a route is never taken",
            ),
        ],
    },
    FINAL_DOT,
];

fn detect(head: &Head<'_>) -> Confidence {
    match head.root_name() {
        Some(ROOT) => Confidence::Certain,
        Some(root) if root.eq_ignore_ascii_case(ROOT) || root.ends_with(&format!(":{ROOT}")) => {
            Confidence::Named
        }
        _ if head.name == FILE => Confidence::Named,
        _ => Confidence::No,
    }
}
