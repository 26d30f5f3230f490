//! How a dialect writes a value, as far as rules need to know.

/// What a dialect is called, and the separators of its values.
///
/// Rules name the mistake by it; what a line means is asked of the reader, never of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notation {
    /// The format: `smtproutes`.
    pub format: &'static str,
    /// The dialect's name: `notqmail`; that of the format where it has none.
    pub name: &'static str,
    /// The product: `notqmail, netqmail, qmail 1.03`.
    pub title: &'static str,
    /// The table's file name.
    pub file: &'static str,
    /// What stands before a port.
    pub port_separator: u8,
    /// What stands before the user and before the password; `None` when the dialect has no credentials.
    pub credentials: Option<u8>,
    /// True when the key `!@` is the route of bounces.
    pub bounce_key: bool,
    /// True when `authsenders` is read.
    pub auth_senders: bool,
    /// True when a line is read without regard to the others.
    pub independent_lines: bool,
    /// True when a route is a line.
    pub is_of_lines: bool,
}

impl Notation {
    /// That of a format other than smtproutes: rules of a line do not look at it.
    pub fn of_format(format: &'static str, title: &'static str, file: &'static str) -> Self {
        Notation {
            format,
            name: format,
            title,
            file,
            port_separator: b':',
            credentials: None,
            bounce_key: false,
            auth_senders: false,
            independent_lines: false,
            is_of_lines: false,
        }
    }

    /// True for smtproutes, whose lines rules look at under each dialect.
    pub fn has_dialects(&self) -> bool {
        self.format == "smtproutes"
    }

    /// True when CR ends a line, `#` starts a comment anywhere, blanks around a value do not count and `/` begins flags:
    /// Courier.
    pub fn is_lenient(&self) -> bool {
        self.name == "courier"
    }

    /// True when a `#` that touches what stands before it starts a comment: Courier and Qsmtp.
    pub fn cuts_comments(&self) -> bool {
        matches!(self.name, "courier" | "qsmtp")
    }

    /// True when fields follow the port: `relay:port:penalty:tolerance` of indimail.
    pub fn has_penalty_fields(&self) -> bool {
        matches!(self.name, "indimail" | "indimail-auth")
    }

    /// True when two lines with equal keys are a warning, whatever they say: the lists of cPanel, which its panel writes.
    pub fn warns_of_repeats(&self) -> bool {
        self.format == "cpanel"
    }

    /// True when `domain::port` is the domain's own MX on that port: Qsmtp.
    pub fn has_port_of_mx(&self) -> bool {
        self.name == "qsmtp"
    }

    /// True when an IPv4 address without brackets is one: not so for Courier, which wants them, and skarnet, which asks DNS
    /// for every relay.
    pub fn reads_bare_addresses(&self) -> bool {
        !matches!(self.name, "courier" | "skarnet")
    }
}
