//! The run of qroute-diff.

use std::collections::HashSet;
use std::io::IsTerminal;

use anyhow::{Context, Result, bail};

use super::args::{DiffArgs, DiffForm};
use super::recipients::read;
use super::rests::{Way, equality_rests_on};
use super::side::both;
use super::weigh::weigh;
use crate::cli::Exit;
use crate::cli::change::change;
use crate::cli::listing;
use crate::cli::messages::Messages;
use crate::cli::output::Output;
use crate::cli::sources::Opened;
use crate::equivalence::{CompareOptions, Comparison, compare};
use crate::lookup::Store;
use crate::model::FileVerdict;
use crate::report::{Change, DiffJson, DiffOutcome, DiffPage, DiffText, Weight, weight_text};
use crate::source::Visible;

/// Compares two tables, prints what differs and says whether anything does.
///
/// # Errors
/// Usage, I/O, unusable input: exit status 2.
pub fn diff(args: DiffArgs) -> Result<Exit> {
    let output = Output::new().context("cannot watch signals")?;
    if let Some(shell) = args.output.completions {
        return listing::completions::<DiffArgs>(&output, shell);
    }
    if args.output.formats {
        return listing::formats(&output);
    }
    let messages = Messages::new("qroute-diff", args.output.voice);
    let stdin = |path: &Option<std::path::PathBuf>| {
        path.as_ref().is_some_and(|path| path.as_os_str() == "-")
    };
    if stdin(&args.mail.addresses) && (stdin(&args.old) || stdin(&args.new)) {
        bail!("--addresses - and a table cannot both be standard input");
    }
    let (opened, ways) = both(&args, &messages)?;
    let run = Run {
        stores: [&*opened[0].store, &*opened[1].store],
        ways,
        args: &args,
        messages,
        output,
    };
    for opened in &opened {
        if let FileVerdict::DeferAll { text, .. } = &opened.store.document().table.verdict {
            run.messages.warning(&format!("{}: {text}", title(opened)));
        }
    }
    let exit = run.all(&opened)?;
    run.output.flush()?;
    Ok(if args.output.exit_zero {
        Exit::Success
    } else {
        exit
    })
}

struct Run<'a> {
    ways: [Option<Way>; 2],
    args: &'a DiffArgs,
    stores: [&'a (dyn Store + Sync); 2],
    messages: Messages,
    output: Output,
}

