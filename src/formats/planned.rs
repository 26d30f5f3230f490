//! Formats that are known by what their files look like, and not read.

use super::format::Confidence;
use super::head::Head;

/// A format that is refused by name.
#[derive(Clone, Copy, Debug)]
pub struct Planned {
    /// Its name in options.
    pub id: &'static str,
    /// Its product and file.
    pub title: &'static str,
    /// How sure it is of a file.
    pub detect: fn(&Head<'_>) -> Confidence,
}

/// All of them, in the order of the manual.
pub const PLANNED: &[Planned] = &[
    Planned {
        id: "exchange",
        title: "Exchange Get-SendConnector output",
        detect: exchange,
    },
    Planned {
        id: "mailertable",
        title: "sendmail mailertable",
        detect: mailertable,
    },
    Planned {
        id: "exim",
        title: "Exim configuration",
        detect: exim,
    },
    Planned {
        id: "opensmtpd",
        title: "OpenSMTPD smtpd.conf",
        detect: opensmtpd,
    },
    Planned {
        id: "ddei",
        title: "Trend Micro Deep Discovery Email Inspector",
        detect: |_| Confidence::No,
    },
];

fn exchange(head: &Head<'_>) -> Confidence {
    let text = &head.text;
    let connector = text.contains("AddressSpaces")
        && ["SmartHosts", "DNSRoutingEnabled", "SmartHostsString"]
            .iter()
            .any(|name| text.contains(name));
    if text.starts_with("#TYPE Microsoft.Exchange") || connector {
        Confidence::Certain
    } else {
        Confidence::No
    }
}

/// A line as those of transport(5), with something that only sendmail has.
fn mailertable(head: &Head<'_>) -> Confidence {
    let mut lines = head.lines().peekable();
    if head.is_xml() || head.is_json() || lines.peek().is_none() {
        return Confidence::No;
    }
    let mut telling = false;
    for line in lines {
        let mut parts = line.splitn(2, |c: char| c.is_ascii_whitespace());
        let (key, value) = (
            parts.next().unwrap_or(""),
            parts.next().unwrap_or("").trim(),
        );
        if !value.contains(':') || key.contains(':') {
            return Confidence::No;
        }
        telling |= is_of_sendmail(key, value);
    }
    match (telling, head.name == "mailertable") {
        (_, true) => Confidence::Named,
        (true, false) => Confidence::Likely,
        (false, false) => Confidence::No,
    }
}

/// True for an entry that transport(5) has no use for.
pub(super) fn is_of_sendmail(key: &str, value: &str) -> bool {
    let mailer = value.split(':').next().unwrap_or("");
    let user = value
        .strip_prefix("local:")
        .is_some_and(|user| !user.is_empty());
    let status = value.strip_prefix("error:").is_some_and(|text| {
        let status = text.split(':').next().unwrap_or("");
        text.contains(':') && status.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    });
    key == "."
        || matches!(
            mailer,
            "esmtp" | "smtp8" | "dsmtp" | "procmail" | "cyrusv2" | "uucp-dom" | "ddn"
        )
        || value.contains("%1")
        || value.contains("]:[")
        || user
        || status
}

fn exim(head: &Head<'_>) -> Confidence {
    let telling = [
        "begin routers",
        "driver = manualroute",
        "route_list =",
        "route_data =",
    ];
    match telling.iter().any(|text| head.text.contains(text)) {
        true => Confidence::Certain,
        false => Confidence::No,
    }
}

fn opensmtpd(head: &Head<'_>) -> Confidence {
    let is_rule = |line: &str| {
        let first = line.split_ascii_whitespace().next().unwrap_or("");
        (first == "match" && (line.contains(" action ") || line.ends_with(" reject")))
            || (first == "action"
                && [" relay", " maildir", " mbox", " mda ", " lmtp "]
                    .iter()
                    .any(|method| line.contains(method)))
    };
    match head.lines().any(is_rule) {
        true => Confidence::Certain,
        false => Confidence::No,
    }
}
