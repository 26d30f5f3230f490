//! Address after address, until one takes the message.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::address::{BadMailbox, Mailbox};
use super::connection::Connection;
use super::conversation::{Conversation, End, Script, Terms};
use super::job::Job;
use super::message::Message;
use super::policy::Policy;
use super::report::{Letter, Report};
use super::socket::Socket;
use crate::model::{Credentials, PasswordState, Protocol};
use crate::nexthop::Candidate;

/// How long an IPv6 address may take to connect while an IPv4 address is left: many hosts have IPv6 that leads nowhere.
const IMPATIENT: Duration = Duration::from_secs(5);

/// The port of submission inside TLS (RFC 8314, 3.3).
const SUBMISSIONS: u16 = 465;

/// Delivers a message and returns the report.
///
/// Addresses are tried in order until one takes the message or refuses it for good. An address goes to the next one when
/// it cannot be connected to, hangs up, does not greet, refuses our name, has no TLS where it is demanded, or says 4xx
/// before the message was sent whole. After that it is never sent again. When none is left, the report is that of the last
/// conversation, or that there was no connection.
pub fn deliver(job: &Job<'_>, candidates: &[Candidate], message: &mut dyn Message) -> Vec<u8> {
    let sender = match Mailbox::new(job.sender) {
        Ok(sender) => sender,
        Err(why) => {
            let text = format!("Sorry, I cannot send for this sender: {why}. (#5.1.7)");
            return Report::of(Letter::Bounced, &text);
        }
    };
    let recipients: Vec<Result<Mailbox, BadMailbox>> =
        job.recipients.iter().map(|r| Mailbox::new(r)).collect();
    if recipients.iter().all(Result::is_err) {
        let mut report = Report::default();
        for why in recipients.iter().filter_map(|r| r.as_ref().err()) {
            let text = format!("Sorry, I cannot send to this recipient: {why}. (#5.1.3)\n");
            report.refused(false, text.as_bytes());
        }
        return report.finish(Letter::Bounced, b"No recipient is left. (#5.1.3)\n");
    }
    let script = Script {
        helo: job.helo,
        sender: &sender,
        recipients: &recipients,
    };
    let attempts = Attempts {
        job,
        script: &script,
        deadline: Instant::now() + job.limits.overall().min(Duration::from_secs(86_400)),
    };
    attempts.all(candidates, message)
}

struct Attempts<'a> {
    job: &'a Job<'a>,
    script: &'a Script<'a>,
    deadline: Instant,
}

impl Attempts<'_> {
    fn all(&self, candidates: &[Candidate], message: &mut dyn Message) -> Vec<u8> {
        let mut last = None;
        let mut touched = false;
        for (at, candidate) in candidates.iter().enumerate() {
            let late = Instant::now() >= self.deadline;
            if late || (touched && !message.rewind()) {
                break;
            }
            if self.job.timeouts.skips(candidate.ip) {
                continue;
            }
            let other_family = candidates[at + 1..].iter().any(|c| c.ip.is_ipv4());
            let terms = match self.terms(candidate) {
                Ok(terms) => terms,
                Err(report) => return report,
            };
            match self.one(candidate, terms, other_family, message, &mut touched) {
                Some(End::Final(report)) => return report,
                Some(End::Next(report)) => last = Some(report),
                Some(End::InClear) | None => {}
            }
        }
        let none = "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)";
        last.unwrap_or_else(|| Report::of(Letter::Deferred, none))
    }

    /// One address, and once more in clear when TLS does not work; `None` when there is no connection.
    fn one(
        &self,
        candidate: &Candidate,
        mut terms: Terms<'_>,
        other_family: bool,
        message: &mut dyn Message,
        touched: &mut bool,
    ) -> Option<End> {
        let mut end = None;
        for _ in 0..2 {
            let connection = self.connect(candidate, other_family)?;
            let (how, read) = Conversation::new(connection, self.script, terms).run(message);
            *touched |= read;
            let again = matches!(how, End::InClear);
            end = Some(how);
            if !again {
                break;
            }
            terms.in_clear = true;
        }
        end
    }

    fn connect(&self, candidate: &Candidate, other_family: bool) -> Option<Connection> {
        let limits = self.job.limits;
        let mut whole = limits.connect;
        if candidate.ip.is_ipv6() && other_family {
            whole = whole.min(IMPATIENT);
        }
        let patience = whole.min(self.deadline.saturating_duration_since(Instant::now()));
        let address = SocketAddr::new(candidate.ip, candidate.port);
        let socket = Socket::connect(
            address,
            self.job.source,
            patience,
            limits.remote,
            self.deadline,
        );
        let timed_out = socket
            .as_ref()
            .is_err_and(|e| e.kind() == ErrorKind::TimedOut);
        // Whoever was given only the rest of our time is not known to be dead.
        if !timed_out || patience == whole {
            self.job.timeouts.note(candidate.ip, timed_out);
        }
        socket.ok().map(Connection::new)
    }

    /// How a candidate is spoken to.
    ///
    /// # Errors
    /// The report, when it must not or cannot be spoken to.
    fn terms<'t>(&'t self, candidate: &'t Candidate) -> Result<Terms<'t>, Vec<u8>> {
        let relay = self.job.relay;
        let hop = relay.hops.get(candidate.hop);
        let protocol = hop.map_or(Protocol::Smtp, |hop| hop.protocol);
        if matches!(protocol, Protocol::Qmtp | Protocol::Qmtps) {
            let text = "The route of this mail speaks QMTP, which I do not. (#4.3.5)";
            return Err(Report::of(Letter::Deferred, text));
        }
        let demanded = match relay.tls.required || relay.tls.starttls {
            true => Policy::Encrypt,
            false => Policy::None,
        };
        Ok(Terms {
            host: &candidate.host,
            ip: candidate.ip,
            policy: self.job.policy.max(demanded),
            implicit: relay.tls.implicit
                || protocol == Protocol::Smtps
                || candidate.port == SUBMISSIONS,
            in_clear: false,
            credentials: usable(hop.and_then(|hop| hop.credentials.as_ref()))?,
        })
    }
}

