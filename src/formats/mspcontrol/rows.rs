//! The CSV form: one row a destination.

use std::collections::HashMap;

use super::super::csv::{Flaw, Row, Rows};
use super::super::secrets::{is_secret_name, secret_in};
use super::super::xml::Damage;
use super::routes::{Routes, UNUSED};
use super::stated::{Destination, Stated, StatedPort};
use super::{COLUMNS, CUSTOMER, INBOUND, OUTBOUND, SYSTEM};
use crate::diagnostic::{Finding, Severity};
use crate::source::{Span, Text, Visible};

/// What separates the fields of a text with this first line: a comma, or a semicolon where there is no comma.
pub(super) fn separator(first: &[u8]) -> u8 {
    match (first.contains(&b','), first.contains(&b';')) {
        (false, true) => b';',
        _ => b',',
    }
}

/// The names of the columns of a header, for a first look.
pub(super) fn columns(first: &str) -> Vec<&str> {
    let separator = char::from(separator(first.as_bytes()));
    let names = first.split(separator);
    names.map(|name| name.trim().trim_matches('"')).collect()
}

/// The first line of `text`.
pub(super) fn first_line(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_start();
    &text[..memchr::memchr(b'\n', text).unwrap_or(text.len())]
}

/// What a header says.
struct Header {
    /// Number of columns.
    width: usize,
    /// Where the columns that are known stand.
    at: [usize; COLUMNS.len()],
    /// Columns whose values may be passwords.
    secret: Vec<usize>,
}

/// Reads all rows of `text`, which begins at `base`; returns where passwords stand.
///
/// # Errors
/// The header is another one.
pub(super) fn rows(reader: &mut Routes<'_>, text: &[u8], base: u32) -> Result<Vec<Span>, Damage> {
    let separator = separator(first_line(text));
    let mut rows = Rows::new(text, base, separator);
    let Some(first) = rows.next(&mut reader.notes.texts) else {
        let message = "the file is empty: neither JSON nor the header of a CSV file";
        return Err(Damage::new("bad-header", 0, message));
    };
    let header = header(reader, &first, base)?;
    reader.list = first.whole;
    if separator == b';' {
        let finding = Finding::new(
            "semicolon-separator",
            Severity::Info,
            first.whole,
            "semicolons separate the fields, not commas",
        )
        .effect("none: all rows are read so")
        .help("write commas");
        reader.notes.add(finding);
    }
    let mut secrets = Vec::new();
    let mut all: Vec<Stated> = Vec::new();
    let mut known: HashMap<[Vec<u8>; 3], usize> = HashMap::new();
    while let Some(row) = rows.next(&mut reader.notes.texts) {
        hide(reader, &header, &row, &mut secrets);
        let sound = row.flaw.is_none() && row.cells.len() == header.width;
        if row.flaw.is_none() && is_blank(reader, &row) {
            blank(reader, &row);
            continue;
        }
        let cell = |column: usize| row.cells.get(header.at[column]).copied();
        let key = [0, 1, 2].map(|column| cell(column).map(|cell| cell.text));
        let key = key.map(|text| text.filter(|_| sound || is_readable(reader, key)));
        let bytes =
            key.map(|text| text.map_or(Vec::new(), |text| reader.notes.bytes(text).to_vec()));
        let [kind, name, direction] = key;
        let begin = || Stated {
            whole: row.whole,
            head: row.whole,
            kind,
            name,
            direction,
            ..Stated::default()
        };
        let at = match known.get(&bytes) {
            Some(&at) if name.is_some() => at,
            _ => {
                all.push(begin());
                known.insert(bytes, all.len() - 1);
                all.len() - 1
            }
        };
        let number = at as u64 + 1;
        let stated = &mut all[at];
        stated.number = number;
        if !sound {
            stated.broken = true;
            complain(reader, &header, &row, number, name);
            continue;
        }
        let port = cell(4).map_or(row.whole, |cell| cell.text);
        stated.destinations.push(Destination {
            whole: row.whole,
            host: cell(3).map(|cell| cell.text),
            port: match reader.notes.bytes(port).trim_ascii() {
                b"" => StatedPort::Missing,
                _ => StatedPort::Number(port),
            },
        });
    }
    all.iter().for_each(|stated| reader.route(stated));
    Ok(secrets)
}

