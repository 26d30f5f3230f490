//! DNS says that mail is somewhere else.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
    name: "mx-disagrees",
    summary: "DNS says that the mail of a domain is somewhere else than its list says",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel"],
    explanation: "\
Where the world delivers the mail of a domain, its MX records say; where this server delivers it,
its lists. When a domain is in localdomains and no MX is this server, mail from outside goes
elsewhere and mail that is sent from here stays here, in a mailbox that nobody reads. When a
domain is in remotedomains and its best MX is this server, mail from outside is refused, and mail
from here goes round. A backup for which this server is no MX gets no mail, and one for which it
is the best MX has nowhere to send it.

Asked with --dns only. What is this server, --own says; without it, its network interfaces. A
server behind a translated address or a filter is not told by its MX records: say its public
addresses.

Bad: shop.example in localdomains, and `shop.example. MX 10 aspmx.provider.example.`

Good: shop.example in remotedomains.",
},
    harmless: None,
    check: Check::Runner,
};
