//! Any bytes, in any pieces, are replies or an error, within bounds; and the pieces make no difference.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qroute::smtp::{Reply, ReplyParser};

/// All replies in `pieces`, and whether they end in an error.
fn replies<'p>(pieces: impl Iterator<Item = &'p [u8]>) -> (Vec<Reply>, bool) {
    let mut parser = ReplyParser::default();
    let mut all = Vec::new();
    for mut piece in pieces {
        while !piece.is_empty() {
            let Ok((used, reply)) = parser.push(piece) else {
                return (all, true);
            };
            assert!(used > 0 && used <= piece.len());
            assert!(reply.is_some() || used == piece.len());
            piece = &piece[used..];
            all.extend(reply);
        }
    }
    (all, false)
}

fuzz_target!(|data: &[u8]| {
    let Some((&step, bytes)) = data.split_first() else {
        return;
    };
    let whole = replies(std::iter::once(bytes));
    for reply in &whole.0 {
        assert!(reply.text.len() <= 5000);
        assert!(!reply.text.contains(&b'\r'));
        assert!(reply.code.is_none_or(|code| code <= 999));
        let _ = (reply.class(), reply.lines().count());
    }
    assert_eq!(whole, replies(bytes.chunks(usize::from(step).max(1))));
});
