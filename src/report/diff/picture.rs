//! The picture of a change: domains on one side, destinations on the other.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use super::page::{escaped, grouped, shortened};

/// Mail that went to one place and goes to another.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    /// Where it went and where it goes.
    pub pair: [String; 2],
    /// A domain of it.
    pub domain: String,
    /// How many other domains.
    pub more: u64,
    /// How many differences.
    pub count: u64,
    /// It is about what products do without a route.
    pub aside: bool,
}

/// Most flows that are drawn; the smallest ones beyond are drawn as one.
const MOST_FLOWS: usize = 24;

/// Most destinations that are drawn.
const MOST_PLACES: usize = 28;

const ROW: usize = 30;
const LEFT: usize = 400;
const RIGHT: usize = 760;
const WIDTH: usize = 1120;

/// The picture as SVG. `flows` come largest first.
pub(super) fn picture(flows: &[Flow]) -> String {
    let (drawn, rest) = flows.split_at(flows.len().min(MOST_FLOWS));
    let mut rows: Vec<Flow> = drawn.to_vec();
    let mut places = Places::default();
    for flow in &mut rows {
        for place in &mut flow.pair {
            if !places.takes(place) {
                OTHER.clone_into(place);
                places.takes(OTHER);
            }
        }
    }
    if !rest.is_empty() {
        let count = rest.iter().map(|flow| flow.count).sum();
        places.takes(OTHER);
        rows.push(Flow {
            pair: [OTHER.to_owned(), OTHER.to_owned()],
            domain: format!("{} more changes", grouped(rest.len() as u64)),
            more: 0,
            count,
            aside: true,
        });
    }
    let height = 46 + ROW * rows.len().max(places.names.len());
    let mut out = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Where mail went and where it goes\">\n\
         <text class=\"head\" x=\"{LEFT}\" y=\"16\" text-anchor=\"end\">mail for</text>\n\
         <text class=\"head\" x=\"{}\" y=\"16\">goes to</text>\n",
        RIGHT + 14
    );
    // What mail goes to is drawn as such, what it only leaves paler.
    let reached: HashSet<&str> = rows.iter().map(|flow| flow.pair[1].as_str()).collect();
    for (at, flow) in rows.iter().enumerate() {
        push_flow(&mut out, &places, flow, row(at, rows.len(), height), height);
    }
    for (at, name) in places.names.iter().enumerate() {
        let y = row(at, places.names.len(), height);
        let class = match reached.contains(name.as_str()) {
            true => "dot",
            false => "lost",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "<circle class=\"{class}\" cx=\"{RIGHT}\" cy=\"{y}\" r=\"5\"/><text class=\"{class}\" x=\"{}\" y=\"{}\">{}<title>{}</title></text>",
            RIGHT + 14,
            y + 4,
            escaped(&shortened(name, 44)),
            escaped(name)
        );
    }
    out.push_str("</svg>\n");
    out
}

const OTHER: &str = "other destinations";

/// The destinations, from top to bottom.
#[derive(Default)]
struct Places {
    names: Vec<String>,
    by_name: HashMap<String, usize>,
}

impl Places {
    /// Gives `name` a place; `false` when there is none left.
    fn takes(&mut self, name: &str) -> bool {
        if self.by_name.contains_key(name) {
            return true;
        }
        if self.names.len() >= MOST_PLACES && name != OTHER {
            return false;
        }
        self.by_name.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        true
    }

    fn y(&self, name: &str, height: usize) -> usize {
        let at = self.by_name.get(name).copied().unwrap_or(0);
        row(at, self.names.len(), height)
    }
}

/// The middle of line `at` of `count`, spread over the height.
fn row(at: usize, count: usize, height: usize) -> usize {
    let space = height - 40;
    30 + space * (2 * at + 1) / (2 * count.max(1))
}

fn push_flow(out: &mut String, places: &Places, flow: &Flow, y: usize, height: usize) {
    let label = match flow.more {
        0 => flow.domain.clone(),
        1 => format!("{} and one more", flow.domain),
        n => format!("{} and {} more", flow.domain, grouped(n)),
    };
    let width = 1.5 + (flow.count as f64).log2().clamp(0.0, 16.0) * 0.7;
    let [was, now] = &flow.pair;
    let title = format!("{label}: {was} → {now}");
    let curve = |to: usize| {
        let (from, to_x) = (LEFT + 12, RIGHT - 5);
        let middle = (from + to_x) / 2;
        format!("M{from},{y} C{middle},{y} {middle},{to} {to_x},{to}")
    };
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<g class=\"flow\"><title>{}</title><path class=\"was\" stroke-width=\"1.5\" d=\"{}\"/><path class=\"now\" stroke-width=\"{width:.1}\" d=\"{}\"/>\
         <circle class=\"dot\" cx=\"{}\" cy=\"{y}\" r=\"4\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text></g>",
        escaped(&title),
        curve(places.y(was, height)),
        curve(places.y(now, height)),
        LEFT + 10,
        LEFT,
        y + 4,
        escaped(&shortened(&label, 54)),
    );
}
