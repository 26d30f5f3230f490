//! Equality route by route: stronger than for all mail, and linear.

use crate::lookup::{Literal, equal, parse_literal};
use crate::model::{
    Action, Condition, Document, FileVerdict, Hop, HopLookup, KeyCase, LiteralRule, Password, Port,
    Protocol, RouteView, StatedCredentials,
};
use crate::source::Text;

/// True when both documents hold the same routes in the same order, read by the same product: mail then goes the same way
/// for every recipient and every sender, with the same credentials.
///
/// The same are: verdicts with their reports; keys and conditions as the stage compares them; names and owners; hosts without ASCII case, or the same address;
/// ports as on the wire; protocol, TLS, families and memory of time-outs; user and password byte for byte, and where the
/// password stands. What is assumed of a route (its doubts) does not count: another spelling may leave nothing to assume. Two relays that no host can be called (a byte outside letters, digits, `.`, `-`, `_`) are the same, as
/// neither has an address.
pub fn same_in_order(old: &Document, new: &Document) -> bool {
    let table = &old.table;
    let literals = table.product.literals;
    same_frame(old, new)
        && table.stages().iter().all(|stage| {
            let case = stage.semantics.key_case;
            (stage.first..stage.end)
                .all(|index| same_route(case, literals, old.route(index), new.route(index)))
        })
}

/// The same product, verdict, stages and numbers of routes, and the same beside the table.
pub(super) fn same_frame(old: &Document, new: &Document) -> bool {
    let (a, b) = (&old.table, &new.table);
    let same_stages = a.stages().len() == b.stages().len()
        && a.stages().iter().zip(b.stages()).all(|(a, b)| {
            (a.name, a.semantics, a.first, a.end) == (b.name, b.semantics, b.first, b.end)
        });
    let beside = |document: &Document| -> Vec<Vec<u8>> {
        let hosts = document.percenthack.iter();
        hosts.map(|&text| document.bytes(text).to_vec()).collect()
    };
    a.product == b.product
        && a.len() == b.len()
        && same_stages
        && same_verdict(&a.verdict, &b.verdict)
        && beside(old) == beside(new)
}

fn same_verdict(old: &FileVerdict, new: &FileVerdict) -> bool {
    match (old, new) {
        (
            FileVerdict::DeferAll { report, kind, .. },
            FileVerdict::DeferAll {
                report: report_new,
                kind: kind_new,
                ..
            },
        ) => report == report_new && kind == kind_new,
        (FileVerdict::Normal, FileVerdict::Normal)
        | (FileVerdict::IgnoredWhole(_), FileVerdict::IgnoredWhole(_)) => true,
        _ => false,
    }
}

fn same_route(case: KeyCase, rule: LiteralRule, old: RouteView<'_>, new: RouteView<'_>) -> bool {
    let (a, b) = (old.key(), new.key());
    // Names in ASCII that are equal but for case are equal to every reader that folds case.
    let same_key = a == b
        || (case != KeyCase::Sensitive && a.is_ascii() && a.eq_ignore_ascii_case(b))
        || equal(case, a, b);
    let pair = Pair { old, new, rule };
    same_key
        && pair.same_condition(case)
        && old.name() == new.name()
        && old.owner() == new.owner()
        && pair.same_action()
}

/// Two routes, seen in their documents.
pub(super) struct Pair<'d> {
    pub old: RouteView<'d>,
    pub new: RouteView<'d>,
    /// Which relays are addresses.
    pub rule: LiteralRule,
}

