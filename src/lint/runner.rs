//! Running rules: all chosen ones over a table or a directory.

use super::consequence::tidy;
use super::line::{Line, lines};
use super::plain::is_plain;
use super::rule::{Check, Complaint, Rule};
use super::survey::Survey;
use super::tally::{Report, Tally};
use super::{Consequence, Harm, Reading, Site};
use crate::diagnostic::{Edit, Finding, Fix, Severity};
use crate::source::{Visible, masked_entry};

/// Lines looked at together.
const CHUNK: usize = 4096;

/// From this size on, a file is looked at in two halves at the same time.
const WORTH_A_THREAD: usize = 1024 * 1024;

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
    let utf16 = chosen.rules.iter().find(|rule| rule.info.name == "utf16");
    let alone = utf16
        .filter(|_| reading.utf16().is_some())
        .map(|rule| Chosen {
            rules: vec![rule],
            most: chosen.most,
        });
    let chosen = alone.as_ref().unwrap_or(chosen);
    let mut tally = std::thread::scope(|scope| {
        // The rules about a whole table and those about its lines do not wait for one another.
        let tables = scope.spawn(|| {
            let mut tally = Tally::new(chosen.most);
            let survey = Survey::new(*reading);
            for rule in &chosen.rules {
                match rule.check {
                    Check::Table(check) | Check::LineAndTable(_, check) => {
                        let mut found = Vec::new();
                        check(reading, &mut found);
                        found.into_iter().for_each(|finding| tally.add(finding));
                    }
                    Check::Routes(check) => {
                        check(&survey, &mut Report::new(rule.info.name, &mut tally));
                    }
                    _ => {}
                }
            }
            tally
        });
        let mut tally = line_rules(reading, chosen);
        let tables = tables
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        tally.append(tables);
        tally
    });
    let name = reading.notation.name;
    for finding in &mut tally.findings {
        finding.dialects = vec![name];
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

fn line_rules(reading: &Reading<'_>, chosen: &Chosen) -> Tally {
    let rules: Vec<&Rule> = chosen
        .rules
        .iter()
        .copied()
        .filter(|rule| matches!(rule.check, Check::Line(_) | Check::LineAndTable(..)))
        .collect();
    let tally = Tally::new(chosen.most);
    let Some((base, bytes)) = reading
        .file()
        .and_then(|file| Some((file.base(), file.state.bytes()?)))
    else {
        return tally;
    };
    let half = bytes.len() / 2;
    let middle = match bytes.len() {
        0..WORTH_A_THREAD => None,
        _ => memchr::memchr(b'\n', &bytes[half..]).map(|end| half + end + 1),
    };
    let part = |from: usize, to: usize| {
        let mut tally = Tally::new(chosen.most);
        let base = base + from as u32;
        let odd = lines(&bytes[from..to], base, from == 0)
            .filter(|line| !line.ended || !is_plain(line.bytes, &reading.notation));
        let mut chunk: Vec<Line<'_>> = Vec::new();
        let mut flush = |chunk: &mut Vec<Line<'_>>| {
            for rule in &rules {
                for line in chunk.iter() {
                    line_rule(rule, line, reading, &mut tally);
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
        tally
    };
    let Some(middle) = middle else {
        return part(0, bytes.len());
    };
    std::thread::scope(|scope| {
        let second = scope.spawn(|| part(middle, bytes.len()));
        let mut tally = part(0, middle);
        tally.append(
            second
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        );
        tally
    })
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
