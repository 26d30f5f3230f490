//! Sender and recipients.

use super::conversation::{Conversation, End, Step};
use super::message::{Message, measure};
use super::reply::{Class, Reply};
use super::report::Letter;

/// Commands sent at once to a server that takes several: their replies fit any buffer, so that neither side waits for the
/// other to read.
const BATCH: usize = 100;

impl Conversation<'_> {
    /// MAIL and RCPT: at least one recipient is accepted when this is no error.
    pub(super) fn envelope(&mut self, message: &mut dyn Message) -> Step<()> {
        let mail = self.mail_command(message)?;
        let script = self.script;
        let can_be_sent = |conversation: &Self, utf8: bool| conversation.offered.utf8 || !utf8;
        // A recipient that is not sent has the reason instead of a command.
        let rcpt: Vec<Result<Vec<u8>, String>> = script
            .recipients
            .iter()
            .map(|recipient| match recipient {
                Err(why) => Err(format!(
                    "Sorry, I cannot send to this recipient: {why}. (#5.1.3)\n"
                )),
                Ok(mailbox) if !can_be_sent(self, mailbox.needs_utf8) => Err(format!(
                    "{} does not take addresses in UTF-8. (#5.6.7)\n",
                    self.terms.ip
                )),
                Ok(mailbox) => Ok([b"RCPT TO:<", &mailbox.wire[..], b">"].concat()),
            })
            .collect();
        let mut tally = Tally::default();
        let mut mail = Some(mail);
        let batch = if self.offered.pipelining { BATCH } else { 1 };
        for some in rcpt.chunks(batch) {
            self.some(mail.take(), some, &mut tally)?;
        }
        if tally.accepted > 0 {
            return Ok(());
        }
        let text = format!("Giving up on {}.\n", self.terms.ip);
        Err(self.leave(Letter::Bounced, text.as_bytes(), tally.deferred > 0))
    }

    /// MAIL, if it is still to be said, and these recipients; together when the server takes several commands at once.
    fn some(
        &mut self,
        mail: Option<Vec<u8>>,
        recipients: &[Result<Vec<u8>, String>],
        tally: &mut Tally,
    ) -> Step<()> {
        let together = self.offered.pipelining;
        let mut lines = Vec::new();
        if let Some(mail) = &mail {
            lines.extend_from_slice(mail);
            lines.extend_from_slice(b"\r\n");
        }
        if together {
            for command in recipients.iter().flatten() {
                lines.extend_from_slice(command);
                lines.extend_from_slice(b"\r\n");
            }
        }
        self.connection.send(&lines).map_err(|_| self.died())?;
        if mail.is_some() {
            let reply = self.reply()?;
            self.mail_reply(&reply)?;
        }
        for recipient in recipients {
            match recipient {
                Err(why) => self.report.refused(false, why.as_bytes()),
                Ok(command) => {
                    let reply = match together {
                        true => self.reply()?,
                        false => self.command(command)?,
                    };
                    self.rcpt_reply(&reply, tally);
                }
            }
        }
        Ok(())
    }

    fn mail_reply(&mut self, reply: &Reply) -> Step<()> {
        if reply.class() == Class::Done {
            return Ok(());
        }
        let letter = reply.class().letter();
        let after = " but sender was rejected.";
        let try_next = letter == Letter::Deferred;
        Err(self.refused(letter, "Connected to ", after, reply, try_next))
    }

    fn rcpt_reply(&mut self, reply: &Reply, tally: &mut Tally) {
        let temporary = match (reply.class(), reply.code) {
            (Class::Done, _) => {
                tally.accepted += 1;
                return self.report.accepted();
            }
            // "Too many recipients" of old servers (RFC 5321, 4.5.3.1.10).
            (_, Some(552)) => true,
            (Class::Permanent, _) => false,
            _ => true,
        };
        tally.deferred += usize::from(temporary);
        let text = self.said("", " does not like recipient.", reply);
        self.report.refused(temporary, &text);
    }

    /// MAIL with its parameters. The message is read for them only when the server has a use for them.
    fn mail_command(&mut self, message: &mut dyn Message) -> Step<Vec<u8>> {
        let script = self.script;
        let mut command = [b"MAIL FROM:<", &script.sender.wire[..], b">"].concat();
        let recipients = script.recipients.iter().flatten();
        let any_utf8 = script.sender.needs_utf8 || recipients.clone().any(|r| r.needs_utf8);
        if script.sender.needs_utf8 && !self.offered.utf8 {
            let text = format!(
                "Connected to {} but it does not take addresses in UTF-8. (#5.6.7)\n",
                self.terms.ip
            );
            return Err(self.leave(Letter::Bounced, text.as_bytes(), false));
        }
        if self.offered.size.is_none() && !self.offered.eight_bit && !self.offered.utf8 {
            return Ok(command);
        }
        let known = measure(message);
        if let (Some(limit), Some(size)) = (self.offered.size, known) {
            if limit > 0 && size.bytes > limit {
                return Err(self.too_large(size.bytes, limit));
            }
            command.extend_from_slice(format!(" SIZE={}", size.bytes).as_bytes());
        }
        // Of a message that cannot be read twice nothing is known, and the parameter is true of any.
        if self.offered.eight_bit && known.is_none_or(|size| size.eight_bit) {
            command.extend_from_slice(b" BODY=8BITMIME");
        }
        if self.offered.utf8 && any_utf8 {
            command.extend_from_slice(b" SMTPUTF8");
        }
        Ok(command)
    }

    /// The server said what it takes (RFC 1870, 6.1); nothing is sent in vain.
    fn too_large(&mut self, bytes: u64, limit: u64) -> End {
        let text = format!(
            "Connected to {} but the message has {bytes} bytes, and it takes {limit}. (#5.3.4)\n",
            self.terms.ip
        );
        self.leave(Letter::Bounced, text.as_bytes(), false)
    }
}

#[derive(Default)]
struct Tally {
    accepted: usize,
    deferred: usize,
}
