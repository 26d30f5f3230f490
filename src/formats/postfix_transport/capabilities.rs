//! What the table can say.

use super::super::format::WriteOptions;
use crate::model::{Feature, Support};

/// By transport(5), and by what other files of Postfix add to it.
pub(super) fn capabilities(_: &WriteOptions) -> &'static [(Feature, Support)] {
    &[
        (
            Feature::Sender,
            Support::Approximate(
                "in sender_dependent_relayhost_maps, for all recipients to whom this table gives no next hop",
            ),
        ),
        (Feature::RecipientAddress, Support::Yes),
        (Feature::RecipientDomain, Support::Yes),
        (Feature::Subdomains, Support::Yes),
        (Feature::AnyRecipient, Support::Yes),
        (
            Feature::Exceptions,
            Support::Approximate("as a more special line"),
        ),
        (Feature::OwnMx, Support::Yes),
        (Feature::NamedMx, Support::Yes),
        (Feature::Static, Support::Yes),
        (Feature::Port, Support::Yes),
        (Feature::MultiHost, Support::Yes),
        (
            Feature::Preference,
            Support::Approximate("as a list that is tried in its order, without equal ones"),
        ),
        (
            Feature::Random,
            Support::Approximate("as one name with several MX or A records"),
        ),
        (Feature::Disabled, Support::Approximate("left out")),
        (
            Feature::Credentials,
            Support::Approximate("in smtp_sasl_password_maps, by the next hop as it is written"),
        ),
        (
            Feature::Tls,
            Support::Approximate("in smtp_tls_policy_maps"),
        ),
        (Feature::Local, Support::Yes),
        (
            Feature::Backup,
            Support::Approximate("in relay_domains, with the domain's own MX"),
        ),
        (Feature::Reject, Support::Yes),
        (Feature::Name, Support::Approximate("as a comment")),
        (Feature::Comment, Support::Yes),
    ]
}
