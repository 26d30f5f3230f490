//! Any bytes are read by every format in JSON or CSV, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qroute::formats::ReadOptions;

fuzz_target!(|data: &[u8]| {
    let Some((&first, bytes)) = data.split_first() else {
        return;
    };
    let mut options = ReadOptions::default();
    if first & 0x80 != 0 {
        options.bind = vec![("a".to_owned(), vec!["a.example".to_owned(), ".b.example".to_owned()])];
    }
    let (format, name) = match first & 3 {
        0 => ("cpanel", "list_mxs.json"),
        1 => ("mspcontrol", "routes.csv"),
        _ => ("mspcontrol", "routes.json"),
    };
    qroute_fuzz::check(qroute_fuzz::format(format), name, bytes, &options);
});
