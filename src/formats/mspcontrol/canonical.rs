//! The canonical form: hosts in small letters, ports as numbers, words as the vendor writes them, commas between fields, the routes
//! inside their wrapper. Names, unknown fields and their order stay.

use super::super::csv::{Cell, Row, Rows, written};
use super::super::edits::Edits;
use super::super::format::Canonical;
use super::super::json::{Item, Kind, Node, NodeId, Record, Walker, quoted};
use super::super::names;
use super::super::texts::Texts;
use super::super::xml::{Damage, with_line_feeds};
use super::destination::spelled;
use super::reader::is_json;
use super::rows::{first_line, separator};
use super::{COLUMNS, CUSTOMER, INBOUND, NAME, OUTBOUND, SYSTEM, VERSION};
use crate::model::Document;
use crate::source::{Input, Span};

/// The form of a document's table. A damaged one stays as it is.
pub(super) fn canonical(document: &Document) -> Canonical {
    let mut canonical = Canonical::default();
    let Some(file) = document.input.files().first() else {
        return canonical;
    };
    let bytes = file.state.bytes().unwrap_or(b"");
    if document.damaged {
        return canonical;
    }
    let mut former = Former {
        input: &document.input,
        sound: document.error().is_none(),
        texts: Texts::new(&document.input),
        edits: Edits::default(),
    };
    let text = match is_json(bytes) {
        true => match former.json(bytes, file.base()) {
            Ok(()) => unified(former.edits.apply(bytes, file.base())),
            Err(_) => return canonical,
        },
        false => match former.csv(bytes, file.base()) {
            true => former.edits.apply(bytes, file.base()),
            false => bytes.to_vec(),
        },
    };
    canonical.files.push((0, text));
    canonical
}

/// JSON with one kind of line end, no blanks before it, and one at the end. No string holds one.
fn unified(text: Vec<u8>) -> Vec<u8> {
    let text = with_line_feeds(text);
    let mut out = Vec::with_capacity(text.len());
    for line in text.trim_ascii_end().split(|&b| b == b'\n') {
        let blanks = line.iter().rev().take_while(|b| matches!(b, b' ' | b'\t'));
        out.extend_from_slice(&line[..line.len() - blanks.count()]);
        out.push(b'\n');
    }
    out
}

/// A port without zeros before it.
fn port(text: &[u8]) -> Option<Vec<u8>> {
    let port = names::port(text.trim_ascii()).ok()?;
    Some(port.to_string().into_bytes())
}

struct Former<'a> {
    input: &'a Input,
    /// True when the file is free of errors: a word in another case was read as what it resembles.
    sound: bool,
    texts: Texts,
    edits: Edits,
}

