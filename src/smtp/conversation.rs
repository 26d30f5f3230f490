//! One conversation with one server, up to the envelope: greeting, TLS, authentication.

use std::io;
use std::net::IpAddr;

use super::address::{BadMailbox, Mailbox};
use super::auth::{Mechanism, secrets};
use super::capabilities::Capabilities;
use super::connection::Connection;
use super::message::Message;
use super::policy::Policy;
use super::reply::{Class, Reply};
use super::report::{Letter, Report, said};
use super::tls;
use crate::model::Credentials;

/// How a conversation ended.
pub(super) enum End {
    /// This is the report.
    Final(Vec<u8>),
    /// Nothing was delivered, and another address may do better; otherwise this is the report.
    Next(Vec<u8>),
    /// TLS does not work, and may be done without: the same address again, in clear.
    InClear,
}

/// A value, or the end of the conversation.
pub(super) type Step<T> = Result<T, End>;

/// What is said to every server alike.
pub(super) struct Script<'s> {
    pub helo: &'s [u8],
    pub sender: &'s Mailbox,
    pub recipients: &'s [Result<Mailbox, BadMailbox>],
}

/// How this server is to be spoken to.
#[derive(Clone, Copy)]
pub(super) struct Terms<'t> {
    pub host: &'t str,
    pub ip: IpAddr,
    pub policy: Policy,
    /// TLS from the first byte.
    pub implicit: bool,
    /// STARTTLS did not work before.
    pub in_clear: bool,
    pub credentials: Option<&'t Credentials>,
}

pub(super) struct Conversation<'c> {
    pub(super) connection: Connection,
    pub(super) script: &'c Script<'c>,
    pub(super) terms: Terms<'c>,
    pub(super) offered: Capabilities,
    pub(super) report: Report,
    /// The message was sent whole, and nothing is known of it.
    pub(super) critical: bool,
    /// Some of the message was read.
    pub(super) touched: bool,
    secrets: Vec<Vec<u8>>,
}

impl<'c> Conversation<'c> {
    pub fn new(connection: Connection, script: &'c Script<'c>, terms: Terms<'c>) -> Self {
        Conversation {
            connection,
            script,
            terms,
            offered: Capabilities::default(),
            report: Report::default(),
            critical: false,
            touched: false,
            secrets: Vec::new(),
        }
    }

    /// Holds it to its end; the second value tells whether some of the message was read.
    pub fn run(mut self, message: &mut dyn Message) -> (End, bool) {
        let end = self.talk(message).unwrap_or_else(|end| end);
        (end, self.touched)
    }

    fn talk(&mut self, message: &mut dyn Message) -> Step<End> {
        if self.terms.implicit {
            self.handshake()
                .map_err(|why| self.without_tls(&why, false))?;
        }
        self.greeting()?;
        self.hello()?;
        self.start_tls()?;
        self.authenticate()?;
        self.envelope(message)?;
        self.transfer(message)
    }

    /// Sends a command and waits for its reply.
    pub(super) fn command(&mut self, line: &[u8]) -> Step<Reply> {
        let sent = self.connection.send(&[line, b"\r\n"].concat());
        sent.map_err(|_| self.died())?;
        self.reply()
    }

    pub(super) fn reply(&mut self) -> Step<Reply> {
        let reply = self.connection.reply();
        reply.map_err(|_| self.died())
    }

    /// The server is gone, or has become so slow that it might be.
    pub(super) fn died(&mut self) -> End {
        let ip = self.terms.ip;
        let doubt = if self.critical {
            "Possible duplicate! "
        } else {
            ""
        };
        let text = format!("Connected to {ip} but connection died. {doubt}(#4.4.2)\n");
        self.end(Letter::Deferred, text.as_bytes(), !self.critical)
    }

    /// Leaves, with the recipients so far and this about the message.
    pub(super) fn leave(&mut self, letter: Letter, text: &[u8], try_next: bool) -> End {
        self.connection.quit();
        self.end(letter, text, try_next)
    }

    /// Ends without a word to the server.
    pub(super) fn end(&mut self, letter: Letter, text: &[u8], try_next: bool) -> End {
        let report = std::mem::take(&mut self.report).finish(letter, text);
        match try_next {
            true => End::Next(report),
            false => End::Final(report),
        }
    }

    /// Leaves because of `reply`; see [`said`] for the text.
    pub(super) fn refused(
        &mut self,
        letter: Letter,
        before: &str,
        after: &str,
        reply: &Reply,
        try_next: bool,
    ) -> End {
        let text = self.said(before, after, reply);
        self.leave(letter, &text, try_next)
    }

    /// Leaves because of something that is not the server's doing; `why` ends with its status code.
    fn unwilling(&mut self, why: &str) -> End {
        let text = format!("Connected to {} but {why}\n", self.terms.ip);
        self.leave(Letter::Deferred, text.as_bytes(), true)
    }

