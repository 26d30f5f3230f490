//! Rendering: text and JSON of answers, and findings in all their forms. No decisions are taken here.

mod answer;
mod diff;
mod explain;
mod findings;
mod hops;
mod json;
mod pure;
mod text;
mod unified;

pub use answer::{Answer, Mask, RouteShown};
pub use diff::{
    Change, DiffJson, DiffOutcome, DiffPage, DiffText, Listed, Mail, Weight, weight_text,
};
pub use explain::explain;
pub use findings::{FindingsForm, FindingsOptions, FindingsWriter};
pub use json::{json, json_text};
pub use text::line;
pub use unified::unified;
