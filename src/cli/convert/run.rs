//! The run of qroute-convert.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::args::{ConvertArgs, PreviewForm};
use super::commands::commands;
use super::destination::Destination;
use super::preview;
use super::report::{Origin, Reported, assumptions, is_refused};
use super::snapshot::snapshot;
use super::target::{Accepted, Target};
use crate::cli::Exit;
use crate::cli::args::TableArgs;
use crate::cli::listing;
use crate::cli::messages::Messages;
use crate::cli::output::Output;
use crate::cli::reading::FormatArgs;
use crate::cli::replace::{Backup, Locks, write_whole};
use crate::cli::sources::{Opened, Questions, open};
use crate::formats::ReadOptions;
use crate::formats::Written;
use crate::lookup::Store;
use crate::model::{Document, Feature, Unmatched};
use crate::store::MemoryStore;
use crate::translate::{
    Because, Loss, Merged, Request, Translation, comment_loss, mail_of, merge, only, route_of,
    stated_names, translate,
};

/// Translates a table, says what is lost, and writes what was proved.
///
/// # Errors
/// Usage, I/O, unusable input, and what cannot be proved: exit status 2.
pub fn convert(args: ConvertArgs) -> Result<Exit> {
    let output = Output::new().context("cannot watch signals")?;
    if let Some(shell) = args.output.completions {
        return listing::completions::<ConvertArgs>(&output, shell);
    }
    if args.output.formats {
        return listing::formats(&output);
    }
    if args.loss.features {
        for (_, name, meaning) in Feature::ALL {
            output.write(format!("{name}\t{meaning}\n").as_bytes())?;
        }
        output.flush()?;
        return Ok(Exit::Success);
    }
    let messages = Messages::new("qroute-convert", args.output.voice);
    let exit = run(&args, &output, &messages)?;
    output.flush()?;
    Ok(exit)
}

const QUESTIONS: Questions = Questions {
    few: false,
    explain: false,
    hosts: false,
    whole: "the path",
    directory: "the path",
};

fn run(args: &ConvertArgs, output: &Output, messages: &Messages) -> Result<Exit> {
    let target = Target::new(args)?;
    let accepted = Accepted::new(&args.loss.accept)?;
    let backup = args.there.backup.as_deref().map(Backup::new).transpose()?;
    let Some(file) = &args.file else {
        bail!("nothing to convert: give a table or `-`; --help shows examples");
    };
    let mut locks = Locks::default();
    // What is replaced is read under a lock before anything else is read.
    let destination = Destination::open(args, &target, &mut locks)?;
    let opened = open(
        &table_args(args, file, None, true),
        &args.reading.bind,
        QUESTIONS,
        messages,
    )?;
    let dialect = opened.dialect.unwrap_or(target.dialect);
    let source_options = args.reading.format.options(dialect, &args.reading.bind)?;
    let same = opened.format.id == target.format.id;
    let mut request = target.request(args, same, &source_options)?;
    let chosen = chosen(args, &opened, messages)?;
    let (chosen, origins) = match chosen {
        Some((document, origins)) => (Some(request.store(document)), Some(origins)),
        None => (None, None),
    };
    let source: &dyn Store = match &chosen {
        Some(store) => store,
        None => &*opened.store,
    };
    if args.loss.snapshot_mx {
        let names = stated_names(source.document());
        request.snapshot = snapshot(names, args.loss.dns_server.as_deref())?;
    }
    let mut translation = translate(source, &request)?;
    if chosen.is_some() {
        // The chosen routes stand in a table of their own, without the comments of the file.
        let lost = comment_loss(opened.store.document());
        translation.losses.extend(lost);
    }
    let merged = match &args.there.merge {
        None => None,
        Some(path) => Some(merge_into(
            args,
            path,
            &target,
            same,
            &translation,
            &request,
            messages,
        )?),
    };
    let origin = Origin {
        document: opened.store.document(),
        chosen: origins.as_deref(),
    };
    let there = merged.as_ref().map(|(_, there)| Origin {
        document: there.store.document(),
        chosen: None,
    });
    let losses = translation.losses.iter();
    let rest: Vec<&Loss> = losses.filter(|loss| is_refused(loss, &accepted)).collect();
    say_losses(&translation.losses, &origin, &accepted, args);
    if let Some(there) = &there {
        let lost: Vec<Loss> = comment_loss(there.document).into_iter().collect();
        say_losses(&lost, there, &accepted, args);
    }
    let merged = merged.as_ref().map(|(merged, _)| merged);
    let preview = args.there.diff.is_some();
    let conflicts = merged.is_some_and(|merged| merged.output.is_none());
    let refused = !preview && (!rest.is_empty() || conflicts);
    let target_store = &translation.target;
    let assumed = assumptions([source, target_store])?;
    if let Some(path) = &args.loss.report {
        let from = match opened.dialect {
            Some(dialect) => format!("{} ({})", opened.format.id.0, dialect.name),
            None => opened.format.id.0.to_owned(),
        };
        let report = Reported {
            names: [from, target.shown()],
            translation: &translation,
            origin: &origin,
            there: there.as_ref(),
            stores: [source, target_store],
            refused: refused || preview,
            assumptions: &assumed,
        };
        write_whole(&mut locks, path, &report.json()?)?;
    }
    if refused {
        say_refusal(&rest, conflicts, args, messages);
        return Ok(Exit::Findings);
    }
    let (files, written) = match merged.and_then(|merged| merged.output.as_ref()) {
        Some((output, read)) => (&output.files, read),
        None => (&translation.output.files, target_store),
    };
    if let Some(form) = args.there.diff {
        let before = destination.before();
        let changes = match form {
            PreviewForm::Text => {
                preview::lines(&before, files, target.format, &request.read_back, output)?
            }
            PreviewForm::Decisions => {
                // Without a table that is replaced the source is what counted so far.
                let there = match before.is_empty() {
                    true => None,
                    false => Some(read_there(&before, &target, &request, &translation)?),
                };
                let old: &dyn Store = there.as_ref().map_or(source, |store| store);
                preview::decisions([old, written], args, output)?
            }
        };
        return Ok(match changes {
            true => Exit::WouldChange,
            false => Exit::Success,
        });
    }
    say_remarks(&translation, &assumed, [source, target_store], messages);
    let secret = args.target.with_secrets
        && source
            .document()
            .routes()
            .any(|route| route.action().credentials().is_some());
    let files = match target.commands {
        true => vec![("-".to_owned(), commands(written.document()))],
        false => files.clone(),
    };
    destination.write(files, secret, backup.as_ref(), &mut locks, output, messages)?;
    Ok(Exit::Success)
}

