//! Any bytes are read by every format in XML, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qroute::formats::ReadOptions;

fuzz_target!(|data: &[u8]| {
    let Some((&first, bytes)) = data.split_first() else {
        return;
    };
    let options = ReadOptions {
        lenient: first & 0x80 != 0,
        infer_roles: first & 0x40 != 0,
        ..ReadOptions::default()
    };
    let all = ["xeams", "imsva", "imss"];
    let format = qroute_fuzz::format(all[usize::from(first & 0x3F) % all.len()]);
    qroute_fuzz::check(format, "t.xml", bytes, &options);
});
