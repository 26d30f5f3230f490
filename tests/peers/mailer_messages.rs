//! Messages that make trouble, and what is meant by them.

/// A message and what becomes of it.
pub struct Awkward {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    pub wanted: Wanted,
}

/// What a server must have at the end of its file, line ends as LF.
pub enum Wanted {
    Stored(Vec<u8>),
    StoredOrRefused(Vec<u8>),
    Refused,
}

/// Lines ended by LF, CRLF or CR, ended by LF.
fn lines(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' if at > 0 && bytes[at - 1] == b'\r' => {}
            b'\r' => out.push(b'\n'),
            other => out.push(other),
        }
    }
    out
}

/// Headers that servers add when they are missing.
pub const HEADER: &[u8] = b"Message-ID: <1@client.example>\nDate: Thu, 26 Nov 2026 10:00:00 +0000\nFrom: <sender@client.example>\n";

/// The corpus.
pub fn messages() -> Vec<Awkward> {
    let mail = |body: &[u8]| [HEADER, b"Subject: awkward\n\n", body].concat();
    let stored = |name, bytes: Vec<u8>| Awkward {
        name,
        wanted: Wanted::Stored(lines(&bytes)),
        bytes,
    };
    let perhaps = |name, bytes: Vec<u8>| Awkward {
        name,
        wanted: Wanted::StoredOrRefused(lines(&bytes)),
        bytes,
    };
    vec![
        stored("plain", mail(b"hello\n")),
        stored("dots", mail(b".\n..\n...\n.a\n a.\n.\n")),
        stored("dots to the end", mail(&b".\n".repeat(5000))),
        stored("CRLF", mail(b"a\r\n.\r\nb\r\n")),
        stored("bare CR", mail(b"a\rb\r.\rc\r")),
        stored("CR CR LF", mail(b"a\r\r\nb\r\r\r\n.\r\r\n")),
        stored("blank lines", mail(b"\n\n\nx\n\n\n")),
        stored("8-bit", mail(b"caf\xE9 \xFF\x80 caf\xC3\xA9\n")),
        stored("MIME, 8-bit", [HEADER, b"Subject: t\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\ncaf\xC3\xA9\n"].concat()),
        stored("no body", [HEADER, b"Subject: no body\n\n"].concat()),
        stored("a line of 900 bytes", mail(&[&[b'x'; 900][..], b"\n"].concat())),
        perhaps("a line of 100 000 bytes", mail(&[&[b'x'; 100_000][..], b"\n"].concat())),
        perhaps("NUL", mail(b"a\0b\n")),
        perhaps("control bytes", mail(b"\x01\x02\x1B[31m\x7F\x0B\x0C\x08\n")),
        stored("10 MB", mail(&b"0123456789012345678901234567890123456789012345678901234567890123456789012345678\n".repeat(131_072))),
        Awkward {
            name: "no final newline",
            bytes: mail(b"end"),
            wanted: Wanted::Refused,
        },
    ]
}

/// Messages with a second one in them, behind every end that some server has been seen to believe in.
pub fn smuggled() -> Vec<(String, Vec<u8>)> {
    let ends = [
        "\n.\n",
        "\r\n.\r\n",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r",
        "\r\n.\r",
        "\r.\r\n",
        "\n.\r",
        "\r\r\n.\r\r\n",
        "\r\n\0.\r\n",
    ];
    let commands = "MAIL FROM:<evil@client.example>\r\nRCPT TO:<box@peer.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nsmuggled\r\n.\r\n";
    let smuggle = |end: &&str| {
        let message = format!("Subject: outer\n\nouter{end}{commands}");
        (format!("{end:?}"), message.into_bytes())
    };
    ends.iter().map(smuggle).collect()
}
