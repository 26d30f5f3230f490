//! Writes routes as the lists of a server.

use std::collections::HashSet;

use super::line::BOM;
use super::listed::{FILES, IS_LOCAL, IS_MANUAL, IS_REMOTE, IS_SECONDARY, Which};
use super::{LOCAL, MANUAL, REMOTE, SECONDARY};
use crate::formats::format::{Output, WriteError, WriteOptions};
use crate::formats::names::{Host, host, name};
use crate::formats::said::{Said, Whose, all_said};
use crate::model::{
    Action, Document, Domain, Exchanger, Feature, FileVerdict, HopLookup, KeyCase, Port,
    Precedence, Unmatched,
};
use crate::source::Visible;

/// Writes all routes of `document`, in its order.
///
/// # Errors
/// A route says what the lists cannot.
pub(super) fn write(document: &Document, _: &WriteOptions) -> Result<Output, WriteError> {
    if let FileVerdict::DeferAll { text, .. } = &document.table.verdict {
        return Err(WriteError::Verdict(text.clone()));
    }
    let is_ours = document
        .table
        .stages()
        .iter()
        .any(|stage| FILES.contains(&stage.name));
    let mut lists = Lists {
        document,
        is_ours,
        files: Default::default(),
        automatic: false,
    };
    let winners = winners(document);
    for said in all_said(document) {
        if winners
            .as_ref()
            .is_none_or(|all| all.contains(&said.route.index()))
        {
            lists.route(&said)?;
        }
    }
    Ok(lists.output())
}

/// Where the last of equal keys decides: the routes that do. The first one decides in the lists.
fn winners(document: &Document) -> Option<HashSet<u32>> {
    let stages = document.table.stages();
    let last = stages.iter().any(|stage| {
        let last = Precedence::MostSpecific {
            last_of_equals: true,
        };
        stage.semantics.precedence == last
    });
    if !last {
        return None;
    }
    let mut winners = HashSet::new();
    for stage in stages {
        let last = stage.semantics.precedence
            == Precedence::MostSpecific {
                last_of_equals: true,
            };
        let mut seen = HashSet::new();
        for index in (stage.first..stage.end).rev() {
            let key = document.route(index).key().to_ascii_lowercase();
            if seen.insert(key) || !last {
                winners.insert(index);
            }
        }
    }
    Some(winners)
}

struct Lists<'d> {
    document: &'d Document,
    /// The document is of lists itself: each says what it says, and nothing is added.
    is_ours: bool,
    files: [Vec<u8>; 4],
    /// A route was found out by the server itself.
    automatic: bool,
}