impl Pair<'_> {
    fn bytes(&self, old: Text, new: Text) -> (&[u8], &[u8]) {
        (
            self.old.document().bytes(old),
            self.new.document().bytes(new),
        )
    }

    /// Both do the same with mail.
    pub fn same_action(&self) -> bool {
        match (self.old.action(), self.new.action()) {
            (
                Action::Relay {
                    choice,
                    hops,
                    tls,
                    families,
                    memory,
                    resolvers,
                },
                Action::Relay {
                    choice: choice_new,
                    hops: hops_new,
                    tls: tls_new,
                    families: families_new,
                    memory: memory_new,
                    resolvers: resolvers_new,
                },
            ) => {
                hops.len() == hops_new.len()
                    && hops.iter().zip(&hops_new).all(|(a, b)| self.same_hop(a, b))
                    && (hops.len() == 1
                        || hops
                            .iter()
                            .zip(&hops_new)
                            .all(|(a, b)| a.preference == b.preference))
                    && (choice == choice_new || hops.len() == 1)
                    && tls == tls_new
                    && families == families_new
                    && memory.unwrap_or_default() == memory_new.unwrap_or_default()
                    && self.same_texts(&resolvers, &resolvers_new)
            }
            (
                Action::Reject {
                    status,
                    text,
                    temporary,
                },
                Action::Reject {
                    status: status_new,
                    text: text_new,
                    temporary: temporary_new,
                },
            ) => {
                temporary == temporary_new
                    && self.same_texts(status.as_slice(), status_new.as_slice())
                    && self.same_texts(&[text], &[text_new])
            }
            (
                Action::Transport { name, nexthop },
                Action::Transport {
                    name: name_new,
                    nexthop: nexthop_new,
                },
            ) => self.same_texts(&[name, nexthop], &[name_new, nexthop_new]),
            (
                Action::Refused {
                    kind,
                    report,
                    temporary,
                    ..
                },
                Action::Refused {
                    kind: kind_new,
                    report: report_new,
                    temporary: temporary_new,
                    ..
                },
            ) => (kind, report, temporary) == (kind_new, report_new, temporary_new),
            (a, b) => a == b,
        }
    }

    fn same_hop(&self, old: &Hop, new: &Hop) -> bool {
        let same_host = match (old.lookup, new.lookup) {
            (HopLookup::OwnMx, HopLookup::OwnMx) => true,
            (HopLookup::MxOf(a), HopLookup::MxOf(b))
            | (HopLookup::Address(a), HopLookup::Address(b)) => {
                let (a, b) = self.bytes(a, b);
                a == b || same_host(self.rule, a, b)
            }
            _ => false,
        };
        same_host
            && old.protocol == new.protocol
            && wire(old) == wire(new)
            && old.disabled == new.disabled
            && self.same_credentials(old.credentials, new.credentials)
    }

    /// Both have the same conditions, with keys that are the same under `case`.
    fn same_condition(&self, case: KeyCase) -> bool {
        let none = Condition::default();
        let (old, new) = (self.old.condition(), self.new.condition());
        let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
        let same_key = |(&a, &b): (&Text, &Text)| {
            let (a, b) = self.bytes(a, b);
            equal(case, a, b)
        };
        let same_keys =
            |a: &[Text], b: &[Text]| a.len() == b.len() && a.iter().zip(b).all(same_key);
        let same_subject = match (&old.subject, &new.subject) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                (a.operator, a.ignore_case) == (b.operator, b.ignore_case)
                    && self.same_texts(&[a.operand], &[b.operand])
            }
            _ => false,
        };
        old.direction == new.direction
            && old.unbound == new.unbound
            && same_keys(old.sender.as_slice(), new.sender.as_slice())
            && same_keys(&old.except, &new.except)
            && same_subject
    }

    fn same_texts(&self, old: &[Text], new: &[Text]) -> bool {
        let same = |(&a, &b): (&Text, &Text)| {
            let (a, b) = self.bytes(a, b);
            a == b
        };
        old.len() == new.len() && old.iter().zip(new).all(same)
    }

    fn same_credentials(
        &self,
        old: Option<StatedCredentials>,
        new: Option<StatedCredentials>,
    ) -> bool {
        let (old, new) = match (old, new) {
            (None, None) => return true,
            (Some(old), Some(new)) => (old, new),
            _ => return false,
        };
        let (user, user_new) = self.bytes(old.user, new.user);
        let same_password = match (old.password, new.password) {
            (Password::Stated(a), Password::Stated(b))
            | (Password::FromNextLine(a), Password::FromNextLine(b)) => {
                let (a, b) = self.bytes(a.expose(), b.expose());
                a == b
            }
            (Password::Undefined, Password::Undefined) => true,
            _ => false,
        };
        user == user_new && same_password
    }
}

