//! hickory-resolver behind [`Resolver`]; no other file knows that an async runtime exists.
//!
//! Only hickory's transport is used ([`NameServerPool`]), one pool a server and protocol, because its resolver reports a
//! CNAME loop as "no data", ends at the first SERVFAIL though another server could answer, hides a cut answer behind the
//! error of the TCP connection, answers from the hosts file, and knows search lists. Aliases, servers and attempts are
//! therefore ours.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverOpts};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::xfer::{DnsHandle, FirstAnswer};
use hickory_resolver::proto::op::{DnsRequestOptions, DnsResponse, Query};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use hickory_resolver::system_conf::{parse_resolv_conf, read_system_conf};
use hickory_resolver::{NameServerPool, PoolContext, TlsConfig};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::chain::Chain;
use super::resolver::join_families;
use super::wire::{Answer, is_before_edns, read, text};
use super::{DnsError, DnsOptions, Exchange, Mx, Resolver, SetupError};
use crate::model::{Domain, Families};

/// Most queries at once on one TCP connection; hickory's own limit of 32 would turn the 33rd worker away.
const TCP_QUERIES: usize = 4096;

const DAY: Duration = Duration::from_secs(86_400);

/// Asks name servers, for any number of threads at once.
///
/// One background thread carries all questions; callers block until theirs is answered. It ends when this is dropped.
#[derive(Debug)]
pub struct HickoryResolver {
    questions: Option<UnboundedSender<Question>>,
    thread: Option<JoinHandle<()>>,
    deadline: Duration,
}

type Records = Result<Vec<RData>, DnsError>;

struct Question {
    name: Domain,
    kind: RecordType,
    until: Instant,
    reply: SyncSender<Records>,
}

impl DnsOptions {
    /// The servers, timeout and attempts of /etc/resolv.conf. Its search list and `ndots` are never used.
    ///
    /// # Errors
    /// [`SetupError::System`] when the file is missing, malformed or names no server.
    pub fn system() -> Result<Self, SetupError> {
        read_system_conf()
            .map_err(|e| SetupError::System(e.to_string()))
            .and_then(|(config, options)| from_system(config.name_servers(), &options))
    }

    /// As [`DnsOptions::system`], from the text of a resolv.conf.
    ///
    /// # Errors
    /// [`SetupError::System`] when it names no server.
    pub fn from_resolv_conf(text: &[u8]) -> Result<Self, SetupError> {
        parse_resolv_conf(text)
            .map_err(|e| SetupError::System(e.to_string()))
            .and_then(|(config, options)| from_system(config.name_servers(), &options))
    }
}

fn from_system(
    servers: &[NameServerConfig],
    options: &ResolverOpts,
) -> Result<DnsOptions, SetupError> {
    let servers: Vec<_> = servers.iter().map(|s| SocketAddr::new(s.ip, 53)).collect();
    if servers.is_empty() {
        return Err(SetupError::System("it names none".to_owned()));
    }
    Ok(DnsOptions {
        timeout: options.timeout.max(Duration::from_secs(1)),
        attempts: options.attempts.max(1),
        ..DnsOptions::new(servers)
    })
}

