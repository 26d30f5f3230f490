//! Any message, in any pieces, goes out so that no server can see its end early, and comes back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qroute::smtp::{Encoder, Size};

/// What qmail means by the bytes of a message: lines, ended by LF, CRLF or CR.
fn lines(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = message.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' => {
                rest.next_if_eq(&b'\n');
                out.extend_from_slice(b"\r\n");
            }
            b'\n' => out.extend_from_slice(b"\r\n"),
            other => out.push(other),
        }
    }
    out
}

fuzz_target!(|data: &[u8]| {
    let Some((&step, message)) = data.split_first() else {
        return;
    };
    let (mut encoder, mut size, mut out) = (Encoder::default(), Size::default(), Vec::new());
    for piece in message.chunks(usize::from(step).max(1)) {
        encoder.encode(piece, &mut out);
        size.add(piece);
    }
    let meant = lines(message);
    assert_eq!(size.bytes, meant.len() as u64);
    assert_eq!(size.eight_bit, !message.is_ascii());
    let whole = encoder.finish(&mut out).is_ok();
    assert_eq!(whole, meant.is_empty() || meant.ends_with(b"\r\n"));
    if !whole {
        return;
    }
    // CR and LF only together, so that servers cannot disagree about lines.
    for (at, &byte) in out.iter().enumerate() {
        match byte {
            b'\r' => assert_eq!(out.get(at + 1), Some(&b'\n')),
            b'\n' => assert_eq!(out[at - 1], b'\r'),
            _ => {}
        }
    }
    let mut received = Vec::new();
    let mut ends = 0;
    for line in out.split_inclusive(|&b| b == b'\n') {
        ends += u32::from(line == b".\r\n");
        received.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
    }
    assert_eq!(ends, 1);
    assert!(out.ends_with(b".\r\n"));
    received.truncate(received.len() - 2);
    assert_eq!(received, meant);
});