impl Lists<'_> {
    fn route(&mut self, said: &Said<'_>) -> Result<(), WriteError> {
        said.without_conditions()?;
        let key = self.key(said)?;
        match &said.action {
            Action::Local => self.line(IS_LOCAL, &key),
            Action::Backup => self.line(IS_SECONDARY, &key),
            Action::Automatic(exchanger) => {
                self.automatic = true;
                match exchanger {
                    Exchanger::Local => self.line(IS_LOCAL, &key),
                    Exchanger::Backup => self.line(IS_SECONDARY, &key),
                    Exchanger::Remote => self.line(IS_REMOTE, &key),
                    Exchanger::Unknown => {
                        return said.inexpressible(
                            Feature::Local,
                            "an automatic setting of which nobody wrote down what it found",
                        );
                    }
                }
            }
            Action::Default if self.document.table.product.unmatched == Unmatched::OwnMx => {
                self.line(IS_REMOTE, &key);
            }
            _ => self.relay(said, &key)?,
        }
        Ok(())
    }

    /// One whole domain.
    fn key(&self, said: &Said<'_>) -> Result<Vec<u8>, WriteError> {
        let domain = match said.whose {
            Whose::Domain(domain) => domain,
            Whose::Any => {
                return said.inexpressible(
                    Feature::AnyRecipient,
                    "a route for everybody, which is a smart-host router of Exim",
                );
            }
            Whose::Address(_) => {
                return said.inexpressible(Feature::RecipientAddress, "a route for one address");
            }
            Whose::Below(_) | Whose::DomainAndBelow(_) => {
                return said.inexpressible(Feature::Subdomains, "all domains below one");
            }
        };
        let shown = Visible(domain).to_string();
        let found = name(domain).ok().filter(|found| !found.final_dot);
        let Some(found) = found else {
            return said.inexpressible(Feature::RecipientDomain, format!("the key `{shown}`"));
        };
        // On the first line it would be read as the mark of the file, and the name without it.
        if domain.starts_with(BOM) {
            return said.inexpressible(
                Feature::RecipientDomain,
                format!("the key `{shown}`, which begins with a byte order mark"),
            );
        }
        let stage = &self.document.table.stages()[said.route.stage()];
        match stage.semantics.key_case {
            KeyCase::Unicode | KeyCase::Decoded if found.unicode => match Domain::new(domain) {
                Ok(label) => Ok(label.as_str().as_bytes().to_vec()),
                Err(_) => {
                    said.inexpressible(Feature::RecipientDomain, format!("the key `{shown}`"))
                }
            },
            KeyCase::Sensitive if domain.iter().any(u8::is_ascii_uppercase) => said.inexpressible(
                Feature::RecipientDomain,
                format!("the key `{shown}`, whose case matters"),
            ),
            _ => Ok(domain.to_vec()),
        }
    }

    fn relay(&mut self, said: &Said<'_>, key: &[u8]) -> Result<(), WriteError> {
        let (hops, _) = said.relay()?;
        let [hop] = hops else {
            return said.inexpressible(Feature::MultiHost, "several hosts");
        };
        if hop.disabled {
            return said.inexpressible(Feature::Disabled, "a host that is switched off");
        }
        said.without_credentials(hop)?;
        if let Some(port) = hop.port.filter(|port| port.wire() != Port::SMTP.wire()) {
            return said.inexpressible(Feature::Port, format!("port {}", port.wire()));
        }
        if hop.lookup == HopLookup::OwnMx {
            self.line(IS_REMOTE, key);
            return Ok(());
        }
        let text = said.static_host(hop)?;
        let bare = text
            .strip_prefix(b"[")
            .and_then(|text| text.strip_suffix(b"]"))
            .unwrap_or(text);
        let shown = Visible(text).to_string();
        let value = match host(bare) {
            Ok(Host::V4 | Host::V6(_)) => bare,
            Ok(Host::Name(found)) if bare.len() == text.len() && !found.unicode => text,
            _ => return said.inexpressible(Feature::Static, format!("the host `{shown}`")),
        };
        let line = [key, b": ", value].concat();
        self.line(IS_MANUAL, &line);
        if !self.is_ours {
            self.line(IS_REMOTE, key);
        }
        Ok(())
    }

    fn line(&mut self, which: Which, text: &[u8]) {
        self.files[which].extend_from_slice(text);
        self.files[which].push(b'\n');
    }

    fn output(self) -> Output {
        let order = [LOCAL, REMOTE, SECONDARY, MANUAL];
        let mut files = Vec::new();
        for name in order {
            let which = FILES.iter().position(|file| *file == name).unwrap_or(0);
            files.push((name.to_owned(), self.files[which].clone()));
        }
        let mut remarks = vec![(
            "written-by-panel",
            "a running server writes these files itself: set the domains by `uapi Email set_always_accept domain=D \
             mxcheck=local|remote|secondary` and `uapi Email set_manual_mx_redirects` instead, and keep the files for a look"
                .to_owned(),
        )];
        if self.automatic {
            remarks.push((
                "auto-fixed",
                "what the server had detected by itself is written down: the lists do not say that it was automatic".to_owned(),
            ));
        }
        Output { files, remarks }
    }
}
