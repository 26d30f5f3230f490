//! How a product matches and what it does around a match: filled in by the reader, interpreted by lookup.

/// Which of several matching routes decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precedence {
    /// The key tried first decides; `last_of_equals` says which of two equal keys.
    MostSpecific {
        /// The last line with an equal key wins (`constmap`), else the first.
        last_of_equals: bool,
    },
    /// The first line of the file that matches decides.
    FirstMatch,
    /// The route that is most special in its recipient and its sender decides; which one of several, no vendor says.
    Narrowest,
}

/// Which keys are tried, most specific first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Walk {
    /// The whole, every suffix that starts with a dot, the empty key (qmail-remote).
    DotSuffixes,
    /// The whole, every suffix behind a dot, the empty key (skarnet).
    SuffixesWithoutDot,
    /// The whole, every suffix that starts with a dot or an at sign, the empty key (authsenders).
    DotAndAtSuffixes,
    /// The whole address, its domain, the domain's suffixes that start with a dot, the empty key (virtualdomains,
    /// transport(5)).
    AddressThenDotSuffixes,
    /// As [`Walk::AddressThenDotSuffixes`], but `.d` is tried for the domain `d` itself too, behind `d`.
    AddressThenDotSuffixesAndApex,
    /// The whole address, its domain, the domains above it, the empty key (transport(5) with
    /// `parent_domain_matches_subdomains`).
    AddressThenSuffixesWithoutDot,
    /// The whole, `*` and every suffix that starts with a dot, `default` (Qsmtp's smtproutes.d).
    StarSuffixes,
    /// The whole and nothing else.
    Exact,
    /// The one key `!@`, for the null sender only (bounce route of s/qmail and indimail).
    NullSender,
}

/// How keys are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyCase {
    /// ASCII letters without case, all other bytes exactly (`case_diffb`).
    AsciiInsensitive,
    /// Byte for byte.
    Sensitive,
    /// As Unicode: A-labels decoded, then lower case (Courier `config_domaincmp`).
    Unicode,
    /// As `Unicode`, but only ASCII letters lose their case: the same function built without Unicode tables.
    Decoded,
}

/// What a stage's keys are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The recipient's host.
    Host,
    /// The recipient's whole address.
    Recipient,
    /// The sender.
    Sender,
}

/// Bytes that separate a local part from its extension; none in most products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Delimiters([u8; 4]);

impl Delimiters {
    /// None.
    pub const NONE: Delimiters = Delimiters([0; 4]);

    /// The bytes of `set`; `None` when there are more than four, or one is no printable ASCII.
    pub fn new(set: &[u8]) -> Option<Self> {
        let mut bytes = [0; 4];
        bytes.get_mut(..set.len())?.copy_from_slice(set);
        set.iter()
            .all(u8::is_ascii_graphic)
            .then_some(Delimiters(bytes))
    }

    /// True without any.
    pub fn is_empty(self) -> bool {
        self.0[0] == 0
    }

    /// True for one of them.
    pub fn contains(self, byte: u8) -> bool {
        byte != 0 && self.0.contains(&byte)
    }
}

/// How one stage matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Semantics {
    /// Which match decides.
    pub precedence: Precedence,
    /// Which keys are tried.
    pub walk: Walk,
    /// How they are compared.
    pub key_case: KeyCase,
    /// What they are made of.
    pub subject: Subject,
    /// What separates an extension: an address is then tried without it too, behind the whole.
    pub delimiters: Delimiters,
}

/// Which relay names are IP addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LiteralRule {
    /// `ip_scan` of qmail: four decimal runs, each modulo 256; brackets allowed.
    Wrapping,
    /// `ip_scan` of qmail-ldap: octets above 255 make it a name; brackets allowed.
    Octets,
    /// [`LiteralRule::Wrapping`], except that an octet above 255 is refused; IPv6 in brackets too (dialect `qroute`).
    Checked,
    /// IPv4 as `Wrapping`, IPv6 with or without brackets (s/qmail, indimail).
    WrappingAndV6,
    /// The same, and `IPv6:` in brackets as a mail address has it (Postfix `host_port.c`; RFC 5321, 4.1.3).
    WrappingAndTaggedV6,
    /// `inet_pton` of either family, no brackets (Qsmtp).
    Plain,
    /// In brackets only, either family; a bare address is an error (Courier).
    Bracketed,
    /// None: every name is asked of DNS (skarnet).
    None,
}

/// Whether a recipient's address literal goes through the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostLiterals {
    /// Its bytes are walked like a name's.
    Routed,
    /// A host that begins with `[` never meets the table (Qsmtp `conn.c:160-192`).
    NeverRouted,
}

/// Which recipient domains a product refuses before it asks for their MX.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameCheck {
    /// None.
    None,
    /// Those that `idn2_lookup_u8` refuses: malformed UTF-8, A-labels that decode to nothing.
    Idn2,
}

/// What happens when a relay has no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unresolvable {
    /// The message bounces.
    Bounce,
    /// The message is deferred as a configuration error (Qsmtp).
    Defer,
}

/// Which addresses a product asks for and can connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Families {
    /// A records only.
    V4,
    /// AAAA records only.
    V6,
    /// A and AAAA records.
    Both,
    /// None: every address is ruled out.
    None,
}

/// What becomes of mail that no route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unmatched {
    /// It goes to the MX of its own domain.
    OwnMx,
    /// The table does not say; this is what the product does then.
    Product(&'static str),
}

/// What a product does around its table, the same for all stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Product {
    /// Which relay and host names are addresses.
    pub literals: LiteralRule,
    /// Whether address literals of recipients are routed.
    pub host_literals: HostLiterals,
    /// Which recipient domains are refused.
    pub own_mx_names: NameCheck,
    /// What becomes of a relay without address.
    pub unresolvable: Unresolvable,
    /// Which address families are tried.
    pub families: Families,
    /// What becomes of mail that no route takes.
    pub unmatched: Unmatched,
    /// True when one dot at the end of a recipient's domain is dropped before the table is asked.
    pub drops_final_dot: bool,
}
