//! Lists with a count: what of them counts.

use super::host;
use super::routes::Reader;
use super::values::{Leaf, Listing, SMART};
use crate::diagnostic::{Finding, Severity};
use crate::source::Span;

/// How many there are, as the file says.
enum Count {
    Stated(u64),
    /// Nothing is said, or nothing that is a number.
    None,
}

/// What does not fit: numbers that are missing below the count, and numbers that are not below it.
fn misfits(name: &str, items: &[(u32, Leaf)], count: u64) -> String {
    let below = items
        .iter()
        .filter(|(number, _)| u64::from(*number) < count);
    let gap = below
        .clone()
        .zip(0u32..)
        .find(|((number, _), at)| number != at);
    let missing = gap.map_or(below.count() as u64, |(_, at)| u64::from(at));
    let outside = items.iter().find(|(number, _)| u64::from(*number) >= count);
    let missing = (missing < count).then(|| format!("{name}{missing} is missing"));
    let outside = outside.map(|(number, _)| format!("{name}{number} is outside the count"));
    let all: Vec<String> = missing.into_iter().chain(outside).collect();
    all.join(", ")
}

/// The items of `list` that count, in their order. A count that does not fit is an error; a lenient reading keeps those below
/// the count that are there without a gap, and names the others.
pub(super) fn items<'l>(reader: &mut Reader<'_>, list: &'l Listing) -> &'l [(u32, Leaf)] {
    let count = match count(reader, list) {
        Count::Stated(count) => count,
        Count::None => return &list.items,
    };
    let in_order = list.items.iter().zip(0u32..);
    let kept = in_order.take_while(|((number, _), at)| number == at && u64::from(*number) < count);
    let kept = kept.count();
    let (used, others) = list.items.split_at(kept);
    if others.is_empty() && count == kept as u64 {
        return used;
    }
    let name = list.name;
    let place = match list.count {
        Some(leaf) if !leaf.value.text.is_empty() => reader.notes.source(leaf.value.text),
        Some(leaf) => leaf.tag,
        None => others.first().map_or(Span::default(), |(_, leaf)| leaf.tag),
    };
    let stated = match list.count {
        Some(leaf) if !leaf.value.text.is_empty() => {
            format!("`{name}Count` is {}", reader.shown(leaf.value.text))
        }
        Some(_) => format!("`{name}Count` is blank, which is 0"),
        None => format!("there is no `{name}Count`, which is 0"),
    };
    let message = format!(
        "{stated}, and there {}: {}",
        found(name, &list.items),
        misfits(name, &list.items, count)
    );
    let finding = Finding::new("count-mismatch", Severity::Error, place, message);
    if !reader.lenient {
        let help = format!("count what is meant, from {name}0 on without a gap");
        reader.notes.add(
            finding
                .effect(format!(
                    "which of them the product uses is not documented; {}",
                    reader.unused()
                ))
                .help(help),
        );
        return &list.items;
    }
    let effect = match kept {
        0 => format!("no {name} is used, as was asked for"),
        1 => format!("{name}0 alone is used, as was asked for"),
        _ => format!("{name}0 to {name}{} are used, as was asked for", kept - 1),
    };
    reader.notes.add(Finding {
        severity: Severity::Warning,
        ..finding.effect(effect)
    });
    for (number, leaf) in others {
        let span = reader.notes.source(leaf.value.text);
        let what = match name == SMART {
            true => host::shown(reader.notes.bytes(leaf.value.text)),
            false => reader.shown(leaf.value.text),
        };
        let message = format!("{name}{number} is ignored: `{what}`");
        let effect = "no mail goes there; the product may use it";
        reader.notes.warn("count-mismatch", span, message, effect);
    }
    used
}

/// That there is something in a list of the method that is not chosen.
pub(super) fn inert(reader: &mut Reader<'_>, list: &Listing, why: &str) {
    let Some((number, first)) = list.items.first() else {
        return;
    };
    let name = list.name;
    let more = match list.items.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("`{name}{number}`{more} where {why}");
    let effect = "none as long as UseMethod stays: no mail goes by it";
    reader.notes.warn("inert-value", first.tag, message, effect);
}

/// The count. Of name servers none or a blank one is 0 (documented); smart hosts must be counted.
fn count(reader: &mut Reader<'_>, list: &Listing) -> Count {
    let is_smart = list.name == SMART;
    let stated = list.count.filter(|leaf| !leaf.value.text.is_empty());
    let Some(leaf) = stated else {
        if !is_smart || list.items.is_empty() {
            return Count::Stated(0);
        }
        let name = list.name;
        let message = format!(
            "there is no `{name}Count`, and there {}",
            found(name, &list.items)
        );
        let place = list.count.or(list.items.first().map(|(_, leaf)| *leaf));
        let place = place.map_or(Span::default(), |leaf| leaf.tag);
        let help = format!(
            "write <value name=\"{name}Count\">{}</value>",
            list.items.len()
        );
        reader.error("count-mismatch", place, message, help);
        return Count::None;
    };
    let bytes = reader.notes.bytes(leaf.value.text);
    if bytes.iter().all(u8::is_ascii_digit) {
        let text = std::str::from_utf8(bytes).unwrap_or("");
        // A number that is too large is more than there are.
        return Count::Stated(text.parse().unwrap_or(u64::MAX));
    }
    let (shown, span) = (
        reader.shown(leaf.value.text),
        reader.notes.source(leaf.value.text),
    );
    let message = format!("`{shown}` is no number");
    let help = format!("write how many there are: {}", list.items.len());
    reader.error("bad-count", span, message, help);
    Count::None
}

/// `are SmartHost0 and SmartHost2`, at most four of them by name.
fn found(name: &str, items: &[(u32, Leaf)]) -> String {
    let named: Vec<String> = items
        .iter()
        .take(4)
        .map(|(number, _)| format!("{name}{number}"))
        .collect();
    match (named.as_slice(), items.len()) {
        ([], _) => format!("is no {name}0"),
        ([only], _) => format!("is {only} alone"),
        (named, 5..) => format!("are {}, … ({} of them)", named.join(", "), items.len()),
        ([start @ .., last], _) => format!("are {} and {last}", start.join(", ")),
    }
}
