//! A bounded memory of answers that threads share: each question is asked once, and who comes meanwhile waits.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::DnsError;

/// How long answers are kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifetimes {
    /// Records, and the two errors that are answers: no such domain, no data.
    pub(super) answers: Duration,
    /// Errors that another attempt may change.
    pub(super) temporary: Duration,
}

/// Answers by question.
pub(super) struct Memory<K, V> {
    kept: Mutex<Kept<K, V>>,
    lifetimes: Lifetimes,
    capacity: usize,
}

/// Two generations: when the young one is full it becomes the old one, and the old one is forgotten. What is asked again
/// moves back to the young one, so names in use stay, at a constant cost and in bounded space.
struct Kept<K, V> {
    young: HashMap<K, Entry<V>>,
    old: HashMap<K, Entry<V>>,
    in_flight: HashMap<K, Arc<Flight<V>>>,
}

#[derive(Clone)]
struct Entry<V> {
    answer: Result<V, DnsError>,
    until: Instant,
}

/// A question that one thread has asked and others wait for.
struct Flight<V> {
    state: Mutex<State<V>>,
    landed: Condvar,
}

enum State<V> {
    Flying,
    Answered(Result<V, DnsError>),
    /// The one who asked gave up, for reasons of its own.
    Abandoned,
}

enum Turn<V> {
    Known(Result<V, DnsError>),
    Wait(Arc<Flight<V>>),
    Ask(Arc<Flight<V>>),
}

impl<K: Clone + Eq + Hash, V: Clone> Memory<K, V> {
    /// Keeps at most `capacity` answers.
    pub(super) fn new(capacity: usize, lifetimes: Lifetimes) -> Self {
        Memory {
            kept: Mutex::new(Kept {
                young: HashMap::new(),
                old: HashMap::new(),
                in_flight: HashMap::new(),
            }),
            lifetimes,
            capacity: capacity.max(2),
        }
    }

    /// The answer to `key`: remembered, brought by another thread that asks at the moment, or asked with `ask`.
    ///
    /// At `until` the caller gives up with [`DnsError::Timeout`]; such an end is not remembered, and another of those who
    /// wait asks in its place.
    pub(super) fn get(
        &self,
        key: &K,
        until: Option<Instant>,
        ask: impl Fn() -> Result<V, DnsError>,
    ) -> Result<V, DnsError> {
        loop {
            match self.turn(key) {
                Turn::Known(answer) => return answer,
                Turn::Wait(flight) => match flight.wait(until) {
                    Some(answer) => return answer,
                    None if is_over(until) => return Err(DnsError::Timeout),
                    None => {}
                },
                Turn::Ask(flight) => {
                    let landing = Landing {
                        memory: self,
                        key,
                        flight,
                    };
                    let answer = ask();
                    let gave_up = matches!(answer, Err(DnsError::Timeout)) && is_over(until);
                    landing.land((!gave_up).then(|| answer.clone()));
                    return answer;
                }
            }
        }
    }

    fn turn(&self, key: &K) -> Turn<V> {
        let mut kept = lock(&self.kept);
        let now = Instant::now();
        if let Some(entry) = kept.young.get(key).filter(|e| e.until > now) {
            return Turn::Known(entry.answer.clone());
        }
        if let Some(entry) = kept.old.remove(key).filter(|e| e.until > now) {
            let answer = entry.answer.clone();
            self.keep(&mut kept, key.clone(), entry);
            return Turn::Known(answer);
        }
        if let Some(flight) = kept.in_flight.get(key) {
            return Turn::Wait(flight.clone());
        }
        let flight = Arc::new(Flight {
            state: Mutex::new(State::Flying),
            landed: Condvar::new(),
        });
        kept.in_flight.insert(key.clone(), flight.clone());
        Turn::Ask(flight)
    }

    fn keep(&self, kept: &mut Kept<K, V>, key: K, entry: Entry<V>) {
        if kept.young.len() >= self.capacity / 2 && !kept.young.contains_key(&key) {
            kept.old = std::mem::take(&mut kept.young);
        }
        kept.young.insert(key, entry);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let kept = lock(&self.kept);
        kept.young.len() + kept.old.len() + kept.in_flight.len()
    }
}

/// Ends a flight, also when the question panics.
struct Landing<'a, K: Clone + Eq + Hash, V: Clone> {
    memory: &'a Memory<K, V>,
    key: &'a K,
    flight: Arc<Flight<V>>,
}

impl<K: Clone + Eq + Hash, V: Clone> Landing<'_, K, V> {
    fn land(self, answer: Option<Result<V, DnsError>>) {
        let Some(answer) = answer else { return };
        let lifetime = match &answer {
            Err(error) if error.is_temporary() => self.memory.lifetimes.temporary,
            _ => self.memory.lifetimes.answers,
        };
        let entry = Entry {
            answer: answer.clone(),
            until: Instant::now() + lifetime,
        };
        let mut kept = lock(&self.memory.kept);
        self.memory.keep(&mut kept, self.key.clone(), entry);
        drop(kept);
        *lock(&self.flight.state) = State::Answered(answer);
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Drop for Landing<'_, K, V> {
    fn drop(&mut self) {
        lock(&self.memory.kept).in_flight.remove(self.key);
        let mut state = lock(&self.flight.state);
        if matches!(*state, State::Flying) {
            *state = State::Abandoned;
        }
        drop(state);
        self.flight.landed.notify_all();
    }
}

impl<V: Clone> Flight<V> {
    /// The answer, or nothing when the time is over or the one who asked gave up.
    fn wait(&self, until: Option<Instant>) -> Option<Result<V, DnsError>> {
        let mut state = lock(&self.state);
        loop {
            match &*state {
                State::Answered(answer) => return Some(answer.clone()),
                State::Abandoned => return None,
                State::Flying => {}
            }
            state = match until {
                None => self
                    .landed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.checked_duration_since(Instant::now())?;
                    self.landed
                        .wait_timeout(state, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
        }
    }
}

fn is_over(until: Option<Instant>) -> bool {
    until.is_some_and(|until| Instant::now() >= until)
}

/// A panic elsewhere leaves nothing half done here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
