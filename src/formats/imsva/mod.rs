//! Trend Micro InterScan Messaging Security Virtual Appliance (IMSVA): message delivery settings.
//!
//! The vendor documents the screen and not its file (IMSVA 9.1 SP1, "Configuring Message Delivery Settings"): a recipient
//! domain or address; delivery by the MX records of a name and a port, or by static servers with address, port, preference
//! ("lower = higher priority"; equal ones at random) and a switch each; import and export of "a properly formatted .xml file",
//! whose elements nobody outside knows. So there are three ways here:
//!
//! - `neutral-1`, a file of our own that holds what is documented and says that it is ours;
//! - a template: the shape of a record is learnt from a user's own export, and records are cloned from it;
//! - a reader that infers what the names of an unknown file say, when it is asked to, and says what it took for what.
//!
//! Nothing here claims to know the vendor's schema. What else is open is in `OPEN`.

mod canonical;
mod capabilities;
mod entry;
mod infer;
mod mapped;
mod method;
mod path;
mod pattern;
mod reader;
mod role;
mod routes;
mod template;
mod values;
mod writer;

use super::format::{Comments, Confidence, Evidence, Format, FormatId};
use super::head::Head;
use super::options::{CASE, FINAL_DOT, Open};

/// The format.
pub const FORMAT: Format = Format {
    id: FormatId("imsva"),
    aliases: &["neutral-1"],
    title: "Trend Micro IMSVA message delivery settings, as neutral-1 or by a template",
    evidence: Evidence::FieldsDocumented,
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
const FILE: &str = "MessageDeliverySettings.xml";

/// The root element of `neutral-1`.
const ROOT: &str = "MessageDeliverySettings";

/// The value of its attribute `schema`.
const SCHEMA: &str = "neutral-1";

/// What every file of ours says of itself.
const OURS: &str = "neutral model of the documented IMSVA fields; not an IMSVA export";

/// What the vendor does not say, and how it is taken. Of the entries about unknown files none is assumed.
const OPEN: &[Open] = &[
    Open {
        key: "order",
        values: &[
            (
                "most-specific",
                "an address decides before its domain, a domain before *.domain, the longest of those first",
            ),
            ("first-match", "the entry that stands first decides"),
        ],
    },
    Open {
        key: "subdomains",
        values: &[
            ("below", "*.d is all domains below d, and not d itself"),
            ("apex-and-below", "*.d is d and all domains below it"),
        ],
    },
    Open {
        key: "default-star",
        values: &[
            ("every-recipient", "the recipient * is every recipient"),
            (
                "nobody",
                "the recipient * is nobody: its entry is never taken",
            ),
        ],
    },
    CASE,
    FINAL_DOT,
    Open {
        key: "missing-preference",
        values: &[
            (
                "last",
                "a server without preference is tried behind those that have one",
            ),
            ("any-order", "a server without preference may come anywhere"),
        ],
    },
    Open {
        key: "all-disabled",
        values: &[
            (
                "no-server",
                "mail for an entry whose servers are all switched off waits",
            ),
            (
                "no-entry",
                "an entry whose servers are all switched off is as if it were not there",
            ),
        ],
    },
    Open {
        key: "duplicates",
        values: &[
            ("error", "two entries for one recipient are an error"),
            ("first", "of two entries for one recipient the first counts"),
            ("last", "of two entries for one recipient the last counts"),
        ],
    },
    Open {
        key: "record",
        values: &[(
            "<PATH>",
            "in an unknown file: the element of one record, ROOT/…/NAME",
        )],
    },
    Open {
        key: "recipient",
        values: &[(
            "<PATH>",
            "in an unknown file: where in a record the recipient stands, NAME/…, NAME@ATTRIBUTE or @ATTRIBUTE",
        )],
    },
    Open {
        key: "method",
        values: &[("<PATH>", "in an unknown file: where the method stands")],
    },
    Open {
        key: "method.static",
        values: &[(
            "<TEXT>",
            "in an unknown file: the method that means static servers",
        )],
    },
    Open {
        key: "method.mx",
        values: &[(
            "<TEXT>",
            "in an unknown file: the method that means MX records",
        )],
    },
    Open {
        key: "mx",
        values: &[(
            "<PATH>",
            "in an unknown file: where the name of the MX record stands",
        )],
    },
    Open {
        key: "mx.port",
        values: &[(
            "<PATH>",
            "in an unknown file: where the port beside it stands",
        )],
    },
    Open {
        key: "server",
        values: &[(
            "<PATH>",
            "in an unknown file: where a server's address stands",
        )],
    },
    Open {
        key: "port",
        values: &[("<PATH>", "in an unknown file: where a server's port stands")],
    },
    Open {
        key: "preference",
        values: &[(
            "<PATH>",
            "in an unknown file: where a server's preference stands",
        )],
    },
    Open {
        key: "enabled",
        values: &[(
            "<PATH>",
            "in an unknown file: where it stands that a server is used",
        )],
    },
    Open {
        key: "disabled",
        values: &[(
            "<PATH>",
            "in an unknown file: where it stands that a server is not used",
        )],
    },
    Open {
        key: "enabled.true",
        values: &[("<TEXT>", "in an unknown file: the text that means yes")],
    },
    Open {
        key: "enabled.false",
        values: &[("<TEXT>", "in an unknown file: the text that means no")],
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