impl HickoryResolver {
    /// Starts the background thread; nothing is asked yet.
    ///
    /// # Errors
    /// [`SetupError::NoServer`] without servers, [`SetupError::Start`] when the system gives no thread or no event queue.
    pub fn new(options: DnsOptions) -> Result<Self, SetupError> {
        if options.servers.is_empty() {
            return Err(SetupError::NoServer);
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        // A longer time is no deadline, and would not fit an `Instant`.
        let deadline = options.deadline.min(DAY);
        let (questions, mut inbox) = unbounded_channel::<Question>();
        let servers = Arc::new(Servers::new(&options)?);
        let work = move || {
            runtime.block_on(async {
                while let Some(question) = inbox.recv().await {
                    tokio::spawn(answer(servers.clone(), question));
                }
            });
        };
        let thread = std::thread::Builder::new()
            .name("dns".to_owned())
            .spawn(work)?;
        Ok(HickoryResolver {
            questions: Some(questions),
            thread: Some(thread),
            deadline,
        })
    }

    /// Sends a question; the reply comes through the channel.
    fn ask(&self, name: &Domain, kind: RecordType, until: Option<Instant>) -> Receiver<Records> {
        let own = Instant::now() + self.deadline;
        let (reply, answer) = sync_channel(1);
        let question = Question {
            name: name.clone(),
            kind,
            until: until.map_or(own, |until| until.min(own)),
            reply,
        };
        // A question that cannot be sent is dropped with its reply channel, and the caller sees that.
        if let Some(questions) = &self.questions {
            let _ = questions.send(question);
        }
        answer
    }

    fn ask_mx(&self, name: &Domain, until: Option<Instant>) -> Result<Vec<Mx>, DnsError> {
        let records = wait(&self.ask(name, RecordType::MX, until))?;
        let mx = |record| match record {
            RData::MX(mx) => Some(Mx {
                preference: mx.preference,
                exchange: Exchange::new(text(&mx.exchange).as_bytes()),
            }),
            _ => None,
        };
        Ok(records.into_iter().filter_map(mx).collect())
    }

    fn ask_addresses(
        &self,
        name: &Domain,
        families: Families,
        until: Option<Instant>,
    ) -> Result<Vec<IpAddr>, DnsError> {
        // Both questions are sent before either answer is waited for.
        let ask = |kind| self.ask(name, kind, until);
        match families {
            Families::V4 => addresses_of(&ask(RecordType::A)),
            Families::V6 => addresses_of(&ask(RecordType::AAAA)),
            Families::Both => {
                let (v4, v6) = (ask(RecordType::A), ask(RecordType::AAAA));
                join_families(addresses_of(&v4), addresses_of(&v6))
            }
            Families::None => Err(DnsError::NoData),
        }
    }
}

impl Resolver for HickoryResolver {
    fn mx(&self, name: &Domain) -> Result<Vec<Mx>, DnsError> {
        self.ask_mx(name, None)
    }

    fn addresses(&self, name: &Domain, families: Families) -> Result<Vec<IpAddr>, DnsError> {
        self.ask_addresses(name, families, None)
    }

    fn mx_until(&self, name: &Domain, until: Instant) -> Result<Vec<Mx>, DnsError> {
        self.ask_mx(name, Some(until))
    }

    fn addresses_until(
        &self,
        name: &Domain,
        families: Families,
        until: Instant,
    ) -> Result<Vec<IpAddr>, DnsError> {
        self.ask_addresses(name, families, Some(until))
    }

