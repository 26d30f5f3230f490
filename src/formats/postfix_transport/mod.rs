//! Postfix: the table of transport(5), as text for postmap(1).
//!
//! "The optional transport(5) table specifies a mapping from email addresses to message delivery transports and next-hop
//! destinations." A line is a pattern and a result:
//!
//! ```text
//! example.com    smtp:[mx1.example.net]:2525
//! .example.com   smtp:relay.example.net
//! *              smtp:[a.example.net], [b.example.net]
//! ```
//!
//! Trend Micro's gateways write such a table as `transportList` (KA-0000482). What transport(5) says is compared with the
//! trivial-rewrite(8) of Postfix 3.7 itself (`tests/peers`); what stands in main.cf and master.cf, which the table does not know,
//! is in `OPEN`.

mod canonical;
mod capabilities;
mod destinations;
mod detect;
mod line;
mod map;
mod pattern;
mod reader;
mod result;
mod writer;

pub use map::map_records;

use super::format::{Comments, Evidence, Format, FormatId};
use super::options::Open;

/// The format.
pub const FORMAT: Format = Format {
    id: FormatId("postfix-transport"),
    aliases: &["transportList"],
    title: "Postfix transport(5) table",
    evidence: Evidence::Compared,
    files: &[FILE, "transportList"],
    is_directory: false,
    beside: &[],
    comments: Comments::Hash,
    open: OPEN,
    detect: detect::detect,
    read: reader::read,
    canonical: Some(canonical::canonical),
    write: writer::write,
    capabilities: capabilities::capabilities,
};

/// The name of the table.
const FILE: &str = "transport";

/// What the table does not say, because main.cf or master.cf do, or the age of Postfix.
const OPEN: &[Open] = &[
    Open {
        key: "recipient-delimiter",
        values: &[
            (
                "none",
                "addresses have no extensions: recipient_delimiter is empty, as it is by default",
            ),
            (
                "<CHARS>",
                "recipient_delimiter: user+ext@domain is tried as user@domain too",
            ),
        ],
    },
    Open {
        key: "parent-domains",
        values: &[
            (
                "no",
                "transport_maps is not listed in parent_domain_matches_subdomains, as by default: .d is all domains below d",
            ),
            (
                "yes",
                "it is listed there: d is d and all domains below it, and .d matches nothing",
            ),
        ],
    },
    Open {
        key: "next-hops",
        values: &[
            (
                "list",
                "several next hops are tried in their order: Postfix 3.5 and later",
            ),
            ("one", "several next hops are an error: before Postfix 3.5"),
        ],
    },
    Open {
        key: "transports",
        values: &[
            (
                "stock",
                "smtp: and relay: are the SMTP client, and so is what a result without transport leaves unchanged, as in the \
                 master.cf that Postfix comes with",
            ),
            ("smtp-only", "smtp: alone is the SMTP client"),
        ],
    },
];
