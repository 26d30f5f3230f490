//! Names that somebody may have meant.

use crate::formats::smtproutes::Dialect;

/// Beyond this a name is not compared letter by letter.
const LONGEST: usize = 64;

/// How a message about a name that nobody knows goes on before the option that lists the names: `; did you mean …?`, or `;`.
pub(super) fn or_nearest(name: &str, names: &[&str]) -> String {
    match nearest(name, names) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => ";".to_owned(),
    }
}

/// The same for a format: who names a product's dialect there is told where it belongs, which is behind `option`.
pub(super) fn or_nearest_format(name: &str, names: &[&str], option: &str) -> String {
    match Dialect::find(name) {
        Some(dialect) => format!(
            ": it is a dialect of smtproutes, {option} {};",
            dialect.name
        ),
        None => or_nearest(name, names),
    }
}

/// The name that is most like `name`, if any is: the same letters and digits, one that begins with it, or one with a few
/// letters changed, put in, taken out or swapped.
pub(super) fn nearest<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    let wanted = name.to_ascii_lowercase();
    let most = (wanted.len() / 3).clamp(1, 3);
    let distance = |other: &str| {
        let known = other.to_ascii_lowercase();
        if letters(&wanted).eq(letters(&known)) {
            return Some(0);
        }
        let begins = wanted.len() >= 3 && known.starts_with(&wanted);
        let edits = edits(wanted.as_bytes(), known.as_bytes());
        match edits <= most {
            true => Some(edits),
            false => begins.then_some(most + 1),
        }
    };
    let near = names
        .iter()
        .filter_map(|&other| Some((distance(other)?, other)));
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(char::is_ascii_alphanumeric)
}

/// Edits between two names, two letters that changed places counting once.
fn edits(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (row[j] + usize::from(x != y))
                .min(row[j + 1] + 1)
                .min(next[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested() {
        let dialects: Vec<&str> = Dialect::names().collect();
        let formats = crate::formats::names();
        for (name, names, wanted) in [
            ("notqmial", &dialects, Some("notqmail")),
            // Not `aqmail`, which is one letter away as well.
            ("sqmail", &dialects, Some("s-qmail")),
            ("NotQmail", &dialects, Some("notqmail")),
            ("exchange", &dialects, None),
            ("x", &dialects, None),
            ("", &dialects, None),
            ("imvsa", &formats, Some("imsva")),
            ("xaems", &formats, Some("xeams")),
            ("smtp", &formats, Some("smtproutes")),
            ("postfix", &formats, Some("postfix-transport")),
            ("postfix_transport", &formats, Some("postfix-transport")),
        ] {
            assert_eq!(nearest(name, names), wanted, "{name}");
        }
        let long = "x".repeat(100_000);
        assert_eq!(nearest(&long, &formats), None);
    }
}
