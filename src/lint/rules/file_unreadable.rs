//! A control file that the mail system cannot read.

use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, FileFacts, READ, Rule, SEARCH, Site, SiteProduct};
use crate::model::FileVerdict;
use crate::source::{State, Visible};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "file-unreadable",
        summary: "a control file exists and cannot be read by the mail system",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A control file that does not exist is no trouble, but one that exists and cannot be read is: qmail
goes no further and defers all remote mail until it can. Qsmtp and Courier say nothing and send all
mail to its MX, past every route. The same happens when a directory stands where the file should
be, and when a symbolic link leads back to itself.

What the user of --user (qmailr) may read is computed from owner, group and mode of the file and of
the directories above it, with --home only. Access control lists are not looked at.

Bad:

    -rw------- root root  smtproutes

Good:

    -rw-r--r-- root root  smtproutes
    -rw-r----- root qmail smtproutes     (when it holds passwords)",
    },
    harmless: None,
    check: Check::Site(check),
};

const EACCES: i32 = 13;

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    // A directory that may not be searched is one mistake, however many files are in it.
    let mut told: Vec<String> = Vec::new();
    for file in &site.facts.files {
        let Some(Trouble {
            message,
            state,
            help,
            barrier,
        }) = trouble(site, file)
        else {
            continue;
        };
        if barrier.as_ref().is_some_and(|dir| told.contains(dir)) {
            continue;
        }
        let mut effects: Vec<(String, &'static str)> = Vec::new();
        for product in site.products {
            if product.reads.contains(&file.name.as_str()) {
                let effect = effect(product, &file.name, &state);
                effects.push((effect, product.notation.name));
            }
        }
        if effects.is_empty() {
            continue;
        }
        let mut finding = Finding::new(
            "file-unreadable",
            Severity::Error,
            site.start_of(&file.name),
            message,
        )
        .effect(joined(&effects))
        .help(help);
        told.extend(barrier);
        finding.dialects = effects.into_iter().map(|(_, name)| name).collect();
        found.push(finding);
    }
}

struct Trouble {
    /// Why the file cannot be read.
    message: String,
    /// The state that the product finds it in.
    state: State,
    help: String,
    /// The directory that is in the way.
    barrier: Option<String>,
}

fn trouble(site: &Site<'_>, file: &FileFacts) -> Option<Trouble> {
    let name = &file.name;
    match &site.file(name)?.state {
        state @ State::Directory => {
            let message = format!("{name} is a directory");
            return Some(Trouble {
                message,
                state: state.clone(),
                help: "put a file in its place".to_owned(),
                barrier: None,
            });
        }
        state @ State::Unreadable(errno) => {
            let error = std::io::Error::from_raw_os_error(*errno).to_string();
            let why = error.split(" (os error").next().unwrap_or_default();
            return Some(Trouble {
                message: format!("{name} cannot be read: {why}"),
                state: state.clone(),
                help: "restore the file".to_owned(),
                barrier: None,
            });
        }
        _ => {}
    }
    let (user, access) = (site.facts.user.as_ref()?, file.access.as_ref()?);
    let denied = State::Unreadable(EACCES);
    if let Some(dir) = site
        .facts
        .way_to(file)
        .find(|dir| !dir.allows(user, SEARCH))
    {
        let message = format!(
            "{name} cannot be read by {}: it may not search {} (mode {:o})",
            user.name,
            Visible(dir.path.as_bytes()),
            dir.mode
        );
        return Some(Trouble {
            message,
            state: denied,
            help: "let everybody, or its group, search the directory (chmod +x)".to_owned(),
            barrier: Some(dir.path.clone()),
        });
    }
    (!access.allows(user, READ)).then(|| {
        let message = format!(
            "{name} cannot be read by {}: owner {}, group {}, mode {:o}",
            user.name, access.owner, access.group, access.mode
        );
        let help = match site
            .products
            .iter()
            .any(|product| product.credentials.contains(&name.as_str()))
        {
            true => format!("give it to the group of {} with mode 640", user.name),
            false => "let everybody read it (chmod 644)".to_owned(),
        };
        Trouble {
            message,
            state: denied,
            help,
            barrier: None,
        }
    })
}

fn effect(product: &SiteProduct<'_>, name: &str, state: &State) -> String {
    match (product.fate)(&[(name, state.clone())]) {
        FileVerdict::DeferAll { text, .. } | FileVerdict::IgnoredWhole(text) => text,
        FileVerdict::Normal => {
            let title = product.notation.title;
            format!("{title} goes on as if {name} did not exist: nothing in it takes effect")
        }
    }
}

/// Effects with the dialects they are of, where they differ.
pub(super) fn joined(effects: &[(String, &'static str)]) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (effect, name) in effects {
        match groups.iter_mut().find(|(other, _)| other == effect) {
            Some((_, names)) => names.push(name),
            None => groups.push((effect, vec![name])),
        }
    }
    match groups.as_slice() {
        [(effect, _)] => (*effect).to_owned(),
        groups => groups
            .iter()
            .map(|(effect, names)| format!("{}: {effect}", names.join(", ")))
            .collect::<Vec<_>>()
            .join("; "),
    }
}