/// The table that is replaced, as the target reads it. A match that has no place in the file goes by the name of its route: where both
/// files have that name it is the same.
fn read_there(
    files: &[Written],
    target: &Target,
    request: &Request,
    translation: &Translation,
) -> Result<MemoryStore> {
    let read = |options: &ReadOptions| -> Result<Document> {
        let input = crate::cli::reading::gather_files(target.format, target.dialect, files)?;
        Ok((target.format.read)(input, options)?)
    };
    let document = read(&request.read_back)?;
    let mut options = translation.read_back.clone();
    options.bind.retain(|(name, _)| {
        let names = document.routes().filter_map(|route| route.name());
        names
            .filter(|own| own.trim_ascii() == name.as_bytes())
            .count()
            == 1
    });
    Ok(request.store(match options.bind.is_empty() {
        true => document,
        false => read(&options)?,
    }))
}

/// The options of reading in the form of qroute-resolve's. `target` is known of a table that must be of the target's format; `same` is
/// whether the source is of that format too, so that what is assumed of it holds for both.
fn table_args(args: &ConvertArgs, path: &Path, target: Option<&Target>, same: bool) -> TableArgs {
    let reading = &args.reading;
    let mut format: FormatArgs = reading.format.clone();
    let mut dialect = reading.dialect.clone();
    if let Some(target) = target {
        format.from = Some(target.format.id.0.to_owned());
        if !same {
            format.assume = Vec::new();
        }
        dialect = target
            .format
            .has_dialects()
            .then(|| target.dialect.name.to_owned());
    }
    TableArgs {
        routes: Some(path.to_owned()),
        home: None,
        control: None,
        dialect,
        format,
        valid_only: reading.valid_only,
        environment: Vec::new(),
        own: None,
        config: reading.config.clone(),
        no_config: reading.no_config,
    }
}

/// The routes that `--only` names.
fn chosen(
    args: &ConvertArgs,
    opened: &Opened,
    messages: &Messages,
) -> Result<Option<(crate::model::Document, Vec<Option<u32>>)>> {
    if args.target.only.is_empty() {
        return Ok(None);
    }
    let document = opened.store.document();
    let names: Vec<Vec<u8>> = args.target.only.iter().map(|key| named_key(key)).collect();
    let is = |route: crate::model::RouteView<'_>, name: &Vec<u8>| {
        route.key().eq_ignore_ascii_case(name)
            || route
                .name()
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    for (name, given) in names.iter().zip(&args.target.only) {
        if !document.routes().any(|route| is(route, name)) {
            bail!("--only {given}: no route has this key or name");
        }
    }
    let wanted = |route: crate::model::RouteView<'_>| names.iter().any(|name| is(route, name));
    let made = only(document, wanted)?;
    if args.there.overwrite {
        messages.warning(&format!(
            "{} of {} routes are written, and --overwrite deletes all others from the file; the same goes for a product that imports \
             such a file with `overwrite`",
            made.0.table.len(),
            document.table.len()
        ));
    }
    Ok(Some(made))
}

