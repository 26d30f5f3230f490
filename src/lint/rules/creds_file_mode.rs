//! Passwords in a file that others may read.

use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Access, Check, FileFacts, READ, Rule, SEARCH, Site, UserIds};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "creds-file-mode",
        summary: "a file that holds credentials may be read by others than the mail system",
        severity: Severity::Warning,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A route with a user and a password makes its whole file a secret, and every user of this host can
read a file whose mode lets others do so. qmail-remote runs as qmailr; nobody else needs to read
the file. Checked with --home only, because a copy of a control directory has other owners. Access
control lists are not looked at.

Bad:

    -rw-r--r-- root root  smtproutes     (with  :relay.example.net|user|password)

Good:

    -rw-r----- root qmail smtproutes     (chgrp qmail smtproutes; chmod 640 smtproutes)",
    },
    harmless: None,
    check: Check::Site(check),
};

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    let Some(user) = &site.facts.user else {
        return;
    };
    for file in &site.facts.files {
        let dialects: Vec<&'static str> = site
            .products
            .iter()
            .filter(|product| product.credentials.contains(&file.name.as_str()))
            .map(|product| product.notation.name)
            .collect();
        let Some(access) = file.access.as_ref().filter(|_| !dialects.is_empty()) else {
            continue;
        };
        let Some(who) = who_else(site, file, access, user) else {
            continue;
        };
        let message = format!("{} holds credentials and may be read by {who}", file.name);
        let mut finding = Finding::new(
            "creds-file-mode",
            Severity::Warning,
            site.start_of(&file.name),
            message,
        )
        .effect("the passwords in it are known to whoever may read it; mail is not affected")
        .help(format!(
            "give it to the group of {} and take the rest away: mode {:o}",
            user.name,
            (access.mode & 0o700) | 0o040
        ));
        finding.dialects = dialects;
        found.push(finding);
    }
}

/// Who may read the file beside its owner and the mail system; the directories on the way count.
fn who_else(
    site: &Site<'_>,
    file: &FileFacts,
    access: &Access,
    user: &UserIds,
) -> Option<&'static str> {
    let mut way = site.facts.way_to(file);
    if access.allows_others(READ) && way.all(|dir| dir.allows_others(SEARCH)) {
        return Some("every user of this host");
    }
    // Root's own group is root.
    let group = access.group;
    let mut way = site.facts.way_to(file);
    let is_other = group != user.group && group != 0;
    let may = access.mode & 0o040 != 0 && way.all(|dir| dir.allows_group(group, SEARCH));
    (is_other && may).then_some("a group that is not that of the mail system")
}
