//! Changes as one page that needs nothing else: a picture, and a table beneath.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use super::page::{escaped, grouped, head, tail};
use super::picture::{Flow, picture};
use super::view::{Change, DiffOutcome, Shown};
use super::weight::Weight;

/// Most rows of the table.
const MOST_ROWS: usize = 20_000;

/// Most domains that are shown with a bar.
const MOST_BARS: usize = 20;

/// The page, as it is put together.
#[derive(Default)]
pub struct DiffPage {
    flows: Vec<Flow>,
    by_pair: HashMap<[String; 2], (usize, HashSet<String>)>,
    rows: Vec<(usize, String)>,
    count: u64,
}

impl DiffPage {
    /// Nothing yet.
    pub fn new() -> Self {
        DiffPage::default()
    }

    /// Takes in one change.
    pub fn add(&mut self, change: &Change) {
        self.count += 1;
        let shown = change.shown();
        let next = self.flows.len();
        let (at, domains) = self
            .by_pair
            .entry(shown.pair.clone())
            .or_insert_with(|| (next, HashSet::new()));
        let at = *at;
        let new = domains.insert(change.mail.domain());
        if at == next {
            self.flows.push(Flow {
                pair: shown.pair.clone(),
                domain: example(change, &shown.beside),
                more: 0,
                count: 0,
                aside: change.is_aside(),
            });
        } else if new {
            self.flows[at].more += 1;
        }
        self.flows[at].count += 1;
        if self.rows.len() < MOST_ROWS {
            self.rows.push((at, row(&shown, change.classes)));
        }
    }

    /// The page. `assumptions` are those that the differences, or that there are none, rest on.
    pub fn finish(
        mut self,
        outcome: &DiffOutcome,
        assumptions: &[String],
        weight: Option<&Weight>,
    ) -> String {
        let mut out = head("Mail that goes elsewhere");
        self.push_summary(&mut out, outcome);
        for text in assumptions {
            let what = match self.count {
                0 => "This holds",
                _ => "Some of this holds",
            };
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "<p class=\"soft\">{what} as long as <b>{}</b>, which is assumed: the vendor does not document it.</p>",
                escaped(text)
            );
        }
        if let Some(weight) = weight {
            push_weight(&mut out, weight);
        }
        if self.count > 0 {
            // The largest flows first, in the picture and in the table.
            let mut order: Vec<usize> = (0..self.flows.len()).collect();
            order.sort_by_key(|&at| {
                let flow = &self.flows[at];
                (flow.aside, std::cmp::Reverse(flow.count))
            });
            let flows: Vec<Flow> = order.iter().map(|&at| self.flows[at].clone()).collect();
            let mut place = vec![0; order.len()];
            for (number, &at) in order.iter().enumerate() {
                place[at] = number;
            }
            self.rows.sort_by_key(|(at, _)| place[*at]);
            out.push_str("<h2>The change</h2>\n<figure>\n");
            out.push_str(&picture(&flows));
            out.push_str("</figure>\n<p class=\"soft\"><span class=\"key\"></span>where mail goes now<span class=\"key old\"></span>where it went</p>\n");
            self.push_table(&mut out);
        }
        out.push_str(&tail());
        out
    }

    fn push_summary(&self, out: &mut String, outcome: &DiffOutcome) {
        let title = match (self.count, outcome.equal) {
            (0, true) => "All mail goes where it went".to_owned(),
            (0, false) => "Nothing is known to go elsewhere, and not all is decided".to_owned(),
            (1, _) => "One difference".to_owned(),
            (n, _) => format!("{} differences", grouped(n)),
        };
        let [old, new] = &outcome.names;
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<h1>{}</h1>\n<div class=\"tables\"><span>old</span><b>{}</b><span>new</span><b>{}</b></div>\n\
             <p class=\"soft\">{} kinds of mail were put to both tables. Each difference has one address to try, and stands for the kinds of mail near it that change alike.</p>\n",
            escaped(&title),
            escaped(old),
            escaped(new),
            grouped(outcome.classes)
        );
        if outcome.undecided > 0 {
            let _ = writeln!(
                out,
                "<p class=\"warn\">{} kinds of mail are undecided: they are not known to go where they went.</p>",
                grouped(outcome.undecided)
            );
        }
    }

    fn push_table(&self, out: &mut String) {
        out.push_str(
            "<h2>Mail to try</h2>\n<input id=\"filter\" type=\"search\" placeholder=\"Filter by address, destination, line …\" aria-label=\"Filter\" hidden> \
             <span id=\"said\" class=\"soft\"></span>\n\
             <table id=\"all\">\n<colgroup><col style=\"width:25%\"><col style=\"width:23%\"><col style=\"width:25%\"><col style=\"width:20%\"><col style=\"width:7%\"></colgroup>\n<thead><tr><th>Mail for</th><th>went to</th><th>goes to</th><th>because</th><th>kinds</th></tr></thead>\n<tbody>\n",
        );
        for (_, row) in &self.rows {
            out.push_str(row);
        }
        out.push_str("</tbody>\n</table>\n");
        let left = self.count - self.rows.len() as u64;
        if left > 0 {
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "<p class=\"warn\">{} more are not listed here; --output-format json has all of them.</p>",
                grouped(left)
            );
        }
    }
}

