//! A finding for people, in the manner of rustc.

use super::excerpt::{Excerpt, Piece};
use super::lines::{Line, Lines, Spot};
use super::paint::{self, ADDED, FRAME, Paint, REMOVED, TITLE};
use super::repair::{Hunk, hunks};
use super::snippet::{Gutter, Mark, marks};
use crate::diagnostic::{Finding, Fix, RuleInfo};
use crate::source::{Visible, harmless};

/// Lines of a fix that are shown of each side.
const PREVIEWED: usize = 4;

/// Appends `finding`. With `rule`, what it looks for is said, too.
pub(super) fn render(
    out: &mut String,
    lines: &mut Lines<'_>,
    finding: &Finding,
    rule: Option<&RuleInfo>,
    paint: Paint,
) {
    let spot = lines.spot(finding.span);
    let style = paint::of(finding.severity);
    let mut all: Vec<(Spot<'_>, Vec<Mark<'_>>)> = Vec::with_capacity(1 + finding.labels.len());
    let last = last_line(lines, &spot);
    all.push((spot, marks(&spot, last, ('^', style), "")));
    for label in &finding.labels {
        let spot = lines.spot(label.span);
        let last = last_line(lines, &spot);
        let text = harmless(&label.text);
        all.push((spot, marks(&spot, last, ('-', FRAME), &text)));
    }
    let repair = finding.fix.as_ref().map(|fix| (fix, hunks(lines, fix)));
    let numbers = all.iter().flat_map(|(_, marks)| marks);
    let numbers = numbers.map(|mark| mark.line.number);
    let hunks = repair.iter().flat_map(|(_, hunks)| hunks);
    let largest = numbers
        .chain(hunks.map(|h| h.spot.start.line + (PREVIEWED.min(h.after.len()) as u64)))
        .max();
    let gutter = Gutter {
        width: largest.unwrap_or(1).to_string().len(),
        paint,
    };

    let head = format!("{}[{}]", finding.severity.name(), harmless(finding.rule));
    paint.put(out, style, &head);
    paint.put(out, TITLE, &format!(": {}", harmless(&finding.message)));
    out.push('\n');
    places(out, gutter, finding, &all);

    let mut notes: Vec<(&str, String)> = Vec::new();
    if !finding.effect.is_empty() {
        notes.push(("effect", harmless(&finding.effect)));
    }
    if let Some(help) = &finding.help {
        notes.push(("help", harmless(help)));
    }
    if finding.dialects.len() > 1 {
        notes.push(("dialects", harmless(&finding.dialects.join(", "))));
    }
    if let Some(rule) = rule {
        notes.push(("rule", harmless(rule.summary)));
    }
    if !notes.is_empty() || repair.is_some() {
        gutter.line(out, None, "|", "");
    }
    for (name, text) in notes {
        let mut note = String::new();
        paint.put(&mut note, TITLE, &format!("{name}:"));
        note.push(' ');
        note.push_str(&text);
        gutter.line(out, None, "=", &note);
    }
    if let Some((fix, hunks)) = &repair {
        preview(out, lines, gutter, spot.path, (fix, hunks));
    }
}

/// The last line that `spot` covers a byte of.
fn last_line<'a>(lines: &mut Lines<'a>, spot: &Spot<'a>) -> Option<Line<'a>> {
    let (_, last) = spot.lines?;
    if last.start == spot.span.end() && !spot.span.is_empty() {
        return lines.at(spot.span.end() - 1);
    }
    Some(last)
}

/// The place of the finding and the lines of its file, then those of other files.
fn places(out: &mut String, gutter: Gutter, finding: &Finding, all: &[(Spot<'_>, Vec<Mark<'_>>)]) {
    let mut paths: Vec<&str> = Vec::new();
    for (spot, _) in all {
        if !paths.contains(&spot.path) {
            paths.push(spot.path);
        }
    }
    for (n, path) in paths.into_iter().enumerate() {
        let here = || all.iter().enumerate().filter(|(_, a)| a.0.path == path);
        let arrow = if n == 0 { "-->" } else { ":::" };
        let mut marks: Vec<&Mark<'_>> = here().flat_map(|(_, (_, marks))| marks).collect();
        // The first is the finding's own, and stays first in its line.
        marks.sort_by_key(|mark| mark.line.start);
        if let Some((_, (spot, _))) = here().next() {
            if n > 0 {
                gutter.line(out, None, "|", "");
            }
            gutter.place(out, arrow, &place(spot));
        }
        if !marks.is_empty() {
            gutter.line(out, None, "|", "");
            gutter.snippet(out, &marks);
        }
        // Labels of files without bytes have no line to stand in.
        for (n, (spot, _)) in here().filter(|(n, _)| *n > 0) {
            if let (None, Some(label)) = (spot.lines, finding.labels.get(n - 1)) {
                gutter.line(out, None, "|", &harmless(&label.text));
            }
        }
    }
}

fn place(spot: &Spot<'_>) -> String {
    format!(
        "{}:{}:{}",
        Visible(spot.path.as_bytes()),
        spot.start.line,
        spot.start.column
    )
}

/// The lines that a fix changes, before and after.
fn preview(
    out: &mut String,
    lines: &mut Lines<'_>,
    gutter: Gutter,
    path: &str,
    (fix, hunks): (&Fix, &[Hunk<'_>]),
) {
    let title = if fix.safe {
        "fix (safe):"
    } else {
        "fix (unsafe):"
    };
    let mut note = String::new();
    gutter.paint.put(&mut note, TITLE, title);
    gutter.line(out, None, "=", &note);
    for (n, hunk) in hunks.iter().enumerate() {
        if n == PREVIEWED {
            let rest = format!("… and {} more places", hunks.len() - n);
            gutter.line(out, None, "", &rest);
            break;
        }
        if hunk.spot.path != path {
            gutter.place(out, ":::", &place(&hunk.spot));
        }
        let (old, more) = old_lines(lines, hunk);
        let new: Vec<String> = hunk
            .after
            .iter()
            .take(PREVIEWED)
            .map(|a| a.excerpt().text)
            .collect();
        // A line that an edit only ends or precedes is not changed.
        let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let same = if old.len() == new.len() { 0 } else { same };
        let first = hunk.spot.start.line;
        let sides = [
            (old, more, "-", REMOVED),
            (new, hunk.after.len() > PREVIEWED, "+", ADDED),
        ];
        for (texts, more, sign, style) in sides {
            for (number, text) in (first..).zip(texts).skip(same) {
                let mut shown = String::new();
                gutter.paint.put(&mut shown, style, &text);
                gutter.line(out, Some(number), sign, &shown);
            }
            if more {
                gutter.line(out, None, sign, "…");
            }
        }
    }
}

/// The first lines that a hunk changes, and whether there are more.
fn old_lines(lines: &mut Lines<'_>, hunk: &Hunk<'_>) -> (Vec<String>, bool) {
    let mut texts = Vec::new();
    let (Some(last), Some((first, _))) = (hunk.last, hunk.spot.lines) else {
        return (texts, false);
    };
    let mut line = Some(first);
    while let Some(here) = line.filter(|line| line.start <= last.start) {
        if texts.len() == PREVIEWED {
            return (texts, true);
        }
        let piece = Piece {
            bytes: here.bytes,
            open: here.open,
            more: (false, false),
        };
        let focus = here.offset(hunk.spot.span.start);
        texts.push(Excerpt::new(&piece, focus..focus).text);
        line = lines.after(&here);
    }
    (texts, false)
}
