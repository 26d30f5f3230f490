//! One record in, one answer out: what can be done for many records at once.

use std::os::unix::ffi::OsStrExt;

use super::Exit;
use super::address::{Given, Record, sender};
use super::against::Essence;
use super::args::{OutputFormat, ResolveArgs};
use super::batch::Raw;
use super::remark::{Remark, remark};
use crate::lookup::{Sender, Store, StoreError, rests_on, select};
use crate::report::{Answer, Mask, explain, json_text, line};

/// Fewer records than this are not worth a thread.
const WORTH_A_THREAD: usize = 64;

/// Asks a store; shared by threads.
pub(super) struct Asker<'a> {
    args: &'a ResolveArgs,
    store: &'a (dyn Store + Sync),
    given: Given<'a>,
    mask: Mask,
    threads: usize,
}

/// An answer as it is written.
pub(super) struct Rendered {
    /// The status that it alone would give.
    pub exit: Exit,
    /// Its text, without what stands between two objects of an array.
    pub text: String,
    /// What is said beside it.
    pub remark: Option<Remark>,
    /// What it rests on.
    pub assumptions: Vec<String>,
    /// The address, and what counts of the answer, when it is held against an earlier one.
    pub essence: Option<(Vec<u8>, Essence)>,
}

impl<'a> Asker<'a> {
    /// Asks `store` as the options say.
    pub fn new(args: &'a ResolveArgs, store: &'a (dyn Store + Sync)) -> Self {
        let envelope = &args.envelope;
        let given = envelope.sender.as_ref();
        Asker {
            args,
            store,
            given: Given {
                sender: given.map_or(Sender::Unknown, |text| sender(text.as_bytes())),
                subject: envelope.subject.as_ref().map(|text| text.as_bytes()),
                direction: envelope.direction.map(Into::into),
                hosts: envelope.hosts,
            },
            mask: match args.output.show_secrets {
                true => Mask::ShowSecrets,
                false => Mask::Blind,
            },
            threads: std::thread::available_parallelism().map_or(1, |n| n.get().min(8)),
        }
    }

    /// The answer for a record, without DNS.
    ///
    /// # Errors
    /// The store cannot read.
    pub fn answer(&self, raw: &Raw) -> Result<Answer, StoreError> {
        let explain = self.args.output.explain;
        let record = match raw {
            Raw::TooLong(start) => {
                let why = "the record is longer than 65536 bytes";
                return Ok(Answer::bad_address(start, why, explain));
            }
            Raw::Argument(text) => Record {
                recipient: text,
                sender: None,
                subject: None,
            },
            Raw::Line(text) => Record::parse(text),
        };
        let envelope = match record.envelope(self.given) {
            Ok(envelope) => envelope,
            Err(why) => return Ok(Answer::bad_address(record.recipient, why, explain)),
        };
        let selection = select(self.store, &envelope, explain)?;
        let rests = rests_on(self.store, &envelope, &selection.decision)?;
        let assumptions = rests.iter().map(|a| format!("{}={}", a.key, a.value));
        let assumptions = assumptions.collect();
        let table = &self.store.document().table;
        Ok(Answer {
            assumptions,
            ..Answer::new(record.recipient, selection, table, self.mask, explain)
        })
    }

    /// An answer in the form that was asked for.
    pub fn render(&self, answer: &Answer) -> Rendered {
        let lines =
            self.args.output.output_format == OutputFormat::Text && !self.args.output.explain;
        let text = match self.args.output.output_format {
            OutputFormat::Jsonl => json_text(answer, self.mask) + "\n",
            OutputFormat::Json => json_text(answer, self.mask),
            OutputFormat::Text if self.args.output.explain => explain(answer, self.mask),
            OutputFormat::Text if self.args.envelope.nul => line(answer, self.mask) + "\0",
            OutputFormat::Text => line(answer, self.mask) + "\n",
        };
        let remark = if lines { remark(answer) } else { None };
        Rendered {
            exit: Exit::of(answer),
            text,
            remark,
            assumptions: answer.assumptions.clone(),
            essence: self
                .args
                .output
                .against
                .is_some()
                .then(|| (answer.address.clone(), Essence::of(answer))),
        }
    }

    /// All records of a block, in order, on all processors.
    pub fn block(&self, block: &[Raw]) -> Vec<Result<Rendered, StoreError>> {
        let part = |raws: &[Raw]| -> Vec<_> {
            raws.iter()
                .map(|raw| self.answer(raw).map(|answer| self.render(&answer)))
                .collect()
        };
        let threads = self.threads.min(block.len() / WORTH_A_THREAD).max(1);
        let mut parts = block.chunks(block.len().div_ceil(threads).max(1));
        let first = parts.next().unwrap_or(&[]);
        std::thread::scope(|scope| {
            let others: Vec<_> = parts
                .map(|raws| (raws, scope.spawn(move || part(raws))))
                .collect();
            let mut rendered = part(first);
            for (raws, other) in others {
                // A thread that could not end is done again here, where its panic is ours.
                rendered.extend(other.join().unwrap_or_else(|_| part(raws)));
            }
            rendered
        })
    }
}
