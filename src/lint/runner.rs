//! Running rules: all chosen ones over a table or a directory.

use std::ops::Range;

use super::consequence::tidy;
use super::line::{Line, lines};
use super::plain::is_plain;
use super::queue::Queue;
use super::rule::{Check, Complaint, Rule};
use super::survey::Survey;
use super::{Consequence, Harm, Reading, Report, Site};
use crate::diagnostic::{Edit, Finding, Fix, Severity, Tally};
use crate::source::{Visible, masked_entry};

/// Lines looked at together.
const CHUNK: usize = 4096;

/// From this size on, a table is looked at on all processors.
const WORTH_A_THREAD: usize = 1024 * 1024;

/// Bytes of lines that one processor looks at together.
const PART: usize = 4 * 1024 * 1024;

/// Which rules run, and how much they may say.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The rules.
    pub rules: Vec<&'static Rule>,
    /// Most findings of one rule in one table; what is beyond is counted and said in one more finding.
    pub most: usize,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.info.name)
    }
}

/// All findings of the chosen rules about one table under one dialect, in the order of the text.
///
/// A file in UTF-16 has nothing that rules could speak of but that.
pub fn lint_table(reading: &Reading<'_>, chosen: &Chosen) -> Vec<Finding> {
    let about = reading.notation.format;
    let of_format = Chosen {
        rules: chosen
            .rules
            .iter()
            .copied()
            .filter(|rule| rule.info.is_about(about))
            .collect(),
        most: chosen.most,
    };
    let chosen = &of_format;
    let utf16 = chosen.rules.iter().find(|rule| rule.info.name == "utf16");
    let alone = utf16
        .filter(|_| reading.utf16().is_some())
        .map(|rule| Chosen {
            rules: vec![rule],
            most: chosen.most,
        });
    let chosen = alone.as_ref().unwrap_or(chosen);
    let survey = Survey::new(*reading);
    let mut tally = Tally::new(chosen.most);
    for part in tasks(reading, chosen).run(|task| task.run(&survey, chosen)) {
        tally.append(part);
    }
    let document = reading.document();
    for finding in &mut tally.findings {
        if reading.notation.has_dialects() {
            finding.dialects = vec![reading.notation.name];
        }
        // What was put together stands where it comes from.
        finding.span = document.source_of(finding.span);
        for label in &mut finding.labels {
            label.span = document.source_of(label.span);
        }
    }
    let mut findings = tally.finish();
    findings.sort_by_key(|finding| (finding.span.start, finding.span.len));
    findings
}

/// All findings of the chosen rules about the files of a directory, in the order of the input.
pub fn lint_site(site: &Site<'_>, chosen: &Chosen) -> Vec<Finding> {
    let mut tally = Tally::new(chosen.most);
    for rule in &chosen.rules {
        if let Check::Site(check) = rule.check {
            let mut found = Vec::new();
            check(site, &mut found);
            found.into_iter().for_each(|finding| tally.add(finding));
        }
    }
    let mut findings = tally.finish();
    findings.sort_by_key(|finding| (finding.span.start, finding.span.len));
    findings
}

/// A piece of the work on one table; no piece waits for another.
enum Task {
    /// The rules of a line, over the lines that begin in these bytes of the table's file.
    Lines(Range<usize>),
    /// A rule about the whole table.
    Table(&'static Rule),
}

/// All work on a table, in the order in which findings of one rule count.
fn tasks(reading: &Reading<'_>, chosen: &Chosen) -> Queue<Task> {
    let bytes = reading.file().and_then(|file| file.state.bytes());
    let bytes = bytes.unwrap_or(b"");
    let mut tasks = Vec::new();
    let mut from = 0;
    while from < bytes.len() {
        let to = memchr::memchr(b'\n', &bytes[(from + PART).min(bytes.len())..])
            .map_or(bytes.len(), |end| from + PART + end + 1);
        tasks.push(Task::Lines(from..to));
        from = to;
    }
    let of_tables = |rule: &&'static Rule| {
        matches!(
            rule.check,
            Check::Table(_) | Check::LineAndTable(..) | Check::Routes(_)
        )
    };
    let rules = chosen.rules.iter().copied().filter(of_tables);
    tasks.extend(rules.map(Task::Table));
    Queue::new(tasks, bytes.len() >= WORTH_A_THREAD)
}

impl Task {
    fn run(&self, survey: &Survey<'_>, chosen: &Chosen) -> Tally {
        let mut tally = Tally::new(chosen.most);
        match self {
            Task::Lines(range) => line_rules(range.clone(), &survey.reading, chosen, &mut tally),
            Task::Table(rule) => match rule.check {
                Check::Table(check) | Check::LineAndTable(_, check) => {
                    let mut found = Vec::new();
                    check(&survey.reading, &mut found);
                    found.into_iter().for_each(|finding| tally.add(finding));
                }
                Check::Routes(check) => {
                    check(survey, &mut Report::new(rule.info.name, &mut tally));
                }
                _ => {}
            },
        }
        tally
    }
}

