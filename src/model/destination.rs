//! What a route says about where mail goes: destinations as stated, not yet as they take effect.

use std::fmt;

use crate::source::Text;

/// A port as a product scanned it, which is not always what reaches the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Port(u64);

impl Port {
    /// SMTP, 25.
    pub const SMTP: Port = Port(25);
    /// QMTP, 209.
    pub const QMTP: Port = Port(209);

    /// The number that the product's scanner returned.
    pub fn scanned(number: u64) -> Self {
        Port(number)
    }

    /// The number as scanned.
    pub fn number(self) -> u64 {
        self.0
    }

    /// What reaches the wire: the low 16 bits (notqmail `timeoutconn.c:28-29`).
    pub fn wire(self) -> u16 {
        (self.0 & 0xFFFF) as u16
    }
}

/// How several hops of one route are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Choice {
    /// One after the other, as written.
    #[default]
    InOrder,
    /// By ascending preference; equal ones at random.
    ByPreference,
    /// In turn, one message each.
    RoundRobin,
    /// One at random; the others are not tried.
    OneAtRandom,
}

/// What is spoken on the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Protocol {
    /// SMTP.
    #[default]
    Smtp,
    /// SMTP inside TLS from the first byte (port 465).
    Smtps,
    /// QMTP.
    Qmtp,
    /// QMTP inside TLS (port 6209).
    Qmtps,
}

/// What a route demands of transport security.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Tls {
    /// STARTTLS must be offered (Courier `SECURITY=STARTTLS`).
    pub starttls: bool,
    /// TLS is required on the way on (Courier `SECURITY=REQUIRED`).
    pub required: bool,
    /// TLS from the first byte (Courier `SECURITY=SMTPS`).
    pub implicit: bool,
}

/// How the addresses of a hop are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HopLookup {
    /// The MX of the recipient's own domain, as if there were no route.
    OwnMx,
    /// The MX of this name.
    MxOf(Text),
    /// The addresses of this name, never its MX; it may be an IP address.
    Address(Text),
}

/// A destination as stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// How its addresses are found.
    pub lookup: HopLookup,
    /// The port, when one is stated.
    pub port: Option<Port>,
    /// The protocol, when it is not SMTP.
    pub protocol: Protocol,
    /// The preference, when one is stated: a smaller one is tried first.
    pub preference: Option<u16>,
    /// True when it is written down and not used.
    pub disabled: bool,
    /// Credentials, when stated.
    pub credentials: Option<StatedCredentials>,
}

impl Hop {
    /// A destination of which nothing but this is stated.
    pub fn to(lookup: HopLookup) -> Self {
        Hop {
            lookup,
            port: None,
            protocol: Protocol::Smtp,
            preference: None,
            disabled: false,
            credentials: None,
        }
    }
}

/// Text that is never shown: a password. `Debug` prints `…`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret(Text);

impl Secret {
    /// Marks `text` as secret.
    pub fn new(text: Text) -> Self {
        Secret(text)
    }

    /// Where it stands. Only a writer and a deliverer have a reason to ask.
    pub fn expose(self) -> Text {
        self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The password that a product would use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    /// It is written in the route.
    Stated(Secret),
    /// The route has none, and the product reads the next line of the file as the password (sagredo
    /// `qmail-remote.c:1039` tests the wrong index).
    FromNextLine(Secret),
    /// The product reads beyond its data; there is no defined answer, and nothing may ever be sent.
    Undefined,
}

/// Credentials as stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatedCredentials {
    /// The user name.
    pub user: Text,
    /// The password, or what the product takes for it.
    pub password: Password,
}
