//! A compiled table with any bytes changed gives the route that decides, an error, or none: never another route.
#![no_main]

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use qroute::formats::smtproutes::{Dialect, read};
use qroute::lookup::{Envelope, Recipient, Sender, select};
use qroute::model::{Decision, Document};
use qroute::source::{Input, State};
use qroute::store::{Compiled, MemoryStore, Records, Stamp, TextStore};

const TEXT: &str = "a.example:mx1\n.a.example:mx2:26\nb.example:mx3\n.example:mx4\nlong-name.of.a.host.example:mx5\n:mx6\nc:\n";
const HOSTS: [&str; 8] = [
    "a.example",
    "x.a.example",
    "b.example",
    "other.example",
    "long-name.of.a.host.example",
    "c",
    "elsewhere.test",
    "",
];

/// The text, its database, and what is answered.
struct Fixed {
    text: PathBuf,
    changed: PathBuf,
    bytes: Vec<u8>,
    dialect: &'static Dialect,
    answers: Vec<Decision>,
}

fn document(state: State, dialect: &'static Dialect) -> Document {
    let mut input = Input::default();
    input.push(dialect.file, "-", state).unwrap();
    read(input, dialect).unwrap()
}

fn envelope(host: &str) -> Envelope<'_> {
    Envelope::new(Recipient::Host(host.as_bytes()), Sender::Null)
}

static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    let dialect = Dialect::find("notqmail").unwrap();
    let name = |end: &str| {
        std::env::temp_dir().join(format!("qroute-fuzz-{}{end}", std::process::id()))
    };
    let (text, changed) = (name(""), name(".cdb"));
    fs::write(&text, TEXT).unwrap();
    let memory = MemoryStore::new(document(State::Bytes(TEXT.into()), dialect));
    let records = Records::of(&memory, dialect).unwrap();
    let stamp = Stamp::of(dialect, &fs::metadata(&text).unwrap());
    records.write(File::create(&changed).unwrap(), &stamp).unwrap();
    let answers = HOSTS.iter().map(|host| select(&memory, &envelope(host), false).unwrap().decision);
    Fixed {
        answers: answers.collect(),
        bytes: fs::read(&changed).unwrap(),
        text,
        changed,
        dialect,
    }
});

fuzz_target!(|data: &[u8]| {
    let fixed = &*FIXED;
    let mut bytes = fixed.bytes.clone();
    // Three bytes are a place and what stands there; what is left over cuts the end off.
    let changes = data.chunks_exact(3);
    let cut = changes.remainder().first().map_or(0, |&byte| usize::from(byte));
    for change in changes {
        let at = usize::from(change[0]) << 8 | usize::from(change[1]);
        let length = bytes.len();
        bytes[at % length] = change[2];
    }
    bytes.truncate(bytes.len() - cut);
    fs::write(&fixed.changed, &bytes).unwrap();
    let Ok(compiled) = Compiled::open(&fixed.changed, fixed.dialect) else {
        return;
    };
    let state = State::Unread(TEXT.len() as u64);
    let text = File::open(&fixed.text).unwrap();
    let store = TextStore::new(document(state, fixed.dialect), fixed.dialect, text, "-".to_owned());
    let store = store.with_compiled(compiled);
    for (host, answer) in HOSTS.iter().zip(&fixed.answers) {
        // A slot that is empty cannot be told from a key that is not there: a wider one may be found, but it is one of the walk's.
        if let Ok(found) = select(&store, &envelope(host), false)
            && found.decision != *answer
        {
            let key = found.route.map(|route| route.view().key().to_vec());
            let key = key.unwrap_or_default();
            assert!(host.as_bytes().ends_with(&key), "{host}: {found:?}", found = found.decision);
        }
    }
});