    /// As [`said`], but never with a reply that repeats what is secret.
    pub(super) fn said(&self, before: &str, after: &str, reply: &Reply) -> Vec<u8> {
        let repeats = |secret: &Vec<u8>| memchr::memmem::find(&reply.text, secret).is_some();
        if !self.secrets.iter().any(repeats) {
            return said(before, self.terms.ip, after, reply);
        }
        let mut text = reply.text.get(..3).unwrap_or(b"").to_vec();
        text.extend_from_slice(b" (not shown: it repeats the credentials)\n");
        let hidden = Reply {
            code: reply.code,
            text,
        };
        said(before, self.terms.ip, after, &hidden)
    }

    /// Whatever a server says that does not greet, it is not the end of the mail: qmail-remote defers even a 5xx.
    fn greeting(&mut self) -> Step<()> {
        let reply = self.reply()?;
        if reply.code == Some(220) {
            return Ok(());
        }
        let after = " but greeting failed.";
        Err(self.refused(Letter::Deferred, "Connected to ", after, &reply, true))
    }

    /// EHLO, and HELO for servers that do not know it (RFC 5321, 3.2).
    fn hello(&mut self) -> Step<()> {
        let mut reply = self.command(&[b"EHLO ", self.script.helo].concat())?;
        if reply.code == Some(250) {
            self.offered = Capabilities::of(&reply);
            return Ok(());
        }
        self.offered = Capabilities::default();
        if reply.class() == Class::Permanent {
            reply = self.command(&[b"HELO ", self.script.helo].concat())?;
            if reply.code == Some(250) {
                return Ok(());
            }
        }
        let after = " but my name was rejected.";
        Err(self.refused(Letter::Deferred, "Connected to ", after, &reply, true))
    }

    fn start_tls(&mut self) -> Step<()> {
        let Terms {
            policy, in_clear, ..
        } = self.terms;
        if self.connection.is_encrypted() || policy == Policy::None || in_clear {
            return Ok(());
        }
        if !self.offered.starttls {
            return match policy.is_mandatory() {
                true => Err(self.without_tls("STARTTLS is not offered", true)),
                false => Ok(()),
            };
        }
        let reply = match self.command(b"STARTTLS") {
            Err(End::Next(_)) if !policy.is_mandatory() => return Err(End::InClear),
            reply => reply?,
        };
        if reply.code != Some(220) {
            return match policy.is_mandatory() {
                true => {
                    let after = " but it does not begin TLS, which is demanded.";
                    Err(self.refused(Letter::Deferred, "Connected to ", after, &reply, true))
                }
                // It said so in good order; the conversation goes on as if nothing had been asked.
                false => Ok(()),
            };
        }
        match self.handshake() {
            Ok(()) => self.hello(),
            Err(_) if !policy.is_mandatory() => Err(End::InClear),
            Err(why) => Err(self.without_tls(&why, false)),
        }
    }

    /// Mail that must not go in clear waits.
    fn without_tls(&mut self, why: &str, can_quit: bool) -> End {
        let text = format!(
            "Connected to {} but there is no TLS, which is demanded: {why}. (#4.7.5)\n",
            self.terms.ip
        );
        if can_quit {
            return self.leave(Letter::Deferred, text.as_bytes(), true);
        }
        self.end(Letter::Deferred, text.as_bytes(), true)
    }

    fn handshake(&mut self) -> Result<(), String> {
        let name = tls::server_name(self.terms.host, self.terms.ip);
        let config = tls::config(self.terms.policy)?;
        self.connection
            .start_tls(config, name)
            .map_err(|error: io::Error| format!("the handshake failed ({error})"))
    }

    /// Nothing is sent without the authentication that a route asks for. A refusal says something about the route, and
    /// nothing about the mail: it is temporary.
    fn authenticate(&mut self) -> Step<()> {
        let Some(credentials) = self.terms.credentials else {
            return Ok(());
        };
        let (user, Some(password)) = (&credentials.user, credentials.expose_password()) else {
            return Ok(());
        };
        let encrypted = self.connection.is_encrypted();
        if !encrypted
            && !self.terms.ip.to_canonical().is_loopback()
            && self.terms.policy != Policy::None
        {
            return Err(
                self.unwilling("there is no TLS, and the password is not sent in clear. (#4.7.0)")
            );
        }
        let Some(mechanism) = Mechanism::best(&self.offered, encrypted) else {
            return Err(self.unwilling(
                "it offers none of AUTH PLAIN, LOGIN and CRAM-MD5, and the route has a password. (#4.7.0)",
            ));
        };
        self.secrets = secrets(user, password);
        let mut reply = self.command(mechanism.command(user, password).as_bytes())?;
        let mut turn = 0;
        while reply.code == Some(334) {
            let challenge = reply.text.get(4..).unwrap_or(b"");
            let Some(answer) = mechanism.answer(turn, challenge, user, password) else {
                // RFC 4954, 4: how a client gives up.
                reply = self.command(b"*")?;
                break;
            };
            self.secrets.push(answer.clone().into_bytes());
            reply = self.command(answer.as_bytes())?;
            turn += 1;
        }
        if reply.code == Some(235) {
            return Ok(());
        }
        // Whoever is told that the password is wrong must not ask everybody: accounts get locked.
        let try_next = reply.class() != Class::Permanent;
        let after = " but authentication failed.";
        Err(self.refused(Letter::Deferred, "Connected to ", after, &reply, try_next))
    }
}
