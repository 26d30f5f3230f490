//! Whose mail a domain's is by its list, and whose by its MX records.

use std::time::Instant;

use super::dns::ask_each;
use super::{Asking, Reading};
use crate::diagnostic::{Finding, Severity};
use crate::dns::DnsError;
use crate::lookup::Literal;
use crate::lookup::parse_literal;
use crate::model::{Action, Domain, Exchanger, HopLookup};
use crate::nexthop::{Detected, detect_exchanger};
use crate::source::{Span, Visible};

/// Most hosts named in one finding.
const MOST_NAMED: usize = 3;

/// A domain, and what its route says.
struct Listed {
    domain: Domain,
    key: String,
    span: Span,
    says: Exchanger,
    /// Where it says so: the name of the list.
    list: &'static str,
    automatic: bool,
}

/// The domains of which DNS says something else than their lists; and those of which it says nothing now.
pub(super) fn disagreements(reading: &Reading<'_>, asking: &Asking<'_>) -> Vec<Finding> {
    let listed = listed(reading);
    let asked = &listed[..listed.len().min(asking.most)];
    let answers = ask_all(asked, asking);
    let mut findings = Vec::new();
    let mut silent: Vec<(&Listed, &'static str)> = Vec::new();
    for (listed, answer) in asked.iter().zip(&answers) {
        match answer {
            Some(Ok(detected)) => findings.extend(compare(listed, detected)),
            Some(Err(error)) if error.is_temporary() => silent.push((listed, error.kind().name())),
            // A domain that is not in DNS gets no mail from outside, whatever its list says.
            Some(Err(_)) => {}
            None => silent.push((listed, "not asked")),
        }
    }
    if let Some((first, why)) = silent.first() {
        let message = match silent.len() {
            1 => format!(
                "the MX records of {} are not known now ({why})",
                first.domain
            ),
            n => format!(
                "the MX records of {n} domains are not known now: {} ({why}) is the first",
                first.domain
            ),
        };
        let finding = Finding::new("dns-unanswered", Severity::Info, first.span, message);
        findings.push(finding.effect("unknown: whether their lists are right was not learned"));
    }
    if let Some(first) = listed.get(asking.most) {
        let message = format!(
            "the MX records of {} domains from here on were not asked: {} is the most",
            listed.len() - asking.most,
            asking.most
        );
        let finding = Finding::new("dns-unanswered", Severity::Info, first.span, message);
        findings.push(finding.effect("unknown: whether their lists are right was not learned"));
    }
    findings
}

/// The domains whose routes say whose mail theirs is, as far as these routes decide.
fn listed(reading: &Reading<'_>) -> Vec<Listed> {
    let document = reading.document();
    let stages = document.table.stages();
    let mut all = Vec::new();
    for route in document.routes() {
        let own_mx = route
            .only_hop()
            .is_some_and(|hop| hop.lookup == HopLookup::OwnMx && hop.port.is_none());
        let (says, automatic) = match route.action() {
            Action::Local => (Exchanger::Local, false),
            Action::Backup => (Exchanger::Backup, false),
            Action::Automatic(Exchanger::Unknown) => continue,
            Action::Automatic(found) => (found, true),
            _ if own_mx => (Exchanger::Remote, false),
            _ => continue,
        };
        let literals = document.table.product.literals;
        let (Ok(domain), Literal::Name) = (
            Domain::new(route.key()),
            parse_literal(literals, route.key()),
        ) else {
            continue;
        };
        let decides = reading.select(route.key()).and_then(|found| found.route);
        if decides.is_none_or(|found| found.view().index() != route.index()) {
            continue;
        }
        all.push(Listed {
            domain,
            key: Visible(route.key()).to_string(),
            span: document.source_of(route.key_text()),
            says,
            list: stages[route.stage()].name,
            automatic,
        });
    }
    all
}

type Answer = Option<Result<Detected, DnsError>>;

fn ask_all(listed: &[Listed], asking: &Asking<'_>) -> Vec<Answer> {
    ask_each(listed, asking.jobs, |one| {
        let until = Instant::now() + asking.deadline;
        let found = detect_exchanger(&one.domain, asking.resolver, asking.own, until);
        let is_silent = matches!(found, Err(DnsError::Timeout));
        (found, is_silent)
    })
}

/// What is wrong when a list and DNS say different things.
fn compare(listed: &Listed, detected: &Detected) -> Option<Finding> {
    use Exchanger::{Backup, Local, Remote};
    let best = match detected.best.as_slice() {
        [] => "nobody, as it receives none (null MX)".to_owned(),
        all => {
            let named: Vec<&str> = all.iter().take(MOST_NAMED).map(String::as_str).collect();
            named.join(", ")
        }
    };
    let key = &listed.key;
    let listing = match (listed.automatic, listed.says) {
        (true, Local) => format!("{key} was detected to be local"),
        (true, Backup) => format!("{key} was detected to be held here as a backup"),
        (true, _) => format!("{key} was detected to be remote"),
        (false, _) if listed.list == "list_mxs" || listed.list == "cpuser" => match listed.says {
            Local => format!("{key} is local"),
            Backup => format!("{key} is a backup"),
            _ => format!("{key} is remote"),
        },
        (false, _) => format!("{key} is in {}", listed.list),
    };
    let (severity, fact, effect, help) = match (listed.says, detected.exchanger) {
        (Local, Remote) => (
            Severity::Error,
            format!("and no MX of it is this host: its mail goes to {best}"),
            "mail that is sent from here stays here, though the world delivers it elsewhere".to_owned(),
            "make it remote, or let its MX records name this host",
        ),
        (Local, Backup) => (
            Severity::Error,
            format!("and its best MX is not this host but {best}"),
            "mail that is sent from here, and mail that comes by this host, stays here and never reaches the best MX".to_owned(),
            "make it a backup, or let its best MX be this host",
        ),
        (Backup, Local) => (
            Severity::Error,
            "and its best MX is this host".to_owned(),
            "mail is held here for a better MX, of which there is none: it is sent back in the end".to_owned(),
            "make it local, or let its MX records name the host that has its mailboxes",
        ),
        (Backup, Remote) => (
            Severity::Warning,
            "and no MX of it is this host".to_owned(),
            format!("no mail for it comes here: it goes to {best}"),
            "let an MX record name this host, or make it remote",
        ),
        (Remote, Local) => (
            Severity::Error,
            "and its best MX is this host".to_owned(),
            "mail from outside comes here and is refused, and mail that is sent from here comes back".to_owned(),
            "make it local, or let its MX records name the host that has its mailboxes",
        ),
        (Remote, Backup) => (
            Severity::Warning,
            "and an MX of it is this host".to_owned(),
            format!("mail that comes here because {best} does not answer is refused"),
            "make it a backup, or delete the MX record",
        ),
        _ => return None,
    };
    let finding = Finding::new(
        "mx-disagrees",
        severity,
        listed.span,
        format!("{listing}, {fact}"),
    );
    Some(finding.effect(effect).help(help))
}
