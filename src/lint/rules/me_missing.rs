//! A mail system without a name.

use super::file_unreadable::joined;
use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Rule, Site};
use crate::model::FileVerdict;
use crate::source::State;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "me-missing",
        summary: "control/me does not exist",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
`me` is the name of this host, and the default of most other control files. qmail-remote needs a
name to say HELO with: where neither `me` nor `helohost` exists it defers all remote mail. With
`helohost` alone remote mail goes out, but qmail-send does not start without `locals`, and
qmail-smtpd takes no mail without `smtpgreeting`, because both default to `me`.

A directory that holds routes only, and none of qmail's other files, is taken for a copy and not
for a mail system; with --home it always is one.

Good:

    $ cat control/me
    mail.example.org",
    },
    harmless: None,
    check: Check::Site(check),
};

/// Files that stand in the directory of a mail system, and hardly anywhere else.
const OF_A_SYSTEM: [&str; 7] = [
    "locals",
    "virtualdomains",
    "rcpthosts",
    "defaulthost",
    "defaultdomain",
    "plusdomain",
    "concurrencyremote",
];

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    let exists = |name: &&str| site.file(name).is_some_and(|file| file.state != State::Missing);
    const LATER: &str = "qmail-send does not start without `locals`, and qmail-smtpd takes no mail without `smtpgreeting`";
    if !site.products.iter().any(|product| product.system) {
        return;
    }
    let is_system = site.facts.is_home || OF_A_SYSTEM.iter().any(exists);
    if !is_system || !site.is_missing("me") {
        return;
    }
    let at = site.start_of("me");
    let warning = |message: &str, effect: String| {
        Finding::new("me-missing", Severity::Warning, at, message)
            .effect(effect)
            .help("write this host's name into control/me")
    };
    if exists(&"helohost") {
        let effect = format!("remote mail goes out, but {LATER}");
        found.push(warning("there is no file `me`, only `helohost`", effect));
        return;
    }
    let missing = [("me", State::Missing), ("helohost", State::Missing)];
    let effects: Vec<(String, &'static str)> = site
        .products
        .iter()
        .filter_map(|product| match (product.fate)(&missing) {
            FileVerdict::DeferAll { text, .. } => Some((text, product.notation.name)),
            _ => None,
        })
        .collect();
    if effects.is_empty() {
        found.push(warning("there is no file `me`", LATER.to_owned()));
        return;
    }
    let mut finding = Finding::new(
        "me-missing",
        Severity::Error,
        at,
        "there is neither a file `me` nor `helohost`",
    )
    .effect(joined(&effects))
    .help("write this host's name into control/me");
    finding.dialects = effects.into_iter().map(|(_, name)| name).collect();
    found.push(finding);
}
