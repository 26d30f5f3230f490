//! What DNS says about the relays of a table.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::exchangers::disagreements;
use super::relays::{Asked, Use, names};
use super::{Chosen, Reading, rules};
use crate::diagnostic::{Finding, Severity};
use crate::dns::{Exchange, Resolver};
use crate::model::{Domain, Failure, FailureKind, Families, Product};
use crate::nexthop::{Own, Plan, PlanOptions, plan};
use crate::source::Span;

/// After so many names in a row without an answer nobody else is asked: there is no name server.
const MOST_SILENCE: usize = 24;

/// Names told in one finding.
const MOST_TOLD: usize = 3;

/// How DNS is asked.
pub struct Asking<'a> {
    /// Who answers. It remembers, so that a name is asked once for all dialects.
    pub resolver: &'a dyn Resolver,
    /// What is this host.
    pub own: &'a Own,
    /// How long all questions about one name may take.
    pub deadline: Duration,
    /// Names asked at the same time.
    pub jobs: usize,
    /// Most names asked in one table.
    pub most: usize,
}

/// What was learned about a name.
struct Learned {
    plan: Plan,
    /// What else there is, when it has no address that the product can use.
    instead: Option<&'static str>,
    alias: Option<Domain>,
}

/// The findings of the chosen rules of DNS about one table under one dialect, in the order of the text.
///
/// Each relay is planned once ([`plan`]), as the product would look it up. An answer that did not come is never taken for
/// one: it is said, and nothing is concluded.
pub fn lint_dns(reading: &Reading<'_>, asking: &Asking<'_>, chosen: &Chosen) -> Vec<Finding> {
    const RULES: [&str; 7] = [
        "relay-no-such-host",
        "relay-no-A",
        "relay-cname",
        "relay-own-host",
        "null-mx",
        "dns-unanswered",
        "mx-disagrees",
    ];
    let runs = |name: &str| chosen.rules.iter().any(|rule| rule.info.name == name);
    if !RULES.iter().any(|name| runs(name)) {
        return Vec::new();
    }
    // Where lists say whose mail a domain's is, that is compared; it says more than that a route leads here.
    let compares = runs("mx-disagrees")
        && rules::find("mx-disagrees")
            .is_some_and(|rule| rule.info.is_about(reading.notation.format));
    let names = names(reading, asking.most, runs("null-mx"));
    let product = reading.document().table.product;
    let learned = ask_all(&names.asked, &product, asking, runs("relay-cname"));
    let mut findings = Vec::new();
    let mut unanswered: Vec<(&Asked, Option<&Failure>)> = Vec::new();
    for (asked, learned) in names.asked.iter().zip(&learned) {
        let Some(learned) = learned else {
            unanswered.push((asked, None));
            continue;
        };
        match &learned.plan.failure {
            Some(failure) if is_unanswered(failure.kind) => {
                unanswered.push((asked, Some(failure)));
            }
            Some(failure)
                if compares
                    && asked.use_ == Use::Exception
                    && failure.kind == FailureKind::LoopsBack => {}
            Some(failure) => findings.extend(failed(asked, learned, failure, &product)),
            None => findings.extend(own_host(asked, &learned.plan, asking.own, reading)),
        }
        if let Some(target) = &learned.alias {
            findings.push(alias(asked, target));
        }
    }
    // Mail of a domain that has a relay does not wait for the domain's own records.
    unanswered.retain(|(asked, _)| asked.use_ != Use::Routed);
    findings.extend(not_answered(&unanswered));
    if let Some((count, span)) = names.left_out {
        let (message, effect) = (
            format!(
                "{count} names from here on were not asked: {} is the most",
                asking.most
            ),
            "unknown: nothing was learned about these relays and domains",
        );
        findings.push(Finding::new("dns-unanswered", Severity::Info, span, message).effect(effect));
    }
    if compares {
        findings.extend(disagreements(reading, asking));
    }
    findings.retain(|finding| runs(finding.rule));
    for finding in &mut findings {
        finding.dialects = vec![reading.notation.name];
    }
    findings.sort_by_key(|finding| (finding.span.start, finding.span.len));
    findings
}

/// Asks about all names, several at the same time; `None` where it was given up.
fn ask_all(
    asked: &[Asked],
    product: &Product,
    asking: &Asking<'_>,
    aliases: bool,
) -> Vec<Option<Learned>> {
    ask_each(asked, asking.jobs, |name| {
        let found = ask(name, product, asking, aliases);
        let failure = found.plan.failure.as_ref().map(|failure| failure.kind);
        (found, failure == Some(FailureKind::Timeout))
    })
}

