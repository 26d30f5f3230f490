//! Any bytes are read by every format of lines but smtproutes, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qroute::formats::ReadOptions;

fuzz_target!(|data: &[u8]| {
    let Some((&first, bytes)) = data.split_first() else {
        return;
    };
    let (format, name) = match first % 6 {
        0 => ("cpanel", "localdomains"),
        1 => ("cpanel", "remotedomains"),
        2 => ("cpanel", "secondarymx"),
        3 => ("cpanel", "manualmx"),
        _ => ("postfix-transport", "transport"),
    };
    let mut options = ReadOptions::default();
    if first & 0x80 != 0 && format == "postfix-transport" {
        options.assume = vec![("recipient-delimiter".to_owned(), "+".to_owned())];
    }
    qroute_fuzz::check(qroute_fuzz::format(format), name, bytes, &options);
});