fn line_rules(range: Range<usize>, reading: &Reading<'_>, chosen: &Chosen, tally: &mut Tally) {
    let rules: Vec<&Rule> = chosen
        .rules
        .iter()
        .copied()
        .filter(|rule| matches!(rule.check, Check::Line(_) | Check::LineAndTable(..)))
        .collect();
    let Some((base, bytes)) = reading
        .file()
        .filter(|_| reading.notation.has_dialects())
        .and_then(|file| Some((file.base(), file.state.bytes()?)))
    else {
        return;
    };
    let (first, base) = (range.start == 0, base + range.start as u32);
    let odd = lines(&bytes[range], base, first)
        .filter(|line| !line.ended || !is_plain(line.bytes, &reading.notation));
    let mut chunk: Vec<Line<'_>> = Vec::new();
    let mut flush = |chunk: &mut Vec<Line<'_>>| {
        for rule in &rules {
            for line in chunk.iter() {
                line_rule(rule, line, reading, tally);
            }
        }
        chunk.clear();
    };
    for line in odd {
        chunk.push(line);
        if chunk.len() == CHUNK {
            flush(&mut chunk);
        }
    }
    flush(&mut chunk);
}

fn line_rule(rule: &Rule, line: &Line<'_>, reading: &Reading<'_>, tally: &mut Tally) {
    let (Check::Line(check) | Check::LineAndTable(check, _)) = rule.check else {
        return;
    };
    let Some(complaint) = check(line, reading) else {
        return;
    };
    if tally.is_full(rule.info.name) {
        tally.count(rule.info.name, line.span);
        return;
    }
    if let Some(finding) = judge(rule, line, complaint, reading) {
        tally.add(finding);
    }
}

/// Makes a finding of a complaint: severity and effect from what the matcher shows, a fix from the line as it was meant.
fn judge(
    rule: &Rule,
    line: &Line<'_>,
    complaint: Complaint,
    reading: &Reading<'_>,
) -> Option<Finding> {
    let (severity, effect) = match (complaint.severity, complaint.effect) {
        (Some(severity), Some(effect)) => (severity, effect),
        (severity, effect) => 'judged: {
            if let Some(judge) = complaint.judge {
                break 'judged judge(line, reading, complaint.meant.as_deref())?;
            }
            let consequence = Consequence::of(line, complaint.meant.as_deref(), reading);
            match (consequence.harm, complaint.otherwise) {
                (Harm::None, Some(otherwise)) => otherwise,
                (harm, _) => {
                    let judged = match harm {
                        Harm::None => rule.harmless,
                        // A mistake all the same: it comes to light when the other line goes.
                        Harm::Overruled => Some(rule.harmless.unwrap_or(Severity::Info)),
                        Harm::Clutter => Some(Severity::Warning),
                        Harm::Mail => Some(rule.info.severity),
                    };
                    (severity.or(judged)?, effect.unwrap_or(consequence.sentence))
                }
            }
        }
    };
    let at = complaint.at.start.min(line.bytes.len())..complaint.at.end.min(line.bytes.len());
    let mut finding = Finding::new(
        rule.info.name,
        severity,
        line.span_of(at),
        complaint.message,
    )
    .effect(effect);
    finding.help = complaint.help;
    let edits = match (complaint.edits, &complaint.meant) {
        (Some(edits), _) => edits
            .into_iter()
            .map(|(range, text)| Edit {
                span: line.span_of(range),
                text,
            })
            .collect(),
        (None, Some(meant)) => edit(line, meant).into_iter().collect(),
        (None, None) => Vec::new(),
    };
    finding.fix = complaint
        .safe
        .filter(|_| !edits.is_empty())
        .map(|safe| Fix { safe, edits });
    if finding.help.is_none()
        && let Some(meant) = &complaint.meant
    {
        let meant = tidy(meant);
        finding.help = Some(format!("write `{}`", Visible(&masked_entry(&meant))));
    }
    Some(finding)
}

/// The smallest change that makes `meant` of the line.
fn edit(line: &Line<'_>, meant: &[u8]) -> Option<Edit> {
    let bytes = line.bytes;
    let same = |(a, b): &(&u8, &u8)| a == b;
    let before = bytes.iter().zip(meant).take_while(same).count();
    let most = bytes.len().min(meant.len()) - before;
    let behind = bytes
        .iter()
        .rev()
        .zip(meant.iter().rev())
        .take(most)
        .take_while(same)
        .count();
    let edit = Edit {
        span: line.span_of(before..bytes.len() - behind),
        text: meant[before..meant.len() - behind].to_vec(),
    };
    (!edit.span.is_empty() || !edit.text.is_empty()).then_some(edit)
}