/// The port that reaches the wire.
fn wire(hop: &Hop) -> u16 {
    let default = match hop.protocol {
        Protocol::Qmtp => Port::QMTP,
        _ => Port::SMTP,
    };
    hop.port.unwrap_or(default).wire()
}

fn same_host(rule: LiteralRule, a: &[u8], b: &[u8]) -> bool {
    match (parse_literal(rule, a), parse_literal(rule, b)) {
        (Literal::Name, Literal::Name) => {
            a.eq_ignore_ascii_case(b) || (is_no_name(a) && is_no_name(b))
        }
        (a, b) => a == b,
    }
}

/// True when no host is called so. Bytes above 127 may be a name in a resolver of somebody's own.
fn is_no_name(host: &[u8]) -> bool {
    host.iter()
        .any(|&b| b.is_ascii() && !b.is_ascii_alphanumeric() && !matches!(b, b'.' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::smtproutes::{Dialect, read};
    use crate::source::Input;

    fn same(dialect: &str, old: &str, new: &str) -> bool {
        let dialect = Dialect::find(dialect).unwrap();
        let [old, new] = [old, new].map(|text| {
            let input = Input::single(dialect.file, "-", text.as_bytes().to_vec()).unwrap();
            read(input, dialect).unwrap()
        });
        same_in_order(&old, &new)
    }

    #[test]
    fn what_is_the_same() {
        for (dialect, old, new) in [
            ("notqmail", "A.b:MX:0025 \n", "a.b:mx\n"),
            ("notqmail", "a:257.2.3.4", "a:1.2.3.4"),
            ("aqmail", "a:mx:0025\n", "a:mx:25\n"),
            ("aqmail", "a:2001:DB8::0025", "a:2001:db8::25"),
            ("courier", "XN--BCHER-KVA.d:mx", "bücher.d:mx"),
            ("skarnet", "a:b \n", "z:c:\n"),
            ("qsmtp", "a b:c\n", "x y\n"),
            ("sagredo", "a:mx|u|p\n", "A:mx|u|p\n"),
            ("eqmail", "a:mx u\nb:c\n", "a:mx u \nb:c \n"),
        ] {
            assert!(same(dialect, old, new), "{dialect} {old}");
        }
    }

    #[test]
    fn what_is_not() {
        for (dialect, old, new) in [
            ("notqmail", "a:b\nc:d\n", "c:d\na:b\n"),
            ("notqmail", "a:mx:25x\n", "a:mx:26\n"),
            ("notqmail", "a:", "a::25"),
            ("notqmail", "a:mx", "a:mx\r"),
            ("skarnet", "A:b", "a:b"),
            ("skarnet", "a:b \n", "a:b\n"),
            ("skarnet", "a:b \n", "a:b:\n"),
            ("qsmtp", "a:b\n c:d\n", "a:b\nc:d\n"),
            ("sagredo", "a:mx|u|p\n", "a:mx|u|P\n"),
            ("sagredo", "a:mx|u\nb:c\n", "a:mx|u\nB:c\n"),
            ("sagredo", "a:mx|u\nb:c\n", "a:mx|u|b:c\nb:c\n"),
            ("qroute", "a:mx:0", "a:mx:1"),
            ("qmail-ldap", "a:257.2.3.4", "a:1.2.3.4"),
            ("courier", "a:mx/SECURITY=STARTTLS", "a:mx"),
        ] {
            assert!(!same(dialect, old, new), "{dialect} {old}");
        }
    }
}
