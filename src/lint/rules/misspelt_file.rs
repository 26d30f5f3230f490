//! A control file under a name that no program reads.

use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Rule, Site};
use crate::source::{State, Visible};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "misspelt-file",
        summary: "a file is called almost like a control file, and no program reads it",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A control file is known by its name alone. A file called `smtroutes` (a spelling that guides on the
web use), `smtp_routes` or `smtproutes.txt` is read by nobody, and nobody says so: where the right
file is missing there are no routes at all, and where it exists, what is changed in the other one
has no effect. Copies (`~`, `.bak`, `.old`, a number at the end) are not meant.

Bad:

    control/smtroutes

Good:

    control/smtproutes",
    },
    harmless: None,
    check: Check::Site(check),
};

/// Files whose names are looked for, and whether their lines hold a colon.
const WANTED: [(&str, bool); 12] = [
    ("smtproutes", true),
    ("esmtproutes", true),
    ("authsenders", true),
    ("qmtproutes", true),
    ("tlspolicy", true),
    ("smtproutesdialect", false),
    ("outgoingip", false),
    ("virtualdomains", true),
    ("locals", false),
    ("rcpthosts", false),
    ("morercpthosts", false),
    ("percenthack", false),
];

/// Names of other control files, which are near to one of those and right.
const RIGHT: [&str; 11] = [
    "smtproutes.cdb",
    "smtproutes.d",
    "moresmtproutes",
    "moresmtproutes.cdb",
    "morercpthosts.cdb",
    "esmtproutes.dat",
    "rcpthosts.cdb",
    "virtualdomains.cdb",
    "badrcpthosts",
    "localhosts",
    "qmqproutes",
];

/// Endings that text files are given, on systems where a name must have one.
const ENDINGS: [&str; 5] = [".txt", ".conf", ".cfg", ".dat", ".text"];

/// Longest name that is compared.
const MOST: usize = 32;

/// The control file that `name` is probably meant to be, when it is none itself and no copy of one.
pub fn resembles(name: &str) -> Option<&'static str> {
    let is_right = |name: &str| {
        WANTED.iter().any(|(wanted, _)| *wanted == name) || RIGHT.contains(&name)
    };
    // A copy ends in something that keeps it apart from the file; editors begin theirs with a sign.
    let is_copy = name.ends_with(|c: char| !c.is_ascii_alphabetic())
        || !name.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_right(name) || is_copy || name.len() > MOST {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let bare = ENDINGS
        .iter()
        .find_map(|ending| lower.strip_suffix(ending))
        .unwrap_or(&lower);
    let letters: String = bare.chars().filter(|c| !matches!(c, '_' | '-' | '.')).collect();
    let near = |wanted: &&(&'static str, bool)| {
        let allowed = if wanted.0.len() > 8 { 2 } else { 1 };
        letters == wanted.0 || !bare.contains('.') && edits(bare, wanted.0) <= allowed
    };
    let exact = WANTED.iter().find(|(wanted, _)| *wanted == letters);
    exact.or(WANTED.iter().find(near)).map(|(wanted, _)| *wanted)
}

