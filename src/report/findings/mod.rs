//! Findings of qroute-lint in seven forms.
//!
//! A [`FindingsWriter`] is handed findings table by table and returns bytes to write at once, so that nothing piles up. What
//! all forms share stands apart from them: `lines` finds the line of a span without walking through the file, `excerpt`
//! shows a line harmlessly and in a window, `repair` shows a text as a fix leaves it, `path` says where a file lies in its
//! repository, and `fingerprint` recognizes a finding again.
//!
//! Secrets are masked before a form sees them: right of the first colon of a line nothing is shown behind a `|`, a blank or a
//! TAB. What a fix writes is masked as it would stand in its line; and where a fix takes away or moves hidden bytes, nothing
//! of what it writes is shown that did not stand in sight before.

mod concise;
mod excerpt;
mod fingerprint;
mod github;
mod gitlab;
mod json;
mod lines;
mod paint;
mod path;
mod repair;
mod sarif;
mod sarif_document;
mod snippet;
mod text;
mod writer;

pub use writer::{FindingsForm, FindingsOptions, FindingsWriter};
