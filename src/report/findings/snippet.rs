//! Lines with carets under them.

use std::ops::Range;

use anstyle::Style;

use super::excerpt::{Excerpt, Piece};
use super::lines::{Line, Spot};
use super::paint::{FRAME, Paint};

/// Something pointed at in a line.
pub(super) struct Mark<'a> {
    pub line: Line<'a>,
    pub range: Range<usize>,
    pub sign: char,
    pub style: Style,
    pub text: String,
}

/// The marks of a place: in its line, or in its first and its last line, where `text` stands.
pub(super) fn marks<'a>(
    spot: &Spot<'a>,
    last: Option<Line<'a>>,
    (sign, style): (char, Style),
    text: &str,
) -> Vec<Mark<'a>> {
    let Some((first, _)) = spot.lines else {
        return Vec::new();
    };
    let mark = |line: Line<'a>, range, text: &str| Mark {
        line,
        range,
        sign,
        style,
        text: text.to_owned(),
    };
    let start = first.offset(spot.span.start);
    let end = spot.span.end();
    match last.filter(|last| last.start != first.start) {
        None => vec![mark(first, start..first.offset(end), text)],
        Some(last) => vec![
            mark(first, start..first.bytes.len(), ""),
            mark(last, 0..last.offset(end), text),
        ],
    }
}

/// The left border, as wide as the largest line number.
#[derive(Clone, Copy)]
pub(super) struct Gutter {
    pub width: usize,
    pub paint: Paint,
}

impl Gutter {
    /// Appends the border of a line, `12 |`, and then `text`.
    pub fn line(self, out: &mut String, number: Option<u64>, sign: &str, text: &str) {
        let number = number.map_or_else(String::new, |number| number.to_string());
        let border = format!("{number:>width$} {sign}", width = self.width);
        self.paint.put(out, FRAME, border.trim_end());
        if !text.is_empty() {
            out.push(' ');
            out.push_str(text);
        }
        out.push('\n');
    }

    /// Appends what names a place: `  --> file:1:2`.
    pub fn place(self, out: &mut String, arrow: &str, place: &str) {
        let border = format!("{:width$}{arrow}", "", width = self.width);
        self.paint.put(out, FRAME, &border);
        out.push(' ');
        out.push_str(place);
        out.push('\n');
    }

    /// Appends the marked lines of one file, in their order.
    pub fn snippet(self, out: &mut String, marks: &[&Mark<'_>]) {
        let mut before: Option<u64> = None;
        let mut rest = marks;
        while let Some(first) = rest.first() {
            let line = first.line;
            let same = rest.partition_point(|mark| mark.line.start == line.start);
            let (here, others) = rest.split_at(same);
            if before.is_some_and(|number| number + 1 != line.number) {
                self.paint.put(out, FRAME, "...");
                out.push('\n');
            }
            before = Some(line.number);
            self.marked(out, &line, here);
            rest = others;
        }
    }

    fn marked(self, out: &mut String, line: &Line<'_>, marks: &[&Mark<'_>]) {
        let piece = Piece {
            bytes: line.bytes,
            open: line.open,
            more: (false, false),
        };
        let focus = marks.first().map_or(0..0, |mark| mark.range.clone());
        let shown = Excerpt::new(&piece, focus);
        self.line(out, Some(line.number), "|", &shown.text);
        for mark in marks {
            let columns = shown.columns(mark.range.clone());
            let mut signs = " ".repeat(columns.start);
            let mut pointer = mark.sign.to_string().repeat(columns.len());
            if !mark.text.is_empty() {
                pointer.push(' ');
                pointer.push_str(&mark.text);
            }
            self.paint.put(&mut signs, mark.style, &pointer);
            self.line(out, None, "|", &signs);
        }
    }
}
