//! `control/tlspolicy`: `key:policy`, with the keys of smtproutes.

use super::control::unreadable;
use crate::formats::smtproutes::{DIALECTS, read_routes};
use crate::lookup::{Envelope, Recipient, Sender, select};
use crate::smtp::{Letter, Policy, Report, UnknownPolicy, outsafe};
use crate::source::Input;
use crate::store::MemoryStore;

/// What the file demands for mail to `host`, the first argument of the program: the walk over keys is notqmail's own, whatever
/// dialect the routes have. A host that no line takes has the default.
///
/// # Errors
/// The report: a word that is no policy means that somebody wants more than the default.
pub(super) fn of_host(bytes: Vec<u8>, host: &[u8]) -> Result<Policy, Vec<u8>> {
    // Its keys are those of a table of routes, and so is the reader; what stands right of a key is ours.
    let notqmail = &DIALECTS[0];
    let input = Input::single(notqmail.file, "control/tlspolicy", bytes);
    let document = read_routes(input.map_err(|_| unreadable())?, notqmail);
    let store = MemoryStore::new(document.map_err(|_| unreadable())?);
    let envelope = Envelope::new(Recipient::Host(host), Sender::Null);
    let selection = select(&store, &envelope, false).map_err(|_| unreadable())?;
    let Some(found) = selection.route else {
        return Ok(Policy::default());
    };
    let route = found.view();
    let line = route.document().bytes(route.origin());
    let value = line
        .get(route.key().len() + 1..)
        .unwrap_or(b"")
        .trim_ascii();
    Policy::named(value).map_err(|why| {
        let value = outsafe(value);
        let text = match why {
            UnknownPolicy::Reserved => {
                format!("control/tlspolicy says {value} for this host, which I do not know yet. (#4.3.5)")
            }
            _ => format!("control/tlspolicy says {value} for this host, which is no policy. (#4.3.5)"),
        };
        Report::of(Letter::Deferred, &text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_smtproutes() {
        let text = b"# who must be what\nbank.example:verify\n.bank.example:encrypt\nold.example: none \n:may\nbad.example:tls\nsoon.example:dane\nempty.example:\n";
        let policy = |host: &str| of_host(text.to_vec(), host.as_bytes());
        assert_eq!(policy("Bank.Example"), Ok(Policy::Verify));
        assert_eq!(policy("a.b.bank.example"), Ok(Policy::Encrypt));
        assert_eq!(policy("old.example"), Ok(Policy::None));
        assert_eq!(policy("other.example"), Ok(Policy::May));
        assert_eq!(policy("empty.example"), Ok(Policy::May));
        assert!(policy("bad.example").unwrap_err().starts_with(b"Z"));
        assert!(policy("soon.example").unwrap_err().starts_with(b"Z"));
        assert_eq!(of_host(Vec::new(), b"a"), Ok(Policy::May));
    }
}
