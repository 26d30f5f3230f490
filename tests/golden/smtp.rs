//! What goes to a server and what comes from it, for any bytes in any pieces.

use proptest::prelude::*;
use qroute::smtp::{Encoder, Reply, ReplyParser, Size};

use crate::random::cases;

/// Bytes that make trouble, mixed with a few that do not.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => Just(b'\n'),
        4 => Just(b'\r'),
        4 => Just(b'.'),
        1 => Just(0u8),
        3 => any::<u8>(),
    ];
    prop::collection::vec(byte, 0..64)
}

/// The wire for a message in pieces; nothing when it ends inside a line.
fn wire<'m>(pieces: impl IntoIterator<Item = &'m [u8]>) -> Option<Vec<u8>> {
    let (mut encoder, mut out) = (Encoder::default(), Vec::new());
    for piece in pieces {
        encoder.encode(piece, &mut out);
    }
    encoder.finish(&mut out).ok().map(|()| out)
}

/// `message` in pieces of so many bytes, in turn and over again; what such steps leave is the last piece.
fn pieces<'m>(message: &'m [u8], steps: &[usize]) -> Vec<&'m [u8]> {
    let (mut rest, mut pieces) = (message, Vec::new());
    for &step in steps.iter().cycle().take(4 * message.len()) {
        let (piece, behind) = rest.split_at(step.min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}

/// How a server ends a line.
type IsEnd = fn(before: Option<u8>, byte: u8, after: Option<u8>) -> bool;

/// Servers of the strict and of every lenient kind that smuggling has been tried with (CVE-2023-51764 and its like).
const SERVERS: [(&str, IsEnd); 3] = [
    ("CRLF", |before, byte, _| {
        byte == b'\n' && before == Some(b'\r')
    }),
    ("LF", |_, byte, _| byte == b'\n'),
    ("CR or LF", |_, byte, after| {
        byte == b'\n' || (byte == b'\r' && after != Some(b'\n'))
    }),
];

/// What such a server takes for the message, line ends as LF, and what it takes for commands behind it.
fn receive(wire: &[u8], is_end: IsEnd) -> (Vec<u8>, Vec<u8>) {
    let (mut message, mut line) = (Vec::new(), Vec::new());
    for (at, &byte) in wire.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| wire[at]);
        if !is_end(before, byte, wire.get(at + 1).copied()) {
            line.push(byte);
            continue;
        }
        let text = line.strip_suffix(b"\r").unwrap_or(&line);
        if text == b"." {
            return (message, wire[at + 1..].to_vec());
        }
        message.extend_from_slice(text.strip_prefix(b".").unwrap_or(text));
        message.push(b'\n');
        line.clear();
    }
    panic!("the message has no end");
}

/// The message with every line ended by LF.
fn meant(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, &byte) in message.iter().enumerate() {
        match byte {
            b'\n' if at > 0 && message[at - 1] == b'\r' => {}
            b'\r' | b'\n' => out.push(b'\n'),
            other => out.push(other),
        }
    }
    out
}

proptest! {
    #![proptest_config(cases("QROUTE_SMTP_CASES", 4000))]

    /// Whoever reads it, and wherever the buffers end: the message and nothing else.
    #[test]
    fn every_server_sees_one_message(
        message in message(),
        steps in prop::collection::vec(0_usize..4, 1..9),
    ) {
        let meant = meant(&message);
        let whole = wire([&message[..]]);
        prop_assert_eq!(whole.is_some(), meant.is_empty() || meant.ends_with(b"\n"));
        for split in 0..=message.len() {
            prop_assert_eq!(&wire([&message[..split], &message[split..]]), &whole);
            let mut size = Size::default();
            size.add(&message[..split]);
            size.add(&message[split..]);
            let ends = meant.iter().filter(|&&b| b == b'\n').count();
            prop_assert_eq!(size.bytes, (meant.len() + ends) as u64);
        }
        // In many pieces, empty ones among them.
        prop_assert_eq!(&wire(message.chunks(1)), &whole);
        prop_assert_eq!(&wire(pieces(&message, &steps)), &whole);
        let Some(whole) = whole else { return Ok(()) };
        let pairs = || whole.windows(2).map(|pair| (pair[0], pair[1]));
        prop_assert!(whole[0] != b'\n' && whole.ends_with(b"\r\n"));
        prop_assert!(pairs().all(|(a, b)| (a == b'\r') == (b == b'\n')), "CR and LF alone");
        for (name, is_end) in SERVERS {
            let (received, behind) = receive(&whole, is_end);
            prop_assert_eq!(&received, &meant, "a server that ends lines at {}", name);
            prop_assert!(behind.is_empty(), "a server that ends lines at {} sees commands", name);
        }
    }

    /// Replies are the same in whatever pieces they come.
    #[test]
    fn replies_come_in_pieces(
        lines in prop::collection::vec("[0-9a-z]{0,4}[ -]?[a-z.\r\0]{0,6}\n", 0..8),
        step in 1_usize..9,
    ) {
        let bytes = lines.concat().into_bytes();
        let all = |step: usize| {
            let mut parser = ReplyParser::default();
            let mut replies: Vec<Reply> = Vec::new();
            for mut piece in bytes.chunks(step) {
                while !piece.is_empty() {
                    let (used, reply) = parser.push(piece).unwrap();
                    replies.extend(reply);
                    piece = &piece[used..];
                }
            }
            replies
        };
        prop_assert_eq!(all(step), all(bytes.len().max(1)));
    }
}
