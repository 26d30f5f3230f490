//! Lists of what there is: `--kinds`, `--formats`.

use anyhow::Result;
use clap::CommandFactory;

use super::Exit;
use super::output::Output;
use crate::formats::smtproutes::DIALECTS;
use crate::formats::{FORMATS, PLANNED};
use crate::model::{DecisionKind, FailureKind};

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

/// Formats, dialects, and the formats that are known and not read, TAB-separated.
pub(super) fn formats(output: &Output) -> Result<Exit> {
    for format in FORMATS {
        let line = format!(
            "format\t{}\t{}; evidence: {}; assumptions: none\n",
            format.id.0,
            format.title,
            format.evidence.words()
        );
        output.write(line.as_bytes())?;
    }
    for dialect in &DIALECTS {
        let aliases = match dialect.aliases {
            [] => String::new(),
            aliases => format!(" (also {})", aliases.join(", ")),
        };
        output
            .write(format!("dialect\t{}\t{}{aliases}\n", dialect.name, dialect.title).as_bytes())?;
    }
    for name in PLANNED {
        output.write(format!("not read\t{name}\tknown by name; refused\n").as_bytes())?;
    }
    output.flush()?;
    Ok(Exit::Success)
}
