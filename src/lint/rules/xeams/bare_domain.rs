//! A domain stands without the @ that makes it one.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bare-domain",
    summary: "a domain stands without the @ that makes it one",
    severity: Severity::Error,
    on: true,
    formats: &["xeams"],
    explanation: "\
The vendor's page says that domain names MUST start with `@`. A bare `acme.example` is neither an
address nor a domain to the product, so that the route is never taken, or refused; in a list of
exceptions the exception does not exist, and mail that was to be left alone takes the route.

Bad:

    <sender>acme.example</sender>

Good:

    <sender>@acme.example</sender>",
});
