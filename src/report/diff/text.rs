//! Changes as text for people.

use std::collections::HashMap;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::view::{Change, Shown};
use super::weight::Weight;
use super::words::pair;
use crate::source::Visible;

/// Changes, grouped by where mail went and where it goes.
pub struct DiffText {
    color: bool,
    groups: Vec<Group>,
    by_pair: HashMap<[String; 2], usize>,
}

struct Group {
    pair: [String; 2],
    aside: bool,
    lines: Vec<String>,
}

fn paint(color: bool, ansi: AnsiColor, text: &str) -> String {
    if !color {
        return text.to_owned();
    }
    let style = Style::new().fg_color(Some(ansi.into()));
    format!("{style}{text}{style:#}")
}

impl DiffText {
    /// Nothing yet.
    pub fn new(color: bool) -> Self {
        DiffText {
            color,
            groups: Vec::new(),
            by_pair: HashMap::new(),
        }
    }

    /// Takes in one change.
    pub fn add(&mut self, change: &Change) {
        let shown = change.shown();
        let line = self.line(&shown, change.classes);
        let next = self.groups.len();
        let at = *self.by_pair.entry(shown.pair.clone()).or_insert(next);
        if at == next {
            self.groups.push(Group {
                pair: shown.pair,
                aside: change.is_aside(),
                lines: Vec::new(),
            });
        }
        self.groups[at].lines.push(line);
    }

    fn line(&self, shown: &Shown, classes: u64) -> String {
        let mut line = format!("    {}", shown.recipient);
        if !shown.beside.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(line, ", {}", shown.beside);
        }
        let mut why = shown.why.clone();
        if classes > 1 {
            let _ = write!(why, "; so do {} more kinds of mail near it", classes - 1);
            if classes == 2 {
                why = format!("{}; so does one more kind of mail near it", shown.why);
            }
        }
        let _ = write!(
            line,
            "  {}",
            paint(self.color, AnsiColor::BrightBlack, &why)
        );
        line
    }

    /// All of it, what is about routes first; nothing without changes.
    pub fn finish(mut self) -> String {
        self.groups.sort_by_key(|group| group.aside);
        let mut out = String::new();
        for (number, group) in self.groups.iter().enumerate() {
            let [was, now] = &group.pair;
            let space = if number > 0 { "\n" } else { "" };
            let was = paint(self.color, AnsiColor::Red, was);
            let now = paint(self.color, AnsiColor::Green, now);
            let count = match group.lines.len() {
                1 => String::new(),
                n => format!("  ({n} differences)"),
            };
            let _ = writeln!(out, "{space}{was}  →  {now}{count}");
            for line in &group.lines {
                out.push_str(line);
                out.push('\n');
            }
        }
        out
    }
}

/// Most domains that a summary names.
const MOST_DOMAINS: usize = 20;

/// What a change means to given addresses, for people.
pub fn weight_text(weight: &Weight, color: bool) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "{} of {} different addresses change route ({} of {} given{}{})",
        weight.changed,
        weight.distinct,
        weight.changed_total,
        weight.total,
        match weight.undecided {
            0 => String::new(),
            n => format!("; {n} depend on what is not given"),
        },
        match weight.invalid {
            0 => String::new(),
            n => format!("; {n} are no addresses"),
        },
    );
    let width = weight
        .domains
        .first()
        .map_or(1, |(_, n)| n.to_string().len());
    for (domain, changed) in weight.domains.iter().take(MOST_DOMAINS) {
        let _ = writeln!(out, "{changed:>width$}  {domain}", width = width + 2);
    }
    if let Some(more) = weight.domains.len().checked_sub(MOST_DOMAINS)
        && more > 0
    {
        let _ = writeln!(
            out,
            "{:>width$}  and {more} more domains",
            "",
            width = width + 2
        );
    }
    let list = weight.list.as_deref().unwrap_or(&[]);
    for (number, listed) in list.iter().enumerate() {
        if number == 0 {
            out.push('\n');
        }
        let [was, now] = pair(&listed.old, &listed.new);
        let _ = writeln!(
            out,
            "{}\t{}\t{}",
            Visible(&listed.mail.recipient),
            paint(color, AnsiColor::Red, &was),
            paint(color, AnsiColor::Green, &now)
        );
    }
    out
}
