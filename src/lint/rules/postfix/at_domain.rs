//! A pattern begins with `@`, as those of other tables of Postfix do.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "at-domain",
    summary: "a pattern begins with `@`, as those of other tables of Postfix do",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
In virtual(5), canonical(5) and sender_dependent_relayhost_maps, `@example.org` is all addresses of
a domain. In transport(5) it is not: the address, the domain and `.domain` are looked for, and no
mail has the pattern. It goes by a wider one, or as if there were no table.

Bad:

    @example.org  smtp:[mx1.example.net]

Good:

    example.org  smtp:[mx1.example.net]",
});
