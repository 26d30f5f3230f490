//! One smart host: `host:port:auth:user:password`.

use std::net::Ipv6Addr;

use super::super::names::{self, BadHost, BadName, Host};
use super::routes::Reader;
use super::values::Leaf;
use crate::diagnostic::{Finding, Severity};
use crate::model::{Hop, HopLookup, Password, Port, Secret, StatedCredentials};
use crate::source::{Span, Text, Visible};

/// The parts of a value, split at its first four colons: all but the first may be missing.
#[derive(Clone, Copy)]
pub(super) struct Parts<'v> {
    pub host: &'v [u8],
    pub port: Option<&'v [u8]>,
    pub auth: Option<&'v [u8]>,
    pub user: Option<&'v [u8]>,
    pub password: Option<&'v [u8]>,
}

impl<'v> Parts<'v> {
    pub fn of(value: &'v [u8]) -> Self {
        let mut parts = value.splitn(5, |&b| b == b':');
        Parts {
            host: parts.next().unwrap_or(value),
            port: parts.next(),
            auth: parts.next(),
            user: parts.next(),
            password: parts.next(),
        }
    }

    /// How many bytes of the value surely are no password: in one that is not written as documented, a word at a wrong place
    /// may be.
    pub fn open(&self) -> usize {
        let mut open = self.host.iter().take_while(|b| is_of_host(**b)).count();
        if open < self.host.len() {
            return open;
        }
        let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
        match self.port {
            // A word for a port that nothing follows is one.
            Some(port) if digits(port) || self.auth.is_none() => open += 1 + port.len(),
            Some(_) => return open + 1,
            None => return open,
        }
        match self.auth {
            Some(auth) if digits(auth) && auth.len() < 4 => open += 1 + auth.len(),
            Some(_) => return open + 1,
            None => return open,
        }
        match (self.user, self.password) {
            (Some(user), Some(_)) => open + 2 + user.len(),
            // Without its colon the password may be part of it.
            (Some(_), None) => open + 1,
            (None, _) => open,
        }
    }
}

fn is_of_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'*' | b'/')
}

/// A value as it may be shown.
pub(super) fn shown(value: &[u8]) -> String {
    let open = Parts::of(value).open();
    let text = Visible(value.get(..open).unwrap_or(value)).to_string();
    match open < value.len() {
        true => format!("{text}…"),
        false => text,
    }
}

/// Reads the value called `name`. `None` when no mail can be sent by it; that is noted.
pub(super) fn hop(reader: &mut Reader<'_>, name: &str, leaf: Leaf) -> Option<Hop> {
    let text = leaf.value.text;
    if text.is_empty() {
        reader.missing_value(leaf.tag, name);
        return None;
    }
    let value = reader.notes.bytes(text).to_vec();
    let parts = Parts::of(&value);
    let place = |part: &[u8]| {
        let at = part.as_ptr() as usize - value.as_ptr() as usize;
        Span::new(text.start + at as u32, part.len() as u32)
    };
    let host = host(reader, &value, parts, place(parts.host));
    let port = match parts.port {
        None | Some(b"") => Some(None),
        Some(port) => self::port(reader, port, place(port), parts).map(Some),
    };
    let auth = match parts.auth {
        None | Some(b"" | b"0") => Some(false),
        Some(b"1") => Some(true),
        Some(auth) => {
            bad_auth(reader, auth, place(auth));
            None
        }
    };
    let end = Span::new(text.end(), 0);
    let (user, password) = (
        parts.user.map_or(end, place),
        parts.password.map_or(end, place),
    );
    let credentials = match auth? {
        true => {
            login(reader, leaf, user, password, parts)?;
            Some(StatedCredentials {
                user,
                password: Password::Stated(Secret::new(password)),
            })
        }
        false => {
            if !user.is_empty() || !password.is_empty() {
                let message =
                    format!("`{name}` names a user or a password, and its third part is not 1");
                let span = reader.notes.source(user);
                let effect = "none: nobody logs in with them";
                reader.notes.warn("inert-value", span, message, effect);
            }
            None
        }
    };
    Some(Hop {
        port: port?,
        credentials,
        ..Hop::to(HopLookup::Address(host?))
    })
}

fn host(reader: &mut Reader<'_>, value: &[u8], parts: Parts<'_>, place: Text) -> Option<Text> {
    let v6 = std::str::from_utf8(value).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok());
    let url = parts.port.is_some_and(|port| port.starts_with(b"//"));
    let why = match names::host(parts.host) {
        _ if v6 => format!(
            "`{}` is an IPv6 address, and the product knows IPv4 alone",
            Visible(value)
        ),
        _ if value.first() == Some(&b'[') => {
            "the host begins with `[`, and the product knows no IPv6 addresses".to_owned()
        }
        _ if url => "a URL where a host should stand".to_owned(),
        Err(BadHost::Name(BadName::Empty)) => "no host stands before the first colon".to_owned(),
        Ok(Host::Name(name)) if name.unicode => {
            format!("`{}` holds letters outside of ASCII", shown(parts.host))
        }
        Ok(found) => return Some(reader.notes.host(&found, place)),
        Err(why) => format!("`{}` is no host: {why}", shown(parts.host)),
    };
    // Of an address only the first part is one of ours.
    let place = match v6 {
        true => Span::new(place.start, value.len() as u32),
        false => place,
    };
    let help = "write a name or an IPv4 address, then `:` and the port";
    let span = reader.notes.source(place);
    reader.error("bad-host", span, why, help);
    None
}

