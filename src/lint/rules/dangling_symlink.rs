//! A symbolic link to nothing.

use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Rule, Site};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "dangling-symlink",
        summary: "a control file is a symbolic link to nothing and counts as missing",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
The program opens the link, is told that there is no such file, and goes on as if nothing had ever
been written: no routes, all mail to its MX. Nothing is logged. It happens when the target is
moved, when the file system it lies on is not mounted yet, and in a chroot or a container that
holds the link but not its target.

Bad:

    smtproutes -> /etc/mail/smtproutes     (which is not there)

Good: a link whose target exists wherever qmail-remote runs, or the file itself.",
    },
    harmless: None,
    check: Check::Site(check),
};

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    for file in &site.facts.files {
        let Some(target) = file.link.as_ref().filter(|_| site.is_missing(&file.name)) else {
            continue;
        };
        let name = &file.name;
        let dialects: Vec<&'static str> = site
            .products
            .iter()
            .filter(|product| product.reads.contains(&name.as_str()))
            .map(|product| product.notation.name)
            .collect();
        let is_routes = is_of_routes(name);
        let of_system = !is_routes && site.products.iter().any(|product| product.system);
        if dialects.is_empty() && (!of_system || is_of_routes(name)) {
            continue;
        }
        // `me` has a rule of its own.
        let (severity, effect) = match (is_routes && !dialects.is_empty(), name.as_str()) {
            (true, _) => (
                Severity::Error,
                "no route in it takes effect: mail goes as if the file had never been written",
            ),
            (false, "me") => continue,
            (false, _) => (
                Severity::Warning,
                "the mail system goes on as if the file did not exist",
            ),
        };
        let message = format!(
            "{name} is a symbolic link to {}, which does not exist",
            Visible(target.as_bytes())
        );
        let mut finding = Finding::new("dangling-symlink", severity, site.start_of(name), message)
            .effect(effect)
            .help("restore the target, or delete the link if there is to be no such file");
        finding.dialects = dialects;
        found.push(finding);
    }
}

/// Files with routes, which some products read.
fn is_of_routes(name: &str) -> bool {
    [
        "smtproutes",
        "esmtproutes",
        "authsenders",
        "qmtproutes",
        "moresmtproutes.cdb",
    ]
    .contains(&name)
}
