//! What routes may say, as capabilities and losses name it.

/// Something that a route says and that a format may be unable to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// A sender as condition.
    Sender,
    /// A recipient's whole address as key.
    RecipientAddress,
    /// A recipient's domain as key.
    RecipientDomain,
    /// All subdomains of a domain as key, without the domain itself.
    Subdomains,
    /// Every recipient.
    AnyRecipient,
    /// Recipients that a route does not take.
    Exceptions,
    /// A test of the subject.
    Subject,
    /// The MX of the recipient's own domain.
    OwnMx,
    /// The MX of another name.
    NamedMx,
    /// A host by name or address.
    Static,
    /// A port other than 25.
    Port,
    /// Several hosts.
    MultiHost,
    /// Hosts in an order of preference, with equal ones.
    Preference,
    /// One of several hosts at random.
    Random,
    /// A route or host that is written down and not used.
    Disabled,
    /// User and password.
    Credentials,
    /// Demands on TLS.
    Tls,
    /// Delivery on this system.
    Local,
    /// Holding mail for another system.
    Backup,
    /// Refusing mail.
    Reject,
    /// The way the mail goes: in or out.
    Direction,
    /// Whose route it is.
    Owner,
    /// A name of the route.
    Name,
    /// A comment.
    Comment,
}

impl Feature {
    /// All features in the order of the manual, with their names and what they are.
    pub const ALL: [(Feature, &'static str, &'static str); 24] = [
        (Feature::Sender, "sender", "a condition on the sender"),
        (
            Feature::RecipientAddress,
            "rcpt-addr",
            "a route for one recipient",
        ),
        (
            Feature::RecipientDomain,
            "rcpt-domain",
            "a route for one domain",
        ),
        (
            Feature::Subdomains,
            "subdomains",
            "a route for all subdomains of a domain",
        ),
        (
            Feature::AnyRecipient,
            "any-rcpt",
            "a route for every recipient",
        ),
        (
            Feature::Exceptions,
            "exceptions",
            "recipients that a route does not take",
        ),
        (Feature::Subject, "subject", "a condition on the subject"),
        (
            Feature::OwnMx,
            "mx-own",
            "delivery to the MX of the recipient's domain",
        ),
        (
            Feature::NamedMx,
            "mx-named",
            "delivery to the MX of another name",
        ),
        (
            Feature::Static,
            "static",
            "delivery to a host by name or address",
        ),
        (Feature::Port, "port", "a port other than 25"),
        (Feature::MultiHost, "multi-host", "several hosts"),
        (
            Feature::Preference,
            "preference",
            "hosts by preference, equal ones at random",
        ),
        (Feature::Random, "random", "one of several hosts at random"),
        (
            Feature::Disabled,
            "disabled",
            "a route or host that is switched off",
        ),
        (Feature::Credentials, "creds", "user and password"),
        (Feature::Tls, "tls", "demands on TLS"),
        (Feature::Local, "local", "delivery on this system"),
        (Feature::Backup, "backup", "holding mail for another system"),
        (Feature::Reject, "reject", "refusing mail"),
        (
            Feature::Direction,
            "direction",
            "a condition on the direction",
        ),
        (Feature::Owner, "owner", "whose route it is"),
        (Feature::Name, "name", "a name of the route"),
        (Feature::Comment, "comment", "a comment"),
    ];

    /// The name in options and reports.
    pub fn name(self) -> &'static str {
        Feature::ALL[self as usize].1
    }

    /// The feature called `name`.
    pub fn find(name: &str) -> Option<Feature> {
        let found = Feature::ALL.iter().find(|(_, known, _)| *known == name);
        found.map(|(feature, ..)| *feature)
    }
}

/// Whether a format can say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// As it is.
    Yes,
    /// It cannot.
    No,
    /// Nearly, or with settings elsewhere: says how.
    Approximate(&'static str),
    /// No vendor says: says what is not known.
    Unknown(&'static str),
}

impl Support {
    /// One letter for a table: `Y`, `n`, `a`, `?`.
    pub fn letter(self) -> char {
        match self {
            Support::Yes => 'Y',
            Support::No => 'n',
            Support::Approximate(_) => 'a',
            Support::Unknown(_) => '?',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_stand_in_their_order() {
        for (at, (feature, name, _)) in Feature::ALL.iter().enumerate() {
            assert_eq!(*feature as usize, at);
            assert_eq!(Feature::find(name), Some(*feature));
            assert_eq!(feature.name(), *name);
        }
    }
}
