//! What a host is besides its place in the tree of labels: an address literal, or a name that a product refuses.

use crate::lookup::{Literal, idn2_lookup, parse_literal};
use crate::model::{HostLiterals, LiteralRule, NameCheck, Product};

/// In what two products differ around their tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    literals: [LiteralRule; 2],
    /// One product checks names and the other does not.
    pub(super) names: bool,
    /// One product never asks its table for a host that begins with `[`, and the other does.
    pub(super) brackets: bool,
}

/// Two products that are alike.
pub(super) const NO_RULES: Rules = Rules {
    literals: [LiteralRule::None; 2],
    names: false,
    brackets: false,
};

impl Rules {
    pub(super) fn new(old: Product, new: Product) -> Self {
        Rules {
            literals: [old.literals, new.literals],
            names: (old.own_mx_names == NameCheck::Idn2) != (new.own_mx_names == NameCheck::Idn2),
            brackets: (old.host_literals == HostLiterals::NeverRouted)
                != (new.host_literals == HostLiterals::NeverRouted),
        }
    }

    /// True when two products that both send mail to its own MX may still differ.
    pub(super) fn differ(&self) -> bool {
        self.names || self.brackets || self.literals[0] != self.literals[1]
    }

    /// True when the text of a host decides although neither side sends the mail to its own MX, or both do.
    pub(super) fn matter(&self, own_mx: bool) -> bool {
        if own_mx { self.differ() } else { self.brackets }
    }
}

/// All that the default path of two products sees of a host: hosts of one shape are alike on both, or different on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    bracket: bool,
    literals: [u8; 2],
    inner: u8,
    name: u8,
}

impl Shape {
    pub(super) fn of(rules: &Rules, host: &[u8]) -> Self {
        let inner = host.strip_prefix(b"[").and_then(|h| h.strip_suffix(b"]"));
        Shape {
            bracket: host.first() == Some(&b'['),
            literals: rules.literals.map(|rule| kind(rule, host)),
            inner: inner.map_or(0, |text| kind(LiteralRule::Plain, text)),
            name: if rules.names { name(host) } else { 0 },
        }
    }
}

fn kind(rule: LiteralRule, text: &[u8]) -> u8 {
    match parse_literal(rule, text) {
        Literal::Name => 0,
        Literal::Address(_) => 1,
        Literal::Refused => 2,
    }
}

/// What a product that checks names makes of one: 0 the same name, 1 another name, 2 it refuses it.
pub(super) fn name(host: &[u8]) -> u8 {
    match idn2_lookup(host) {
        Some(name) if name.eq_ignore_ascii_case(host) => 0,
        Some(_) => 1,
        None => 2,
    }
}

/// A label that `taken` does not know: `stem`, or `stem` with letters behind it.
///
/// Letters only: a label with a digit would be refused beside one that is written from right to left.
pub(super) fn fresh(stem: &[u8], taken: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut label = stem.to_vec();
    let mut n = 0u64;
    while taken(&label) {
        label.truncate(stem.len());
        let mut rest = n;
        loop {
            label.push(b'a' + (rest % 26) as u8);
            rest /= 26;
            if rest == 0 {
                break;
            }
            rest -= 1;
        }
        n += 1;
    }
    label
}

/// The label that stands for all names that no key has.
pub(super) const OTHER: &[u8] = b"other";

/// What is put before `host` (`None` is the root) to get hosts of every shape below it, none of which is deeper in the tree:
/// `taken` knows the labels that are. The plain shape, [`OTHER`], is not among them.
pub(super) fn prefixes(
    rules: &Rules,
    host: Option<&[u8]>,
    taken: &dyn Fn(&[u8]) -> bool,
) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let bad = || match taken(b"xn--p1") || name(b"xn--p1") != 2 {
        false => b"xn--p1".to_vec(),
        true => fresh(b"\xff", taken),
    };
    if rules.names {
        all.extend([fresh("öther".as_bytes(), taken), bad()]);
    }
    let literals = rules.literals[0] != rules.literals[1];
    if rules.brackets || literals {
        all.push(fresh(b"[other", taken));
        if rules.names {
            all.extend([fresh("[öther".as_bytes(), taken), fresh(b"[\xff", taken)]);
        }
        literal_prefixes(host, taken, &mut all);
    }
    all
}

