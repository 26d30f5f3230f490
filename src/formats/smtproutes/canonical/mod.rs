//! One form for tables that say the same: what qroute-fmt writes.
//!
//! [`canonical`] unifies the case of domains, leading zeros of ports, blanks at line ends, line ends and runs of blank lines.
//! Order stays, comments stay where they are, and a value that is more than a relay with at most a port stays byte for byte:
//! what one dialect does not read, another takes for a password.
//!
//! # What each dialect would notice
//!
//! Most readers take a line by itself, so that a change is harmless when it is harmless in its line. The exceptions decide
//! everything here:
//!
//! - *A password from the next line.* Where a value has one separator only, five dialects send the entry behind it as the
//!   password: the letters of that entry stay (`line`).
//! - *skarnet* compares keys by their case, and defers all mail at the first byte that it does not expect. What stands behind
//!   that byte it never reads. So either it reads the file before and after, and keys keep their case; or it refuses the file
//!   for the same reason before and after, and everything else is free (`skarnet`).
//! - *NUL* ends the file for two dialects and a line for others; lines with NUL are not touched. A byte order mark makes a key
//!   or a comment something else; its line is not touched.
//! - *CR* is part of the line for all but Courier.
//! - The comment `# qroute: dialect` counts only among the comments at the top of a file: a blank line before it stays.
//!
//! # Why it is idempotent
//!
//! Every change of a line is applied or not, changes commute, and which of them are possible depends on facts that the changes
//! keep: which lines are passwords, what skarnet finds first, and what it would find first in the most changed form.
//!
//! What is written is proved against every reader afterwards (`equivalence::same_in_order`); nothing here has to be trusted.

mod form;
mod left;
mod line;
mod skarnet;
mod sort;

pub use form::{Canonical, Depth, canonical};
pub use left::{Kept, Left};
pub use sort::{Sorted, sorted};
