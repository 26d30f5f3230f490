//! The commands that make a running cPanel what its lists would say.

use std::collections::HashSet;

use crate::model::{Action, Document, Exchanger, HopLookup};

/// One `uapi` command a line, in the order of the routes. Email Routing of a domain is set by `set_always_accept`, a host of its own
/// by `set_manual_mx_redirects` (<https://api.docs.cpanel.net/openapi/cpanel/operation/set_always_accept> and
/// <https://api.docs.cpanel.net/openapi/cpanel/operation/set_manual_mx_redirects>).
pub(super) fn commands(document: &Document) -> Vec<u8> {
    let mut out = String::new();
    let mut said: HashSet<Vec<u8>> = HashSet::new();
    for route in document.routes() {
        let domain = String::from_utf8_lossy(route.key()).into_owned();
        let (mxcheck, host) = match route.action() {
            Action::Local => ("local", None),
            Action::Backup => ("secondary", None),
            Action::Automatic(exchanger) => match exchanger {
                Exchanger::Local => ("local", None),
                Exchanger::Backup => ("secondary", None),
                _ => ("remote", None),
            },
            Action::Relay { hops, .. } => {
                let host = hops.iter().find_map(|hop| match hop.lookup {
                    HopLookup::Address(text) => Some(document.bytes(text)),
                    _ => None,
                });
                ("remote", host)
            }
            _ => continue,
        };
        let key = route.key().to_ascii_lowercase();
        if said.insert(key) {
            out.push_str(&format!(
                "uapi --user=USER Email set_always_accept domain={} mxcheck={mxcheck}\n",
                quoted(&domain)
            ));
        }
        if let Some(host) = host {
            out.push_str(&format!(
                "uapi --user=USER Email set_manual_mx_redirects domain={} mx_host={}\n",
                quoted(&domain),
                quoted(&String::from_utf8_lossy(host))
            ));
        }
    }
    out.into_bytes()
}

/// A word of the shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}
