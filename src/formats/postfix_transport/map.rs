//! What postmap puts into an indexed table.

use std::collections::HashSet;

use super::line::Lines;

/// Keys and values that `postmap` takes from the text of a table, in its order (Postfix `postmap.c`): keys in lower case, as
/// they are quoted, of equal ones the first; of lines that continue one another a single value. Lines without a value, with
/// an open quote or without a line to continue, which postmap leaves out with a warning, are left out.
pub fn map_records(text: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut seen = HashSet::new();
    let mut records = Vec::new();
    for line in Lines::new(text) {
        let entry = line.entry(text);
        let whole = &text[entry.whole.clone()];
        if entry.value.is_empty() || entry.open_quote || std::str::from_utf8(whole).is_err() {
            continue;
        }
        // Case folding of Postfix is that of Unicode where it is built with EAI support.
        let key = String::from_utf8_lossy(&text[entry.key]).to_lowercase();
        if seen.insert(key.clone()) {
            records.push((key.into_bytes(), entry.value.text(text).into_owned()));
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_records() {
        let text = b"# x\nExample.org  smtp:[a]\n  :26 \n.b relay:\nnone\nexample.ORG x:\n\"a b\"@c\tlocal:\n";
        let records = map_records(text);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let shown = records
            .iter()
            .map(|(key, value)| text(key) + "=" + &text(value));
        let shown: Vec<String> = shown.collect();
        assert_eq!(
            shown,
            ["example.org=smtp:[a]  :26", ".b=relay:", "\"a b\"@c=local:"]
        );
    }
}
