//! What the lists can say.

use crate::formats::format::WriteOptions;
use crate::model::{Feature, Support};

/// By what the panel writes into them.
pub(super) fn capabilities(_: &WriteOptions) -> &'static [(Feature, Support)] {
    &[
        (Feature::RecipientDomain, Support::Yes),
        (Feature::OwnMx, Support::Yes),
        (Feature::Static, Support::Yes),
        (Feature::Disabled, Support::Approximate("a comment line")),
        (Feature::Local, Support::Yes),
        (Feature::Backup, Support::Yes),
        (
            Feature::Reject,
            Support::Approximate(
                "a remote domain is refused when mail comes from outside, and only then",
            ),
        ),
        (
            Feature::Direction,
            Support::Approximate("its lists are for mail to domains of this server"),
        ),
        (
            Feature::Owner,
            Support::Approximate("the account that owns the domain, which the lists do not name"),
        ),
        (
            Feature::Comment,
            Support::Approximate("a comment line, which the panel may not keep"),
        ),
    ]
}