impl Former<'_> {
    /// One of the words of a field, as the vendor writes it.
    fn word(&self, text: &[u8], words: [&str; 2]) -> Vec<u8> {
        let inner = text.trim_ascii();
        let is = |word: &&str| match self.sound {
            true => word.as_bytes().eq_ignore_ascii_case(inner),
            false => word.as_bytes() == inner,
        };
        let found = words.iter().find(|word| is(word));
        found.map_or(text.to_vec(), |word| word.as_bytes().to_vec())
    }

    fn json(&mut self, bytes: &[u8], base: u32) -> Result<(), Damage> {
        let mut walker = Walker::new(bytes, base)?;
        let mut list_depth = 0;
        loop {
            let depth = walker.depth();
            match walker.next(&mut self.texts)? {
                Item::Open(node) if depth == 0 => {
                    if node.kind == Kind::Array {
                        list_depth = 1;
                        self.wrap(bytes, base, node.whole.start);
                    }
                }
                Item::Open(node) if depth == 1 && list_depth == 0 => {
                    if node.kind == Kind::Array && self.is_called(&node, b"routes") {
                        list_depth = 2;
                    } else {
                        walker.record(node, &mut self.texts)?;
                    }
                }
                Item::Open(node) => {
                    let is_route = depth == list_depth && node.kind == Kind::Object;
                    let record = walker.record(node, &mut self.texts)?;
                    if is_route {
                        self.route(record);
                    }
                }
                Item::End => return Ok(()),
                Item::Value(_) | Item::Close => {}
            }
        }
    }

    fn is_called(&self, node: &Node, name: &[u8]) -> bool {
        node.name
            .is_some_and(|called| self.texts.bytes(self.input, called) == name)
    }

    /// Puts a bare array into its wrapper.
    fn wrap(&mut self, bytes: &[u8], base: u32, start: u32) {
        let head = format!("{{\"format\":\"{NAME}\",\"version\":{VERSION},\"routes\":");
        self.edits.replace(Span::new(start, 0), head);
        let end = bytes.trim_ascii_end().len();
        self.edits.replace(Span::at(base, end..end), "}");
    }

    fn route(&mut self, record: &Record) {
        for id in record.children(0) {
            let node = *record.node(id);
            if self.is_called(&node, b"type") {
                self.string(&node, |former, text| former.word(text, [SYSTEM, CUSTOMER]));
            } else if self.is_called(&node, b"routeType") {
                self.string(&node, |former, text| former.word(text, [INBOUND, OUTBOUND]));
            } else if self.is_called(&node, b"destinations") && node.kind == Kind::Array {
                for destination in record.children(id) {
                    self.destination(record, destination);
                }
            }
        }
    }

    fn destination(&mut self, record: &Record, id: NodeId) {
        if record.node(id).kind != Kind::Object {
            return;
        }
        for id in record.children(id) {
            let node = *record.node(id);
            if self.is_called(&node, b"host") {
                self.string(&node, |_, text| spelled(text));
            } else if self.is_called(&node, b"port")
                && let Kind::String(text) = node.kind
                && let Some(port) = port(self.texts.bytes(self.input, text))
            {
                self.edits.replace(node.whole, port);
            }
        }
    }

    /// Writes a string as `form` has it, where that differs.
    fn string(&mut self, node: &Node, form: impl Fn(&Self, &[u8]) -> Vec<u8>) {
        let Kind::String(text) = node.kind else {
            return;
        };
        let text = self.texts.bytes(self.input, text);
        let formed = form(self, text);
        if formed != text {
            self.edits.replace(node.whole, quoted(&formed));
        }
    }

    /// Makes the edits of a CSV file; false where quotes are wrong, and nobody knows where a field ends.
    fn csv(&mut self, bytes: &[u8], base: u32) -> bool {
        let separator = separator(first_line(bytes));
        let mut rows = Rows::new(bytes, base, separator);
        let mut columns: Option<Vec<Vec<u8>>> = None;
        let mut end = base;
        while let Some(row) = rows.next(&mut self.texts) {
            if row.flaw.is_some() {
                return false;
            }
            self.gap(bytes, base, end, row.whole.start);
            end = row.whole.end();
            match &columns {
                None => {
                    let names = row.cells.iter();
                    let names = names.map(|cell| self.text(*cell).trim_ascii().to_vec());
                    columns = Some(names.collect());
                    self.row(&row, &[]);
                }
                Some(columns) if columns.len() == row.cells.len() => self.row(&row, columns),
                Some(_) => self.row(&row, &[]),
            }
        }
        let behind = Span::new(end, base + bytes.len() as u32 - end);
        if self.input.bytes(behind) != b"\n" {
            self.edits.replace(behind, "\n");
        }
        true
    }

    fn text(&self, cell: Cell) -> &[u8] {
        self.texts.bytes(self.input, cell.text)
    }

    /// Line ends between two rows.
    fn gap(&mut self, bytes: &[u8], base: u32, from: u32, to: u32) {
        let gap = &bytes[(from - base) as usize..(to - base) as usize];
        if gap.contains(&b'\r') {
            let gap = with_line_feeds(gap.to_vec());
            self.edits.replace(Span::new(from, to - from), gap);
        }
    }

    /// The cells of a row; `columns` are the names of those whose values are known.
    fn row(&mut self, row: &Row, columns: &[Vec<u8>]) {
        let mut cells = row.cells.iter().peekable();
        let is_blank = |cell: &Cell| self.text(*cell).trim_ascii().is_empty();
        let all_blank = row.cells.iter().all(is_blank);
        let mut number = 0;
        while let Some(cell) = cells.next() {
            let column = columns.get(number);
            let column = COLUMNS
                .iter()
                .position(|known| column.is_some_and(|name| name == known.as_bytes()));
            number += 1;
            let text = self.text(*cell);
            let formed = match column {
                Some(0) => self.word(text, [SYSTEM, CUSTOMER]),
                Some(2) => self.word(text, [INBOUND, OUTBOUND]),
                Some(3) => spelled(text),
                Some(4) => port(text).unwrap_or(text.to_vec()),
                _ => text.to_vec(),
            };
            let stays = all_blank && !text.contains(&b'\r');
            let formed = written(&formed);
            // A row of blanks stays, but for a carriage return, which would become part of the line end.
            if !stays && formed != self.input.bytes(cell.whole) {
                self.edits.replace(cell.whole, formed);
            }
            let behind = Span::new(cell.whole.end(), 1);
            if cells.peek().is_some() && self.input.bytes(behind) != b"," {
                self.edits.replace(behind, ",");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::ReadOptions;

    #[test]
    fn carriage_returns_in_blank_rows_do_not_become_line_ends() {
        let head = "Type,Name,RouteType,Host,Port\n";
        let form = |text: &str| {
            let input = Input::single("routes.csv", "f", text.as_bytes().to_vec()).unwrap();
            let document = (super::super::FORMAT.read)(input, &ReadOptions::default()).unwrap();
            let mut files = canonical(&document).files;
            String::from_utf8(files.remove(0).1).unwrap()
        };
        for rows in [
            "\r\r",
            "\r\r\n",
            " ,\r\n",
            "\r,\r\r\n\n",
            "\r\n\r\r\n x\r\r\n",
            " \n",
        ] {
            let formed = form(&format!("{head}{rows}"));
            assert_eq!(form(&formed), formed, "{rows:?}");
        }
    }
}
