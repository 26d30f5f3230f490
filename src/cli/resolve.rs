//! The run of qroute-resolve: records in, answers out, in order.

use std::collections::VecDeque;
use std::io::IsTerminal;
use std::os::unix::ffi::OsStrExt;
use std::sync::mpsc::Receiver;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::address::{Record, sender};
use super::args::{OutputFormat, ResolveArgs};
use super::batch::{Raw, Records};
use super::messages::Messages;
use super::output::Output;
use super::planner::Planner;
use super::remark::{Remark, remark};
use super::sources::{Opened, Questions, open};
use super::{Exit, listing};
use crate::lookup::{Sender, select};
use crate::model::Decision;
use crate::nexthop::Plan;
use crate::report::{Answer, Mask, explain, json_text, line};

/// Questions for which a large table is searched instead of read.
const FEW: usize = 4;

/// Most error messages for one run; the output holds all errors.
const MOST_MESSAGES: u32 = 20;

/// Answers every record and says how it went.
///
/// # Errors
/// Usage, I/O, unusable input: exit status 2. What is wrong with one record is its answer, not an error.
pub fn resolve(args: ResolveArgs) -> Result<Exit> {
    let output = Output::new().context("cannot watch signals")?;
    if args.output.kinds {
        return listing::kinds(&output);
    }
    if let Some(shell) = args.output.completions {
        return listing::completions(&output, shell);
    }
    if args.output.formats {
        return listing::formats(&output);
    }
    check_usage(&args)?;
    let messages = Messages::new("qroute-resolve", &args.output);
    let records = Records::new(
        args.addresses.clone(),
        args.envelope.batch.as_deref(),
        args.envelope.nul,
    )?;
    let few = args.envelope.batch.is_none() && args.addresses.len() <= FEW;
    let opened = open(
        &args.table,
        Questions {
            few,
            hosts: args.envelope.hosts,
        },
        &messages,
    )?;
    let planner = match args.dns.no_dns {
        true => None,
        false => Some(Planner::new(
            &args,
            opened.own.as_deref(),
            opened.store.document().table.product,
        )?),
    };
    let mut run = Run {
        opened: &opened,
        messages,
        output,
        planner,
        progress: progress(&args, &records),
        sender: args
            .envelope
            .sender
            .as_ref()
            .map_or(Sender::Unknown, |s| sender(s.as_bytes())),
        mask: if args.output.show_secrets {
            Mask::ShowSecrets
        } else {
            Mask::Blind
        },
        args: &args,
        pending: VecDeque::new(),
        written: 0,
        told: 0,
        exit: Exit::Success,
    };
    if let Err(error) = run.all(records) {
        // What was answered before the trouble is still the answer.
        let _ = run.output.flush();
        return Err(error);
    }
    Ok(if args.output.exit_zero {
        Exit::Success
    } else {
        run.exit
    })
}

fn check_usage(args: &ResolveArgs) -> Result<()> {
    if args.addresses.is_empty() && args.envelope.batch.is_none() {
        bail!(
            "nothing to resolve: give an address, a domain, or --batch FILE; --help shows examples"
        );
    }
    let stdin =
        |path: &Option<std::path::PathBuf>| path.as_ref().is_some_and(|p| p.as_os_str() == "-");
    if stdin(&args.table.routes) && stdin(&args.envelope.batch) {
        bail!("--routes - and --batch - cannot both read standard input");
    }
    if !args.dns.timeout.is_finite() || args.dns.timeout <= 0.0 {
        bail!("--timeout wants a number of seconds above 0");
    }
    Ok(())
}

/// A bar on a terminal for long work; nothing elsewhere.
fn progress(args: &ResolveArgs, records: &Records) -> ProgressBar {
    let wanted =
        args.envelope.batch.is_some() && !args.output.quiet && std::io::stderr().is_terminal();
    if !wanted {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(records.size, ProgressDrawTarget::stderr());
    let shape = "{bar:30} {percent}% {msg} records, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(if records.size.is_some() {
        shape
    } else {
        "{spinner} {msg} records"
    }) {
        bar.set_style(style);
    }
    bar
}

/// An answer that is ready, or one whose addresses are still being asked for.
enum Pending {
    Ready(Box<Answer>),
    Asked(Receiver<Answer>),
}

struct Run<'a> {
    args: &'a ResolveArgs,
    opened: &'a Opened,
    messages: Messages,
    output: Output,
    planner: Option<Planner>,
    progress: ProgressBar,
    sender: Sender<'a>,
    mask: Mask,
    pending: VecDeque<Pending>,
    written: u64,
    told: u32,
    exit: Exit,
}

