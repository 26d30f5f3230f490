//! A name server of a few lines, on 127.0.0.1: raw bytes in, raw bytes out, so that it shares no code with what it tests.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

pub(super) const A: u16 = 1;
pub(super) const CNAME: u16 = 5;
pub(super) const MX: u16 = 15;
pub(super) const AAAA: u16 = 28;

pub(super) const SERVFAIL: u8 = 2;
pub(super) const NXDOMAIN: u8 = 3;
pub(super) const REFUSED: u8 = 5;

/// A question as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// In lower case, with the final dot.
    pub(super) name: String,
    pub(super) kind: u16,
    pub(super) tcp: bool,
    pub(super) edns: bool,
}

/// What to answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub(super) rcode: u8,
    pub(super) truncated: bool,
    /// Owner, type and data of the answer section.
    pub(super) answers: Vec<(String, u16, Vec<u8>)>,
    /// The same of the authority section.
    pub(super) authority: Vec<(String, u16, Vec<u8>)>,
}

impl Reply {
    pub(super) fn code(rcode: u8) -> Option<Reply> {
        Some(Reply {
            rcode,
            ..Reply::default()
        })
    }

    pub(super) fn records(answers: &[(&str, u16, Vec<u8>)]) -> Option<Reply> {
        let owned =
            |(name, kind, data): &(&str, u16, Vec<u8>)| ((*name).to_owned(), *kind, data.clone());
        Some(Reply {
            answers: answers.iter().map(owned).collect(),
            ..Reply::default()
        })
    }
}

/// The data of a CNAME record.
pub(super) fn name(text: &str) -> Vec<u8> {
    let mut wire = Vec::new();
    for label in text.split('.').filter(|l| !l.is_empty()) {
        wire.push(u8::try_from(label.len()).unwrap());
        wire.extend(label.as_bytes());
    }
    wire.push(0);
    wire
}

/// The data of an MX record.
pub(super) fn mx(preference: u16, exchange: &str) -> Vec<u8> {
    [&preference.to_be_bytes()[..], &name(exchange)].concat()
}

/// The data of an A or AAAA record.
pub(super) fn ip(text: &str) -> Vec<u8> {
    match text.parse().unwrap() {
        std::net::IpAddr::V4(ip) => ip.octets().to_vec(),
        std::net::IpAddr::V6(ip) => ip.octets().to_vec(),
    }
}

/// Which protocols are served; the port of the other is closed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Serve {
    Udp,
    UdpAndTcp,
}

/// A running server; it ends when dropped.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    log: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

type Script = Arc<dyn Fn(&Asked) -> Option<Reply> + Send + Sync>;

impl Server {
    /// Starts a server that answers by `script`; `None` is silence. Every query has a thread of its own.
    pub(super) fn start(
        serve: Serve,
        script: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static,
    ) -> Server {
        let (udp, tcp) = sockets();
        let mut server = Server {
            address: udp.local_addr().unwrap(),
            log: Arc::default(),
            stop: Arc::default(),
            threads: Vec::new(),
        };
        let script: Script = Arc::new(script);
        let (log, stop, act) = (server.log.clone(), server.stop.clone(), script.clone());
        server.threads.push(std::thread::spawn(move || {
            serve_udp(&udp, &stop, &log, &act);
        }));
        if serve == Serve::UdpAndTcp {
            let (log, stop) = (server.log.clone(), server.stop.clone());
            server.threads.push(std::thread::spawn(move || {
                serve_tcp(&tcp, &stop, &log, &script);
            }));
        }
        server
    }

    /// All questions so far.
    pub(super) fn log(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A UDP socket and a TCP listener with the same port.
fn sockets() -> (UdpSocket, TcpListener) {
    loop {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()) {
            let short = Some(Duration::from_millis(20));
            udp.set_read_timeout(short).unwrap();
            tcp.set_nonblocking(true).unwrap();
            return (udp, tcp);
        }
    }
}

fn serve_udp(udp: &UdpSocket, stop: &AtomicBool, log: &Mutex<Vec<Asked>>, script: &Script) {
    let mut buffer = [0; 4096];
    while !stop.load(Ordering::SeqCst) {
        let Ok((length, from)) = udp.recv_from(&mut buffer) else {
            continue;
        };
        let query = buffer[..length].to_vec();
        let asked = parse(&query, false);
        log.lock().unwrap().push(asked.clone());
        let (udp, script) = (udp.try_clone().unwrap(), script.clone());
        std::thread::spawn(move || {
            if let Some(reply) = script(&asked) {
                let _ = udp.send_to(&compose(&query, &reply), from);
            }
        });
    }
}

fn serve_tcp(tcp: &TcpListener, stop: &AtomicBool, log: &Arc<Mutex<Vec<Asked>>>, script: &Script) {
    while !stop.load(Ordering::SeqCst) {
        let Ok((stream, _)) = tcp.accept() else {
            std::thread::sleep(Duration::from_millis(5));
            continue;
        };
        let (log, script) = (log.clone(), script.clone());
        std::thread::spawn(move || serve_stream(stream, &log, &script));
    }
}

fn serve_stream(mut stream: TcpStream, log: &Mutex<Vec<Asked>>, script: &Script) {
    stream.set_nonblocking(false).unwrap();
    let mut length = [0; 2];
    while stream.read_exact(&mut length).is_ok() {
        let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut query).unwrap();
        let asked = parse(&query, true);
        log.lock().unwrap().push(asked.clone());
        let Some(reply) = script(&asked) else {
            continue;
        };
        let reply = compose(&query, &reply);
        let length = u16::try_from(reply.len()).unwrap().to_be_bytes();
        let _ = stream.write_all(&[&length[..], &reply].concat());
    }
}

/// Where the question ends.
fn end_of_question(query: &[u8]) -> usize {
    let mut at = 12;
    while query[at] != 0 {
        at += 1 + usize::from(query[at]);
    }
    at + 5
}

fn parse(query: &[u8], tcp: bool) -> Asked {
    let end = end_of_question(query);
    let mut name = String::new();
    let mut at = 12;
    while query[at] != 0 {
        let length = usize::from(query[at]);
        name += &String::from_utf8_lossy(&query[at + 1..=at + length]).to_lowercase();
        name.push('.');
        at += 1 + length;
    }
    Asked {
        name,
        kind: u16::from_be_bytes([query[end - 4], query[end - 3]]),
        tcp,
        edns: query[11] > 0,
    }
}

fn compose(query: &[u8], reply: &Reply) -> Vec<u8> {
    let mut wire = query[..2].to_vec();
    wire.push(0x81 | if reply.truncated { 2 } else { 0 });
    wire.push(0x80 | reply.rcode);
    for count in [1, reply.answers.len(), reply.authority.len(), 0] {
        wire.extend(u16::try_from(count).unwrap().to_be_bytes());
    }
    wire.extend(&query[12..end_of_question(query)]);
    for (owner, kind, data) in reply.answers.iter().chain(&reply.authority) {
        wire.extend(name(owner));
        wire.extend(kind.to_be_bytes());
        wire.extend([0, 1, 0, 0, 0, 60]);
        wire.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        wire.extend(data);
    }
    wire
}
