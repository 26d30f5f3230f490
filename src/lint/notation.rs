//! How a dialect writes a value, as far as rules need to know.

/// What a dialect is called, and the separators of its values.
///
/// Rules name the mistake by it; what a line means is asked of the reader, never of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notation {
    /// The dialect's name: `notqmail`.
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
}
