//! Trend Micro InterScan Messaging Security Suite (IMSS) 7.1 and 7.5 for Windows: message delivery settings, `IMSS_DBD`.
//!
//! The one XML of the family of which the vendor shows a sample and explains the fields (IMSS 7.5 for Windows help, "Validating
//! Domain-Based Delivery Configuration Files"): `IMSS_DBD` holds `key`s, and those `value`s with names. The key whose `section` is
//! `MetaInfo` says which product wrote the file and "must not be edited"; `DefaultRelay` is "used when nothing matches"; each
//! other key "defines one domain relay with its name in the `domain` property". `UseMethod` is 0, a DNS query (also when it is
//! missing), or 1, smart hosts: `SmartHostCount`, and `SmartHost0` and on, each `hostname_or_ip:port:auth:username:password`.
//! `DNSServerCount` and `DNSServer0` and on are name servers to ask; 0 or blank are the system's.
//!
//! From the support pages (KA-0004366): `*.domain` is all subdomains and not the domain itself, the entry of a subdomain wins
//! over it, and several smart hosts take turns, the next one on failure. The product knows no IPv6 next hop.
//!
//! A value is split at its first four colons: everything behind the fourth is the password, as there is no other way to
//! write a colon in one. What else is open is in `OPEN`.

mod canonical;
mod capabilities;
mod domain;
mod entry;
mod host;
mod key;
mod listing;
mod meta;
mod reader;
mod relay;
mod routes;
mod secrets;
mod template;
mod values;
mod writer;

use super::format::{Comments, Confidence, Evidence, Format, FormatId};
use super::head::Head;
use super::options::{FINAL_DOT, Open};

/// The format.
pub const FORMAT: Format = Format {
    id: FormatId("imss"),
    aliases: &["imss-dbd"],
    title: "Trend Micro IMSS for Windows message delivery settings, IMSS_DBD",
    evidence: Evidence::Documented,
    files: &[FILE],
    is_directory: false,
    beside: &[],
    comments: Comments::Markup,
    open: OPEN,
    detect,
    read: reader::read,
    canonical: Some(canonical::canonical),
    write: writer::write,
    capabilities: capabilities::capabilities,
};

/// The name of a file of ours; the vendor names none.
const FILE: &str = "IMSS_DBD.xml";

/// The root element.
const ROOT: &str = "IMSS_DBD";

/// The section that says which product wrote the file.
const META: &str = "MetaInfo";

/// The section for mail that no domain takes.
const DEFAULT: &str = "DefaultRelay";

/// What the vendor does not say, and how it is taken.
const OPEN: &[Open] = &[
    Open {
        key: "case",
        values: &[
            ("insensitive", "domains are compared without regard to case"),
            ("sensitive", "domains are compared letter by letter"),
        ],
    },
    FINAL_DOT,
    Open {
        key: "nested-wildcards",
        values: &[
            (
                "longest",
                "of two keys *.d that both take the mail the longer one decides",
            ),
            (
                "first",
                "of two keys *.d that both take the mail the one that stands first decides",
            ),
        ],
    },
    Open {
        key: "duplicates",
        values: &[
            ("error", "two keys for one domain are an error"),
            ("first", "of two keys for one domain the first counts"),
            ("last", "of two keys for one domain the last counts"),
        ],
    },
    Open {
        key: "password-colons",
        values: &[
            (
                "kept",
                "everything behind the fourth colon is the password, colons too",
            ),
            ("error", "a colon in a password is an error"),
        ],
    },
];

fn detect(head: &Head<'_>) -> Confidence {
    match head.root_name() {
        Some(ROOT) => Confidence::Certain,
        Some(root) if root.eq_ignore_ascii_case(ROOT) || root.ends_with(&format!(":{ROOT}")) => {
            Confidence::Named
        }
        _ if head.is_xml() && head.name == FILE => Confidence::Named,
        _ => Confidence::No,
    }
}
