//! Exit status: codes that never change meaning.

use crate::model::{Decision, Failure};
use crate::report::Answer;

/// How a program ends. Later ones win over earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Exit {
    /// 0: all answered.
    #[default]
    Success,
    /// 1: some undecided.
    Undecided,
    /// 1: findings, or a file that would change.
    Findings,
    /// 3: a preview shows a change.
    WouldChange,
    /// 100: some failed permanently.
    Permanent,
    /// 111: some failed temporarily.
    Temporary,
    /// 2: usage, I/O or unusable input.
    Unusable,
    /// 141: the reader of the output went away.
    ClosedPipe,
}

impl Exit {
    /// The code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::Undecided | Exit::Findings => 1,
            Exit::WouldChange => 3,
            Exit::Permanent => 100,
            Exit::Temporary => 111,
            Exit::Unusable => 2,
            Exit::ClosedPipe => 141,
        }
    }

    /// The status that an answer alone would give.
    pub fn of(answer: &Answer) -> Exit {
        match (answer.failure(), &answer.decision) {
            (
                Some(Failure {
                    temporary: true, ..
                }),
                _,
            ) => Exit::Temporary,
            (Some(_), _) => Exit::Permanent,
            (
                None,
                Decision::Reject {
                    temporary: true, ..
                },
            ) => Exit::Temporary,
            (None, Decision::Reject { .. }) => Exit::Permanent,
            (None, Decision::Undecided { .. }) => Exit::Undecided,
            _ => Exit::Success,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn later_ones_win() {
        let order = [
            Exit::Success,
            Exit::Undecided,
            Exit::Findings,
            Exit::Permanent,
            Exit::Temporary,
            Exit::Unusable,
        ];
        assert!(order.is_sorted());
        assert_eq!(order.map(Exit::code), [0, 1, 1, 100, 111, 2]);
    }
}