impl Run<'_> {
    fn all(&self, opened: &[Opened; 2]) -> Result<Exit> {
        let mail = &self.args.mail;
        let direction = mail.direction.map(Into::into);
        let [old, new] = self.stores;
        let weight = match &mail.addresses {
            None => None,
            Some(path) => {
                let recipients = read(path, mail.addresses_from)?;
                if recipients.total == 0 && mail.addresses_from.is_some() {
                    self.messages.warning(&format!(
                        "{}: no line of this log tells of a delivery",
                        path.display()
                    ));
                }
                Some(weigh([old, new], &recipients, direction, mail.list)?)
            }
        };
        let form = self.args.output.output_format;
        let about_all = weight.is_none() || mail.all_mail;
        let mut equal_by = Vec::new();
        let found = match about_all || form != DiffForm::Text {
            true => {
                let options = CompareOptions {
                    direction,
                    max_classes: mail.max_classes,
                    ..CompareOptions::default()
                };
                let found = compare(old, new, &options)?;
                if found.equal() {
                    equal_by = equality_rests_on(self.stores, &self.ways, &options)?;
                }
                Some(found)
            }
            false => None,
        };
        let none = Comparison::default();
        let shown = found.as_ref().unwrap_or(&none);
        let outcome = DiffOutcome {
            equal: shown.equal(),
            undecided: shown.undecided,
            classes: shown.classes,
            names: [&opened[0], &opened[1]].map(title),
        };
        let rest = self.print(shown, &outcome, &equal_by, weight.as_ref())?;
        self.output.flush()?;
        for text in &equal_by {
            self.messages.hint(&format!(
                "all mail goes where it went as long as {text}, which is assumed (--formats explains, --assume settles it)"
            ));
        }
        self.say(shown, &rest, about_all);
        let differs = match (&weight, about_all) {
            (Some(weight), false) => weight.changed + weight.undecided > 0,
            _ => !outcome.equal,
        };
        Ok(match differs {
            true => Exit::Findings,
            false => Exit::Success,
        })
    }

    /// Prints what was found; returns the assumptions that answers rest on.
    fn print(
        &self,
        found: &Comparison,
        outcome: &DiffOutcome,
        equal_by: &[String],
        weight: Option<&Weight>,
    ) -> Result<Vec<String>> {
        let mut assumed = Vec::new();
        let mut known = HashSet::new();
        let mut each = |then: &mut dyn FnMut(&Change) -> Result<()>| -> Result<()> {
            for difference in &found.differences {
                let change = change(self.stores.map(|store| store as &dyn Store), difference)?;
                for text in change.old.assumptions.iter().chain(&change.new.assumptions) {
                    if known.insert(text.clone()) {
                        assumed.push(text.clone());
                    }
                }
                then(&change)?;
            }
            Ok(())
        };
        match self.args.output.output_format {
            DiffForm::Json => {
                let (mut json, start) = DiffJson::start(outcome);
                self.output.write(start.as_bytes())?;
                each(&mut |change| self.output.write(json.change(change).as_bytes()))?;
                let all = either(&assumed, equal_by);
                self.output.write(json.finish(all, weight).as_bytes())?;
            }
            DiffForm::Html => {
                let mut page = DiffPage::new();
                each(&mut |change| {
                    page.add(change);
                    Ok(())
                })?;
                let all = either(&assumed, equal_by);
                self.output
                    .write(page.finish(outcome, all, weight).as_bytes())?;
            }
            DiffForm::Text => {
                let color = self.args.output.voice.color.of_stdout();
                let mut text = DiffText::new(color);
                each(&mut |change| {
                    text.add(change);
                    Ok(())
                })?;
                let text = text.finish();
                self.output.write(text.as_bytes())?;
                if let Some(weight) = weight {
                    let space = if text.is_empty() { "" } else { "\n" };
                    self.output
                        .write(format!("{space}{}", weight_text(weight, color)).as_bytes())?;
                }
            }
        }
        Ok(assumed)
    }

    /// Says what the output does not.
    fn say(&self, found: &Comparison, assumed: &[String], about_all: bool) {
        for text in assumed {
            self.messages.hint(&format!(
                "some of this rests on {text}, which is assumed (--formats explains, --assume settles it)"
            ));
        }
        if found.undecided > 0 {
            let why = match found.limited {
                true => "the limit of --max-classes was reached".to_owned(),
                false => "whether they go elsewhere depends on subjects, expressions or an order that cannot be decided".to_owned(),
            };
            let such = found
                .undecided_witness
                .as_ref()
                .map_or_else(String::new, |witness| {
                    format!(", such as {}", Visible(witness))
                });
            self.messages.warning(&format!(
                "{} kinds of mail are undecided{such}: {why}; they are not known to be equal",
                found.undecided
            ));
        }
        let terminal = std::io::stderr().is_terminal();
        if about_all && terminal && !self.args.output.voice.quiet {
            let text = match found.differences.len() {
                0 if found.undecided == 0 => {
                    format!("all mail goes where it went ({} kinds)", found.classes)
                }
                n => format!("{n} differences among {} kinds of mail", found.classes),
            };
            self.messages.summary(&text);
        }
    }
}

/// What differences rest on, or that there are none.
fn either<'t>(differences: &'t [String], equality: &'t [String]) -> &'t [String] {
    match equality.is_empty() {
        true => differences,
        false => equality,
    }
}

/// What a table is called.
fn title(opened: &Opened) -> String {
    let document = opened.store.document();
    let file = document.input.files().first();
    let name = file.map_or_else(
        || "-".to_owned(),
        |file| Visible(file.path.as_bytes()).to_string(),
    );
    let verdict = match &document.table.verdict {
        FileVerdict::Normal => "",
        FileVerdict::IgnoredWhole(_) => ", which the product ignores whole",
        FileVerdict::DeferAll { .. } => ", which defers all mail",
    };
    format!("{name} ({} routes{verdict})", document.table.len())
}