fn port(reader: &mut Reader<'_>, port: &[u8], place: Text, parts: Parts<'_>) -> Option<Port> {
    let why = match names::port(port) {
        Ok(port) => return Some(Port::scanned(u64::from(port))),
        Err(why) => why,
    };
    // Somebody who leaves out the port puts a user or a password in its place.
    let message = match parts.auth.is_none() || port.iter().all(u8::is_ascii_digit) {
        true => format!("`{}`: {why}", Visible(port)),
        false => format!("{why}"),
    };
    let span = reader.notes.source(place);
    let help = "write a port from 1 to 65535, or nothing for 25";
    reader.error("bad-port", span, message, help);
    None
}

fn bad_auth(reader: &mut Reader<'_>, auth: &[u8], place: Text) {
    let known = auth.len() < 4 && auth.iter().all(u8::is_ascii_digit);
    let message = match known {
        true => format!("`{}` behind the port is neither 0 nor 1", Visible(auth)),
        false => "what stands behind the port is neither 0 nor 1".to_owned(),
    };
    let span = reader.notes.source(place);
    let help = "write host:port:1:user:password to log in, host:port to send without";
    reader.error("bad-auth", span, message, help);
}

/// What is odd about a user and a password. `None` when they are none; that is noted.
fn login(
    reader: &mut Reader<'_>,
    leaf: Leaf,
    user: Text,
    password: Text,
    parts: Parts<'_>,
) -> Option<()> {
    let control = |text: Text| reader.notes.bytes(text).iter().any(u8::is_ascii_control);
    let whole = reader.notes.source(leaf.value.text);
    if control(user) || control(password) {
        let message = "a control character or a line break in the user or the password";
        let help = "write both on one line";
        reader.error("bad-credentials", whole, message, help);
        return None;
    }
    let host = shown(parts.host);
    if user.is_empty() {
        let message = format!("{host} is to be logged in at, and there is no user");
        let effect = "the product tries to authenticate as nobody: the host may refuse the mail";
        let place = reader
            .notes
            .source(Span::new(leaf.value.text.start, parts.host.len() as u32));
        reader.notes.warn("auth-incomplete", place, message, effect);
    } else if password.is_empty() {
        let message = format!("{host} is to be logged in at, and the password is empty");
        let span = reader.notes.source(user);
        let finding = Finding::new("auth-incomplete", Severity::Info, span, message);
        let effect = "the product tries to authenticate with an empty password";
        reader.notes.add(finding.effect(effect));
    }
    if reader.notes.bytes(password).contains(&b':') {
        colon(reader, user);
    }
    if leaf.value.trimmed && !password.is_empty() {
        let message = "blanks stand around a value that ends in a password";
        let effect = "taken without them; if they belong to the password, another one is sent";
        // The user, so that no place of the password is told.
        let span = reader.notes.source(user);
        reader
            .notes
            .warn("blank-around-value", span, message, effect);
    }
    Some(())
}

/// A password with a colon, which is how nobody documents to write one.
fn colon(reader: &mut Reader<'_>, user: Text) {
    let span = reader.notes.source(user);
    let message = "the password holds a colon";
    if reader.assumed.is("password-colons", "error") {
        let help = "choose a password without one";
        reader.error("colon-in-password", span, message, help);
        return;
    }
    reader.doubt("password-colons");
    let finding = Finding::new("colon-in-password", Severity::Info, span, message);
    let effect = "all of it is taken, as nothing can follow a password; if the product ends it at the colon, it cannot log in";
    reader.notes.add(finding.effect(effect));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        for (value, wanted) in [
            ("mx", "mx"),
            ("mx:25", "mx:25"),
            ("mx:smtp", "mx:smtp"),
            ("mx::", "mx::"),
            ("mx:25:1:u", "mx:25:1:…"),
            ("mx:25:1:", "mx:25:1:"),
            ("mx:25:1:u:", "mx:25:1:u:"),
            ("mx:25:1:u:p:q", "mx:25:1:u:…"),
            ("mx:25:u:p", "mx:25:…"),
            ("mx:u:p", "mx:…"),
            ("mx,25,1,u,p", "mx…"),
            ("mx|u|p", "mx…"),
            ("mx 25 u p", "mx…"),
            ("[::1]:25:1:u:p", "…"),
            (":25:1:u:p", ":25:1:u:…"),
        ] {
            assert_eq!(shown(value.as_bytes()), wanted, "{value}");
        }
    }
}
