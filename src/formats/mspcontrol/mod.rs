//! MSPControl Email Routes: named routes to hosts, for mail that nobody names.
//!
//! The vendor's page (<https://mspcontrol.org/?p=1485>) describes a form: a type (System Route or Customer Route), a unique name, a
//! route type (Inbound or Outbound), and destinations of host and port, several "for failover in case of host issues". It
//! describes no file, no export and no API for it, and no condition: which mail takes a route is stored elsewhere, if anywhere.
//! So there are two things of our own here, and both say that they are:
//!
//! - `mspcontrol-email-routes` version 1, a file that holds what the form holds, as JSON or as CSV;
//! - the binding `--bind NAME=DOMAIN`, by which the user says whose mail a route takes. An unbound route takes none.
//!
//! What else is open is in `OPEN`.

mod bind;
mod canonical;
mod capabilities;
mod destination;
mod json;
mod names;
mod reader;
mod routes;
mod rows;
mod stated;
mod writer;

use super::format::{Comments, Confidence, Evidence, Format, FormatId};
use super::head::Head;
use super::options::Open;

/// The format.
pub const FORMAT: Format = Format {
    id: FormatId("mspcontrol"),
    aliases: &["mspcontrol-email-routes"],
    title: "MSPControl Email Routes, as mspcontrol-email-routes in JSON or CSV",
    evidence: Evidence::FieldsDocumented,
    files: &[FILE, CSV_FILE],
    is_directory: false,
    beside: &[],
    comments: Comments::None,
    open: OPEN,
    detect,
    read: reader::read,
    canonical: Some(canonical::canonical),
    write: writer::write,
    capabilities: capabilities::capabilities,
};

/// The name of a file of ours; the vendor has none.
const FILE: &str = "mspcontrol-email-routes.json";

/// The same as CSV.
const CSV_FILE: &str = "mspcontrol-email-routes.csv";

/// The value of `format`.
const NAME: &str = "mspcontrol-email-routes";

/// The value of `version`.
const VERSION: &str = "1";

/// The columns of the CSV form.
const COLUMNS: [&str; 5] = ["Type", "Name", "RouteType", "Host", "Port"];

/// The values of `type` and of `routeType`.
const SYSTEM: &str = "System Route";
const CUSTOMER: &str = "Customer Route";
const INBOUND: &str = "Inbound";
const OUTBOUND: &str = "Outbound";

/// What the vendor does not say, and how it is taken.
const OPEN: &[Open] = &[
    Open {
        key: "destination-order",
        values: &[
            (
                "as-written",
                "the destinations of a route are tried in the order in which they stand",
            ),
            ("any", "the destinations of a route are tried in any order"),
        ],
    },
    Open {
        key: "default-port",
        values: &[
            ("25", "a destination without a port is on port 25"),
            ("error", "a destination without a port is an error"),
        ],
    },
];

fn detect(head: &Head<'_>) -> Confidence {
    if head.is_json() {
        let has = |name: &str| head.text.contains(&format!("\"{name}\""));
        return match (has(NAME), has("routeType"), has("destinations")) {
            (true, ..) | (_, true, true) => Confidence::Certain,
            (_, true, _) => Confidence::Likely,
            _ => Confidence::No,
        };
    }
    let first = head.text.lines().next().unwrap_or("");
    let columns = rows::columns(first);
    let begins = |wanted: &[&str]| {
        let names = columns.iter().take(wanted.len());
        columns.len() >= wanted.len()
            && names
                .zip(wanted)
                .all(|(name, wanted)| name.eq_ignore_ascii_case(wanted))
    };
    if begins(&COLUMNS[..3]) {
        return Confidence::Certain;
    }
    match begins(&COLUMNS[..2]) {
        true => Confidence::Likely,
        false if head.name == FILE || head.name == CSV_FILE => Confidence::Named,
        false => Confidence::No,
    }
}
