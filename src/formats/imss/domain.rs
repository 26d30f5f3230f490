//! Domains of keys: `domain`, or `*.domain` for its subdomains without itself.

use super::super::names::{self, BadName};
use super::routes::Reader;
use crate::diagnostic::{Finding, Severity};
use crate::source::{Span, Text, Visible};

/// Whose mail `text` stands for, as a key: `d`, or `.d` for `*.d`. `None` for what is none; that is noted.
pub(super) fn pattern(reader: &mut Reader<'_>, text: Text) -> Option<Text> {
    let bytes = reader.notes.bytes(text).to_vec();
    let shown = reader.shown(text);
    let span = reader.notes.source(text);
    let mut bad = |rule, message: String, help: String| {
        reader.error(rule, span, message, help);
        None
    };
    let from = if bytes.starts_with(b"*.") { 2 } else { 0 };
    let domain = bytes.get(from..).unwrap_or(b"");
    if let Some(at) = domain.iter().rposition(|&b| b == b'@') {
        let message = format!("`{shown}` is an address: the product routes by domain");
        let help = match names::name(&domain[at + 1..]) {
            Ok(_) => format!(
                "write `{}`, if all mail of the domain is meant",
                Visible(&domain[at + 1..])
            ),
            Err(_) => "write domain or *.domain".to_owned(),
        };
        return bad("bad-address", message, help);
    }
    let name = match names::name(domain) {
        Ok(name) if !name.unicode => name,
        Ok(_) => {
            let ascii = crate::model::Domain::new(domain);
            let ascii = ascii.map(|domain| domain.to_string()).unwrap_or_default();
            let message = format!("`{shown}` holds letters outside of ASCII");
            let help = format!("write the A-label, `{ascii}`, if this is the domain");
            return bad("unicode-domain", message, help);
        }
        Err(BadName::LeadingDot | BadName::Star) => {
            let message = format!("`{shown}` is no way to write subdomains or everybody");
            let help =
                "write *.domain for all domains below one; DefaultRelay takes everybody's mail"
                    .to_owned();
            return bad("wildcard-not-supported", message, help);
        }
        Err(why) => {
            let message = format!("`{shown}` is no domain: {why}");
            return bad(
                "bad-address",
                message,
                "write domain or *.domain".to_owned(),
            );
        }
    };
    let end = from + name.range.end;
    if name.final_dot {
        reader.doubt("final-dot");
        let plain = Visible(&bytes[..end]).to_string();
        let message = format!("a dot stands at the end of `{shown}`");
        let finding = Finding::new("final-dot", Severity::Warning, span, message)
            .effect(format!(
                "taken as {plain}; if the product compares the dot too, the key is never taken"
            ))
            .help("delete the dot");
        let dot = Span::new(text.start + end as u32, 1);
        reader.notes.add_fixed(finding, dot, b"");
    }
    // `*.d` is `.d` as a key.
    let start = usize::from(from > 0);
    Some(Span::new(text.start + start as u32, (end - start) as u32))
}
