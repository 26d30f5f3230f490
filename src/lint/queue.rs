//! Work that may be done in any order, on all processors.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Most threads for one queue.
const MOST_THREADS: usize = 8;

/// Pieces of work, taken one after the other by whoever is free.
pub(super) struct Queue<T> {
    tasks: Vec<T>,
    threads: usize,
}

impl<T: Sync> Queue<T> {
    /// A queue of `tasks`; on one processor unless it is worth more.
    pub fn new(tasks: Vec<T>, worth_threads: bool) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, |n| n.get());
        let most = if worth_threads { MOST_THREADS } else { 1 };
        Queue {
            threads: processors.min(most).min(tasks.len()).max(1),
            tasks,
        }
    }

    /// What `work` makes of every task, in the order of the tasks whatever the order in which they were done.
    ///
    /// The last tasks are taken first: those of a queue that wait for one another least stand at its start.
    pub fn run<R: Send>(&self, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        let left = AtomicUsize::new(self.tasks.len());
        let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(self.tasks.len()));
        let worker = || {
            let next = || {
                let less = |left: usize| left.checked_sub(1);
                let taken = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
                taken.ok().map(|left| left - 1)
            };
            while let Some(at) = next() {
                let result = work(&self.tasks[at]);
                // A thread that panicked while it held the lock has ended the whole run.
                let mut done = done.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                done.push((at, result));
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.threads {
                scope.spawn(worker);
            }
            worker();
        });
        let mut done = done
            .into_inner()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        done.sort_by_key(|(at, _)| *at);
        done.into_iter().map(|(_, result)| result).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_tasks() {
        for threads in [false, true] {
            for count in [0, 1, 2, 1000] {
                let queue = Queue::new((0..count).collect(), threads);
                let squares: Vec<u64> = (0..count).map(|n| n * n).collect();
                assert_eq!(queue.run(|n| n * n), squares);
            }
        }
    }
}
