//! The report: what qmail-rspawn reads (notqmail `qmail-rspawn.c`, `report`).

use std::net::IpAddr;

use super::reply::Reply;

/// Most bytes of one record; qmail-send cuts a report at 10 000.
const RECORD: usize = 9900;

/// What becomes of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    /// `K`: sent.
    Sent,
    /// `Z`: it is tried again.
    Deferred,
    /// `D`: it bounces.
    Bounced,
}

impl Letter {
    fn byte(self) -> u8 {
        match self {
            Letter::Sent => b'K',
            Letter::Deferred => b'Z',
            Letter::Bounced => b'D',
        }
    }
}

/// A report that is being made: the records of the recipients so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report(Vec<u8>);

impl Report {
    /// A recipient was accepted.
    pub fn accepted(&mut self) {
        self.record(b'r', b"");
    }

    /// A recipient was refused for good (`h`) or for now (`s`).
    pub fn refused(&mut self, temporary: bool, text: &[u8]) {
        self.record(if temporary { b's' } else { b'h' }, text);
    }

    /// The whole report: the recipients so far, and the one record about the message.
    pub fn finish(mut self, letter: Letter, text: &[u8]) -> Vec<u8> {
        self.record(letter.byte(), text);
        self.0
    }

    /// A report about the message alone.
    pub fn of(letter: Letter, text: &str) -> Vec<u8> {
        Report::default().finish(letter, format!("{text}\n").as_bytes())
    }

    /// NUL would end the record early, and becomes `?` as in `outsmtptext`.
    fn record(&mut self, letter: u8, text: &[u8]) {
        self.0.push(letter);
        let kept = &text[..text.len().min(RECORD)];
        self.0
            .extend(kept.iter().map(|&b| if b == 0 { b'?' } else { b }));
        self.0.push(0);
    }
}

/// `text` with every byte below 33 and above 126 as `?` (`qmail-remote.c:55-58`).
pub fn outsafe(text: &[u8]) -> String {
    text.iter()
        .map(|&b| {
            if (33..=126).contains(&b) {
                b as char
            } else {
                '?'
            }
        })
        .collect()
}

/// `before IP after`, a line, and below it what the server said.
pub(super) fn said(before: &str, ip: IpAddr, after: &str, reply: &Reply) -> Vec<u8> {
    let mut text = format!("{before}{ip}{after}\n").into_bytes();
    if !reply.text.is_empty() {
        text.extend_from_slice(b"Remote host said: ");
        text.extend_from_slice(&reply.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_end_in_nul_and_hold_none() {
        let mut report = Report::default();
        report.accepted();
        report.refused(false, b"no\0no");
        report.refused(true, &[b'x'; 20_000]);
        let bytes = report.finish(Letter::Sent, b"ok\n");
        let records: Vec<&[u8]> = bytes.split(|&b| b == 0).collect();
        assert_eq!(records[0], b"r");
        assert_eq!(records[1], b"hno?no");
        assert_eq!(records[2].len(), RECORD + 1);
        assert_eq!(records[3..], [&b"Kok\n"[..], b""]);
        assert_eq!(Report::of(Letter::Deferred, "later"), b"Zlater\n\0");
        assert_eq!(outsafe(b"a b\xE4\r"), "a?b??");
    }
}
