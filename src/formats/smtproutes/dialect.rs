//! The dialects of smtproutes: values of one type, read by one reader.

use crate::model::{
    Delimiters, Families, HostLiterals, KeyCase, LiteralRule, NameCheck, Precedence, Product,
    Semantics, Subject, Unmatched, Unresolvable, Walk,
};

/// How the bytes of a file become entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// `control_readfile` of qmail: line by line.
    Control,
    /// `loadlistfd` of Qsmtp: one bad blank drops the file, a bad entry shifts the list.
    Qsmtp,
    /// The state machine of skarnet: one bad byte defers all mail.
    Skarnet,
    /// Courier: comments anywhere, CR ends a line, NUL ends the file.
    Courier,
}

/// How credentials stand in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialRule {
    /// The dialect has none.
    None,
    /// `relay|user|password` or `relay user password`: cut off at the first separator; a missing password is read from the
    /// next line (sagredo `qmail-remote.c:1039`).
    Separated(u8),
    /// qmail-ldap: as `Separated(b' ')`, but the port is looked for in the whole value.
    SeparatedPortAnywhere(u8),
    /// indimail with `AUTH_SMTP`: blanks, both must be there, tokens begin with `/`.
    Indimail,
}

/// How a value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueRules {
    /// What stands before a port.
    pub port_separator: u8,
    /// How credentials are written.
    pub credentials: CredentialRule,
    /// indimail's fields: `relay:port:penalty:tolerance`; an empty port is no port.
    pub penalty_fields: bool,
    /// Bracketed IPv6 relays work, and ports that qmail would wrap or read as 0 are refused (dialect `qroute`). In
    /// authsenders `relay|user|password` is read, and a user without a password is refused.
    pub checked: bool,
}

/// Files beside the table that a dialect reads, in the product's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Siblings {
    /// None.
    None,
    /// `authsenders` (sagredo, and qroute).
    AuthSenders,
    /// `authsenders`, the bounce key and `qmtproutes` (s/qmail).
    SQmail,
    /// The bounce key, `qmtproutes`, `moresmtproutes.cdb` and the environment (indimail).
    Indimail,
    /// `smtproutes.d` (Qsmtp).
    Directory,
}

/// One reader of `control/smtproutes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The name.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// The product.
    pub title: &'static str,
    /// The file's name in the control directory.
    pub file: &'static str,
    /// The control directory's name under the home.
    pub directory: &'static str,
    /// How bytes become entries.
    pub lines: Lines,
    /// How values are read.
    pub value: ValueRules,
    /// What decides before or beside the table.
    pub siblings: Siblings,
    /// How the table matches.
    pub semantics: Semantics,
    /// What the product does around it.
    pub product: Product,
}

const QMAIL_VALUE: ValueRules = ValueRules {
    port_separator: b':',
    credentials: CredentialRule::None,
    penalty_fields: false,
    checked: false,
};

const QMAIL_SEMANTICS: Semantics = Semantics {
    precedence: Precedence::MostSpecific {
        last_of_equals: true,
    },
    walk: Walk::DotSuffixes,
    key_case: KeyCase::AsciiInsensitive,
    subject: Subject::Host,
    delimiters: Delimiters::NONE,
};

const QMAIL_PRODUCT: Product = Product {
    literals: LiteralRule::Wrapping,
    host_literals: HostLiterals::Routed,
    own_mx_names: NameCheck::None,
    unresolvable: Unresolvable::Bounce,
    families: Families::V4,
    unmatched: Unmatched::OwnMx,
    drops_final_dot: false,
};

const NOTQMAIL: Dialect = Dialect {
    name: "notqmail",
    aliases: &["qmail", "netqmail"],
    title: "notqmail, netqmail, qmail 1.03",
    file: "smtproutes",
    directory: "control",
    lines: Lines::Control,
    value: QMAIL_VALUE,
    siblings: Siblings::None,
    semantics: QMAIL_SEMANTICS,
    product: QMAIL_PRODUCT,
};

const S_QMAIL: Dialect = Dialect {
    name: "s-qmail",
    title: "s/qmail",
    aliases: &[],
    value: ValueRules {
        port_separator: b';',
        credentials: CredentialRule::Separated(b'|'),
        ..QMAIL_VALUE
    },
    siblings: Siblings::SQmail,
    product: Product {
        literals: LiteralRule::WrappingAndV6,
        own_mx_names: NameCheck::Idn2,
        families: Families::Both,
        ..QMAIL_PRODUCT
    },
    ..NOTQMAIL
};

const INDIMAIL: Dialect = Dialect {
    name: "indimail",
    title: "indimail without AUTH_SMTP",
    aliases: &[],
    value: ValueRules {
        penalty_fields: true,
        ..QMAIL_VALUE
    },
    siblings: Siblings::Indimail,
    product: Product {
        literals: LiteralRule::WrappingAndV6,
        families: Families::Both,
        ..QMAIL_PRODUCT
    },
    ..NOTQMAIL
};

