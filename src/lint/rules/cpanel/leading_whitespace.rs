//! A line begins with a blank.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "leading-whitespace",
    summary: "a line begins with a blank and continues the line before",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel"],
    explanation: "\
Exim reads the lists with `lsearch`, and to it a line that begins with a blank or a tab is not an
entry: it is the rest of the line before. The domain on it is in no list. In localdomains and its
like the line before is not harmed, because nothing but its key is looked at. In manualmx the
text becomes part of the value before, which then is no host any more.

Editors that indent, and text that was pasted out of a page, leave such lines. Measured with Exim
4.96; see \"lsearch\" in chapter 9 of its specification.

Bad:

    shop.example
      blog.example

Good:

    shop.example
    blog.example",
});