/// Address literals that end in `host`: two of each kind with different addresses, since a route may name one of them.
fn literal_prefixes(host: Option<&[u8]>, taken: &dyn Fn(&[u8]) -> bool, all: &mut Vec<Vec<u8>>) {
    let Some((octets, tail)) = octets_of(host) else {
        return;
    };
    for bracketed in [false, true] {
        if tail.is_some_and(|tail| tail != bracketed) {
            continue;
        }
        let open = if bracketed { "[" } else { "" };
        let close = if bracketed && octets == 0 { "]" } else { "" };
        let free = |labels: &mut dyn Iterator<Item = String>| -> Vec<String> {
            let labels = labels.filter(|label| !taken(label.as_bytes()));
            labels.take(2).collect()
        };
        // The label beside `host` is the first of the literal.
        if octets == 0 || octets == 3 {
            let labels = free(&mut (1..).map(|n: u64| format!("{open}::{n:x}:1{close}")));
            all.extend(labels.into_iter().map(String::into_bytes));
        }
        let filler = "1.".repeat(3 - octets);
        for kind in OCTETS {
            let open = if octets == 3 { open } else { "" };
            let labels = kind.all().map(|octet| format!("{open}{octet}{close}"));
            for octet in free(&mut { labels }) {
                if octets == 3 {
                    all.push(octet.into_bytes());
                    continue;
                }
                let open = if bracketed { "[" } else { "" };
                all.push(format!("{open}{filler}{octet}").into_bytes());
                if kind == Octet::Plain {
                    all.push(format!("{open}2{}{octet}", &filler[1..]).into_bytes());
                    all.push(format!("{open}::{filler}{octet}").into_bytes());
                    all.push(format!("{open}::2:{filler}{octet}").into_bytes());
                }
            }
        }
    }
}

/// Number of octets that `host` ends an address with (0 to 3), and whether a `]` closes it; `None` when no literal ends in
/// it. The root ends both kinds.
fn octets_of(host: Option<&[u8]>) -> Option<(usize, Option<bool>)> {
    let Some(host) = host else {
        return Some((0, None));
    };
    let digits = host.strip_suffix(b"]").unwrap_or(host);
    let mut labels = digits.split(|&b| b == b'.');
    let all_digits = labels
        .clone()
        .all(|label| !label.is_empty() && label.iter().all(u8::is_ascii_digit));
    let octets = labels.by_ref().take(4).count();
    (all_digits && octets < 4).then_some((octets, Some(digits.len() < host.len())))
}

/// How an octet is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Octet {
    /// As everyone reads it.
    Plain,
    /// With zeros before it: no octet to `inet_pton`.
    Padded,
    /// Above 255: qmail wraps it.
    Over,
}

const OCTETS: [Octet; 3] = [Octet::Plain, Octet::Padded, Octet::Over];

impl Octet {
    /// All octets written like that, or more than any tree has labels.
    fn all(self) -> impl Iterator<Item = String> {
        let end = if self == Octet::Plain { 256 } else { u64::MAX };
        (0..end).map(move |n| match self {
            Octet::Plain => n.to_string(),
            Octet::Padded => format!("{}{}", "0".repeat(1 + (n / 256) as usize), n % 256),
            Octet::Over => (256 + u128::from(n)).to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_labels_are_letters() {
        assert_eq!(fresh(b"other", |_| false), b"other");
        assert_eq!(fresh(b"o", |l| l.len() < 2), b"oa");
        let mut seen = std::collections::HashSet::new();
        for _ in 0..2000 {
            let label = fresh(b"o", |l| seen.contains(l));
            assert!(seen.insert(label));
        }
    }

    #[test]
    fn literals_below_a_host() {
        let below = |host: Option<&str>| {
            let mut all = Vec::new();
            literal_prefixes(host.map(str::as_bytes), &|_| false, &mut all);
            let text = |p: Vec<u8>| {
                let prefix = String::from_utf8(p).unwrap();
                host.map_or(prefix.clone(), |h| format!("{prefix}.{h}"))
            };
            all.into_iter().map(text).collect::<Vec<_>>()
        };
        for host in [None, Some("4"), Some("3.4"), Some("2.3.4"), Some("4]")] {
            let mut kinds = [0; 4];
            for literal in below(host) {
                let inner = literal.trim_start_matches('[').trim_end_matches(']');
                let v4 = inner.split('.').count() == 4 && !inner.contains(':');
                let plain: Option<std::net::IpAddr> = inner.parse().ok();
                let over = inner
                    .split('.')
                    .any(|o| o.parse::<u32>().is_ok_and(|n| n > 255));
                match plain {
                    Some(std::net::IpAddr::V4(_)) => kinds[0] += 1,
                    Some(std::net::IpAddr::V6(_)) => kinds[1] += 1,
                    None if v4 && over => kinds[2] += 1,
                    None if v4 => kinds[3] += 1,
                    None => panic!("{literal}"),
                }
                assert_eq!(
                    literal.starts_with('['),
                    literal.ends_with(']'),
                    "{literal}"
                );
            }
            assert!(kinds.iter().all(|&n| n >= 2), "{host:?} {kinds:?}");
        }
        for host in ["1.2.3.4", "x", "", "4.", "]", "4].x"] {
            assert!(below(Some(host)).is_empty(), "{host}");
        }
    }
}
