//! Whether two tables hold the same list of routes against mail.

use super::subjects::Test;
use crate::lookup::{Contender, Store, carry_out, same_but_for_recipients};
use crate::model::Condition;

/// True when both lists, of mail for `host`, hold the same routes in the same order, which decide in the same way: whatever is
/// not known of the mail, both tables then decide alike.
pub(super) fn same_lists(
    stores: [&dyn Store; 2],
    lists: [&[Contender<'_>]; 2],
    hosts: [&[u8]; 2],
) -> bool {
    let [old, new] = stores.map(|store| &store.document().table);
    let stages = |ids: [usize; 2]| Some((old.stages().get(ids[0])?, new.stages().get(ids[1])?));
    if lists[0].len() != lists[1].len() || old.stages().len() != new.stages().len() {
        return false;
    }
    let none = Condition::default();
    let same = |(a, b): (&Contender<'_>, &Contender<'_>)| {
        let Some((stage, other)) = stages([a.stage, b.stage]) else {
            return false;
        };
        let (x, y) = (a.hit.found.view(), b.hit.found.view());
        let (of_x, of_y) = (
            x.condition().unwrap_or(&none),
            y.condition().unwrap_or(&none),
        );
        a.stage == b.stage
            && a.hit.rank == b.hit.rank
            && stage.semantics == other.semantics
            && stage.conditional == other.conditional
            && same_but_for_recipients(&stage.semantics, (x.document(), of_x), (y.document(), of_y))
            && match (carry_out(x, hosts[0]), carry_out(y, hosts[1])) {
                (None, None) => true,
                (Some(x), Some(y)) => x.same_mail(&y),
                _ => false,
            }
    };
    lists[0].iter().zip(lists[1]).all(same)
}

/// The tests of subjects that `lists` hold, without repetition.
pub(super) fn tests(lists: [&[Contender<'_>]; 2]) -> Vec<Test> {
    let mut all: Vec<Test> = Vec::new();
    for contender in lists.into_iter().flatten() {
        let view = contender.hit.found.view();
        let subject = view.condition().and_then(|condition| condition.subject);
        if let Some(subject) = subject {
            let test = Test::new(view.document(), &subject);
            if !all.contains(&test) {
                all.push(test);
            }
        }
    }
    all
}

/// True when one of `lists` depends on the direction.
pub(super) fn depend_on_direction(lists: [&[Contender<'_>]; 2]) -> bool {
    lists.into_iter().flatten().any(|contender| {
        let view = contender.hit.found.view();
        view.condition()
            .is_some_and(|condition| condition.direction.is_some())
    })
}