/// Asks one question of each of `all`, `jobs` at the same time. A question tells whether nobody answered in time; after many
/// in a row the rest is given up, and is `None`.
pub(super) fn ask_each<T: Sync, A: Send>(
    all: &[T],
    jobs: usize,
    question: impl Fn(&T) -> (A, bool) + Sync,
) -> Vec<Option<A>> {
    let next = AtomicUsize::new(0);
    let silence = AtomicUsize::new(0);
    let answers: Mutex<Vec<Option<A>>> = Mutex::new(all.iter().map(|_| None).collect());
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(number) else {
                return;
            };
            if silence.load(Ordering::Relaxed) >= MOST_SILENCE {
                return;
            }
            let (answer, is_silent) = question(one);
            match is_silent {
                true => silence.fetch_add(1, Ordering::Relaxed),
                false => silence.swap(0, Ordering::Relaxed),
            };
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(place) = answers.get_mut(number) {
                *place = Some(answer);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..jobs.min(all.len()) {
            scope.spawn(work);
        }
        work();
    });
    answers.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn ask(asked: &Asked, product: &Product, asking: &Asking<'_>, aliases: bool) -> Learned {
    let until = Instant::now() + asking.deadline;
    let mut learned = Learned {
        plan: Plan::default(),
        instead: None,
        alias: None,
    };
    if asked.use_ == Use::Routed {
        // Where its mail goes is the route's business; only what the domain says of itself is asked.
        let records = asking.resolver.mx_until(&asked.name, until);
        let kind = match records {
            Ok(records) if records.iter().all(|mx| mx.exchange == Exchange::Root) => {
                Some(FailureKind::NullMx)
            }
            Err(error) if error.is_temporary() => Some(error.kind()),
            _ => None,
        };
        learned.plan.failure = kind.map(|kind| Failure {
            kind,
            report: Vec::new(),
            temporary: kind != FailureKind::NullMx,
            text: String::new(),
        });
        return learned;
    }
    let options = PlanOptions {
        deadline: asking.deadline,
        ..PlanOptions::default()
    };
    learned.plan = plan(&asked.relay, product, asking.resolver, asking.own, &options);
    let kind = learned.plan.failure.as_ref().map(|failure| failure.kind);
    if kind == Some(FailureKind::Nodata) && asked.use_ == Use::Relay {
        let has_mx = asking.resolver.mx_until(&asked.name, until).is_ok();
        let families = asked.relay.families.unwrap_or(product.families);
        let has_other = families == Families::V4
            && asking
                .resolver
                .addresses_until(&asked.name, Families::V6, until)
                .is_ok();
        learned.instead = match (has_mx, has_other) {
            (true, true) => Some("only MX records and IPv6 addresses"),
            (true, false) => Some("only MX records"),
            (false, true) => Some("only IPv6 addresses"),
            (false, false) => None,
        };
    }
    if aliases && asked.use_ == Use::Relay && learned.plan.failure.is_none() {
        learned.alias = asking
            .resolver
            .alias_until(&asked.name, until)
            .ok()
            .flatten();
    }
    learned
}

/// Errors that are no answer.
fn is_unanswered(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::Servfail
            | FailureKind::Refused
            | FailureKind::Timeout
            | FailureKind::Truncated
            | FailureKind::CnameLoop
    )
}

