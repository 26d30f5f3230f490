//! The run of qroute-resolve: records in, answers out, in order.

use std::collections::{HashSet, VecDeque};
use std::io::IsTerminal;
use std::sync::mpsc::Receiver;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::against::{Against, Verdict};
use super::args::{OutputFormat, ResolveArgs};
use super::asker::{Asker, Rendered};
use super::batch::Records;
use super::messages::Messages;
use super::output::Output;
use super::planner::Planner;
use super::remark::Remark;
use super::sources::{Questions, open};
use super::{Exit, listing};
use crate::model::Decision;
use crate::nexthop::Plan;
use crate::report::Answer;

/// Questions for which a large table is searched instead of read.
const FEW: usize = 4;

/// Most error messages for one run; the output holds all errors.
const MOST_MESSAGES: u32 = 20;

/// Records of a block: enough for all processors, little enough to hold.
const BLOCK: usize = 4096;

/// Bytes of a block: records may be long.
const BLOCK_BYTES: usize = 1024 * 1024;

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
        return listing::completions::<ResolveArgs>(&output, shell);
    }
    if args.output.formats {
        return listing::formats(&output);
    }
    check_usage(&args)?;
    let messages = Messages::new("qroute-resolve", args.output.voice);
    let records = Records::new(
        args.addresses.clone(),
        args.envelope.batch.as_deref(),
        args.envelope.nul,
    )?;
    let against = args.output.against.as_deref();
    let against = against.map(Against::read).transpose()?;
    let few = args.envelope.batch.is_none() && args.addresses.len() <= FEW;
    let opened = open(
        &args.table,
        &args.envelope.bind,
        Questions {
            few,
            explain: args.output.explain,
            hosts: args.envelope.hosts,
            whole: "--control",
            directory: "--routes",
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
        args: &args,
        asker: Asker::new(&args, opened.store.as_ref()),
        progress: progress(&args, &records),
        messages,
        output,
        pending: VecDeque::new(),
        written: 0,
        told: 0,
        assumed: HashSet::new(),
        against,
        exit: Exit::Success,
    };
    if let Err(error) = run.all(records, planner.as_ref()) {
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
    let wanted = args.envelope.batch.is_some()
        && !args.output.voice.quiet
        && std::io::stderr().is_terminal();
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
    asker: Asker<'a>,
    messages: Messages,
    output: Output,
    progress: ProgressBar,
    pending: VecDeque<Pending>,
    written: u64,
    told: u32,
    /// Assumptions that were said.
    assumed: HashSet<String>,
    /// The answers of an earlier run: then only what changed is written.
    against: Option<Against>,
    exit: Exit,
}

impl Run<'_> {
    fn all(&mut self, records: Records, planner: Option<&Planner>) -> Result<()> {
        match planner {
            Some(planner) => self.with_dns(records, planner)?,
            None => self.without_dns(records)?,
        }
        self.progress.finish_and_clear();
        if self.args.output.output_format == OutputFormat::Json {
            self.output
                .write(if self.written == 0 { b"[]\n" } else { b"\n]\n" })?;
        }
        self.output.flush()
    }

    /// Block by block, each on all processors. A block ends where the next record would have to be waited for.
    fn without_dns(&mut self, mut records: Records) -> Result<()> {
        let mut block = Vec::new();
        loop {
            let mut bytes = 0;
            block.clear();
            if records.may_block() {
                self.output.flush()?;
            }
            let trouble = loop {
                match records.next() {
                    Ok(Some(raw)) => {
                        bytes += raw.len();
                        block.push(raw);
                        if block.len() == BLOCK || bytes > BLOCK_BYTES || records.may_block() {
                            break None;
                        }
                    }
                    Ok(None) => break None,
                    Err(error) => break Some(error),
                }
            };
            let last = block.is_empty();
            for rendered in self.asker.block(&block) {
                self.write(rendered?)?;
            }
            // What was read before the trouble has its answer.
            if let Some(error) = trouble {
                return Err(error).context("cannot read the batch");
            }
            if last {
                return Ok(());
            }
            self.show_progress(&records);
        }
    }

    /// Record by record, with as many as the window holds waiting for DNS.
    fn with_dns(&mut self, mut records: Records, planner: &Planner) -> Result<()> {
        loop {
            // Whoever feeds us one record at a time gets its answer before we wait for the next.
            if records.may_block() {
                self.hand_out(0)?;
                self.output.flush()?;
            }
            let Some(raw) = records.next().context("cannot read the batch")? else {
                return self.hand_out(0);
            };
            let mut answer = self.asker.answer(&raw)?;
            self.pending.push_back(match answer.decision {
                Decision::Relay(_) => Pending::Asked(planner.ask(answer)?),
                _ if answer.automatic.is_some() => Pending::Asked(planner.ask(answer)?),
                _ => {
                    // DNS is asked, and has nothing to add here: no candidates.
                    answer.plan = Some(Plan::default());
                    Pending::Ready(Box::new(answer))
                }
            });
            self.hand_out(planner.window())?;
            if self.written.is_multiple_of(64) {
                self.show_progress(&records);
            }
        }
    }

    fn show_progress(&self, records: &Records) {
        self.progress.set_position(records.taken());
        self.progress.set_message(self.written.to_string());
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
            self.write(self.asker.render(&answer))?;
        }
        Ok(())
    }

    fn write(&mut self, rendered: Rendered) -> Result<()> {
        match (&mut self.against, &rendered.essence) {
            (Some(against), Some((address, essence))) => match against.judge(address, essence)? {
                Verdict::Same => return Ok(()),
                // 111 says that nothing changed: it gives way to a change.
                Verdict::Unknown if self.exit == Exit::Findings => return Ok(()),
                Verdict::Unknown => {
                    self.exit = Exit::Temporary;
                    return Ok(());
                }
                Verdict::Changed => self.exit = Exit::Findings,
            },
            _ => self.exit = self.exit.max(rendered.exit),
        }
        let text = match self.args.output.output_format {
            OutputFormat::Json if self.written == 0 => format!("[\n{}", rendered.text),
            OutputFormat::Json => format!(",\n{}", rendered.text),
            _ => rendered.text,
        };
        self.output.write(text.as_bytes())?;
        self.written += 1;
        if self.args.output.output_format == OutputFormat::Text && !self.args.output.explain {
            self.say_assumptions(rendered.assumptions)?;
        }
        match rendered.remark {
            Some(remark) if self.told <= MOST_MESSAGES => self.tell(remark),
            _ => Ok(()),
        }
    }

    /// Says once what answers rest on that no vendor documents; lines do not say it.
    fn say_assumptions(&mut self, assumptions: Vec<String>) -> Result<()> {
        for assumption in assumptions {
            if self.assumed.contains(&assumption) {
                continue;
            }
            self.output.flush()?;
            self.progress.suspend(|| {
                self.messages.hint(&format!(
                    "this answer, and perhaps others, rests on {assumption}, which is assumed (--formats explains, --assume settles it)"
                ));
            });
            self.assumed.insert(assumption);
        }
        Ok(())
    }

    /// Says what the line just written does not: behind it, also where both streams are one.
    fn tell(&mut self, remark: Remark) -> Result<()> {
        self.output.flush()?;
        self.told += 1;
        let more = self.told > MOST_MESSAGES;
        self.progress.suspend(|| match remark {
            _ if more => {
                self.messages
                    .warning("more of this is in the output and is not said here");
            }
            Remark::Error(text) => self.messages.error(&text),
            Remark::Warning(text) => self.messages.warning(&text),
        });
        Ok(())
    }
}
