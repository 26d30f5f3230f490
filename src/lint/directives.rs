//! What a file says about its own findings: `# qroute: allow(rule) reason`.

use std::ops::Range;

use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::source::{Input, Span, Visible};

/// The directives of all files of an input.
#[derive(Debug, Default)]
pub struct Directives {
    /// Those for one line, in the order of what they cover.
    allows: Vec<Allow>,
    /// Those for a file.
    files: Vec<Allow>,
}

#[derive(Debug)]
struct Allow {
    /// The rule's name, as written.
    name: String,
    /// Where the name stands.
    at: Span,
    /// The offsets that it speaks for.
    covers: Span,
    used: bool,
}

impl Directives {
    /// Collects `# qroute: allow(rule, …)`, which speaks for the next line that is neither blank nor a comment, and
    /// `# qroute: allow-file(rule, …)`, which speaks for its file. What stands behind the bracket is the reason.
    pub fn read(input: &Input) -> Self {
        let mut directives = Directives::default();
        for file in input.files() {
            if let Some(bytes) = file.state.bytes() {
                directives.file(bytes, file.base());
            }
        }
        directives
            .allows
            .sort_by_key(|allow| (allow.covers.start, allow.at.start));
        directives
    }

    /// Collects `<!-- qroute: allow(rule, …) reason -->`, which speaks for the next element with all that is in it, and
    /// `<!-- qroute: allow-file(rule, …) reason -->`.
    pub fn read_markup(input: &Input) -> Self {
        let mut directives = Directives::default();
        for file in input.files() {
            let bytes = file.state.bytes().unwrap_or(b"");
            for at in memchr::memmem::find_iter(bytes, b"qroute:") {
                let before = bytes[..at].trim_ascii_end();
                let end = memchr::memmem::find(&bytes[at..], b"-->");
                let (true, Some(end)) = (before.ends_with(b"<!--"), end) else {
                    continue;
                };
                let element = next_element(bytes, at + end + 3);
                directives.line(bytes, file.base(), at + 7..at + end, element);
            }
        }
        directives
            .allows
            .sort_by_key(|allow| (allow.covers.start, allow.at.start));
        directives
    }

    /// From the last directive to the first, so that the line a stack of directives speaks for is searched once.
    fn file(&mut self, bytes: &[u8], base: u32) {
        // Looking from the end is slower, and most files have none.
        if memchr::memmem::find(bytes, b"qroute:").is_none() {
            return;
        }
        let mut next = (bytes.len(), bytes.len()..bytes.len());
        let mut before = usize::MAX;
        for at in memchr::memmem::rfind_iter(bytes, b"qroute:") {
            let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |lf| lf + 1);
            let is_comment = bytes[start] == b'#'
                && bytes[start + 1..at]
                    .iter()
                    .all(|b| matches!(b, b' ' | b'\t'));
            if !is_comment || start == before {
                continue;
            }
            before = start;
            let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |lf| at + lf);
            let route = next_route(bytes, end, &next);
            next = (start, route.clone());
            self.line(bytes, base, at + 7..end, route);
        }
    }

    fn line(&mut self, bytes: &[u8], base: u32, directive: Range<usize>, route: Range<usize>) {
        let Range { start: from, end } = directive;
        let text = &bytes[from..end];
        let word = text
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let rest = &text[word..];
        let (covers, whole, open) = if rest.starts_with(b"allow-file(") {
            (Span::at(base, 0..bytes.len() + 1), true, 11)
        } else if rest.starts_with(b"allow(") {
            (Span::at(base, route), false, 6)
        } else {
            return;
        };
        let names = from + word + open;
        let close = memchr::memchr(b')', &bytes[names..end]).map_or(end, |at| names + at);
        let mut start = names;
        for part in bytes[names..close].split(|&b| b == b',') {
            let trimmed = part.trim_ascii();
            let lead = part.len() - part.trim_ascii_start().len();
            if !trimmed.is_empty() {
                let allow = Allow {
                    name: String::from_utf8_lossy(trimmed).to_ascii_lowercase(),
                    at: Span::at(base, start + lead..start + lead + trimmed.len()),
                    covers,
                    used: false,
                };
                if whole {
                    self.files.push(allow);
                } else {
                    self.allows.push(allow);
                }
            }
            start += part.len() + 1;
        }
    }

    /// Marks the findings that are allowed.
    pub fn apply(&mut self, findings: &mut [Finding]) {
        for finding in findings {
            let at = finding.span.start;
            let covers = |allow: &Allow| allow.covers.start <= at && at < allow.covers.end();
            let end = self
                .allows
                .partition_point(|allow| allow.covers.start <= at);
            let line = self.allows[..end]
                .iter_mut()
                .rev()
                .take_while(|allow| covers(allow));
            let file = self.files.iter_mut().filter(|allow| covers(allow));
            for allow in line.chain(file) {
                if allow.name.eq_ignore_ascii_case(finding.rule) {
                    finding.suppressed = true;
                    allow.used = true;
                }
            }
        }
    }

    /// Findings about directives that allow nothing: of rules that ran and found nothing there (`unused-suppression`), and of
    /// rules that do not exist. `all` are the rules there are, `ran` those that ran.
    pub fn unused(&self, all: &[RuleInfo], ran: &[&str]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for allow in self
            .allows
            .iter()
            .chain(&self.files)
            .filter(|allow| !allow.used)
        {
            let known = all
                .iter()
                .find(|info| allow.name.eq_ignore_ascii_case(info.name));
            let message = match known {
                Some(info) if !ran.contains(&info.name) => continue,
                Some(info) => format!("nothing is found here that `{}` would allow", info.name),
                None => format!("no rule is called `{}`", Visible(allow.name.as_bytes())),
            };
            findings.push(
                Finding::new("unused-suppression", Severity::Warning, allow.at, message)
                    .effect("none on mail; a mistake made here later would be hidden")
                    .help("delete the directive, or the name from it"),
            );
        }
        findings
    }
}

/// The element that begins behind `at`, up to its end tag. An element in another of the same name does not occur in tables.
fn next_element(bytes: &[u8], at: usize) -> Range<usize> {
    let mut start = at;
    loop {
        let Some(open) = memchr::memchr(b'<', &bytes[start..]) else {
            return at..at;
        };
        start += open;
        if !bytes[start..].starts_with(b"<!--") {
            break;
        }
        match memchr::memmem::find(&bytes[start..], b"-->") {
            Some(end) => start += end + 3,
            None => return at..at,
        }
    }
    let rest = &bytes[start..];
    let tag = memchr::memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
    if rest[..tag].ends_with(b"/>") || rest.starts_with(b"</") {
        return start..start + tag;
    }
    let name = rest[1..tag]
        .iter()
        .take_while(|b| !b.is_ascii_whitespace() && **b != b'>')
        .count();
    let close = [b"</", &rest[1..1 + name]].concat();
    let end = memchr::memmem::find(rest, &close).unwrap_or(rest.len());
    start..start + end
}

/// The first line behind `end` that is neither blank nor a comment. `known` is a later place and the answer for it.
fn next_route(bytes: &[u8], end: usize, known: &(usize, Range<usize>)) -> Range<usize> {
    let mut start = end + 1;
    while start < bytes.len() && start < known.0 {
        let stop = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |lf| start + lf);
        if bytes[start] != b'#' && stop > start {
            return start..stop + 1;
        }
        start = stop + 1;
    }
    known.1.clone()
}
