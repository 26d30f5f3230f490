//! What smtproutes can say, dialect by dialect.

use super::super::format::WriteOptions;
use super::dialect::{CredentialRule, Lines};
use crate::model::{Feature, Support};

type Capabilities = &'static [(Feature, Support)];

const EXCEPTIONS: (Feature, Support) = (
    Feature::Exceptions,
    Support::Approximate(
        "as a more special line with an empty relay: for a domain, not for one address",
    ),
);
const DISABLED: (Feature, Support) = (Feature::Disabled, Support::Approximate("as a comment"));
const BACKUP: (Feature, Support) = (
    Feature::Backup,
    Support::Approximate("the domain in rcpthosts and no route for it"),
);
const COMMENT: (Feature, Support) = (Feature::Comment, Support::Approximate("a line of its own"));

const STOCK: Capabilities = &[
    (Feature::RecipientDomain, Support::Yes),
    (Feature::Subdomains, Support::Yes),
    (Feature::AnyRecipient, Support::Yes),
    EXCEPTIONS,
    (Feature::OwnMx, Support::Yes),
    (Feature::Static, Support::Yes),
    (Feature::Port, Support::Yes),
    DISABLED,
    BACKUP,
    COMMENT,
];

const WITH_CREDENTIALS: Capabilities = &[
    (Feature::RecipientDomain, Support::Yes),
    (Feature::Subdomains, Support::Yes),
    (Feature::AnyRecipient, Support::Yes),
    EXCEPTIONS,
    (Feature::OwnMx, Support::Yes),
    (Feature::Static, Support::Yes),
    (Feature::Port, Support::Yes),
    DISABLED,
    (Feature::Credentials, Support::Yes),
    BACKUP,
    COMMENT,
];

const SKARNET: Capabilities = &[
    (
        Feature::RecipientDomain,
        Support::Approximate("a key takes the domain and all domains below it"),
    ),
    (Feature::AnyRecipient, Support::Yes),
    (Feature::Static, Support::Yes),
    (Feature::Port, Support::Yes),
    DISABLED,
    BACKUP,
    COMMENT,
];

const COURIER: Capabilities = &[
    (Feature::RecipientDomain, Support::Yes),
    (Feature::Subdomains, Support::Yes),
    (Feature::AnyRecipient, Support::Yes),
    EXCEPTIONS,
    (Feature::OwnMx, Support::Yes),
    (Feature::NamedMx, Support::Yes),
    (
        Feature::Static,
        Support::Approximate("an address in brackets; of a name the MX is asked first"),
    ),
    (Feature::Port, Support::Yes),
    DISABLED,
    (Feature::Tls, Support::Yes),
    BACKUP,
    COMMENT,
];

/// By the products' code, for the dialect that is written.
pub(super) fn capabilities(options: &WriteOptions) -> Capabilities {
    let dialect = options.dialect;
    match (dialect.lines, dialect.value.credentials) {
        (Lines::Skarnet, _) => SKARNET,
        (Lines::Courier, _) => COURIER,
        (_, CredentialRule::None) => STOCK,
        _ => WITH_CREDENTIALS,
    }
}
