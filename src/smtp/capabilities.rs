//! What a server says it can do.

use super::reply::Reply;

/// The extensions of an EHLO reply that a client of ours uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Capabilities {
    /// `STARTTLS` (RFC 3207).
    pub starttls: bool,
    /// `PIPELINING` (RFC 2920).
    pub pipelining: bool,
    /// `8BITMIME` (RFC 6152).
    pub eight_bit: bool,
    /// `SMTPUTF8` (RFC 6531).
    pub utf8: bool,
    /// `SIZE` (RFC 1870): what a message may have, 0 for no limit.
    pub size: Option<u64>,
    /// `AUTH` (RFC 4954): mechanisms in capital letters.
    pub auth: Vec<String>,
}

impl Capabilities {
    /// Reads the lines behind the first one, which greets.
    pub fn of(reply: &Reply) -> Self {
        let mut all = Capabilities::default();
        for line in reply.lines().skip(1) {
            let line = String::from_utf8_lossy(line).to_ascii_uppercase();
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("STARTTLS") => all.starttls = true,
                Some("PIPELINING") => all.pipelining = true,
                Some("8BITMIME") => all.eight_bit = true,
                Some("SMTPUTF8") => all.utf8 = true,
                // A limit that is no number limits nothing.
                Some("SIZE") => {
                    all.size = Some(words.next().and_then(|n| n.parse().ok()).unwrap_or(0));
                }
                Some("AUTH") => all.auth.extend(words.map(str::to_owned)),
                // What servers wrote before the extension was a standard.
                Some(old) if old.starts_with("AUTH=") => {
                    all.auth.push(old[5..].to_owned());
                    all.auth.extend(words.map(str::to_owned));
                }
                _ => {}
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::super::reply::ReplyParser;
    use super::*;

    #[test]
    fn keywords_and_values() {
        let text = b"250-STARTTLS\r\n250-size 1000\r\n250-Pipelining\r\n250-AUTH=LOGIN PLAIN\r\n250 auth cram-md5\r\n";
        let reply = ReplyParser::default().push(text).unwrap().1.unwrap();
        let all = Capabilities::of(&reply);
        assert!(!all.starttls, "the first line is a greeting");
        assert!(all.pipelining && !all.eight_bit && !all.utf8);
        assert_eq!(all.size, Some(1000));
        assert_eq!(all.auth, ["LOGIN", "PLAIN", "CRAM-MD5"]);
    }
}
