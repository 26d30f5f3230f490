//! What the file can say.

use super::super::format::WriteOptions;
use crate::model::{Feature, Support};

/// By the vendor's page.
pub(super) fn capabilities(_: &WriteOptions) -> &'static [(Feature, Support)] {
    &[
        (Feature::Sender, Support::Yes),
        (Feature::RecipientAddress, Support::Yes),
        (Feature::RecipientDomain, Support::Yes),
        (Feature::AnyRecipient, Support::Yes),
        (Feature::Exceptions, Support::Yes),
        (Feature::Subject, Support::Yes),
        (
            Feature::OwnMx,
            Support::Approximate("by the absence of a route, or as an exception of an ANY route"),
        ),
        (Feature::Static, Support::Yes),
        (
            Feature::Port,
            Support::Approximate("host:port is documented for other files of the product only"),
        ),
        (Feature::MultiHost, Support::Yes),
        (Feature::Random, Support::Yes),
        (Feature::Disabled, Support::Approximate("as a comment")),
        (
            Feature::Direction,
            Support::Approximate("its routes are for mail that leaves"),
        ),
        (Feature::Name, Support::Approximate("as a comment")),
        (Feature::Comment, Support::Yes),
    ]
}
