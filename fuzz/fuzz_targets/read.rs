//! Any bytes are a table under every dialect, and every store answers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qroute::formats::smtproutes::{DIALECTS, read_routes};
use qroute::lookup::{Envelope, Recipient, Sender, select};
use qroute::source::Input;
use qroute::store::MemoryStore;

fuzz_target!(|data: &[u8]| {
    let Some((&first, bytes)) = data.split_first() else {
        return;
    };
    let dialect = &DIALECTS[usize::from(first) % DIALECTS.len()];
    // The first line is what is asked for, too.
    let host = bytes.split(|&b| matches!(b, b'\n' | b':')).next().unwrap_or(b"");
    let Ok(input) = Input::single(dialect.file, "-", bytes.to_vec()) else {
        return;
    };
    let Ok(document) = read_routes(input, dialect) else {
        return;
    };
    let store = MemoryStore::new(document);
    for host in [host, &b"a.example"[..], b"", b"[192.0.2.1]"] {
        let envelope = Envelope::new(Recipient::Host(host), Sender::Null);
        let selection = select(&store, &envelope, true);
        assert!(selection.is_ok());
    }
});