/// A key as users write it: `*`, `*.d`, `@d` for what the model calls the empty key, `.d` and `d`.
fn named_key(text: &str) -> Vec<u8> {
    let key = match text {
        "*" | "ANY" => "",
        _ => text
            .strip_prefix('@')
            .or(text.strip_prefix("*").filter(|rest| rest.starts_with('.')))
            .unwrap_or(text),
    };
    key.as_bytes().to_vec()
}

/// Puts the translation into a table that is there, and names the conflicts. Returns that table too.
fn merge_into(
    args: &ConvertArgs,
    path: &Path,
    target: &Target,
    same: bool,
    translation: &Translation,
    request: &Request,
    messages: &Messages,
) -> Result<(Merged, Opened)> {
    let existing = open(
        &table_args(args, path, Some(target), same),
        &[],
        QUESTIONS,
        messages,
    )?;
    if existing.format.id != target.format.id {
        bail!(
            "--merge {}: it is no {}",
            path.display(),
            target.format.id.0
        );
    }
    let old = &*existing.store;
    let merged = merge(
        old,
        translation.target.document(),
        request,
        args.there.on_conflict.into(),
    )?;
    for conflict in &merged.conflicts {
        let route = old.document().route(conflict.old);
        let place = old.document().place(route.origin());
        let place = place.map_or_else(String::new, |place| format!("{place}: "));
        let what = match args.there.on_conflict {
            super::args::ConflictChoice::Keep => "it stays",
            super::args::ConflictChoice::Replace => "the new one takes its place",
            super::args::ConflictChoice::Fail => "--on-conflict keep or replace settles it",
        };
        let (mail, new) = (
            mail_of(route),
            translation.target.document().route(conflict.new),
        );
        let says = match mail_of(new) {
            _ if route.condition().is_some_and(|condition| condition.unbound) => {
                "says something else than the new one".to_owned()
            }
            new if new == mail => "says something else than the new one".to_owned(),
            new => format!("leaves no mail to the new one of {new}"),
        };
        messages.warning(&format!(
            "{place}{} is there and {says}; {what}",
            route_of(route)
        ));
    }
    let (there, came) = merged.routes;
    messages.note(&format!("{there} routes were there, {came} came"));
    Ok((merged, existing))
}

/// Losses, one a line: with `-q` those alone that keep the table from being written.
fn say_losses(losses: &[Loss], origin: &Origin<'_>, accepted: &Accepted, args: &ConvertArgs) {
    let mut stderr = std::io::stderr().lock();
    for loss in losses {
        if !args.output.voice.quiet || is_refused(loss, accepted) {
            // Nobody can be told that standard error is closed.
            let _ = writeln!(stderr, "{}", origin.line(loss));
        }
    }
}

fn say_refusal(rest: &[&Loss], conflicts: bool, args: &ConvertArgs, messages: &Messages) {
    if !rest.is_empty() {
        let features: BTreeSet<&str> = rest.iter().map(|loss| loss.feature.name()).collect();
        let options: Vec<String> = features
            .iter()
            .map(|name| format!("--accept {name}"))
            .collect();
        messages.error(&format!(
            "nothing is written: {} would be lost; {} {} without",
            match rest.len() {
                1 => "what the line above names".to_owned(),
                n => format!("{n} things that the lines above name"),
            },
            options.join(" "),
            if options.len() == 1 {
                "goes on"
            } else {
                "go on"
            }
        ));
    }
    if conflicts && let Some(merge) = &args.there.merge {
        messages.error(&format!(
            "nothing is written: routes of {} say something else than new ones",
            merge.display()
        ));
    }
}

/// What is to be known besides losses.
fn say_remarks(
    translation: &Translation,
    assumed: &[String],
    stores: [&dyn Store; 2],
    messages: &Messages,
) {
    for (rule, text) in &translation.output.remarks {
        messages.warning(&format!("{text} [{rule}]"));
    }
    for text in assumed {
        messages.hint(&format!(
            "mail goes where it went as long as {text}, which is assumed (--formats explains)"
        ));
    }
    let unmatched = stores.map(|store| store.document().table.product.unmatched);
    let is_default =
        |announced: &crate::translate::Announced| announced.because == Because::DefaultPath;
    if unmatched[0] != unmatched[1] && translation.differences.iter().any(is_default) {
        let says = |unmatched: Unmatched| match unmatched {
            Unmatched::OwnMx => "it goes to the MX of its domain".to_owned(),
            Unmatched::Product(text) => text.to_owned(),
        };
        messages.hint(&format!(
            "mail that no route takes: so far {}; then {}",
            says(unmatched[0]),
            says(unmatched[1])
        ));
    }
    messages.note(&format!(
        "verified: {} kinds of mail were compared, {} go another way, all of them named by a loss or by the products' defaults",
        translation.classes,
        translation.differences.len()
    ));
}
