//! Findings as SARIF 2.1.0 (OASIS), one result a line.

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::github::sentences;
use super::lines::{Lines, Spot};
use super::path::{Named, Root, encoded};
use super::repair::hunks;
use super::sarif_document::{
    Artifact, Base, Bases, Change, Configuration, Driver, Fingerprint, Fix, Location, Outcome,
    Physical, Properties, Region, Replacement, Rule, Run, Suppression, Text, Tool,
};
use crate::diagnostic::{self, Finding, RuleInfo, Severity};
use crate::report::pure::pure;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What relative URIs start at: the name that GitHub and others know.
const BASE: &str = "%SRCROOT%";

/// The document up to its results.
pub(super) fn begin(rules: &[RuleInfo], root: &Root) -> String {
    let sentence = |text: &str| Text {
        text: stopped(text.to_owned()),
    };
    let rules = rules.iter().map(|rule| Rule {
        id: rule.name,
        short_description: sentence(rule.summary),
        full_description: sentence(rule.explanation),
        help: sentence(rule.explanation),
        default_configuration: Configuration {
            enabled: rule.on,
            level: level(rule.severity),
        },
    });
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "qroute-lint",
                version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: rules.collect(),
            },
        },
        column_kind: "utf16CodeUnits",
        // A CR is a byte of its line to everything that reads these files.
        newline_sequences: ["\n"],
        original_uri_base_ids: root.absolute().map(|path| Bases {
            root: Base {
                uri: format!("file://{}", encoded(&path)),
            },
        }),
    };
    let run = written(&run);
    let run = run.strip_suffix('}').unwrap_or(&run);
    format!("{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{run},\"results\":[")
}

/// What follows the results.
pub(super) const END: &str = "]}]}\n";

/// Appends `finding`, on one line without its end. `index` is the place of its rule among the rules.
pub(super) fn render(
    out: &mut String,
    lines: &mut Lines<'_>,
    finding: &Finding,
    index: Option<usize>,
    root: &Root,
    prints: &mut Fingerprints,
) {
    let spot = lines.spot(finding.span);
    let named = root.name(spot.path);
    let labels = finding.labels.iter().map(|label| {
        let spot = lines.spot(label.span);
        Location {
            physical_location: physical(lines, &spot, root),
            message: (!label.text.is_empty()).then(|| Text {
                text: label.text.clone(),
            }),
        }
    });
    let related_locations = labels.collect();
    let parts = [&finding.message, &finding.effect].into_iter();
    let outcome = Outcome {
        rule_id: finding.rule,
        rule_index: index,
        level: level(finding.severity),
        message: Text {
            text: stopped(sentences(parts.chain(&finding.help))),
        },
        locations: [Location {
            physical_location: physical(lines, &spot, root),
            message: None,
        }],
        related_locations,
        fixes: finding
            .fix
            .as_ref()
            .and_then(|fix| repair(lines, fix, root))
            .into_iter()
            .collect(),
        suppressions: match finding.suppressed {
            true => vec![Suppression { kind: "inSource" }],
            false => Vec::new(),
        },
        partial_fingerprints: Fingerprint {
            finding: prints.next(finding.rule, named.path(), &spot),
        },
        properties: Properties {
            effect: &finding.effect,
            dialects: &finding.dialects,
        },
    };
    out.push_str(&written(&outcome));
}

fn written(value: &impl Serialize) -> String {
    // Plain values always become JSON.
    pure(serde_json::to_string(value).unwrap_or_default())
}

fn stopped(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn physical(lines: &mut Lines<'_>, spot: &Spot<'_>, root: &Root) -> Physical {
    Physical {
        artifact_location: artifact(root.name(spot.path)),
        region: region(lines, spot).0,
    }
}

fn artifact(named: Named) -> Artifact {
    match named {
        Named::Below(path) => Artifact {
            uri: encoded(&path),
            uri_base_id: Some(BASE),
        },
        Named::Given(path) => Artifact {
            uri: match path.starts_with('/') {
                true => format!("file://{}", encoded(&path)),
                false => encoded(&path),
            },
            uri_base_id: None,
        },
    }
}

/// The region of `spot`, and whether both its ends stand between characters.
fn region(lines: &mut Lines<'_>, spot: &Spot<'_>) -> (Region, bool) {
    let ((start, a), (end, b)) = match spot.lines {
        None => ((0, true), (0, true)),
        Some((first, last)) => (
            lines.units(&first, spot.span.start),
            lines.units(&last, spot.span.end()),
        ),
    };
    let region = Region {
        start_line: spot.start.line,
        start_column: start + 1,
        end_line: spot.end.line,
        // A character that is cut in two belongs to the region.
        end_column: end + 1 + u64::from(!b),
    };
    (region, a && b)
}

/// A fix, unless it cannot be written without showing what may be a secret, or in whole characters.
fn repair(lines: &mut Lines<'_>, fix: &diagnostic::Fix, root: &Root) -> Option<Fix> {
    let written = hunks(lines, fix).into_iter().flat_map(|hunk| hunk.written);
    let mut changes: Vec<Change> = Vec::new();
    for ((bytes, hidden), edit) in written.zip(&fix.edits) {
        let spot = lines.spot(edit.span);
        let (deleted_region, whole) = region(lines, &spot);
        let text = String::from_utf8(bytes).ok()?;
        if hidden || !whole {
            return None;
        }
        let replacement = Replacement {
            deleted_region,
            inserted_content: (!text.is_empty()).then_some(Text { text }),
        };
        let location = artifact(root.name(spot.path));
        match changes
            .iter_mut()
            .find(|change| change.artifact_location == location)
        {
            Some(change) => change.replacements.push(replacement),
            None => changes.push(Change {
                artifact_location: location,
                replacements: vec![replacement],
            }),
        }
    }
    let description = match fix.safe {
        true => "Changes no decision but the one complained of.",
        false => "May change decisions: read it before applying it.",
    };
    (!changes.is_empty()).then(|| Fix {
        description: Text {
            text: description.to_owned(),
        },
        artifact_changes: changes,
    })
}
