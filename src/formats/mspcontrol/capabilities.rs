//! What the form can say.

use super::super::format::WriteOptions;
use crate::model::{Feature, Support};

/// By the vendor's page. Whose mail a route takes is not among it.
pub(super) fn capabilities(_: &WriteOptions) -> &'static [(Feature, Support)] {
    &[
        (Feature::Static, Support::Yes),
        (Feature::Port, Support::Yes),
        (Feature::MultiHost, Support::Yes),
        (
            Feature::Preference,
            Support::Approximate(
                "as the order of destinations, which the vendor does not document",
            ),
        ),
        (Feature::Direction, Support::Yes),
        (Feature::Owner, Support::Yes),
        (Feature::Name, Support::Yes),
    ]
}
