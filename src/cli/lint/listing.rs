//! What there is to know about rules: `--rules`, `--explain-rule`.

use anyhow::Result;

use super::choose::rule;
use crate::cli::Exit;
use crate::cli::output::Output;
use crate::lint::rules;

/// Rules with severity, whether they run when nothing is said, and summary; TAB-separated.
pub(super) fn rule_list(output: &Output) -> Result<Exit> {
    for rule in rules::RULES {
        let info = rule.info;
        let on = if info.on { "default" } else { "hint" };
        let line = format!(
            "{}\t{}\t{on}\t{}\n",
            info.name,
            info.severity.name(),
            info.summary
        );
        output.write(line.as_bytes())?;
    }
    output.flush()?;
    Ok(Exit::Success)
}

/// One rule, explained.
pub(super) fn explain(output: &Output, name: &str) -> Result<Exit> {
    let info = rule(name, "--explain-rule")?.info;
    let on = if info.on {
        ""
    } else {
        "\nA hint: it speaks only when it is selected (`--select`).\n"
    };
    let text = format!(
        "{}: {}\n\nSeverity: {}, or less where the effect is less.\n{on}\n{}\n\nIf it is meant so: a line `# qroute: allow({}) reason` before the route.\n",
        info.name,
        info.summary,
        info.severity.name(),
        info.explanation.trim_end(),
        info.name
    );
    output.write(text.as_bytes())?;
    output.flush()?;
    Ok(Exit::Success)
}
