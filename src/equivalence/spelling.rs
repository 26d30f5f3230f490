//! Spellings of a label that one table takes for the same and the other does not.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::lookup::{fold, idn2_lookup};
use crate::model::KeyCase;

/// Representative spellings of the label that folds to `folded` under `top`: all that keys use (`listed`), and for every way
/// in which a spelling can miss them at a finer level one that does, where there is any.
///
/// `case_matters` says that a finer level tells capitals from small letters.
pub(super) fn spellings(
    listed: Vec<Vec<u8>>,
    folded: &[u8],
    top: KeyCase,
    case_matters: bool,
) -> Vec<Vec<u8>> {
    let mut all: HashSet<Vec<u8>> = listed.into_iter().collect();
    all.insert(folded.to_vec());
    if matches!(top, KeyCase::Unicode | KeyCase::Decoded) {
        let same = |label: &Vec<u8>| fold(top, label) == folded;
        all.extend(idn2_lookup(folded).filter(same));
        all.extend(other_letters(folded, top, &all));
    }
    if case_matters {
        let mut by_letters: HashMap<Vec<u8>, HashSet<Vec<u8>>> = HashMap::new();
        for label in &all {
            let lower = fold(KeyCase::AsciiInsensitive, label).into_owned();
            by_letters.entry(lower).or_default().insert(label.clone());
        }
        for (lower, taken) in by_letters {
            all.extend(other_case(&lower, &taken));
        }
    }
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_unstable();
    all
}

/// A spelling of `lower` that differs from all of `taken` in the case of ASCII letters.
///
/// The binary numbers up to the number of `taken` choose the capitals, so that one is found whenever there is one.
fn other_case(lower: &[u8], taken: &HashSet<Vec<u8>>) -> Option<Vec<u8>> {
    let letters = lower.iter().filter(|b| b.is_ascii_lowercase()).count();
    let all = 1u64.checked_shl(letters.min(64) as u32).unwrap_or(u64::MAX);
    (0..all.min(taken.len() as u64 + 1)).find_map(|choice| {
        let mut spelled = lower.to_vec();
        let letters = spelled.iter_mut().filter(|b| b.is_ascii_lowercase());
        for (i, letter) in letters.enumerate().take(64) {
            if choice >> i & 1 == 1 {
                letter.make_ascii_uppercase();
            }
        }
        (!taken.contains(&spelled)).then_some(spelled)
    })
}

/// A spelling with other characters of the same lower case (`K` U+212A is a `k`) that is none of `taken`, whatever the case
/// of its ASCII letters.
fn other_letters(folded: &[u8], top: KeyCase, taken: &HashSet<Vec<u8>>) -> Option<Vec<u8>> {
    let lower = |label: &[u8]| fold(KeyCase::AsciiInsensitive, label).into_owned();
    let taken: HashSet<Vec<u8>> = taken.iter().map(|label| lower(label)).collect();
    let choices: Vec<Vec<char>> = std::str::from_utf8(folded)
        .ok()?
        .chars()
        .map(|c| {
            let capitals = capitals().get(&c).map_or(&[][..], Vec::as_slice);
            std::iter::once(c).chain(capitals.iter().copied()).collect()
        })
        .collect();
    (0..=taken.len()).find_map(|mut choice| {
        let mut spelled = String::new();
        for letters in &choices {
            spelled.push(letters[choice % letters.len()]);
            choice /= letters.len();
        }
        let spelled = spelled.into_bytes();
        (choice == 0 && !taken.contains(&lower(&spelled)) && fold(top, &spelled) == folded)
            .then_some(spelled)
    })
}

/// Characters outside of ASCII by what they become in lower case. No character behind U+20000 has case.
fn capitals() -> &'static HashMap<char, Vec<char>> {
    static CAPITALS: OnceLock<HashMap<char, Vec<char>>> = OnceLock::new();
    CAPITALS.get_or_init(|| {
        let mut by_lower: HashMap<char, Vec<char>> = HashMap::new();
        for capital in '\u{80}'..'\u{20000}' {
            let mut text = [0; 4];
            let text = capital.encode_utf8(&mut text).as_bytes();
            let lower = fold(KeyCase::Unicode, text);
            let mut lower = std::str::from_utf8(&lower).unwrap_or("").chars();
            match (lower.next(), lower.next()) {
                (Some(c), None) if c != capital && c != '.' => {
                    by_lower.entry(c).or_default().push(capital);
                }
                _ => {}
            }
        }
        by_lower
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(listed: &[&str], folded: &str, top: KeyCase) -> Vec<String> {
        let listed = listed.iter().map(|l| l.as_bytes().to_vec()).collect();
        let all = spellings(listed, folded.as_bytes(), top, true);
        let text = |s| String::from_utf8(s).unwrap();
        all.into_iter().map(text).collect()
    }

    #[test]
    fn a_case_that_no_key_has() {
        let case = KeyCase::AsciiInsensitive;
        assert_eq!(texts(&["ab"], "ab", case), ["Ab", "ab"]);
        assert_eq!(texts(&["Ab", "aB"], "ab", case), ["AB", "Ab", "aB", "ab"]);
        assert_eq!(texts(&["a", "A"], "a", case), ["A", "a"]);
        assert_eq!(texts(&["1]"], "1]", case), ["1]"]);
    }

    #[test]
    fn unicode_spellings() {
        let all = texts(&["bücher"], "bücher", KeyCase::Unicode);
        assert!(all.contains(&"xn--bcher-kva".to_owned()));
        assert!(all.iter().any(|s| s.contains('Ü')));
        let all = texts(&["ok"], "ok", KeyCase::Unicode);
        assert!(all.contains(&"o\u{212A}".to_owned()));
        assert!(
            texts(&["ox"], "ox", KeyCase::Unicode)
                .iter()
                .all(|s| s.is_ascii())
        );
    }
}
