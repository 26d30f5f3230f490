//! Lists of what there is: `--kinds`, `--formats`.

use anyhow::Result;
use clap::CommandFactory;

use super::Exit;
use super::output::Output;
use crate::formats::smtproutes::DIALECTS;
use crate::formats::{FORMATS, PLANNED};
use crate::model::{DecisionKind, FailureKind, Feature, Support};

/// Decisions and error kinds with their meaning, TAB-separated.
pub(super) fn kinds(output: &Output) -> Result<Exit> {
    for (kind, meaning) in DecisionKind::ALL {
        output.write(format!("decision\t{}\t{meaning}\n", kind.name()).as_bytes())?;
    }
    for (kind, meaning) in FailureKind::ALL {
        output.write(format!("error\t{}\t{meaning}\n", kind.name()).as_bytes())?;
    }
    output.flush()?;
    Ok(Exit::Success)
}

/// A completion script for the program whose arguments are `A`.
pub(super) fn completions<A: CommandFactory>(
    output: &Output,
    shell: clap_complete::Shell,
) -> Result<Exit> {
    let mut script = Vec::new();
    let mut command = A::command();
    let name = command.get_name().to_owned();
    clap_complete::generate(shell, &mut command, name, &mut script);
    output.write(&script)?;
    output.flush()?;
    Ok(Exit::Success)
}

/// Formats with what they can say and what their vendors leave open, dialects, and the formats that are known and not read;
/// TAB-separated.
pub(super) fn formats(output: &Output) -> Result<Exit> {
    for format in FORMATS {
        let aliases = match format.aliases {
            [] => String::new(),
            aliases => format!(" (also {})", aliases.join(", ")),
        };
        let evidence = format.evidence.words();
        let open = if format.open.is_empty() {
            "; assumptions: none"
        } else {
            ""
        };
        let id = format.id.0;
        let line = format!(
            "format\t{id}\t{}{aliases}; evidence: {evidence}{open}\n",
            format.title
        );
        output.write(line.as_bytes())?;
        for (dialects, options) in format.variants() {
            let can = Feature::ALL.iter().filter_map(|(feature, name, _)| {
                match format.support(*feature, &options) {
                    Support::No => None,
                    Support::Yes => Some((*name).to_owned()),
                    Support::Approximate(_) => Some(format!("{name} (nearly)")),
                    Support::Unknown(_) => Some(format!("{name} (not documented)")),
                }
            });
            let can: Vec<String> = can.collect();
            let of = match dialects.is_empty() {
                true => id.to_owned(),
                false => format!("{id} {}", dialects.join(",")),
            };
            output.write(format!("can\t{of}\t{}\n", can.join(", ")).as_bytes())?;
        }
        for open in format.open {
            for (n, (value, meaning)) in open.values.iter().enumerate() {
                let default = if n == 0 { " (assumed)" } else { "" };
                let line = format!("assume\t{id}\t{}={value}\t{meaning}{default}\n", open.key);
                output.write(line.as_bytes())?;
            }
        }
    }
    for dialect in &DIALECTS {
        let aliases = match dialect.aliases {
            [] => String::new(),
            aliases => format!(" (also {})", aliases.join(", ")),
        };
        output
            .write(format!("dialect\t{}\t{}{aliases}\n", dialect.name, dialect.title).as_bytes())?;
    }
    for planned in PLANNED {
        let line = format!(
            "not read\t{}\t{}; refused by name\n",
            planned.id, planned.title
        );
        output.write(line.as_bytes())?;
    }
    output.flush()?;
    Ok(Exit::Success)
}
