//! DATA, the message, and what becomes of it.

use std::io::{self, ErrorKind};
use std::time::Duration;

use super::body::Encoder;
use super::connection::Sent;
use super::conversation::{Conversation, End, Step};
use super::message::{Message, PIECE};
use super::reply::{Class, Reply};
use super::report::Letter;

/// The slowest that a message may go: so many bytes a second are added to the deadline.
const SLOWEST: usize = 1024;

impl Conversation<'_> {
    /// Sends the message and says how it ended.
    pub(super) fn transfer(&mut self, message: &mut dyn Message) -> Step<End> {
        let reply = self.command(b"DATA")?;
        if reply.class() != Class::More {
            let letter = reply.class().letter();
            let try_next = letter == Letter::Deferred;
            return Err(self.refused(letter, "", " failed on DATA command.", &reply, try_next));
        }
        self.touched = true;
        self.body(message)?;
        // From here on nobody can tell what became of it but the server.
        self.critical = true;
        let reply = self.reply()?;
        self.critical = false;
        Ok(match reply.class() {
            Class::Done => self.refused(Letter::Sent, "", " accepted message.", &reply, false),
            class => self.not_taken(class, &reply, false),
        })
    }

    fn body(&mut self, message: &mut dyn Message) -> Step<()> {
        let mut encoder = Encoder::default();
        let mut piece = vec![0; PIECE];
        let mut out = Vec::with_capacity(PIECE + PIECE / 8);
        loop {
            let read = match message.read(&mut piece) {
                Ok(read) => read,
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(_) => {
                    return Err(
                        self.abandon(Letter::Deferred, "Unable to read message. (#4.3.0)\n")
                    );
                }
            };
            if read == 0 {
                break;
            }
            encoder.encode(&piece[..read], &mut out);
            if out.len() >= PIECE {
                self.piece(&out)?;
                out.clear();
            }
        }
        if encoder.finish(&mut out).is_err() {
            let text = "SMTP cannot transfer messages with partial final lines. (#5.6.2)\n";
            return Err(self.abandon(Letter::Bounced, text));
        }
        self.piece(&out)
    }

    fn piece(&mut self, bytes: &[u8]) -> Step<()> {
        let time = Duration::from_secs((bytes.len() / SLOWEST) as u64);
        self.connection.extend(time);
        match self.connection.send_listening(bytes) {
            Ok(Sent::Whole) => Ok(()),
            Ok(Sent::Interrupted) => Err(self.early()),
            // The server may have said why before it hung up.
            Err(e) if e.kind() != ErrorKind::TimedOut => Err(self.early()),
            Err(_) => Err(self.died()),
        }
    }

    /// The server did not wait for the end of the message (RFC 5321, 4.2.5). The line that ends it was not sent: nothing was
    /// delivered, whatever it says.
    fn early(&mut self) -> End {
        let reply: io::Result<Reply> = self.connection.reply();
        match reply {
            Ok(reply) if matches!(reply.class(), Class::Temporary | Class::Permanent) => {
                self.not_taken(reply.class(), &reply, true)
            }
            _ => self.died(),
        }
    }

    fn not_taken(&mut self, class: Class, reply: &Reply, early: bool) -> End {
        let letter = class.letter();
        let text = self.said("", " failed after I sent the message.", reply);
        if !early {
            return self.leave(letter, &text, false);
        }
        // In the middle of a message QUIT would be a line of it.
        self.end(letter, &text, letter == Letter::Deferred)
    }

    /// Ends in the middle of the message, without the line that would make it a whole one.
    fn abandon(&mut self, letter: Letter, text: &str) -> End {
        self.end(letter, text.as_bytes(), false)
    }
}
