//! The table is one of regular expressions, which is another kind of table.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "regexp-table",
    summary: "the table is one of regular expressions, which is another kind of table",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
A pattern between slashes belongs into a table for `regexp:` or `pcre:` (regexp_table(5),
pcre_table(5)). There the first expression that matches the whole address decides, no domain above
is tried, and the order of lines matters: nothing of what is said of transport(5) tables here
holds. In an indexed table such a pattern is text like any other, and matches no address. None of
it is read.

Bad, here:

    /@example\\.(com|net)$/  smtp:[mx1.example.net]

Good:

    example.com  smtp:[mx1.example.net]
    example.net  smtp:[mx1.example.net]",
});
