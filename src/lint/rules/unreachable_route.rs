//! A line that no mail reaches.

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::same_fate;
use crate::lint::{Check, Report, Rule, Survey};
use crate::model::{Action, KeyCase, RouteView, Walk};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "unreachable-route",
        summary: "no mail reaches the line: another one takes it, or no domain matches the key",
        severity: Severity::Error,
        on: true,
        formats: EVERY,
        explanation: "\
No mail is ever sent by this line. There are three ways to get there.

Qsmtp and Courier obey the first line that matches. A wider route that stands earlier takes all
mail of a narrower one behind it:

    .example.org:mx1.example.net
    www.example.org:mx2.example.net

Good: the narrower first. qmail and its family do not care about the order.

skarnet's qmail-remote looks for `example.org`, then `org`, without dots, and compares byte for
byte. A key that begins with a dot matches nothing there, and a key with capital letters only
mail that is addressed with the same capitals:

    .example.org:mx1.example.net
    Example.org:mx1.example.net

Good, there: `example.org:mx1.example.net`, which takes the names below it too.

And a key may hold what no mail domain does, such as a comma, a quote or an empty label:

    a.example,b.example:mx1.example.net

Good: a line for each domain.",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    if survey.first_match() {
        for route in survey.own() {
            if let Some(by) = survey.shadow(route) {
                shadowed(survey, route, by, report);
            }
        }
    }
    for &number in survey.odd() {
        let route = survey.route(number);
        // What another line takes anyway is named above, unless its key is none.
        let named = survey.shadow(route).is_some() && survey.is_domain(route.key());
        if survey.is_own(route) && !named {
            odd(survey, route, report);
        }
    }
}

/// An earlier line takes all mail of a later one. What stands behind the default route, or behind a line that kills the
/// program, is said once, there.
fn shadowed(
    survey: &Survey<'_>,
    route: RouteView<'_>,
    by: RouteView<'_>,
    report: &mut Report<'_>,
) {
    let dies = matches!(by.action(), Action::Crash(_));
    // The default route is another rule's.
    let default = by.key().is_empty() && by.condition().is_none();
    if default || dies || !survey.is_domain(route.key()) {
        return;
    }
    let host = survey.reading.witness(route.key());
    let decisions = [by, route].map(|route| survey.decision(route, &host));
    let [Some(actual), Some(meant)] = decisions else {
        return;
    };
    let product = survey.reading.document().table.product;
    let same = same_fate(&actual, &meant, product);
    let severity = match same {
        true => Severity::Info,
        false => survey.by_order(Severity::Error),
    };
    report.add(severity, survey.place(route), |mut finding| {
        let line = survey.line(by);
        finding.message = format!(
            "{} at {line} takes all mail of {}",
            survey.shown(by),
            survey.shown(route)
        );
        finding.effect = match same {
            true => "none; both say the same".to_owned(),
            false => format!(
                "mail for {} {}",
                Visible(&host),
                survey.fate(&actual).and_not(&line, &survey.fate(&meant))
            ),
        };
        finding.help = Some(match same {
            true => "delete it".to_owned(),
            false => format!("put it before {line}"),
        });
        if let Some(edit) = survey.deletion(route) {
            finding = finding.fix(false, vec![edit]);
        }
        finding.label(survey.place(by), "takes its mail")
    });
}

/// A key that no mail domain is spelled like.
fn odd(survey: &Survey<'_>, route: RouteView<'_>, report: &mut Report<'_>) {
    let key = route.key();
    // A list of whole domains, whose reader looks at each.
    if survey.walk() == Walk::Exact {
        return;
    }
    let sensitive = survey
        .reading
        .stage()
        .is_some_and(|stage| stage.semantics.key_case == KeyCase::Sensitive);
    let without_dots = matches!(
        survey.walk(),
        Walk::SuffixesWithoutDot | Walk::AddressThenSuffixesWithoutDot
    );
    let lower = key.to_ascii_lowercase();
    let dotted = lower
        .strip_prefix(b".")
        .filter(|name| without_dots && survey.is_domain(name));
    let (message, host) = if let Some(name) = dotted {
        (
            "begins with a dot, which no key that is looked for does",
            name.to_vec(),
        )
    } else if survey.is_domain(key) {
        if !sensitive {
            return;
        }
        ("has capital letters, and case matters here", lower)
    } else if is_no_domain(key, survey.walk()) {
        ("matches no mail domain", Vec::new())
    } else {
        return;
    };
    let fates = || {
        let actual = survey.reading.select(&host)?.decision;
        let meant = survey.decision(route, &host)?;
        let product = survey.reading.document().table.product;
        let same = same_fate(&actual, &meant, product);
        Some((same, survey.fate(&actual), survey.fate(&meant)))
    };
    let found = (!host.is_empty()).then(fates).flatten();
    let severity = match found {
        Some((true, ..)) => Severity::Info,
        _ => Severity::Error,
    };
    report.add(severity, survey.place(route), |mut finding| {
        finding.message = format!("{} {message}", survey.shown(route));
        finding.effect = match &found {
            Some((true, ..)) => {
                format!("none on mail for {}; the line does nothing", Visible(&host))
            }
            Some((false, actual, meant)) => format!(
                "mail for {} {}",
                Visible(&host),
                actual.instead_of(Some(meant))
            ),
            None => "the line does nothing: mail that it is about goes where the other lines send it"
                .to_owned(),
        };
        finding.help = Some(match found {
            Some((true, ..)) => "delete it".to_owned(),
            Some(_) => format!("write `{}`", Visible(&host)),
            None => "write one domain, or one line for each".to_owned(),
        });
        finding
    });
}

/// What no mail domain holds and no rule of a line names: empty labels, and punctuation but for that of wildcards,
/// addresses, literals and foreign comments.
fn is_no_domain(key: &[u8], walk: Walk) -> bool {
    let elsewhere = |byte: &u8| {
        !byte.is_ascii_graphic() || matches!(byte, b'*' | b'@' | b'[' | b']' | b'!' | b'#' | b'\\')
    };
    let foreign = [&b";"[..], b"//", b"=", b"<", b">", b"|"];
    if key.iter().any(elsewhere) || foreign.iter().any(|text| key.starts_with(text)) {
        return false;
    }
    let name = match walk {
        Walk::DotSuffixes => key.strip_prefix(b".").unwrap_or(key),
        _ => key,
    };
    // A dot at the end is another rule's, and so is a label that is too long.
    let name = name.strip_suffix(b".").unwrap_or(name);
    let punctuation =
        |byte: &u8| byte.is_ascii_punctuation() && !matches!(byte, b'.' | b'-' | b'_');
    name.iter().any(punctuation) || name.starts_with(b".") || name.windows(2).any(|w| w == b"..")
}
