//! Text stands where only elements are read.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "stray-text",
    summary: "text stands where only elements are read",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams", "imsva", "imss"],
    explanation: "\
Between the elements of a table stand blanks and comments. Here stands text: the rest of a line that
was deleted by halves, a comment without its marks, or a value that slipped out of its element. The
product ignores it, as far as anybody knows; if it was to be a value, that value is missing where it
belongs.

Bad:

    <Route> to head office
      <sender>@acme.example</sender>

Good:

    <!-- to head office -->
    <Route>
      <sender>@acme.example</sender>",
});
