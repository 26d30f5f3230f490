//! Saying who we are: AUTH PLAIN, LOGIN and CRAM-MD5 (RFC 4954, 4616, 2195).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use md5::Md5;

use super::capabilities::Capabilities;

/// Longest command line of RFC 5321 without its line end: an initial response that does not fit is sent by itself.
const LINE: usize = 510;

/// A mechanism that we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    Plain,
    Login,
    CramMd5,
}

impl Mechanism {
    /// The best one that is offered. Inside TLS the one that every server does alike; in clear the one that does not show
    /// the password.
    pub fn best(offered: &Capabilities, encrypted: bool) -> Option<Self> {
        let order = match encrypted {
            true => [Mechanism::Plain, Mechanism::Login, Mechanism::CramMd5],
            false => [Mechanism::CramMd5, Mechanism::Plain, Mechanism::Login],
        };
        order
            .into_iter()
            .find(|mechanism| offered.auth.iter().any(|name| name == mechanism.name()))
    }

    fn name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::Login => "LOGIN",
            Mechanism::CramMd5 => "CRAM-MD5",
        }
    }

    /// The command that begins, without its line end.
    pub fn command(self, user: &[u8], password: &[u8]) -> String {
        let command = format!("AUTH {}", self.name());
        match self {
            Mechanism::Plain => {
                let with_response = format!("{command} {}", plain(user, password));
                if with_response.len() > LINE {
                    return command;
                }
                with_response
            }
            Mechanism::Login | Mechanism::CramMd5 => command,
        }
    }

    /// The answer to challenge number `turn`, counted from 0; `None` when the server asks for more than the mechanism has.
    pub fn answer(
        self,
        turn: usize,
        challenge: &[u8],
        user: &[u8],
        password: &[u8],
    ) -> Option<String> {
        match (self, turn) {
            // Some servers ask again although the response stood behind the command.
            (Mechanism::Plain, 0) => Some(plain(user, password)),
            (Mechanism::Login, 0) => Some(STANDARD.encode(user)),
            (Mechanism::Login, 1) => Some(STANDARD.encode(password)),
            (Mechanism::CramMd5, 0) => {
                let challenge = STANDARD.decode(challenge.trim_ascii()).ok()?;
                cram_md5(&challenge, user, password)
            }
            _ => None,
        }
    }
}

fn plain(user: &[u8], password: &[u8]) -> String {
    STANDARD.encode([b"\0", user, b"\0", password].concat())
}

fn cram_md5(challenge: &[u8], user: &[u8], password: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Md5>::new_from_slice(password).ok()?;
    mac.update(challenge);
    let mut answer = [user, b" "].concat();
    for byte in mac.finalize().into_bytes() {
        answer.extend_from_slice(format!("{byte:02x}").as_bytes());
    }
    Some(STANDARD.encode(answer))
}

/// What must not be seen in a report: the password, and everything that it was sent in.
pub(super) fn secrets(user: &[u8], password: &[u8]) -> Vec<Vec<u8>> {
    vec![
        password.to_vec(),
        STANDARD.encode(password).into_bytes(),
        plain(user, password).into_bytes(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_the_standards() {
        // RFC 2195, 2.
        let challenge = b"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+";
        let answer = Mechanism::CramMd5.answer(0, challenge, b"tim", b"tanstaaftanstaaf");
        let expected = "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw";
        assert_eq!(answer.as_deref(), Some(expected));
        assert_eq!(Mechanism::CramMd5.answer(0, b"*", b"u", b"p"), None);
        // RFC 4616, 4.
        let plain = Mechanism::Plain.command(b"tim", b"tanstaaftanstaaf");
        assert_eq!(plain, "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
        let login = |turn| Mechanism::Login.answer(turn, b"", b"joe", b"s3cret");
        assert_eq!(login(0).as_deref(), Some("am9l"));
        assert_eq!(login(1).as_deref(), Some("czNjcmV0"));
        assert_eq!(login(2), None);
        assert_eq!(Mechanism::Plain.command(b"u", &[b'p'; 500]), "AUTH PLAIN");
    }

    #[test]
    fn the_best_mechanism() {
        let offered = |names: &[&str]| Capabilities {
            auth: names.iter().map(|&name| name.to_owned()).collect(),
            ..Capabilities::default()
        };
        let all = offered(&["LOGIN", "CRAM-MD5", "PLAIN"]);
        assert_eq!(Mechanism::best(&all, true), Some(Mechanism::Plain));
        assert_eq!(Mechanism::best(&all, false), Some(Mechanism::CramMd5));
        assert_eq!(Mechanism::best(&offered(&["DIGEST-MD5"]), true), None);
    }
}
