//! A name server of a few lines on 127.0.0.1: raw bytes in, raw bytes out.

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

pub const A: u16 = 1;
pub const MX: u16 = 15;

pub const SERVFAIL: u8 = 2;
pub const NXDOMAIN: u8 = 3;
pub const REFUSED: u8 = 5;

/// What to answer: a code, and the data of records that belong to the name asked.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    rcode: u8,
    records: Vec<Vec<u8>>,
}

impl Reply {
    pub fn code(rcode: u8) -> Reply {
        Reply {
            rcode,
            records: Vec::new(),
        }
    }

    pub fn records(records: impl IntoIterator<Item = Vec<u8>>) -> Reply {
        Reply {
            rcode: 0,
            records: records.into_iter().collect(),
        }
    }
}

/// The data of an MX record.
pub fn mx(preference: u16, exchange: &str) -> Vec<u8> {
    let mut data = preference.to_be_bytes().to_vec();
    for label in exchange.split('.').filter(|l| !l.is_empty()) {
        data.push(u8::try_from(label.len()).unwrap());
        data.extend(label.as_bytes());
    }
    data.push(0);
    data
}

/// The data of an A record.
pub fn a(text: &str) -> Vec<u8> {
    text.parse::<std::net::Ipv4Addr>()
        .unwrap()
        .octets()
        .to_vec()
}

/// A running server; it ends when dropped.
pub struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
    most: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Answers by `script`, which is given the name in lower case without its final dot, and the type; `None` is silence.
    /// Every query has a thread of its own.
    pub fn start(script: impl Fn(&str, u16) -> Option<Reply> + Send + Sync + 'static) -> Server {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket
            .set_read_timeout(Some(Duration::from_millis(20)))
            .unwrap();
        let mut server = Server {
            address: socket.local_addr().unwrap(),
            asked: Arc::default(),
            most: Arc::default(),
            stop: Arc::default(),
            thread: None,
        };
        let (asked, most, stop) = (
            server.asked.clone(),
            server.most.clone(),
            server.stop.clone(),
        );
        let script = Arc::new(script);
        server.thread = Some(std::thread::spawn(move || {
            let pending = Arc::new(AtomicUsize::new(0));
            let mut buffer = [0; 4096];
            while !stop.load(Ordering::SeqCst) {
                let Ok((length, from)) = socket.recv_from(&mut buffer) else {
                    continue;
                };
                let query = buffer[..length].to_vec();
                let (name, kind) = question(&query);
                asked.lock().unwrap().push((name.clone(), kind));
                most.fetch_max(pending.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let (socket, script, pending) =
                    (socket.try_clone().unwrap(), script.clone(), pending.clone());
                std::thread::spawn(move || {
                    let reply = script(&name, kind);
                    pending.fetch_sub(1, Ordering::SeqCst);
                    if let Some(reply) = reply {
                        let _ = socket.send_to(&compose(&query, kind, &reply), from);
                    }
                });
            }
        }));
        server
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Names and types asked so far, in order.
    pub fn asked(&self) -> Vec<(String, u16)> {
        self.asked.lock().unwrap().clone()
    }

    /// Names asked so far.
    pub fn names(&self) -> Vec<String> {
        self.asked().into_iter().map(|(name, _)| name).collect()
    }

    /// Most questions that waited for their answers at the same time.
    pub fn most_pending(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn question(query: &[u8]) -> (String, u16) {
    let mut labels = Vec::new();
    let mut at = 12;
    while query[at] != 0 {
        let end = at + 1 + usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..end]).to_lowercase());
        at = end;
    }
    (
        labels.join("."),
        u16::from_be_bytes([query[at + 1], query[at + 2]]),
    )
}

fn compose(query: &[u8], kind: u16, reply: &Reply) -> Vec<u8> {
    let mut end = 12;
    while query[end] != 0 {
        end += 1 + usize::from(query[end]);
    }
    let mut wire = query[..2].to_vec();
    wire.extend([0x81, 0x80 | reply.rcode, 0, 1]);
    wire.extend(u16::try_from(reply.records.len()).unwrap().to_be_bytes());
    wire.extend([0, 0, 0, 0]);
    wire.extend(&query[12..end + 5]);
    for data in &reply.records {
        // The owner is the name of the question.
        wire.extend([0xC0, 12]);
        wire.extend(kind.to_be_bytes());
        wire.extend([0, 1, 0, 0, 0, 60]);
        wire.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        wire.extend(data);
    }
    wire
}
