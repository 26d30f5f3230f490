//! What is said about an input: findings with a severity, a place and the effect on mail.

mod finding;
mod rule_info;
mod severity;
mod tally;

pub use finding::{Edit, Finding, Fix, Label};
pub use rule_info::{EVERY, RuleInfo};
pub use severity::Severity;
pub use tally::Tally;
