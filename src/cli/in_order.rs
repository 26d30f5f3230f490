//! Independent work on all processors, its results in order.

use std::sync::mpsc::{Receiver, sync_channel};

use anyhow::Result;

/// Does `work` for all items on all processors, and hands each result to `take`, in the order of the items. A processor is at
/// most two items ahead: results that wait are few.
///
/// # Errors
/// The first that `take` returns; nothing is begun behind it.
pub(super) fn in_order<I: Sync, T: Send>(
    items: &[I],
    work: impl Fn(&I) -> T + Sync,
    mut take: impl FnMut(&I, T) -> Result<()>,
) -> Result<()> {
    let processors = std::thread::available_parallelism().map_or(1, |n| n.get().min(8));
    let workers = processors.min(items.len()).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let started = (0..workers).map(|first| {
            let (send, receive) = sync_channel(1);
            scope.spawn(move || {
                for item in items.iter().skip(first).step_by(workers) {
                    // Nobody wants any more.
                    if send.send(work(item)).is_err() {
                        return;
                    }
                }
            });
            receive
        });
        let workers: Vec<Receiver<T>> = started.collect();
        for (item, results) in items.iter().zip(workers.iter().cycle()) {
            match results.recv() {
                Ok(result) => take(item, result)?,
                // It panicked: the panic goes on where the scope ends.
                Err(_) => break,
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_an_error_ends_it() {
        let items: Vec<u64> = (0..200).collect();
        let work = |&item: &u64| {
            // Later ones are done sooner.
            std::thread::sleep(std::time::Duration::from_micros(200 - item));
            item * 2
        };
        let mut taken = Vec::new();
        in_order(&items, work, |&item, result| {
            assert_eq!(result, item * 2);
            taken.push(item);
            Ok(())
        })
        .unwrap();
        assert_eq!(taken, items);
        let mut taken = 0;
        let error = in_order(&items, work, |&item, _| {
            taken += 1;
            match item {
                7 => anyhow::bail!("seven"),
                _ => Ok(()),
            }
        });
        assert_eq!(
            (error.unwrap_err().to_string().as_str(), taken),
            ("seven", 8)
        );
        in_order(&[] as &[u64], work, |_, _| anyhow::bail!("none")).unwrap();
    }
}
