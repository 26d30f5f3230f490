//! What the product's settings can say.

use super::super::format::WriteOptions;
use crate::model::{Feature, Support};

/// By the documented fields.
pub(super) fn capabilities(_: &WriteOptions) -> &'static [(Feature, Support)] {
    &[
        (Feature::RecipientAddress, Support::Yes),
        (Feature::RecipientDomain, Support::Yes),
        (
            Feature::Subdomains,
            Support::Approximate(
                "*.domain, whose meaning for delivery the vendor does not document",
            ),
        ),
        (
            Feature::AnyRecipient,
            Support::Approximate("*, which the vendor does not document for delivery"),
        ),
        (
            Feature::Exceptions,
            Support::Approximate("as a more special entry by MX"),
        ),
        (Feature::OwnMx, Support::Yes),
        (Feature::NamedMx, Support::Yes),
        (Feature::Static, Support::Yes),
        (Feature::Port, Support::Yes),
        (Feature::MultiHost, Support::Yes),
        (Feature::Preference, Support::Yes),
        (
            Feature::Random,
            Support::Approximate("equal preferences: one at random, and the others when it fails"),
        ),
        (Feature::Disabled, Support::Yes),
        (
            Feature::Direction,
            Support::Approximate("its entries are for mail that goes on from here"),
        ),
    ]
}
