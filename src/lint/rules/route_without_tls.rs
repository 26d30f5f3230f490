//! A route that does not ask for TLS.

use super::loop_self;
use super::single_destination::destinations;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Report, Rule, Survey};
use crate::model::{Action, Hop, Port, Protocol, RouteView, Tls};
use crate::source::{Visible, masked};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "route-without-tls",
        summary: "mail goes to another host on port 25 and nothing demands encryption",
        severity: Severity::Info,
        on: false,
        formats: &["smtproutes"],
        explanation: "\
The route sends mail to another host on port 25 and does not say that the connection must be
encrypted. Courier can be told so in the value; in smtproutes nothing can be stated about TLS, and
the mail is sent in the clear when the product cannot do TLS (qmail 1.03, netqmail and notqmail as
they come) or the relay does not offer it. Each destination is reported once, at its first line,
with the number of routes that have it.

To be noted, in esmtproutes:

    example.org:mx1.example.net

Better:

    example.org:mx1.example.net /SECURITY=REQUIRED

Relays on this host are left out. s/qmail and sagredo's qmail demand TLS by files of their own
(tlsdestinations, tlshosts), which are not looked at.",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    let document = survey.reading.document();
    let is_own = loop_self::own_names(survey);
    let can_state = survey.reading.notation.is_lenient();
    let remote = |route: RouteView<'_>, name: &[u8], hop: &Hop| {
        let Action::Relay { tls, .. } = route.action() else {
            return false;
        };
        let port = hop.port.unwrap_or(Port::SMTP).wire();
        let plain = port == 25 && hop.protocol == Protocol::Smtp;
        plain && tls == Tls::default() && !is_own(name)
    };
    for destination in destinations(survey, remote) {
        report.add(Severity::Info, destination.at, |mut finding| {
            let shown = Visible(&masked(document.bytes(destination.at))).to_string();
            let routes = match destination.routes {
                1 => "one route".to_owned(),
                n => format!("{n} routes"),
            };
            finding.message = format!("{routes} to `{shown}` on port 25 without a demand for TLS");
            finding.effect = format!(
                "mail to {shown} is sent in the clear when TLS is not offered there or not known here"
            );
            finding.help = can_state
                .then(|| "add /SECURITY=REQUIRED, or /SECURITY=STARTTLS".to_owned());
            finding
        });
    }
}