/// What mail of a flow is called in the picture.
fn example(change: &Change, beside: &str) -> String {
    let domain = match change.mail.domain() {
        domain if is_made_up(&domain) && !names(change, &domain) => "every other domain".to_owned(),
        domain => domain,
    };
    match beside.is_empty() {
        true => domain,
        false => format!("{domain}, {beside}"),
    }
}

/// A comparison calls a host that no table names `other`, with a number behind it where a table names that.
fn is_made_up(domain: &str) -> bool {
    let rest = domain.strip_prefix("other");
    rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a route that decides is about this very domain.
fn names(change: &Change, domain: &str) -> bool {
    let routes = [&change.old.route, &change.new.route];
    routes.into_iter().flatten().any(|route| {
        let key = route.key.rsplit(|&b| b == b'@').next();
        key.is_some_and(|key| key.eq_ignore_ascii_case(domain.as_bytes()))
    })
}

fn row(shown: &Shown, classes: u64) -> String {
    let small = |text: &str| match text.is_empty() {
        true => String::new(),
        false => format!("<small>{}</small>", escaped(text)),
    };
    let [was, now] = &shown.pair;
    format!(
        "<tr><td>{}{}</td><td>{}{}</td><td class=\"to\">{}{}</td><td>{}</td><td class=\"n\">{}</td></tr>\n",
        escaped(&shown.recipient),
        small(&shown.beside),
        escaped(was),
        small(&shown.places[0]),
        escaped(now),
        small(&shown.places[1]),
        escaped(shown.because),
        grouped(classes)
    )
}

fn push_weight(out: &mut String, weight: &Weight) {
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<h2>Weighed by addresses</h2>\n<p>{} of {} different addresses change route: {} of {} given.</p>\n",
        grouped(weight.changed),
        grouped(weight.distinct),
        grouped(weight.changed_total),
        grouped(weight.total)
    );
    for (count, text) in [
        (
            weight.undecided,
            "depend on a sender, a subject or a direction that was not given",
        ),
        (weight.invalid, "are no addresses"),
    ] {
        if count > 0 {
            let _ = writeln!(out, "<p class=\"soft\">{} {text}.</p>", grouped(count));
        }
    }
    let most = weight.domains.first().map_or(1, |(_, n)| *n).max(1);
    out.push_str("<table>\n<tbody>\n");
    for (domain, changed) in weight.domains.iter().take(MOST_BARS) {
        let width = (changed * 300).div_ceil(most);
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td class=\"n\">{}</td><td><span class=\"bar\" style=\"width:{width}px\"></span></td></tr>",
            escaped(domain),
            grouped(*changed)
        );
    }
    out.push_str("</tbody>\n</table>\n");
    let left = weight.domains.len().saturating_sub(MOST_BARS);
    if left > 0 {
        let _ = writeln!(
            out,
            "<p class=\"soft\">and {} more domains.</p>",
            grouped(left as u64)
        );
    }
}
