//! The bytes are not in the encoding that the file declares.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "encoding-mismatch",
    summary: "the bytes are not in the encoding that the file declares",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss", "cpanel", "mspcontrol"],
    explanation: "\
An XML file says in its first line in which encoding its letters are written; when it says nothing
that means UTF-8. Here the bytes say something else: an editor saved the file in another encoding,
or somebody copied the first line from another file. A reader that went on would take one letter for
another, and a name with such a letter in it would be another name. So the file is refused, with the
byte and where it stands.

Save the file in the encoding that it declares. To read it once as it is, name the true encoding
with --encoding: `--encoding windows-1252`, `--encoding shift_jis`.

Bad: `encoding=\"UTF-8\"` and an `é` in one byte, E9.

Good: the same file saved as UTF-8, where `é` is two bytes.",
});
