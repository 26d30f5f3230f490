//! Single values: recipients, hosts, ports, preferences, switches.

use super::super::names::{self, Host};
use super::routes::{Routes, UNUSED};
use crate::diagnostic::{Finding, Severity};
use crate::model::Port;
use crate::source::{Span, Text, Visible};

impl Routes<'_> {
    /// Whose mail a recipient stands for, as a key: `d`, `.d` for `*.d`, `user@d`, the empty one for `*`. `None` for what is
    /// none; that is noted.
    pub fn recipient(&mut self, text: Text) -> Option<Text> {
        let bytes = self.notes.held(text);
        let shown = Visible(&bytes);
        let bad = |routes: &mut Self, rule, message: String, help: String| {
            let span = routes.notes.source(text);
            routes.notes.error(rule, span, message, UNUSED, help);
            None
        };
        if *bytes == *b"*" {
            self.doubt("default-star");
            return Some(Span::new(text.start, 0));
        }
        let (from, domain) = match bytes.iter().rposition(|&b| b == b'@') {
            Some(at) => {
                if let Some(why) = bad_local_part(&bytes[..at]) {
                    let message = format!("the recipient `{shown}` is no address: {why}");
                    let help = "write user@domain".to_owned();
                    return bad(self, "bad-address", message, help);
                }
                (at + 1, &bytes[at + 1..])
            }
            None if bytes.starts_with(b"*.") => (2, &bytes[2..]),
            None => (0, &bytes[..]),
        };
        let name = match names::name(domain) {
            Ok(name) if !name.unicode => name,
            Ok(_) => {
                let ascii = crate::model::Domain::new(domain);
                let ascii = ascii.map(|domain| domain.to_string()).unwrap_or_default();
                let message = format!("`{shown}` holds letters outside of ASCII");
                let help = format!("write the A-label, `{ascii}`, if this is the domain");
                return bad(self, "unicode-domain", message, help);
            }
            Err(names::BadName::LeadingDot | names::BadName::Star) => {
                let message = format!("`{shown}` is no way to write subdomains or everybody");
                let help =
                    "write *.domain for all domains below one, or * for every recipient".to_owned();
                return bad(self, "wildcard-not-supported", message, help);
            }
            Err(why) => {
                let message = format!("the recipient `{shown}` has no domain: {why}");
                let help = "write a domain, *.domain, user@domain or *".to_owned();
                return bad(self, "bad-address", message, help);
            }
        };
        let end = from + name.range.end;
        if name.final_dot {
            self.doubt("final-dot");
            let plain = Visible(&bytes[..end]).to_string();
            let finding = Finding::new(
                "final-dot",
                Severity::Warning,
                self.notes.source(text),
                format!("a dot stands at the end of `{shown}`"),
            )
            .effect(format!(
                "taken as {plain}; if the product compares the dot too, the entry is never taken"
            ))
            .help("delete the dot");
            let dot = Span::new(text.start + end as u32, 1);
            self.notes.add_fixed(finding, dot, b"");
        }
        // `*.d` is `.d` as a key.
        let start = usize::from(from == 2 && bytes.starts_with(b"*."));
        Some(Span::new(text.start + start as u32, (end - start) as u32))
    }

    /// The host of a server. `None` for what is none; that is noted.
    pub fn host(&mut self, text: Text) -> Option<Text> {
        let bytes = self.notes.held(text);
        let bytes = &*bytes;
        let shown = Visible(bytes);
        let bracketed = bytes.first() == Some(&b'[');
        let found = match names::host(bytes) {
            Ok(_) if bracketed => Err("an address in brackets".to_owned()),
            Ok(Host::Name(name)) if name.unicode => Err("letters outside of ASCII".to_owned()),
            Ok(found) => Ok(found),
            Err(why) => Err(why.to_string()),
        };
        let span = self.notes.source(text);
        match found {
            Ok(found) => {
                if matches!(found, Host::V6(_)) {
                    let message = format!(
                        "`{shown}` is an IPv6 address, which the vendor documents for connections from outside only"
                    );
                    let finding = Finding::new("ipv6-undocumented", Severity::Info, span, message);
                    self.notes.add(finding.effect(
                        "taken as the address; if the product does not know it, the server is not reached",
                    ));
                }
                Some(self.notes.host(&found, text))
            }
            Err(why) => {
                let message = format!("`{shown}` is no host: {why}");
                let help = "write a name, an IPv4 address, or an IPv6 address without brackets";
                self.notes.error("bad-host", span, message, UNUSED, help);
                None
            }
        }
    }

    /// The name whose MX is asked. `None` for what is none; that is noted.
    pub fn mx_name(&mut self, text: Text) -> Option<Text> {
        match names::host(self.notes.bytes(text)) {
            Ok(found @ Host::Name(_)) => self.host_of_name(found, text),
            Ok(_) => {
                let (span, shown) = (self.notes.source(text), self.notes.shown(text));
                let message = format!("`{shown}` is an address, which has no MX records");
                let help = "write the name of the MX record, or static servers";
                self.notes.error("bad-host", span, message, UNUSED, help);
                None
            }
            Err(_) => self.host(text),
        }
    }

    fn host_of_name(&mut self, found: Host, text: Text) -> Option<Text> {
        match &found {
            Host::Name(name) if name.unicode => self.host(text),
            _ => Some(self.notes.host(&found, text)),
        }
    }

    /// A port. `None` for what is none; that is noted.
    pub fn port(&mut self, text: Text) -> Option<Port> {
        match names::port(self.notes.bytes(text)) {
            Ok(port) => Some(Port::scanned(u64::from(port))),
            Err(why) => {
                let message = format!("`{}`: {why}", self.notes.shown(text));
                let span = self.notes.source(text);
                let help = "write a port from 1 to 65535, or none for 25";
                self.notes.error("bad-port", span, message, UNUSED, help);
                None
            }
        }
    }

    /// A preference, lower is tried first. `None` for what is none; that is noted.
    pub fn preference(&mut self, text: Text) -> Option<u16> {
        let bytes = self.notes.bytes(text);
        let digits = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
        let number = std::str::from_utf8(bytes).ok();
        let number = number.and_then(|text| text.parse::<u16>().ok());
        let span = self.notes.source(text);
        match number.filter(|_| digits) {
            Some(number) => {
                if !(1..=100).contains(&number) {
                    self.notes.warn(
                        "preference-range",
                        span,
                        format!("preference {number}"),
                        "the vendor documents no range for this product; its successor takes 1 to 100, and another number may be refused",
                    );
                }
                Some(number)
            }
            None => {
                let message = format!("`{}` is no preference", self.notes.shown(text));
                let help = "write a decimal number from 0 to 65535, lower for what is tried first";
                self.notes
                    .error("bad-preference", span, message, UNUSED, help);
                None
            }
        }
    }

    /// A server of which no preference is stated.
    pub fn without_preference(&mut self, tag: Span) {
        self.notes.warn(
            "missing-preference",
            tag,
            "the server has no preference",
            "where it stands among the others is unknown; taken as the last",
        );
    }
}

/// True or false as people write it.
pub(super) fn boolean(text: &[u8]) -> Option<bool> {
    let is = |names: [&str; 4]| {
        names
            .iter()
            .any(|name| name.as_bytes().eq_ignore_ascii_case(text))
    };
    if is(["true", "1", "yes", "on"]) {
        return Some(true);
    }
    is(["false", "0", "no", "off"]).then_some(false)
}

/// What is wrong with a local part. Only bytes that no other table takes for a separator are let through.
fn bad_local_part(local: &[u8]) -> Option<&'static str> {
    if local.is_empty() {
        return Some("nothing stands before the `@`");
    }
    let atom = |&b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{}~.".contains(&b);
    if local.contains(&b'*') {
        return Some("`*` stands for nothing there");
    }
    (!local.iter().all(atom)).then_some("it holds a character that no plain address has")
}