/// What a name that leads nowhere does to mail.
fn failed(
    asked: &Asked,
    learned: &Learned,
    failure: &Failure,
    product: &Product,
) -> Option<Finding> {
    let name = &asked.name;
    let fate = if failure.temporary {
        "is deferred until it is returned"
    } else {
        "bounces at once"
    };
    let whose = asked.whose();
    let find = |rule, severity, message: String| {
        Finding::new(rule, severity, asked.span, message).effect(format!("{whose} {fate}"))
    };
    Some(match (failure.kind, asked.use_) {
        (FailureKind::Nxdomain, Use::Relay) => find(
            "relay-no-such-host",
            Severity::Error,
            format!("the relay {name} does not exist in DNS"),
        ),
        (FailureKind::Nxdomain, Use::Domain) => find(
            "relay-no-such-host",
            Severity::Error,
            format!("the domain {name}, whose MX is the relay, does not exist in DNS"),
        ),
        (FailureKind::Nodata, Use::Relay) => {
            let families = asked.relay.families.unwrap_or(product.families);
            let what = match families {
                Families::V4 => "no IPv4 address",
                Families::V6 => "no IPv6 address",
                _ => "no address",
            };
            let instead = learned
                .instead
                .map_or(String::new(), |text| format!(", {text}"));
            let finding = find(
                "relay-no-A",
                Severity::Error,
                format!("the relay {name} has {what}{instead}"),
            );
            match learned.instead {
                Some(text) if text.contains("MX") => {
                    finding.help("name one of the hosts that its MX records name")
                }
                _ => finding.help("name a host that has an address"),
            }
        }
        (FailureKind::Nodata | FailureKind::NoUsableServer, Use::Domain) => find(
            "relay-no-A",
            Severity::Error,
            format!("neither {name} nor an MX of it has an address"),
        ),
        (FailureKind::NullMx, Use::Domain) => find(
            "null-mx",
            Severity::Error,
            format!("{name}, whose MX is the relay, says that it receives no mail (null MX)"),
        ),
        (FailureKind::NullMx, Use::Exception) => find(
            "null-mx",
            Severity::Warning,
            format!("{name} says that it receives no mail (null MX), and the route sends it there"),
        ),
        (FailureKind::NullMx, Use::Routed) => find(
            "null-mx",
            Severity::Info,
            format!("{name} says that it receives no mail (null MX), and has a route"),
        )
        .effect("mail for it goes to the relay, whatever its owner says; hosts without such a route bounce it"),
        (FailureKind::LoopsBack, Use::Domain) => find(
            "relay-own-host",
            Severity::Error,
            format!("the best MX of {name} is this host"),
        ),
        (FailureKind::LoopsBack, Use::Exception) => find(
            "relay-own-host",
            Severity::Error,
            format!("the best MX of {name} is this host, and the route sends it there"),
        )
        .help("list the domain in locals or virtualdomains, or give it a relay"),
        _ => return None,
    })
}

/// A relay whose name leads to this host: no reader looks for loops where a route names a relay.
fn own_host(asked: &Asked, plan: &Plan, own: &Own, reading: &Reading<'_>) -> Option<Finding> {
    // A name that is this host's by its spelling is the business of `loop-self`.
    let name = asked.name.as_str();
    let is_spelled = reading
        .own
        .iter()
        .any(|own| own.eq_ignore_ascii_case(name.as_bytes()))
        || own.has_name(&asked.name)
        || name == "localhost";
    let (span, mail) = asked.smtp.as_ref()?;
    if asked.use_ != Use::Relay || is_spelled {
        return None;
    }
    let address = plan.candidates().find(|c| own.has_address(c.ip))?;
    let all = plan.candidates().all(|c| own.has_address(c.ip));
    let when = if all {
        ""
    } else {
        "where it takes this address, "
    };
    Some(
        Finding::new(
            "relay-own-host",
            Severity::Error,
            *span,
            format!("the relay {name} is this host ({})", address.ip),
        )
        .effect(format!(
            "{mail} comes back to this host: {when}it goes round until it has too many hops, and bounces"
        ))
        .help("name another host, or list the domain in locals or virtualdomains"),
    )
}

fn alias(asked: &Asked, target: &Domain) -> Finding {
    let name = &asked.name;
    Finding::new(
        "relay-cname",
        Severity::Info,
        asked.span,
        format!("the relay {name} is an alias of {target}"),
    )
    .effect("none on mail: the alias is followed")
    .help("check the certificate and the rules for TLS under the name that is written here")
}

/// One finding for all names without an answer.
fn not_answered(unanswered: &[(&Asked, Option<&Failure>)]) -> Option<Finding> {
    let first: Span = unanswered.first()?.0.span;
    let told: Vec<String> = unanswered
        .iter()
        .take(MOST_TOLD)
        .map(|(asked, failure)| match failure {
            Some(failure) => format!("{} ({})", asked.name, failure.kind.name()),
            None => format!("{} (not asked, because nobody answered before)", asked.name),
        })
        .collect();
    let more = match unanswered.len().saturating_sub(MOST_TOLD) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let (count, verb) = match unanswered.len() {
        1 => ("1 name".to_owned(), "has"),
        n => (format!("{n} names"), "have"),
    };
    let message = format!(
        "{count} {verb} no answer from DNS now: {}{more}",
        told.join(", ")
    );
    let is_loop = |(_, failure): &(&Asked, Option<&Failure>)| {
        failure.is_some_and(|failure| failure.kind == FailureKind::CnameLoop)
    };
    let severity = match unanswered.iter().any(is_loop) {
        true => Severity::Warning,
        false => Severity::Info,
    };
    Some(
        Finding::new("dns-unanswered", severity, first, message)
            .effect("mail that goes there waits as long as this lasts; nothing more is known about these names"),
    )
}
