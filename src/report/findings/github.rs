//! Workflow commands of GitHub: annotations on a pull request.

use super::place::{Region, relative};
use crate::diagnostic::{Finding, Severity};
use crate::source::{Input, harmless};

/// `::error file=…,line=…,col=…,endLine=…,endColumn=…,title=rule::message`.
pub(super) fn push(out: &mut String, input: &Input, finding: &Finding, root: Option<&str>) {
    let region = Region::of(input, finding.span);
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut text = finding.message.clone();
    for more in [Some(&finding.effect), finding.help.as_ref()]
        .into_iter()
        .flatten()
    {
        if !more.is_empty() {
            text.push_str(". ");
            text.push_str(more);
        }
    }
    out.push_str(&format!(
        "::{command} file={},line={},col={},endLine={},endColumn={},title={}::{}\n",
        property(relative(&region.file, root)),
        region.line,
        region.column,
        region.end_line,
        region.end_column,
        finding.rule,
        data(&text)
    ));
}

fn data(text: &str) -> String {
    harmless(text).replace('%', "%25")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
