//! A file in UTF-16.

use crate::diagnostic::{Edit, Finding, RuleInfo, Severity};
use crate::lint::line::lines;
use crate::lint::reading::decision;
use crate::lint::words::Fate;
use crate::lint::{Check, Reading, Rule};
use crate::model::FileVerdict;
use crate::source::{Span, Visible, masked_entry};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "utf16",
        summary: "the file is written in UTF-16, and none of its routes is read",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
In UTF-16, which some Windows programs call Unicode, every character takes two bytes, and one of
them is NUL for Latin letters. No reader of smtproutes decodes anything: each NUL ends an entry or
the file, so that nothing is left of the routes. Mail goes to its MX as if the file were empty;
skarnet's qmail-remote defers all mail if the file begins with a byte order mark. Nothing else is
said about such a file.

Good: the same text in ASCII or UTF-8:

    iconv -f UTF-16 -t UTF-8 smtproutes > smtproutes.new

The repair is safe where the text is ASCII: then there is only one way to read it. It is not made
where lines hold what may be a password.",
    },
    harmless: None,
    check: Check::Table(check),
};

fn check(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let (Some(kind), Some(file)) = (reading.utf16(), reading.file()) else {
        return;
    };
    let bytes = reading.text();
    let span = Span::at(file.base(), 0..if kind.mark { 2 } else { 1 });
    let text = kind.decode(bytes);
    let finding = Finding::new("utf16", Severity::Error, span, "the file is in UTF-16")
        .effect(effect(reading, text.as_deref()))
        .help("`iconv -f UTF-16 -t UTF-8` converts it");
    let secret = |text: &str| {
        lines(text.as_bytes(), 0, true)
            .any(|line| !line.is_comment() && masked_entry(line.text()) != line.text())
    };
    found.push(match text {
        Some(text) if !secret(&text) => {
            let edit = Edit {
                span: Span::at(file.base(), 0..bytes.len()),
                text: text.clone().into_bytes(),
            };
            finding.fix(text.is_ascii(), vec![edit])
        }
        _ => finding,
    });
}

/// What happens to the mail of the first route, and to all mail.
fn effect(reading: &Reading<'_>, text: Option<&str>) -> String {
    let title = reading.notation.title;
    match &reading.document().table.verdict {
        FileVerdict::Normal => {}
        FileVerdict::IgnoredWhole(why) | FileVerdict::DeferAll { text: why, .. } => {
            return format!("{title}: {why}");
        }
    }
    let lost = "no route of the file is read".to_owned();
    // Windows ends lines with CR LF; that is a mistake of its own.
    let text = text.map(|text| text.replace("\r\n", "\n"));
    let Some(store) = text.and_then(|text| (reading.alone)(text.as_bytes())) else {
        return lost;
    };
    let Some(route) = store.document().routes().next() else {
        return lost;
    };
    let witness = reading.witness(route.key());
    let product = reading.document().table.product;
    let fate = |decision| Fate::of(&decision, product);
    let actual = reading.select(&witness).map(|found| fate(found.decision));
    let intended = decision(store.as_ref(), &witness).map(fate);
    match actual {
        None => lost,
        Some(actual) if Some(&actual) == intended.as_ref() => lost,
        Some(actual) => format!(
            "{lost}: mail for {} {}",
            Visible(&witness),
            actual.instead_of(intended.as_ref())
        ),
    }
}
