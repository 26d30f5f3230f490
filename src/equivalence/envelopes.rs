//! The envelopes of one recipient that two tables may tell from one another.

use super::comparison::recipient_of;
use super::judge::{Beside, Judge, NOTHING, first_by_sender, joined};
use super::lists::{depend_on_direction, same_lists, tests};
use super::senders::Several;
use super::subjects::subjects;
use super::walk::{Finding, Visitor};
use crate::lookup::{Contender, Envelope, Sender, StoreError, contenders};
use crate::model::{Direction, FileVerdict, Subject};

impl<'a> Judge<'a> {
    /// Sees `recipient` for every sender, subject and direction that matters.
    pub(super) fn see_recipient(
        &mut self,
        recipient: &[u8],
        host: &[u8],
        depth: usize,
    ) -> Result<Finding, StoreError> {
        let fixed = Beside {
            sender: None,
            subject: None,
            direction: self.options.direction,
        };
        if !self.dependence.sender_stages && !self.dependence.conditions {
            let seen = self.put(recipient, host, fixed, depth)?;
            self.count_undecided(&seen, recipient);
            return Ok(seen.finding);
        }
        if !self.dependence.conditions {
            return self.by_stage_of_senders(recipient, host, fixed, depth);
        }
        let lists = self.lists(recipient, fixed)?;
        let lists = [&lists[0][..], &lists[1][..]];
        if self.are_same(lists, recipient, host) {
            let some = Beside {
                sender: None,
                subject: Some(b""),
                direction: fixed.direction.or(Some(Direction::Inbound)),
            };
            // Where both leave something open, both leave it open in the same way.
            return Ok(self.put(recipient, host, some, depth)?.finding);
        }
        let directions: &[Option<Direction>] = match fixed.direction {
            None if depend_on_direction(lists) => {
                &[Some(Direction::Inbound), Some(Direction::Outbound)]
            }
            given => &[given],
        };
        let several = self.senders.of(lists)?;
        let senders: Vec<Option<Sender<'_>>> = match &*several {
            Several::None => vec![None],
            Several::Listed(all, _) => all.iter().map(|s| Some(Sender::from_bytes(s))).collect(),
        };
        if let Several::Listed(_, false) = &*several {
            self.leave_open(1, recipient);
        }
        let mut all: Option<Finding> = None;
        for &direction in directions {
            for (number, &sender) in senders.iter().enumerate() {
                if self.is_spent() {
                    self.answer.limited = true;
                    self.leave_open((senders.len() - number) as u64, recipient);
                    break;
                }
                let beside = Beside {
                    sender,
                    direction,
                    ..fixed
                };
                let found = self.by_subject(recipient, host, beside, depth)?;
                all = Some(all.map_or(found, |all| joined(all, found)));
            }
        }
        Ok(all.unwrap_or(NOTHING))
    }

    /// Sees `recipient` for every subject that matters.
    fn by_subject(
        &mut self,
        recipient: &[u8],
        host: &[u8],
        beside: Beside<'_>,
        depth: usize,
    ) -> Result<Finding, StoreError> {
        let lists = self.lists(recipient, beside)?;
        let lists = [&lists[0][..], &lists[1][..]];
        let tests = tests(lists);
        if self.are_same(lists, recipient, host) {
            let subject = (!tests.is_empty()).then_some(&b""[..]);
            let beside = Beside { subject, ..beside };
            return Ok(self.put(recipient, host, beside, depth)?.finding);
        }
        if tests.is_empty() {
            let seen = self.put(recipient, host, beside, depth)?;
            self.count_undecided(&seen, recipient);
            return Ok(seen.finding);
        }
        let subjects = subjects(&tests);
        let mut all: Option<Finding> = None;
        let mut undecided = !subjects.complete;
        for subject in &subjects.all {
            let beside = Beside {
                subject: Some(subject),
                ..beside
            };
            let seen = self.put(recipient, host, beside, depth)?;
            undecided |= seen.undecided;
            all = Some(all.map_or(seen.finding, |all| joined(all, seen.finding)));
        }
        let all = all.unwrap_or(NOTHING);
        if undecided && all.same {
            self.leave_open(1, recipient);
        }
        Ok(all)
    }

    /// Sees `recipient` for the null sender, and for all senders of the stages by sender.
    fn by_stage_of_senders(
        &mut self,
        recipient: &[u8],
        host: &[u8],
        fixed: Beside<'_>,
        depth: usize,
    ) -> Result<Finding, StoreError> {
        let first = self.stores.map(first_by_sender);
        let plain = self.senders.plain();
        if !plain.1 {
            self.leave_open(1, recipient);
        }
        let mut all: Option<Finding> = None;
        let mut early = [false; 2];
        for (number, sender) in plain.0.iter().enumerate() {
            let named = number >= 2;
            if named && early == [true; 2] {
                break;
            }
            if named && early == [false; 2] && self.settled.contains(&number) {
                self.answer.classes += 1;
                continue;
            }
            if self.is_spent() {
                self.answer.limited = true;
                self.leave_open((plain.0.len() - number) as u64, recipient);
                break;
            }
            let beside = Beside {
                sender: Some(Sender::from_bytes(sender)),
                ..fixed
            };
            let seen = self.put(recipient, host, beside, depth)?;
            self.count_undecided(&seen, recipient);
            if number == 0 {
                // A table without stages by sender does not tell named senders apart either.
                early = [0, 1].map(|side| match (first[side], seen.stages[side]) {
                    (None, _) => true,
                    (Some(first), Some(at)) => at < first,
                    (Some(_), None) => false,
                });
            }
            // What the sender's own route says of mail that gets there is the same for all recipients.
            let by_sender = [0, 1].map(|side| {
                let stages = self.stores[side].document().table.stages();
                seen.stages[side]
                    .and_then(|at| stages.get(at))
                    .is_some_and(|stage| stage.semantics.subject == Subject::Sender)
            });
            if named && early == [false; 2] && by_sender == [true; 2] && !seen.finding.own_mx {
                self.settled.insert(number);
            }
            all = Some(all.map_or(seen.finding, |all| joined(all, seen.finding)));
        }
        Ok(all.unwrap_or(NOTHING))
    }

    /// The routes that may decide for `recipient`, in both tables.
    fn lists(
        &mut self,
        recipient: &[u8],
        beside: Beside<'_>,
    ) -> Result<[Vec<Contender<'a>>; 2], StoreError> {
        let envelope = Envelope {
            recipient: recipient_of(self.options.recipients, recipient),
            sender: beside.sender.unwrap_or(Sender::Unknown),
            subject: beside.subject,
            direction: beside.direction,
        };
        let [a, b] = self.stores;
        let lists = [contenders(a, &envelope)?, contenders(b, &envelope)?];
        self.spent += (lists[0].len() + lists[1].len()) as u64 / 16;
        Ok(lists)
    }

    /// True when it is certain that both tables decide alike for `recipient`, whatever else is true of the mail.
    fn are_same(&self, lists: [&[Contender<'_>]; 2], recipient: &[u8], host: &[u8]) -> bool {
        let documents = self.stores.map(|store| store.document());
        let as_it_is = documents.iter().all(|document| {
            document.percenthack.is_empty() && document.table.verdict == FileVerdict::Normal
        });
        let [old, new] = documents.map(|document| document.table.product);
        let hosts = [old, new].map(|product| match product.drops_final_dot {
            true if recipient.ends_with(b".") => &host[..host.len().saturating_sub(1)],
            _ => host,
        });
        as_it_is
            && !self.dependence.sender_stages
            && old == new
            && same_lists(self.stores, lists, hosts)
    }
}
