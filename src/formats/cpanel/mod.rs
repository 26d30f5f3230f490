//! cPanel email routing: the lists of domains under `/etc`, `manualmx`, and the answer of `Email::list_mxs`.
//!
//! The panel's setting of a domain (Local, Backup, Remote, Automatically Detect) ends in plain lists that Exim looks up with
//! `lsearch`: `localdomains` ("deliver to local mailboxes"), `secondarymx` ("accept, hold, relay to a lower-numbered MX"),
//! `remotedomains` ("not accepted here; goes to the MX"), <https://docs.cpanel.net/cpanel/email/email-routing/>. `manualmx` names
//! a host in place of the MX lookup (<https://api.docs.cpanel.net>, `set_manual_mx_redirects`). How lines are read was measured
//! with Exim 4.96: exact domains, the first of equal keys, a leading blank continues the line before. The named lists of a live
//! configuration put `localdomains` first. What no document says is in `OPEN`.
//!
//! A running server writes these files itself; the commands of its API are to be preferred.

mod api;
mod canonical;
mod capabilities;
mod host;
mod line;
mod list;
mod listed;
mod manual;
mod reader;
mod record;
mod user;
mod writer;

use super::format::{Comments, Confidence, Evidence, Format, FormatId};
use super::head::Head;
use super::options::Open;

/// The format.
pub const FORMAT: Format = Format {
    id: FormatId("cpanel"),
    aliases: &[],
    title: "cPanel email routing: localdomains, remotedomains, secondarymx, manualmx, or list_mxs",
    evidence: Evidence::Documented,
    files: &[LOCAL, REMOTE, SECONDARY, MANUAL, USER],
    is_directory: true,
    beside: &[],
    comments: Comments::Hash,
    open: OPEN,
    detect,
    read: reader::read,
    canonical: Some(canonical::canonical),
    write: writer::write,
    capabilities: capabilities::capabilities,
};

/// Domains whose mail stays here.
const LOCAL: &str = "localdomains";
/// Domains whose mail goes to their MX.
const REMOTE: &str = "remotedomains";
/// Domains whose mail is held for a better MX.
const SECONDARY: &str = "secondarymx";
/// Domains whose mail goes to a host that is named.
const MANUAL: &str = "manualmx";
/// An excerpt of `/var/cpanel/users/USER`: the settings of the panel.
const USER: &str = "cpuser";

/// What cPanel does not document, and how it is taken.
const OPEN: &[Open] = &[
    Open {
        key: "overlap",
        values: &[
            (
                "local",
                "mail for a domain in localdomains stays here, whatever other list names it too",
            ),
            (
                "others",
                "a domain in localdomains and in another list goes where the other list says",
            ),
        ],
    },
    Open {
        key: "manualmx",
        values: &[
            (
                "before-backup",
                "mail for a domain in manualmx and in secondarymx goes to the host of manualmx",
            ),
            (
                "behind-backup",
                "mail for a domain in manualmx and in secondarymx is held for a better MX",
            ),
        ],
    },
    Open {
        key: "router",
        values: &[
            (
                "exim",
                "a value of manualmx is read as the route_data of Exim: several hosts, host::port, name/MX",
            ),
            (
                "api",
                "a value of manualmx is one host, as the API writes it; any other is an error",
            ),
        ],
    },
    Open {
        key: "ipv6",
        values: &[
            ("address", "an IPv6 address in manualmx is that address"),
            (
                "list",
                "the colons of an IPv6 address in manualmx separate hosts: such a line is an error",
            ),
        ],
    },
    Open {
        key: "unlisted",
        values: &[
            (
                "mx",
                "mail that is submitted here for a domain in no list goes to its MX; from outside it is refused",
            ),
            (
                "unknown",
                "what becomes of a domain in no list is up to routers that the lists do not show",
            ),
        ],
    },
    Open {
        key: "user-words",
        values: &[
            (
                "as-api",
                "in a user file MXCHECK- is local, remote, secondary or auto, as in the API, or 0 for local",
            ),
            ("zero-only", "in a user file only MXCHECK-…=0 is understood"),
        ],
    },
];

fn detect(head: &Head<'_>) -> Confidence {
    if head.is_json() {
        return json(&head.text);
    }
    let is_named = FORMAT.files.contains(&head.name) && !head.is_xml();
    match is_named {
        true => Confidence::Named,
        false => Confidence::No,
    }
}

/// How sure the answer of a call of the API is that of `list_mxs`.
fn json(text: &str) -> Confidence {
    let has = |name: &str| text.contains(&format!("\"{name}\""));
    if has("mxcheck") || (has("alwaysaccept") && has("domain")) {
        Confidence::Certain
    } else if has("errors") && has("status") && (has("result") || has("data")) {
        // Any other call that failed looks the same.
        Confidence::Likely
    } else if has("cpanelresult") {
        Confidence::Likely
    } else {
        Confidence::No
    }
}
