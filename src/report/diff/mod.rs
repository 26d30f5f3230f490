//! What two tables decide differently: text for people, JSON, and a page with a picture.

mod html;
mod json;
mod page;
mod picture;
mod text;
mod view;
mod weight;
mod words;

pub use html::DiffPage;
pub use json::DiffJson;
pub use text::{DiffText, weight_text};
pub use view::{Change, DiffOutcome, Mail};
pub use weight::{Listed, Weight};
