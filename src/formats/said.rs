//! What a route says, as writers ask for it.

use super::format::WriteError;
use crate::model::{
    Action, Choice, Condition, Feature, Hop, HopLookup, Protocol, RouteView, Subject, Walk,
};
use crate::source::Visible;

/// Whose mail a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose<'d> {
    /// Everybody's.
    Any,
    /// That of one address.
    Address(&'d [u8]),
    /// That of a domain, and of none below it.
    Domain(&'d [u8]),
    /// That of all domains below one.
    Below(&'d [u8]),
    /// Both.
    DomainAndBelow(&'d [u8]),
}

impl<'d> Whose<'d> {
    /// What a key stands for under `walk`.
    pub fn of(walk: Walk, key: &'d [u8]) -> Self {
        let without_dot = matches!(
            walk,
            Walk::SuffixesWithoutDot | Walk::AddressThenSuffixesWithoutDot
        );
        let by_address = matches!(
            walk,
            Walk::AddressThenDotSuffixes
                | Walk::AddressThenDotSuffixesAndApex
                | Walk::AddressThenSuffixesWithoutDot
        );
        match key.strip_prefix(b".") {
            _ if key.is_empty() => Whose::Any,
            _ if by_address && key.contains(&b'@') => Whose::Address(key),
            Some(below) if walk == Walk::AddressThenDotSuffixesAndApex => {
                Whose::DomainAndBelow(below)
            }
            Some(below) if !without_dot => Whose::Below(below),
            _ if without_dot => Whose::DomainAndBelow(key),
            _ => Whose::Domain(key),
        }
    }
}

/// A route, taken apart.
pub(super) struct Said<'d> {
    pub route: RouteView<'d>,
    /// How its stage walks.
    pub walk: Walk,
    /// True when its key is a sender's.
    pub of_sender: bool,
    pub whose: Whose<'d>,
    pub condition: Condition,
    pub action: Action,
}

impl<'d> Said<'d> {
    pub fn new(route: RouteView<'d>) -> Self {
        let stage = &route.document().table.stages()[route.stage()];
        Said {
            route,
            walk: stage.semantics.walk,
            of_sender: stage.semantics.subject == Subject::Sender,
            whose: Whose::of(stage.semantics.walk, route.key()),
            condition: route.condition().cloned().unwrap_or_default(),
            action: route.action(),
        }
    }

    /// That the route says something that cannot be written.
    pub fn inexpressible<T>(
        &self,
        feature: Feature,
        what: impl Into<String>,
    ) -> Result<T, WriteError> {
        Err(WriteError::Inexpressible {
            feature,
            route: self.route.index(),
            what: what.into(),
        })
    }

    /// Refuses a route of which nobody knows whose mail it takes: that is never everybody's.
    pub fn with_match(&self) -> Result<(), WriteError> {
        match self.condition.unbound {
            true => self.inexpressible(
                Feature::RecipientDomain,
                "no match: domain unknown (--bind NAME=DOMAIN says it): a route for nobody",
            ),
            false => Ok(()),
        }
    }

    /// Refuses conditions besides the recipient's.
    pub fn without_conditions(&self) -> Result<(), WriteError> {
        self.with_match()?;
        let condition = &self.condition;
        if condition.sender.is_some() || self.of_sender {
            return self.inexpressible(Feature::Sender, "a condition on the sender");
        }
        if !condition.except.is_empty() {
            return self.inexpressible(Feature::Exceptions, "exceptions");
        }
        if condition.subject.is_some() {
            return self.inexpressible(Feature::Subject, "a condition on the subject");
        }
        if condition.direction.is_some() {
            return self.inexpressible(Feature::Direction, "a condition on the direction");
        }
        Ok(())
    }

    /// Refuses demands on TLS and on the family of addresses.
    pub fn without_tls(&self) -> Result<(), WriteError> {
        match &self.action {
            Action::Relay { tls, .. } if *tls != Default::default() => {
                self.inexpressible(Feature::Tls, "a demand on TLS")
            }
            Action::Relay { families, .. } if families.is_some() => {
                self.inexpressible(Feature::Static, "an address family")
            }
            _ => Ok(()),
        }
    }

    /// The hops of a relay, and how one is chosen; refuses everything else, and TLS.
    pub fn relay(&self) -> Result<(&[Hop], Choice), WriteError> {
        match &self.action {
            Action::Relay { hops, choice, .. } => {
                self.without_tls()?;
                Ok((hops, *choice))
            }
            Action::Local => self.inexpressible(Feature::Local, "local delivery"),
            Action::Backup => {
                self.inexpressible(Feature::Backup, "holding mail for another system")
            }
            Action::Reject { .. } | Action::Discard => {
                self.inexpressible(Feature::Reject, "that mail is refused or dropped")
            }
            Action::Default | Action::Automatic(_) | Action::Continue => {
                self.inexpressible(Feature::OwnMx, "that mail goes as if there were no table")
            }
            Action::Transport { name, .. } => {
                let name = Visible(self.route.document().bytes(*name)).to_string();
                self.inexpressible(Feature::Static, format!("the transport {name}"))
            }
            Action::Refused { .. } | Action::Crash(_) => self.inexpressible(
                Feature::Static,
                "a route with an error, whose mail its product refuses",
            ),
        }
    }

    /// Refuses credentials and other protocols.
    pub fn without_credentials(&self, hop: &Hop) -> Result<(), WriteError> {
        if hop.credentials.is_some() {
            return self.inexpressible(Feature::Credentials, "credentials");
        }
        if hop.protocol != Protocol::Smtp {
            return self.inexpressible(Feature::Static, "another protocol than SMTP");
        }
        Ok(())
    }

    /// The host that a hop names; refuses MX, credentials and other protocols.
    pub fn static_host(&self, hop: &Hop) -> Result<&'d [u8], WriteError> {
        self.without_credentials(hop)?;
        match hop.lookup {
            HopLookup::Address(text) => Ok(self.route.document().bytes(text)),
            HopLookup::MxOf(_) => self.inexpressible(Feature::NamedMx, "the MX of a name"),
            HopLookup::OwnMx => {
                self.inexpressible(Feature::OwnMx, "the MX of the recipient's domain")
            }
        }
    }
}

/// All routes of a document, in the order of reading.
pub(super) fn all_said(document: &crate::model::Document) -> impl Iterator<Item = Said<'_>> {
    document.routes().map(Said::new)
}