    fn alias_until(&self, name: &Domain, until: Instant) -> Result<Option<Domain>, DnsError> {
        match wait(&self.ask(name, RecordType::CNAME, Some(until))) {
            Ok(records) => Ok(records.iter().find_map(|record| match record {
                RData::CNAME(target) => Domain::new(text(target).as_bytes()).ok(),
                _ => None,
            })),
            Err(DnsError::NoData) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Drop for HickoryResolver {
    fn drop(&mut self) {
        // The thread ends when its inbox closes; only then may it be waited for.
        drop(self.questions.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn wait(answer: &Receiver<Records>) -> Records {
    answer
        .recv()
        .unwrap_or_else(|_| Err(DnsError::Other("the resolver has ended".to_owned())))
}

fn addresses_of(answer: &Receiver<Records>) -> Result<Vec<IpAddr>, DnsError> {
    Ok(wait(answer)?.iter().filter_map(RData::ip_addr).collect())
}

async fn answer(servers: Arc<Servers>, question: Question) {
    let records = servers.resolve(&question.name, question.kind);
    let answer = tokio::time::timeout_at(question.until.into(), records)
        .await
        .unwrap_or(Err(DnsError::Timeout));
    // Who asked may have gone.
    let _ = question.reply.send(answer);
}

type Pool = NameServerPool<TokioRuntimeProvider>;

struct Servers {
    list: Vec<Server>,
    /// The one that answered last is asked first.
    best: AtomicUsize,
    attempts: usize,
}

struct Server {
    udp: Pool,
    tcp: Pool,
}

impl Servers {
    fn new(options: &DnsOptions) -> Result<Self, SetupError> {
        let mut pool = ResolverOpts::default();
        pool.timeout = options.timeout;
        pool.max_active_requests = TCP_QUERIES;
        let tls = TlsConfig::new().map_err(|e| std::io::Error::other(e.to_string()))?;
        let context = Arc::new(PoolContext::new(pool, tls));
        let connect = |server: &SocketAddr, mut connection: ConnectionConfig| {
            connection.port = server.port();
            let config = NameServerConfig::new(server.ip(), true, vec![connection]);
            Pool::from_config([config], context.clone(), TokioRuntimeProvider::default())
        };
        let list = options.servers.iter().map(|server| Server {
            udp: connect(server, ConnectionConfig::udp()),
            tcp: connect(server, ConnectionConfig::tcp()),
        });
        Ok(Servers {
            list: list.collect(),
            best: AtomicUsize::new(0),
            attempts: options.attempts.max(1),
        })
    }

    /// The records of `kind` at the end of the aliases of `name`; never an empty `Ok`.
    async fn resolve(&self, name: &Domain, kind: RecordType) -> Records {
        let mut chain = Chain::new(name);
        let mut asked = name.clone();
        loop {
            let answer = self.ask(&asked, kind).await?;
            if kind == RecordType::CNAME {
                return alias_itself(&answer, name);
            }
            let alias = |from: &str| {
                answer.records.iter().find_map(|r| match &r.data {
                    RData::CNAME(to) if text(&r.name) == from => Some(text(to)),
                    _ => None,
                })
            };
            let last = chain.follow(alias)?;
            let found = |r: &&Record| r.record_type() == kind && text(&r.name) == last;
            let found: Vec<_> = answer.records.iter().filter(found).collect();
            if !found.is_empty() {
                return Ok(found.into_iter().map(|r| r.data.clone()).collect());
            }
            if !answer.exists {
                return Err(DnsError::NoSuchDomain);
            }
            if last == asked.as_str() {
                return Err(DnsError::NoData);
            }
            // An authoritative server stops where its zones end. A target that is no host name cannot be asked.
            asked = Domain::new(last.as_bytes()).map_err(|_| DnsError::NoSuchDomain)?;
        }
    }

    /// Asks server after server until one answers; starts again as long as attempts are left and one was silent.
    async fn ask(&self, name: &Domain, kind: RecordType) -> Result<Answer, DnsError> {
        let absolute = Name::from_ascii(format!("{name}."))
            .map_err(|e| DnsError::Other(format!("the name cannot be asked: {e}")))?;
        let query = Query::query(absolute, kind);
        let mut error = DnsError::Timeout;
        for _ in 0..self.attempts {
            let first = self.best.load(Ordering::Relaxed);
            let mut silent = false;
            for turn in 0..self.list.len() {
                let index = (first + turn) % self.list.len();
                match self.list[index].ask(&query).await {
                    Ok(answer) => {
                        self.best.store(index, Ordering::Relaxed);
                        return Ok(answer);
                    }
                    Err(DnsError::Timeout) => silent = true,
                    // A server that said something tells more than one that did not.
                    Err(other) => error = other,
                }
            }
            if !silent {
                break;
            }
        }
        Err(error)
    }
}

/// The alias of `name` as a record that was asked for, not one to be followed.
fn alias_itself(answer: &Answer, name: &Domain) -> Records {
    let own = |record: &&Record| {
        record.record_type() == RecordType::CNAME && text(&record.name) == name.as_str()
    };
    match answer.records.iter().find(own) {
        Some(record) => Ok(vec![record.data.clone()]),
        None if answer.exists => Err(DnsError::NoData),
        None => Err(DnsError::NoSuchDomain),
    }
}

impl Server {
    async fn ask(&self, query: &Query) -> Result<Answer, DnsError> {
        let mut options = DnsRequestOptions::default();
        let mut response = send(&self.udp, query, options).await;
        if is_before_edns(&response) {
            options.use_edns = false;
            response = send(&self.udp, query, options).await;
        }
        if !matches!(response, Err(NetError::Truncated)) {
            return read(response);
        }
        match send(&self.tcp, query, options).await {
            Ok(response) => read(Ok(response)),
            Err(error @ NetError::Dns(_)) => read(Err(error)),
            Err(_) => Err(DnsError::Truncated),
        }
    }
}

async fn send(
    pool: &Pool,
    query: &Query,
    options: DnsRequestOptions,
) -> Result<DnsResponse, NetError> {
    pool.lookup(query.clone(), options).first_answer().await
}
