//! A resolver that remembers, so that a batch asks each name once.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::memory::{Lifetimes, Memory};
use super::{DnsError, Mx, Resolver};
use crate::model::{Domain, Families};

/// How long answers are kept. The records' own lifetimes are not known here; this is short against any of them that
/// matters to mail.
const ANSWERS: Duration = Duration::from_secs(300);

/// How long an error is kept that another attempt may change: long enough that a batch sorted by domain meets a dead
/// server once, short enough to see it come back.
const TEMPORARY: Duration = Duration::from_secs(5);

/// Remembers the answers of another resolver, for all threads that share it.
///
/// Threads that ask the same at the same moment wait for the first. At most the given number of answers of each kind is
/// kept, however long the batch: 300 seconds, temporary errors 5 seconds.
pub struct CachingResolver<R> {
    inner: R,
    mx: Memory<Domain, Vec<Mx>>,
    addresses: Memory<(Domain, Families), Vec<IpAddr>>,
    aliases: Memory<Domain, Option<Domain>>,
}

impl<R: Resolver> CachingResolver<R> {
    /// Remembers at most 16384 answers of each kind: some 10 MB.
    pub fn new(inner: R) -> Self {
        CachingResolver::with_capacity(inner, 16384)
    }

    /// Remembers at most `capacity` answers of each kind.
    pub fn with_capacity(inner: R, capacity: usize) -> Self {
        let lifetimes = Lifetimes {
            answers: ANSWERS,
            temporary: TEMPORARY,
        };
        CachingResolver {
            inner,
            mx: Memory::new(capacity, lifetimes),
            addresses: Memory::new(capacity, lifetimes),
            aliases: Memory::new(capacity, lifetimes),
        }
    }
}

impl<R: Resolver> Resolver for CachingResolver<R> {
    fn mx(&self, name: &Domain) -> Result<Vec<Mx>, DnsError> {
        self.mx.get(name, None, || self.inner.mx(name))
    }

    fn addresses(&self, name: &Domain, families: Families) -> Result<Vec<IpAddr>, DnsError> {
        let key = (name.clone(), families);
        self.addresses
            .get(&key, None, || self.inner.addresses(name, families))
    }

    fn mx_until(&self, name: &Domain, until: Instant) -> Result<Vec<Mx>, DnsError> {
        self.mx
            .get(name, Some(until), || self.inner.mx_until(name, until))
    }

    fn addresses_until(
        &self,
        name: &Domain,
        families: Families,
        until: Instant,
    ) -> Result<Vec<IpAddr>, DnsError> {
        let key = (name.clone(), families);
        self.addresses.get(&key, Some(until), || {
            self.inner.addresses_until(name, families, until)
        })
    }

    fn alias_until(&self, name: &Domain, until: Instant) -> Result<Option<Domain>, DnsError> {
        self.aliases
            .get(name, Some(until), || self.inner.alias_until(name, until))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Barrier};

    use super::*;

    /// Answers after a while, and counts how often it was asked.
    #[derive(Default)]
    struct Slow {
        asked: AtomicUsize,
        delay: Duration,
        error: Option<DnsError>,
    }

    impl Resolver for Arc<Slow> {
        fn mx(&self, _: &Domain) -> Result<Vec<Mx>, DnsError> {
            unreachable!("only addresses are asked")
        }

        fn addresses(&self, _: &Domain, _: Families) -> Result<Vec<IpAddr>, DnsError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(self.delay);
            match &self.error {
                Some(error) => Err(error.clone()),
                None => Ok(vec!["192.0.2.1".parse().unwrap()]),
            }
        }

        fn addresses_until(
            &self,
            name: &Domain,
            families: Families,
            until: Instant,
        ) -> Result<Vec<IpAddr>, DnsError> {
            if until <= Instant::now() + self.delay {
                self.asked.fetch_add(1, Ordering::SeqCst);
                std::thread::sleep(until.saturating_duration_since(Instant::now()));
                return Err(DnsError::Timeout);
            }
            self.addresses(name, families)
        }
    }

    fn name(text: &str) -> Domain {
        Domain::new(text.as_bytes()).unwrap()
    }

    #[test]
    fn threads_that_ask_at_once_share_one_question() {
        let slow = Arc::new(Slow {
            delay: Duration::from_millis(100),
            ..Slow::default()
        });
        let cache = CachingResolver::new(slow.clone());
        let start = Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    assert!(cache.addresses(&name("mx.example"), Families::V4).is_ok());
                });
            }
        });
        assert_eq!(slow.asked.load(Ordering::SeqCst), 1);
        // The families are part of the question.
        assert!(cache.addresses(&name("mx.example"), Families::Both).is_ok());
        assert_eq!(slow.asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn an_endless_batch_needs_bounded_memory() {
        let slow = Arc::new(Slow::default());
        let cache = CachingResolver::with_capacity(slow.clone(), 100);
        for n in 0..1000 {
            cache
                .addresses(&name(&format!("n{n}.example")), Families::V4)
                .unwrap();
            // A name that is asked all the time stays.
            cache.addresses(&name("hot.example"), Families::V4).unwrap();
            assert!(cache.addresses.len() <= 100);
        }
        assert_eq!(slow.asked.load(Ordering::SeqCst), 1001);
    }

    #[test]
    fn errors_are_remembered_temporary_ones_briefly() {
        for (error, kept) in [(DnsError::NoSuchDomain, true), (DnsError::ServFail, false)] {
            let slow = Arc::new(Slow {
                error: Some(error.clone()),
                ..Slow::default()
            });
            let mut cache = CachingResolver::new(slow.clone());
            cache.addresses = Memory::new(
                10,
                Lifetimes {
                    answers: ANSWERS,
                    temporary: Duration::ZERO,
                },
            );
            for _ in 0..2 {
                let answer = cache.addresses(&name("x.example"), Families::V4);
                assert_eq!(answer, Err(error.clone()));
            }
            assert_eq!(
                slow.asked.load(Ordering::SeqCst),
                if kept { 1 } else { 2 },
                "{error:?}"
            );
        }
    }

    #[test]
    fn who_gives_up_early_leaves_the_question_to_others() {
        let slow = Arc::new(Slow {
            delay: Duration::from_millis(200),
            ..Slow::default()
        });
        let cache = CachingResolver::new(slow.clone());
        let soon = Instant::now() + Duration::from_millis(50);
        let asked = name("mx.example");
        std::thread::scope(|scope| {
            let hasty = scope.spawn(|| cache.addresses_until(&asked, Families::V4, soon));
            while slow.asked.load(Ordering::SeqCst) == 0 {
                std::thread::yield_now();
            }
            assert!(cache.addresses(&asked, Families::V4).is_ok());
            assert_eq!(hasty.join().unwrap(), Err(DnsError::Timeout));
        });
        assert_eq!(slow.asked.load(Ordering::SeqCst), 2);
    }
}