/// Credentials as they may be sent. A password that the product would take from another line, or from beyond its data, is
/// nobody's password: it is never sent, and neither is the mail without it.
fn usable(credentials: Option<&Credentials>) -> Result<Option<&Credentials>, Vec<u8>> {
    match credentials.filter(|c| c.would_be_sent()) {
        Some(c) if c.state != PasswordState::Stated => {
            let text = "The route of this mail has a user and no password. (#4.3.5)";
            Err(Report::of(Letter::Deferred, text))
        }
        credentials => Ok(credentials),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::path::Path;

    use super::super::job::Limits;
    use super::super::tcpto::TimeoutTable;
    use super::*;
    use crate::model::{NextHop, Relay, Target};

    /// A server whose queue of connections is full: it answers nobody.
    fn deaf() -> (SocketAddr, [Option<TcpStream>; 4], socket2::Socket) {
        let listener = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let listener = listener.unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        listener.bind(&any.into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        let queue =
            [(); 4].map(|()| TcpStream::connect_timeout(&address, Duration::from_millis(20)).ok());
        (address, queue, listener)
    }

    /// Time-outs that are noted of 127.0.0.1 after one attempt to connect, when so much is left of all the time there is.
    fn noted(table: &Path, connect: Duration, left: Duration) -> u8 {
        std::fs::write(table, [0; 1024]).unwrap();
        let (address, _queue, _listener) = deaf();
        let relay = Relay::to(NextHop::to(Target::Address(b"127.0.0.1".to_vec()), None));
        let sender = Mailbox::new(b"").unwrap();
        let job = Job {
            helo: b"",
            sender: b"",
            recipients: Vec::new(),
            relay: &relay,
            policy: Policy::default(),
            source: None,
            limits: Limits {
                connect,
                remote: connect,
            },
            timeouts: TimeoutTable::new(table.to_owned(), 0),
        };
        let script = Script {
            helo: b"",
            sender: &sender,
            recipients: &[],
        };
        let attempts = Attempts {
            job: &job,
            script: &script,
            deadline: Instant::now() + left,
        };
        let candidate = Candidate {
            host: "127.0.0.1".to_owned(),
            ip: address.ip(),
            port: address.port(),
            preference: None,
            hop: 0,
        };
        assert!(attempts.connect(&candidate, false).is_none());
        std::fs::read(table).unwrap()[4]
    }

    #[test]
    fn only_an_address_that_had_all_its_time_has_timed_out() {
        let dir = tempfile::tempdir().unwrap();
        let table = dir.path().join("tcpto");
        let (short, long) = (Duration::from_millis(50), Duration::from_secs(600));
        assert_eq!(noted(&table, short, long), 1);
        assert_eq!(
            noted(&table, long, short),
            0,
            "our own deadline is not its fault"
        );
    }
}