/// What the header says.
fn header(reader: &mut Routes<'_>, row: &Row, base: u32) -> Result<Header, Damage> {
    let at = (row.whole.start - base) as usize;
    if let Some((flaw, span)) = row.flaw {
        let (rule, message, help) = words(flaw);
        return Err(Damage::new(rule, (span.start - base) as usize, message).help(help));
    }
    let names: Vec<Vec<u8>> = row
        .cells
        .iter()
        .map(|cell| reader.notes.bytes(cell.text).trim_ascii().to_vec())
        .collect();
    let is = |name: &[u8], column: &str| match reader.lenient {
        true => name.eq_ignore_ascii_case(column.as_bytes()),
        false => name == column.as_bytes(),
    };
    let near = |name: &&[u8], column: &str| name.eq_ignore_ascii_case(column.as_bytes());
    if let [first, second] = names.as_slice()
        && near(&first.as_slice(), COLUMNS[0])
        && near(&second.as_slice(), COLUMNS[1])
    {
        let message =
            "only Type and Name: a customer's list of routes, which shows no destinations";
        return Err(Damage::new("customer-level", at, message)
            .help("ask the provider for the destinations: there are none at customer level"));
    }
    const HELP: &str = "write the header Type,Name,RouteType,Host,Port";
    let mut header = Header {
        width: names.len(),
        at: [0; COLUMNS.len()],
        secret: Vec::new(),
    };
    for (number, column) in COLUMNS.iter().enumerate() {
        let mut found = (0..names.len()).filter(|&at| is(&names[at], column));
        let Some(first) = found.next() else {
            let shown = Visible(reader.notes.input.bytes(row.whole)).to_string();
            let shown: String = shown.chars().take(120).collect();
            let why = match names.iter().find(|name| near(&name.as_slice(), column)) {
                Some(name) => format!(": `{}` is another word", Visible(name)),
                None if names.len() == 1 && names[0].contains(&b'\t') => {
                    ": TAB separates its fields, and commas are read".to_owned()
                }
                None => String::new(),
            };
            let message = format!("the header `{shown}` has no column `{column}`{why}");
            return Err(Damage::new("bad-header", at, message).help(HELP));
        };
        if let Some(second) = found.next() {
            let at = (row.cells[second].whole.start - base) as usize;
            let message = format!("the column `{column}` stands twice");
            return Err(Damage::new("bad-header", at, message).help(HELP));
        }
        header.at[number] = first;
    }
    for (number, name) in names.iter().enumerate() {
        if header.at.contains(&number) {
            continue;
        }
        if is_secret_name(name) {
            header.secret.push(number);
        }
        let cell = row.cells[number];
        reader.notes.warn(
            "unknown-field",
            reader.place(cell.text, cell.whole),
            format!("the column `{}` is no field of a route", Visible(name)),
            "none: its values are not read",
        );
    }
    Ok(header)
}

/// Notes where passwords stand in a row.
fn hide(reader: &Routes<'_>, header: &Header, row: &Row, secrets: &mut Vec<Span>) {
    let whole = row.flaw.is_none() && row.cells.len() == header.width;
    for (number, cell) in row.cells.iter().enumerate() {
        // Of a row that has lost a field nobody knows which value is which.
        let hidden = match whole {
            true => header.secret.contains(&number),
            false => !header.secret.is_empty() && (number > 2 || row.flaw.is_some()),
        };
        if hidden {
            secrets.push(cell.whole);
        } else if let Some(secret) = secret_in(reader.notes.bytes(cell.text)) {
            let inner = reader.notes.source(cell.text);
            secrets.push(match inner == cell.text {
                true => Span::at(inner.start, secret),
                false => inner,
            });
        }
    }
}

fn is_blank(reader: &Routes<'_>, row: &Row) -> bool {
    let mut cells = row.cells.iter();
    cells.all(|cell| reader.notes.bytes(cell.text).trim_ascii().is_empty())
}

/// Spreadsheets save rows that were emptied.
fn blank(reader: &mut Routes<'_>, row: &Row) {
    let finding = Finding::new(
        "empty-row",
        Severity::Info,
        row.whole,
        "a row without any value",
    );
    let finding = finding.effect("none: it is no destination");
    reader.notes.add(finding.help("delete it"));
}

/// Whether type, name and direction of a row with a mistake are what they seem to be: two of them are one of two words.
fn is_readable(reader: &Routes<'_>, key: [Option<Text>; 3]) -> bool {
    let is = |text: Option<Text>, words: [&str; 2]| {
        let bytes = text.map_or(&b""[..], |text| reader.notes.bytes(text).trim_ascii());
        words.iter().any(|word| word.as_bytes() == bytes)
    };
    is(key[0], [SYSTEM, CUSTOMER]) && is(key[2], [INBOUND, OUTBOUND])
}

/// Rule, message and help of a flaw.
fn words(flaw: Flaw) -> (&'static str, &'static str, &'static str) {
    match flaw {
        Flaw::Unclosed => (
            "unclosed-quote",
            "a quote that is never closed: all that follows belongs to one field",
            "close it where the field ends",
        ),
        Flaw::BehindQuote => (
            "stray-quote",
            "something stands between a closing quote and the end of its field",
            "put the whole field in quotes, and double the quotes in it",
        ),
        Flaw::BareQuote => (
            "stray-quote",
            "a quote in a field that does not begin with one",
            "put the whole field in quotes, and double the quotes in it",
        ),
    }
}

/// Says what is wrong with the notation of a row.
fn complain(reader: &mut Routes<'_>, header: &Header, row: &Row, number: u64, name: Option<Text>) {
    let of = reader.named(number, name);
    if let Some((flaw, span)) = row.flaw {
        let (rule, message, help) = words(flaw);
        let effect = match flaw {
            Flaw::Unclosed => "the routes behind it are lost in it, and this one is not used",
            _ => UNUSED,
        };
        reader
            .notes
            .error(rule, span, format!("{of}: {message}"), effect, help);
        return;
    }
    let count = row.cells.len();
    let fields = if count == 1 { "field" } else { "fields" };
    let message = format!(
        "{of}: {count} {fields}, and the header has {}",
        header.width
    );
    let help = match count < header.width {
        true => "write all fields, also those without a value",
        false => "put a field that holds the separator in quotes",
    };
    reader
        .notes
        .error("ragged-row", row.whole, message, UNUSED, help);
}