impl Run<'_> {
    fn all(&mut self, mut records: Records) -> Result<()> {
        let window = self.planner.as_ref().map_or(0, Planner::window);
        loop {
            // Whoever feeds us one record at a time gets its answer before we wait for the next.
            if records.may_block() {
                self.hand_out(0)?;
                self.output.flush()?;
            }
            let Some(raw) = records.next().context("cannot read the batch")? else {
                break;
            };
            let mut answer = self.answer(&raw)?;
            if self.planner.is_some() && !matches!(answer.decision, Decision::Relay(_)) {
                // DNS is asked, and has nothing to add here: no candidates.
                answer.plan = Some(Plan::default());
            }
            match (&self.planner, &answer.decision) {
                (Some(planner), Decision::Relay(_)) => {
                    self.pending.push_back(Pending::Asked(planner.ask(answer)?));
                }
                _ if self.pending.is_empty() => self.write(&answer)?,
                _ => self.pending.push_back(Pending::Ready(Box::new(answer))),
            }
            self.hand_out(window)?;
            if self.written.is_multiple_of(1024) {
                self.progress.set_position(records.taken());
                self.progress.set_message(self.written.to_string());
            }
        }
        self.hand_out(0)?;
        self.progress.finish_and_clear();
        if self.args.output.output_format == OutputFormat::Json {
            self.output
                .write(if self.written == 0 { b"[]\n" } else { b"\n]\n" })?;
        }
        self.output.flush()?;
        Ok(())
    }

    fn answer(&self, raw: &Raw) -> Result<Answer> {
        let explain = self.args.output.explain;
        let record = match raw {
            Raw::TooLong(start) => {
                let why = "the record is longer than 65536 bytes";
                return Ok(Answer::bad_address(start, why, explain));
            }
            Raw::Argument(text) => Record {
                recipient: text,
                sender: None,
            },
            Raw::Line(text) => Record::parse(text),
        };
        let envelope = match record.envelope(self.args.envelope.hosts, self.sender) {
            Ok(envelope) => envelope,
            Err(why) => return Ok(Answer::bad_address(record.recipient, why, explain)),
        };
        let store = self.opened.store.as_ref();
        let selection = select(store, &envelope, explain)?;
        Ok(Answer::new(
            record.recipient,
            selection,
            &store.document().table,
            self.mask,
            explain,
        ))
    }

    /// Writes answers in order until at most `left` wait.
    fn hand_out(&mut self, left: usize) -> Result<()> {
        while self.pending.len() > left {
            let Some(next) = self.pending.pop_front() else {
                break;
            };
            let answer = match next {
                Pending::Ready(answer) => *answer,
                Pending::Asked(reply) => reply.recv().context("the resolver's thread ended")?,
            };
            self.write(&answer)?;
        }
        Ok(())
    }

    fn write(&mut self, answer: &Answer) -> Result<()> {
        self.exit = self.exit.max(Exit::of(answer));
        let end: &str = if self.args.envelope.nul { "\0" } else { "\n" };
        let record = match self.args.output.output_format {
            OutputFormat::Jsonl => format!("{}\n", json_text(answer, self.mask)),
            OutputFormat::Json => format!(
                "{}{}",
                if self.written == 0 { "[\n" } else { ",\n" },
                json_text(answer, self.mask)
            ),
            OutputFormat::Text if self.args.output.explain => explain(answer, self.mask),
            OutputFormat::Text => format!("{}{end}", line(answer, self.mask)),
        };
        self.output.write(record.as_bytes())?;
        self.written += 1;
        let lines =
            self.args.output.output_format == OutputFormat::Text && !self.args.output.explain;
        if lines && self.told <= MOST_MESSAGES {
            self.tell(answer)?;
        }
        Ok(())
    }

    /// Says what the line just written does not: behind it, also where both streams are one.
    fn tell(&mut self, answer: &Answer) -> Result<()> {
        let Some(remark) = remark(answer) else {
            return Ok(());
        };
        self.output.flush()?;
        self.told += 1;
        let more = self.told > MOST_MESSAGES;
        self.progress.suspend(|| match remark {
            _ if more => self
                .messages
                .warning("more of this is in the output and is not said here"),
            Remark::Error(text) => self.messages.error(&text),
            Remark::Warning(text) => self.messages.warning(&text),
        });
        Ok(())
    }
}