/// All dialects, in the order of the manual.
pub const DIALECTS: [Dialect; 12] = [
    NOTQMAIL,
    Dialect {
        name: "sagredo",
        aliases: &[],
        title: "sagredo-dev/qmail",
        value: ValueRules {
            credentials: CredentialRule::Separated(b'|'),
            ..QMAIL_VALUE
        },
        siblings: Siblings::AuthSenders,
        product: Product {
            own_mx_names: NameCheck::Idn2,
            ..QMAIL_PRODUCT
        },
        ..NOTQMAIL
    },
    Dialect {
        name: "qmail-ldap",
        aliases: &[],
        title: "qmail-ldap",
        value: ValueRules {
            credentials: CredentialRule::SeparatedPortAnywhere(b' '),
            ..QMAIL_VALUE
        },
        product: Product {
            literals: LiteralRule::Octets,
            ..QMAIL_PRODUCT
        },
        ..NOTQMAIL
    },
    Dialect {
        name: "eqmail",
        aliases: &[],
        title: "eQmail 1.11",
        directory: "etc",
        value: ValueRules {
            credentials: CredentialRule::Separated(b' '),
            ..QMAIL_VALUE
        },
        ..NOTQMAIL
    },
    S_QMAIL,
    Dialect {
        name: "aqmail",
        title: "aQmail",
        directory: "etc",
        ..S_QMAIL
    },
    INDIMAIL,
    Dialect {
        name: "indimail-auth",
        title: "indimail with AUTH_SMTP",
        value: ValueRules {
            credentials: CredentialRule::Indimail,
            ..INDIMAIL.value
        },
        ..INDIMAIL
    },
    Dialect {
        name: "qsmtp",
        aliases: &[],
        title: "Qsmtp (Qremote)",
        lines: Lines::Qsmtp,
        siblings: Siblings::Directory,
        semantics: Semantics {
            precedence: Precedence::FirstMatch,
            ..QMAIL_SEMANTICS
        },
        product: Product {
            literals: LiteralRule::Plain,
            host_literals: HostLiterals::NeverRouted,
            own_mx_names: NameCheck::None,
            unresolvable: Unresolvable::Defer,
            families: Families::Both,
            ..QMAIL_PRODUCT
        },
        ..NOTQMAIL
    },
    Dialect {
        name: "skarnet",
        aliases: &[],
        title: "skarnet.org qmail-remote",
        lines: Lines::Skarnet,
        semantics: Semantics {
            precedence: Precedence::MostSpecific {
                last_of_equals: false,
            },
            walk: Walk::SuffixesWithoutDot,
            key_case: KeyCase::Sensitive,
            ..QMAIL_SEMANTICS
        },
        product: Product {
            literals: LiteralRule::None,
            families: Families::Both,
            ..QMAIL_PRODUCT
        },
        ..NOTQMAIL
    },
    Dialect {
        name: "courier",
        aliases: &[],
        title: "Courier esmtproutes",
        file: "esmtproutes",
        directory: "",
        lines: Lines::Courier,
        value: ValueRules {
            port_separator: b',',
            ..QMAIL_VALUE
        },
        semantics: Semantics {
            precedence: Precedence::FirstMatch,
            key_case: KeyCase::Unicode,
            ..QMAIL_SEMANTICS
        },
        product: Product {
            literals: LiteralRule::Bracketed,
            families: Families::Both,
            ..QMAIL_PRODUCT
        },
        ..NOTQMAIL
    },
    Dialect {
        name: "qroute",
        aliases: &[],
        title: "qroute: notqmail with bracketed IPv6, checked ports and authsenders",
        value: ValueRules {
            checked: true,
            ..QMAIL_VALUE
        },
        siblings: Siblings::AuthSenders,
        product: Product {
            literals: LiteralRule::Checked,
            families: Families::Both,
            ..QMAIL_PRODUCT
        },
        ..NOTQMAIL
    },
];

impl Dialect {
    /// The dialect called `name`, or one of whose aliases is.
    pub fn find(name: &str) -> Option<&'static Dialect> {
        DIALECTS
            .iter()
            .find(|d| d.name == name || d.aliases.contains(&name))
    }

    /// All names and aliases, for messages.
    pub fn names() -> impl Iterator<Item = &'static str> {
        DIALECTS
            .iter()
            .flat_map(|d| std::iter::once(d.name).chain(d.aliases.iter().copied()))
    }

    /// True when a line is read without regard to the others, so that one lookup can search the raw text.
    pub fn lines_are_independent(&self) -> bool {
        matches!(self.lines, Lines::Control)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = Dialect::names().collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(Dialect::find("qmail").map(|d| d.name), Some("notqmail"));
        assert!(Dialect::find("sendmail").is_none());
    }
}
