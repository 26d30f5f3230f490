//! What the file can say.

use super::super::format::WriteOptions;
use crate::model::{Feature, Support};

/// By the documented fields.
pub(super) fn capabilities(_: &WriteOptions) -> &'static [(Feature, Support)] {
    &[
        (Feature::RecipientDomain, Support::Yes),
        (Feature::Subdomains, Support::Yes),
        (Feature::AnyRecipient, Support::Yes),
        (
            Feature::Exceptions,
            Support::Approximate("as a more special key by DNS: for a domain, not for one address"),
        ),
        (Feature::OwnMx, Support::Yes),
        (Feature::Static, Support::Yes),
        (Feature::Port, Support::Yes),
        (Feature::MultiHost, Support::Yes),
        (
            Feature::Preference,
            Support::Approximate(
                "hosts take turns, and the next one is tried when one fails: no order",
            ),
        ),
        (
            Feature::Random,
            Support::Approximate("hosts take turns, and the next one is tried when one fails"),
        ),
        (Feature::Disabled, Support::Approximate("as a comment")),
        (Feature::Credentials, Support::Yes),
        (
            Feature::Direction,
            Support::Approximate("its keys are for mail that goes on from here"),
        ),
        (Feature::Comment, Support::Yes),
    ]
}
