//! A number that is none.

use crate::control::{first_line, scan_ulong};
use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Rule, Site};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "number-ignored",
        summary: "a control file that should hold a number does not begin with one",
        severity: Severity::Info,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
`timeoutremote`, `timeoutconnect`, `concurrencyremote` and `queuelifetime` hold one number in their
first line. qmail reads the digits that the line begins with. Where there is none (a blank, a
comment, a word first) the default stays in force, and nothing is logged.

Bad:

    # one hour
    3600

Good:

    3600",
    },
    harmless: None,
    check: Check::Site(check),
};

/// The files, with the default and its unit.
const NUMBERS: [(&str, &str); 4] = [
    ("timeoutremote", "1200 seconds"),
    ("timeoutconnect", "60 seconds"),
    ("concurrencyremote", "20 deliveries at a time"),
    ("queuelifetime", "604800 seconds"),
];

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    if !site.products.iter().any(|product| product.system) {
        return;
    }
    for (name, default) in NUMBERS {
        let Some((_, bytes)) = site.bytes(name) else {
            continue;
        };
        let line = first_line(bytes);
        if scan_ulong(line).1 > 0 {
            continue;
        }
        let message = match line.is_empty() {
            true => "the first line is empty".to_owned(),
            false => format!("`{}` does not begin with a digit", Visible(&line[..line.len().min(64)])),
        };
        found.push(
            Finding::new("number-ignored", Severity::Info, site.first_line_of(name), message)
                .effect(format!("the default stays in force: {default}"))
                .help("write the number into the first line, without anything before it"),
        );
    }
}
