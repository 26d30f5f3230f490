//! Linting and fixing end on any bytes; fixing again changes nothing.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use qroute::cli::lint::fix_bytes;
use qroute::formats::smtproutes::DIALECTS;
use qroute::lint::{Chosen, rules};

static ALL: LazyLock<Chosen> = LazyLock::new(|| Chosen {
    rules: rules::RULES.iter().collect(),
    most: 1000,
});

fuzz_target!(|data: &[u8]| {
    let Some((&first, bytes)) = data.split_first() else {
        return;
    };
    let dialect = &DIALECTS[usize::from(first >> 1) % DIALECTS.len()];
    let unsafe_too = first & 1 == 1;
    let Ok(fixed) = fix_bytes(bytes.to_vec(), &[dialect], &ALL, unsafe_too) else {
        return;
    };
    for finding in &fixed.remaining {
        // Every place can be shown.
        assert!(fixed.input.place(finding.span).is_some());
        assert!(!finding.message.contains('\n'));
    }
    let Ok(again) = fix_bytes(fixed.bytes.clone(), &[dialect], &ALL, unsafe_too) else {
        return;
    };
    assert_eq!(again.bytes, fixed.bytes);
    assert_eq!(again.count, 0);
});
