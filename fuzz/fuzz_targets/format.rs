//! The canonical form of any bytes is itself canonical, and no dialect notices it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qroute::equivalence::same_in_order;
use qroute::formats::smtproutes::{DIALECTS, Depth, Dialect, canonical, read_routes};
use qroute::source::Input;

fuzz_target!(|data: &[u8]| {
    let all: Vec<&'static Dialect> = DIALECTS.iter().collect();
    let form = canonical(data, &all, Depth::Whole).bytes;
    assert_eq!(canonical(&form, &all, Depth::Whole).bytes, form);
    for dialect in all {
        let document = |bytes: &[u8]| {
            let input = Input::single(dialect.file, "-", bytes.to_vec()).ok()?;
            read_routes(input, dialect).ok()
        };
        let (Some(old), Some(new)) = (document(data), document(&form)) else {
            return;
        };
        assert!(same_in_order(&old, &new), "{} notices", dialect.name);
    }
});
