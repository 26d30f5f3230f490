//! Asking DNS for many answers at once, handed back in order.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::args::ResolveArgs;
use crate::dns::{CachingResolver, DnsOptions, HickoryResolver, parse_servers};
use crate::lookup::by_exchanger;
use crate::model::{Decision, Domain, Exchanger, Product};
use crate::nexthop::{Order, Own, Plan, PlanOptions, detect_exchanger, plan};
use crate::report::Answer;

/// Stack of a worker: a plan is small.
const STACK: usize = 256 * 1024;

type Job = (Answer, Order, SyncSender<Answer>);

/// Workers that find the addresses of answers, each with one record at a time.
pub(super) struct Planner {
    jobs: Sender<Job>,
    workers: usize,
    order: Order,
}

struct Shared {
    resolver: CachingResolver<HickoryResolver>,
    own: Own,
    product: Product,
    deadline: Duration,
    inbox: Mutex<Receiver<Job>>,
}

impl Planner {
    /// Starts the resolver and its workers.
    ///
    /// # Errors
    /// No usable name server, a malformed `--own`, no threads.
    pub fn new(args: &ResolveArgs, own: Option<&str>, product: Product) -> Result<Self> {
        let deadline = Duration::from_secs_f64(args.dns.timeout.min(86_400.0));
        let mut options = match args.dns.dns_server.as_deref().filter(|s| !s.is_empty()) {
            Some(list) => DnsOptions::new(parse_servers(list).context("--dns-server")?),
            None => DnsOptions::system()
                .context("--no-dns answers without DNS, --dns-server names a server")?,
        };
        options.deadline = options.deadline.min(deadline);
        options.timeout = options.timeout.min(deadline);
        let own = match (args.table.own.as_deref(), own) {
            (Some(list), _) => Own::parse(list).context("--own")?,
            (None, Some(list)) => Own::parse(list).context("`own` in the configuration")?,
            (None, None) => Own::from_interfaces()
                .context("cannot list this host's interfaces; --own names its addresses")?,
        };
        let (jobs, inbox) = channel();
        let resolver = CachingResolver::new(HickoryResolver::new(options)?);
        let shared = Arc::new(Shared {
            resolver,
            own,
            product,
            deadline,
            inbox: Mutex::new(inbox),
        });
        let few = if args.envelope.batch.is_none() {
            args.addresses.len().max(1)
        } else {
            usize::MAX
        };
        let workers = usize::from(args.dns.jobs).min(few);
        for _ in 0..workers {
            let shared = Arc::clone(&shared);
            let builder = std::thread::Builder::new()
                .name("plan".to_owned())
                .stack_size(STACK);
            builder
                .spawn(move || shared.work())
                .context("cannot start a thread; --jobs wants a smaller number")?;
        }
        let order = match (args.dns.shuffle, args.dns.seed) {
            (false, _) => Order::Sorted,
            (true, Some(seed)) => Order::Shuffled(seed),
            (true, None) => Order::Shuffled(std::hash::BuildHasher::hash_one(
                &std::collections::hash_map::RandomState::new(),
                std::process::id(),
            )),
        };
        Ok(Planner {
            jobs,
            workers,
            order,
        })
    }

    /// Answers that may wait at the same time: enough to keep all workers busy behind one slow record.
    pub fn window(&self) -> usize {
        self.workers * 4
    }

    /// Asks for the addresses of `answer`; it comes back through the channel.
    ///
    /// # Errors
    /// All workers are gone.
    pub fn ask(&self, answer: Answer) -> Result<Receiver<Answer>> {
        let (reply, receiver) = sync_channel(1);
        self.jobs
            .send((answer, self.order, reply))
            .ok()
            .context("the resolver's threads ended")?;
        Ok(receiver)
    }
}

impl Shared {
    fn work(&self) {
        loop {
            let job = self
                .inbox
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .recv();
            let Ok((mut answer, order, reply)) = job else {
                return;
            };
            if let Some(found) = answer.automatic {
                self.detect(&mut answer, found);
            }
            if let Decision::Relay(relay) = &answer.decision {
                let options = PlanOptions {
                    order,
                    deadline: self.deadline,
                    ..PlanOptions::default()
                };
                let plan = plan(relay, &self.product, &self.resolver, &self.own, &options);
                let own = format!("own={}", self.own);
                if plan.own_used && !answer.assumptions.contains(&own) {
                    answer.assumptions.push(own);
                }
                answer.plan = Some(plan);
            } else {
                answer.plan = Some(Plan::default());
            }
            // Nobody waits any more when the program is ending.
            let _ = reply.send(answer);
        }
    }

    /// Whose mail it is by the MX records, where the product finds that out by itself: what it found last stays in force, and
    /// where nobody wrote that down the records decide.
    fn detect(&self, answer: &mut Answer, found: Exchanger) {
        let host = answer.address.iter().rposition(|&b| b == b'@');
        let host = answer.address[host.map_or(0, |at| at + 1)..].to_vec();
        let Ok(domain) = Domain::new(&host) else {
            return;
        };
        let until = Instant::now() + self.deadline;
        let detected = match detect_exchanger(&domain, &self.resolver, &self.own, until) {
            Ok(detected) => detected.exchanger,
            Err(error) => {
                let note = format!("whose mail it is by MX records is not known: {domain} {error}");
                answer.notes.push(note);
                return;
            }
        };
        let words = |exchanger| match exchanger {
            Exchanger::Local => "local",
            Exchanger::Backup => "a backup",
            Exchanger::Remote | Exchanger::Unknown => "remote",
        };
        let own = format!("own={}", self.own);
        if found != Exchanger::Unknown {
            if found != detected {
                answer.assumptions.push(own);
                answer.notes.push(format!(
                    "by its MX records it is {} now; the server does not look again by itself",
                    words(detected)
                ));
            }
            return;
        }
        answer.assumptions.push(own);
        answer.notes.push(format!(
            "the setting is automatic, and what the server detected is not written down: by its MX records it is {}",
            words(detected)
        ));
        answer.decision = by_exchanger(self.product, &host, detected);
    }
}