/// Levenshtein distance, with two letters in the wrong order as one edit.
fn edits(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let mut least = (above[j - 1] + usize::from(a[i - 1] != b[j - 1]))
                .min(above[j] + 1)
                .min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row[j] = least;
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    for file in &site.facts.files {
        let Some(wanted) = resembles(&file.name) else {
            continue;
        };
        let bytes = site.bytes(&file.name).map_or(&b""[..], |(_, bytes)| bytes);
        let has_colons = WANTED.iter().any(|(name, colons)| *name == wanted && *colons);
        // A file of another kind has a name of its own, however near.
        if !bytes.is_empty() && !looks_like(bytes, has_colons) {
            continue;
        }
        let is_missing = site
            .file(wanted)
            .is_none_or(|file| file.state == State::Missing);
        let is_table = site.products.iter().any(|product| product.notation.file == wanted);
        let is_read = is_table
            || site.products.iter().any(|product| product.reads.contains(&wanted))
            || matches!(wanted, "virtualdomains" | "locals" | "rcpthosts" | "percenthack")
            || matches!(wanted, "smtproutesdialect" | "tlspolicy");
        if !is_missing && bytes.is_empty() || !is_read {
            continue;
        }
        let (severity, effect) = match (is_missing, is_table) {
            (true, true) => (
                Severity::Error,
                "no program reads it, and there is no table: none of its routes takes effect".to_owned(),
            ),
            (true, false) => (
                Severity::Warning,
                format!("no program reads it, and there is no {wanted}{}", without(wanted)),
            ),
            (false, _) => (
                Severity::Warning,
                format!("no program reads it: {wanted} is what counts"),
            ),
        };
        let help = match is_missing {
            true => format!("rename it to {wanted}"),
            false => format!("move what is missing there to {wanted}, and delete the file"),
        };
        let shown = Visible(file.name.as_bytes());
        let message = format!("the file is called {shown}, almost like {wanted}");
        found.push(
            Finding::new("misspelt-file", severity, site.start_of(&file.name), message)
                .effect(effect)
                .help(help),
        );
    }
}

/// What mail is like without a file, where that is not what the file does anyway.
fn without(wanted: &str) -> &'static str {
    match wanted {
        "authsenders" => ": mail goes without the relays and passwords that its sender should have",
        "tlspolicy" => ": qroute-remote demands TLS of nobody, and sends in clear where none is offered",
        "smtproutesdialect" => ": each program reads the table in its own default dialect",
        "outgoingip" => ": the system chooses the address that connections come from",
        _ => "",
    }
}

/// Whether the first lines are those of a control file: short text without blanks inside, with colons or without.
fn looks_like(bytes: &[u8], has_colons: bool) -> bool {
    const MOST_LINES: usize = 200;
    let lines = bytes
        .split(|&b| b == b'\n')
        .take(MOST_LINES)
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty() && line.first() != Some(&b'#'));
    let (mut all, mut alike) = (0usize, 0usize);
    for line in lines {
        all += 1;
        let colon = memchr::memchr(b':', line);
        let name = &line[..colon.unwrap_or(line.len())];
        let is_name = name.iter().all(|b| b.is_ascii_graphic()) && name.len() < 256;
        alike += usize::from(is_name && colon.is_some() == has_colons);
    }
    all > 0 && alike * 2 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_meant() {
        for (name, meant) in [
            ("smtroutes", "smtproutes"),
            ("smtproute", "smtproutes"),
            ("smtp_routes", "smtproutes"),
            ("smtproutes.txt", "smtproutes"),
            ("Smtproutes", "smtproutes"),
            ("smptroutes", "smtproutes"),
            ("SMTPROUTES", "smtproutes"),
            ("local", "locals"),
            ("virtualdomain", "virtualdomains"),
            ("virtual_domains", "virtualdomains"),
            ("rcpthost", "rcpthosts"),
            ("authsender", "authsenders"),
            ("auth_senders", "authsenders"),
            ("tls_policy", "tlspolicy"),
            ("tlspolcy", "tlspolicy"),
            ("tlspolicy.txt", "tlspolicy"),
            ("outgoing-ip", "outgoingip"),
            ("smtproutes.dialect", "smtproutesdialect"),
            ("smtproutedialect", "smtproutesdialect"),
        ] {
            assert_eq!(resembles(name), Some(meant), "{name}");
        }
        for name in [
            "smtproutes", "esmtproutes", "qmtproutes", "smtproutes~", "smtproutes.bak", "smtproutes.old",
            "smtproutes.orig", "smtproutes.rpmsave", "smtproutes2", "#smtproutes#", ".smtproutes.swp",
            "smtproutes.cdb", "smtproutes.lock", "moresmtproutes.cdb", "me", "helohost", "badmailfrom", "tlshosts",
            "localiphost", "morercpthosts", "rcpthosts", "smtpgreeting", "smtproutesdialect", "tlspolicy",
            "outgoingip", "",
        ] {
            assert_eq!(resembles(name), None, "{name}");
        }
    }
}
