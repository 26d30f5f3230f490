//! Recipients in the lines of logs.

use super::args::Log;

/// The recipient that a line of a log speaks of, when it speaks of a delivery to one.
pub(super) fn recipient(log: Log, line: &[u8]) -> Option<&[u8]> {
    match log {
        // qmail-send.c, `comm_write` beside it: `starting delivery 7: msg 42 to remote user@host`.
        Log::QmailSend => {
            let from = after(line, b"starting delivery ")?;
            let address = after(from, b" to remote ")?;
            Some(word(address))
        }
        // log_adhoc.c: `queue-id: to=<address>, orig_to=<…>, relay=…`. What smtpd refuses has no queue id before it.
        Log::Postfix => {
            let address = after(line, b": to=<")?;
            // An address with `>` in it is quoted; what ends it is `>,`.
            let end =
                memchr::memmem::find(address, b">,").or_else(|| memchr::memchr(b'>', address))?;
            Some(&address[..end])
        }
        // log.c, `delivery_log`: `=> address <original> R=router …`, `-> …` for further recipients of one delivery.
        Log::Exim => {
            let rest = after(line, b" => ").or_else(|| after(line, b" -> "))?;
            let first = word(rest);
            if first.contains(&b'@') && !first.starts_with(b"<") {
                return Some(first);
            }
            let original = after(rest, b"<")?;
            let end = memchr::memchr(b'>', original)?;
            Some(&original[..end])
        }
    }
    .filter(|address| !address.is_empty())
}

fn after<'l>(line: &'l [u8], mark: &[u8]) -> Option<&'l [u8]> {
    let at = memchr::memmem::find(line, mark)?;
    Some(&line[at + mark.len()..])
}

fn word(text: &[u8]) -> &[u8] {
    let end = text.iter().position(u8::is_ascii_whitespace);
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(log: Log, line: &str) -> Option<&str> {
        recipient(log, line.as_bytes()).map(|address| std::str::from_utf8(address).unwrap())
    }

    #[test]
    fn lines_of_deliveries() {
        let remote = "@4000000065a0 starting delivery 7: msg 42 to remote joe@acme.example";
        assert_eq!(of(Log::QmailSend, remote), Some("joe@acme.example"));
        let local = "@4000000065a0 starting delivery 8: msg 42 to local joe@here.example";
        assert_eq!(of(Log::QmailSend, local), None);
        let sent = "Jan 11 12:00:00 mx postfix/smtp[9]: 4BQ2: to=<joe@acme.example>, orig_to=<j@a.example>, relay=mx[1.2.3.4]:25, delay=1, dsn=2.0.0, status=sent (250 ok)";
        assert_eq!(of(Log::Postfix, sent), Some("joe@acme.example"));
        let refused = "Jan 11 12:00:00 mx postfix/smtpd[9]: NOQUEUE: reject: RCPT from x[1.2.3.4]: 554 5.7.1; from=<> to=<joe@acme.example> proto=ESMTP helo=<x>";
        assert_eq!(of(Log::Postfix, refused), None);
        for (line, address) in [
            (
                "2026-01-11 12:00:00 1abc => joe@acme.example R=dnslookup T=remote_smtp H=mx [1.2.3.4]",
                Some("joe@acme.example"),
            ),
            (
                "2026-01-11 12:00:00 1abc -> ann@acme.example R=dnslookup T=remote_smtp",
                Some("ann@acme.example"),
            ),
            (
                "2026-01-11 12:00:00 1abc => joe <joe@here.example> R=localuser T=local_delivery",
                Some("joe@here.example"),
            ),
            ("2026-01-11 12:00:00 1abc <= ann@acme.example H=x", None),
            ("2026-01-11 12:00:00 1abc Completed", None),
        ] {
            assert_eq!(of(Log::Exim, line), address, "{line}");
        }
    }
}
