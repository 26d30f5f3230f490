//! What must hold for any bytes, whatever format reads them.

use qroute::equivalence::same_in_order;
use qroute::formats::{FORMATS, Format, ReadOptions, WriteOptions};
use qroute::lookup::{Envelope, Recipient, Sender, rests_on, select};
use qroute::model::Document;
use qroute::source::Input;
use qroute::store::MemoryStore;

/// The format called `id`.
pub fn format(id: &str) -> &'static Format {
    let found = FORMATS.iter().find(|format| format.id.0 == id);
    found.unwrap_or_else(|| panic!("no format {id}"))
}

fn read(format: &Format, name: &str, bytes: &[u8], options: &ReadOptions) -> Option<Document> {
    let input = Input::single(name, name, bytes.to_vec()).ok()?;
    (format.read)(input, options).ok()
}

/// Reads `bytes` as the file `name` of `format`; its places can be shown, its form is its form and says the same, it answers,
/// and what is written of it says the same.
pub fn check(format: &'static Format, name: &str, bytes: &[u8], options: &ReadOptions) {
    let Some(document) = read(format, name, bytes, options) else {
        return;
    };
    for problem in &document.problems {
        assert!(document.place(problem.span).is_some(), "{problem:?}");
        assert!(!problem.message.contains('\n'), "{problem:?}");
    }
    if document.damaged {
        assert!(document.error().is_some() && document.table.is_empty());
        return;
    }
    assert!(document.usable <= document.written);
    if let Some(canonical) = format.canonical
        && document.error().is_none()
    {
        for (_, formed) in canonical(&document).files {
            let again = read(format, name, &formed, options).expect("a form that is no table");
            assert!(same_in_order(&document, &again), "the form says something else");
            let twice = canonical(&again).files;
            assert!(twice.iter().all(|(_, twice)| *twice == formed), "no form");
        }
    }
    if document.error().is_none()
        && let Ok(output) = (format.write)(&document, &WriteOptions::default())
        && let [(name, written)] = output.files.as_slice()
    {
        let again = read(format, name, written, &ReadOptions::default());
        let again = again.expect("what was written is no table");
        assert!(again.error().is_none(), "{:?}", again.error());
    }
    let asked: Vec<Vec<u8>> = document.routes().take(3).map(|route| route.key().to_vec()).collect();
    let store = MemoryStore::new(document);
    for key in asked.iter().map(Vec::as_slice).chain([&b"u+v@a.b.example"[..], b"[192.0.2.1]"]) {
        let recipient = match key.contains(&b'@') {
            true => Recipient::Address(key),
            false => Recipient::Host(key),
        };
        for sender in [Sender::Null, Sender::Unknown] {
            let envelope = Envelope::new(recipient, sender);
            let selection = select(&store, &envelope, true).expect("a store in memory");
            let _ = rests_on(&store, &envelope, &selection.decision);
        }
    }
}
