//! Transport tables against Postfix: its own postmap(1) and trivial-rewrite(8) are asked where mail goes.
//!
//! Needs the package `postfix`, and nothing of its configuration: no root, no running mail system. trivial-rewrite runs below
//! these tests as it would below master(8), with directories and a socket of its own: it finds a listening socket at file
//! descriptor 6 and a pipe to its master at 5 (`master.h`), and speaks pairs of names and values that end in NUL
//! (`attr_print0.c`).

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use qroute::formats::ReadOptions;
use qroute::formats::postfix_transport::FORMAT;
use qroute::lookup::{Envelope, Recipient, Sender, select};
use qroute::model::{Decision, Document, Target};
use qroute::source::Input;
use qroute::store::MemoryStore;

/// Tables that are compared; `QROUTE_POSTFIX` says another number.
const TABLES: usize = 240;

/// Addresses asked of each.
const ADDRESSES: usize = 40;

/// How often each kind of answer must have come up, so that the comparison says something.
const LEAST: u32 = 50;

/// Directories of a private Postfix.
pub struct Postfix {
    pub home: PathBuf,
    daemon: PathBuf,
    pub postmap: PathBuf,
    database: String,
}

impl Postfix {
    pub fn new() -> Postfix {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::SeqCst);
        let unique = format!("qroute-postfix-{}-{count}", std::process::id());
        let home = std::env::temp_dir().join(unique);
        for dir in ["etc", "queue/pid", "queue/private", "data"] {
            std::fs::create_dir_all(home.join(dir)).unwrap();
        }
        let shown = home.display();
        let main = format!(
            "compatibility_level = 3\nqueue_directory = {shown}/queue\ndata_directory = {shown}/data\nmyhostname = own.invalid\n\
             mydestination =\nrelay_domains =\nrelayhost =\ndefault_transport = smtp\ninet_interfaces = 127.0.0.1\n"
        );
        std::fs::write(home.join("etc/main.cf"), main).unwrap();
        std::fs::write(home.join("etc/master.cf"), "").unwrap();
        let setting = |name: &str| {
            let output = Command::new(program("postconf"))
                .args(["-d", "-h", name])
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        Postfix {
            daemon: Path::new(&setting("daemon_directory")).join("trivial-rewrite"),
            postmap: Path::new(&setting("command_directory")).join("postmap"),
            database: setting("default_database_type"),
            home,
        }
    }

    /// Indexes `text`; returns the name of the table, and its keys.
    fn index(&self, number: usize, text: &[u8]) -> (String, BTreeSet<String>) {
        let path = self.home.join(format!("etc/transport{number}"));
        std::fs::write(&path, text).unwrap();
        let table = format!("{}:{}", self.database, path.display());
        let postmap = |args: &[&str]| {
            let output = Command::new(&self.postmap)
                .arg("-c")
                .arg(self.home.join("etc"))
                .args(args)
                .arg(&table)
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        postmap(&[]);
        let list = postmap(&["-s"]);
        let keys = list.lines().filter_map(|line| line.split('\t').next());
        (table.clone(), keys.map(str::to_owned).collect())
    }

    /// trivial-rewrite with these settings of main.cf.
    fn rewrite(&self, number: usize, settings: &[(&str, &str)]) -> Rewrite {
        let socket = self.home.join(format!("s{number}"));
        let listener = UnixListener::bind(&socket).unwrap();
        let mut child = Command::new("sh")
            .args(["-c", "exec 5>&1 6<&0 </dev/null; exec \"$@\"", "sh"])
            .arg(&self.daemon)
            .args(["-n", &format!("rewrite{number}"), "-t", "unix"])
            .args(
                settings
                    .iter()
                    .flat_map(|(key, value)| ["-o".to_owned(), format!("{key}={value}")]),
            )
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("MAIL_CONFIG", self.home.join("etc"))
            .env("GENERATION", "0")
            .stdin(Stdio::from(OwnedFd::from(listener)))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // What it tells its master fills the pipe.
        let mut status = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            let mut sink = Vec::new();
            let _ = status.read_to_end(&mut sink);
        });
        let stream = UnixStream::connect(&socket).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        Rewrite {
            child,
            stream: BufReader::new(stream),
        }
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// Where Debian keeps it, only root looks.
pub fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::env::split_paths(&path);
    let others = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    let found = dirs
        .chain(others)
        .map(|dir| dir.join(name))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("these tests need {name}: install the package `postfix`"))
}

/// A running trivial-rewrite, and a connection to it.
struct Rewrite {
    child: Child,
    stream: BufReader<UnixStream>,
}

impl Rewrite {
    /// Transport and next hop of `address`, and flags.
    fn resolve(&mut self, address: &str) -> (String, String, u32) {
        let request = format!("request\0resolve\0sender\0\0address\0{address}\0\0");
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut transport, mut nexthop, mut flags) = Default::default();
        loop {
            // The first message is a greeting, from Postfix 3.6 on.
            let mut greeting = false;
            loop {
                let name = self.text();
                match name.as_str() {
                    "" => break,
                    "protocol" => greeting = true,
                    _ => {}
                }
                let value = self.text();
                match name.as_str() {
                    "transport" => transport = value,
                    "nexthop" => nexthop = value,
                    "flags" => flags = value.parse().unwrap(),
                    _ => {}
                }
            }
            if !greeting {
                return (transport, nexthop, flags);
            }
        }
    }

    fn text(&mut self) -> String {
        let mut bytes = Vec::new();
        self.stream.read_until(0, &mut bytes).unwrap();
        assert_eq!(bytes.pop(), Some(0), "trivial-rewrite has ended");
        String::from_utf8(bytes).unwrap()
    }
}

impl Drop for Rewrite {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Numbers that look random, and are the same at every run (xorshift).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % end
    }

    pub fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

const LOCALS: &[&str] = &[
    "user",
    "User",
    "user+ext",
    "user-ext",
    "user+a-b",
    "u=v",
    "owner-list",
    "list-request",
    "postmaster",
    "Mailer-Daemon",
    "double-bounce",
    "+x",
    "user+",
    "a.b",
    "x",
];

const DOMAINS: &[&str] = &[
    "example.org",
    "a.example.org",
    "b.a.example.org",
    "Example.ORG",
    "c.b.a.example.org",
    "org",
    "other.test",
    "notexample.org",
    "x.other.test",
    "test",
    "_dmarc.example.org",
    "[192.0.2.1]",
    "[IPv6:2001:db8::1]",
    "1.example.org",
];

const HOSTS: &[&str] = &[
    "[mx1.example.net]",
    "mx.example.net",
    "[192.0.2.7]",
    "[2001:db8::7]",
    "[MX2.example.net]:2525",
    "mx.example.net:587",
    "[192.0.2.8]:submission",
    "[2001:db8::8]:26",
    "relay.example.net:smtp",
];

/// A result that is none of those with errors.
fn result(random: &mut Random) -> String {
    let mut text = random
        .of(&[
            "smtp:", "smtp:", "smtp:", "relay:", ":", ":", "local:", "error:", "retry:",
            "discard:", "slow:", "lmtp:",
        ])
        .to_owned();
    match text.as_str() {
        "smtp:" | "relay:" | ":" | "slow:" | "lmtp:" => match random.below(4) {
            0 => {}
            1 if text != "lmtp:" => {
                for n in 0..2 + random.below(2) {
                    let separator =
                        random.of(&[", ", ",", " ", ",\n    ", "\n# not one of them\n\t"]);
                    text.push_str(if n == 0 { "" } else { separator });
                    text.push_str(HOSTS[(random.below(3) * 3 + n) % HOSTS.len()]);
                }
            }
            _ => text.push_str(random.of(HOSTS)),
        },
        "error:" | "retry:" => text.push_str(random.of(&[
            "",
            "5.1.2 no such domain",
            "4.2.1  come later",
            "closed",
            "5.1.2x y",
            "closed: see\n   the page",
        ])),
        "discard:" => text.push_str(random.of(&["", "dropped"])),
        _ => {}
    }
    text
}

fn pattern(random: &mut Random) -> String {
    match random.below(8) {
        0 => "*".to_owned(),
        1 | 2 => format!("{}@{}", random.of(LOCALS), random.of(DOMAINS)),
        3..=5 => random.of(DOMAINS).to_owned(),
        _ => {
            let domain = random.of(DOMAINS);
            format!(
                ".{}",
                if domain.starts_with('[') {
                    "example.org"
                } else {
                    domain
                }
            )
        }
    }
}

pub fn table(random: &mut Random) -> String {
    let mut text = random.of(&["", "# a comment\n", "\n \n"]).to_owned();
    for _ in 0..1 + random.below(12) {
        let (pattern, blank, result) = (
            pattern(random),
            random.of(&[" ", "\t", "   ", "\n ", "  \t"]),
            result(random),
        );
        let end = random.of(&["\n", "\n", "\n", " \n", "\r\n", "\n# between\n", "\n\n"]);
        let _ = write!(text, "{pattern}{blank}{result}{end}");
    }
    if random.chance(4) {
        text.truncate(text.trim_end().len());
    }
    text
}

/// A decision as Postfix would say it: transport and next hop; a relay is `smtp`.
fn said(decision: &Decision) -> (String, String) {
    match decision {
        Decision::Relay(relay) => {
            let hop = |hop: &qroute::model::NextHop| {
                let name = String::from_utf8_lossy(hop.target.name()).to_ascii_lowercase();
                match hop.target {
                    Target::Address(_) => format!("[{name}]:{}", hop.port.wire()),
                    _ => format!("{name}:{}", hop.port.wire()),
                }
            };
            let hops: Vec<String> = relay.hops.iter().map(hop).collect();
            ("smtp".to_owned(), hops.join(" "))
        }
        Decision::Local => ("local".to_owned(), String::new()),
        Decision::Discard => ("discard".to_owned(), String::new()),
        Decision::Reject {
            status,
            text,
            temporary,
        } => {
            let transport = if *temporary { "retry" } else { "error" };
            (transport.to_owned(), format!("{status} {text}"))
        }
        Decision::Transport { name, nexthop } => (name.clone(), nexthop.clone()),
        other => (format!("{other:?}"), String::new()),
    }
}

/// The same of what Postfix said: next hops with their ports, reasons with the status that error(8) takes.
fn heard(transport: &str, nexthop: &str) -> (String, String) {
    let host = |word: &str| {
        let word = word.to_ascii_lowercase();
        let behind = word.rfind(']').map_or(0, |at| at + 1);
        match word[behind..].rfind(':') {
            None => format!("{word}:25"),
            Some(at) => match &word[behind + at + 1..] {
                "smtp" => format!("{}:25", &word[..behind + at]),
                "submission" => format!("{}:587", &word[..behind + at]),
                _ => word,
            },
        }
    };
    let nexthop = match transport {
        "smtp" => {
            let words = nexthop
                .split([',', ' ', '\t'])
                .filter(|word| !word.is_empty());
            words.map(host).collect::<Vec<_>>().join(" ")
        }
        "local" | "discard" => String::new(),
        "error" | "retry" => {
            let (class, none) = match transport {
                "error" => ('5', "5.0.0"),
                _ => ('4', "4.0.0"),
            };
            let (first, rest) = nexthop.split_once(' ').unwrap_or((nexthop, ""));
            let parts: Vec<&str> = first.split('.').collect();
            let is_status =
                parts.len() == 3 && parts.iter().all(|part| part.parse::<u16>().is_ok());
            match is_status {
                true if first.starts_with(class) => format!("{first} {}", rest.trim_start()),
                true => format!("{none} {}", rest.trim_start()),
                false => format!("{none} {nexthop}"),
            }
        }
        _ => nexthop.to_owned(),
    };
    (transport.to_owned(), nexthop)
}

fn read(text: impl AsRef<[u8]>, assume: &[(&str, &str)]) -> Document {
    let input = Input::single("transport", "transport", text.as_ref().to_vec()).unwrap();
    let options = ReadOptions {
        assume: assume
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        ..ReadOptions::default()
    };
    (FORMAT.read)(input, &options).unwrap()
}

#[test]
fn postfix_sends_mail_where_its_tables_say() {
    let postfix = Postfix::new();
    let tables = std::env::var("QROUTE_POSTFIX").ok();
    let tables = tables.map_or(TABLES, |n| n.parse().expect("QROUTE_POSTFIX"));
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut counts = std::collections::BTreeMap::<String, u32>::new();
    let mut wrong = Vec::new();
    for number in 0..tables {
        let text = table(&mut random);
        let delimiter = random.of(&["", "", "+", "-", "+-", "-+="]);
        let parents = random.chance(2);
        let stock = !random.chance(4);
        let assume = [
            (
                "recipient-delimiter",
                if delimiter.is_empty() {
                    "none"
                } else {
                    delimiter
                },
            ),
            ("parent-domains", if parents { "yes" } else { "no" }),
            ("transports", if stock { "stock" } else { "smtp-only" }),
        ];
        let document = read(&text, &assume);
        assert!(document.error().is_none(), "{:?}\n{text}", document.error());
        let (name, keys) = postfix.index(number, text.as_bytes());
        let ours: BTreeSet<String> = document
            .routes()
            .map(|route| match route.key() {
                b"" => "*".to_owned(),
                key => String::from_utf8_lossy(key).to_lowercase(),
            })
            .collect();
        assert_eq!(ours, keys, "{text}");
        let listed = if parents { "transport_maps" } else { "" };
        let mut rewrite = postfix.rewrite(
            number,
            &[
                ("transport_maps", &name),
                ("recipient_delimiter", delimiter),
                ("parent_domain_matches_subdomains", listed),
            ],
        );
        let store = MemoryStore::new(document);
        for _ in 0..ADDRESSES {
            let dot = if random.chance(12) { "." } else { "" };
            let domain = random.of(DOMAINS);
            let dot = if domain.starts_with('[') { "" } else { dot };
            let address = format!("{}@{domain}{dot}", random.of(LOCALS));
            let (mut transport, nexthop, flags) = rewrite.resolve(&address);
            // `RESOLVE_FLAG_FAIL`, and `RESOLVE_FLAG_ERROR` for an address that is none.
            assert_eq!(flags & 0b1100, 0, "{address}: {flags}");
            let recipient = Recipient::Address(address.as_bytes());
            let envelope = Envelope::new(recipient, Sender::Unknown);
            let decision = select(&store, &envelope, false).unwrap().decision;
            let mut ours = said(&decision);
            // What names no transport is under the default one, which is smtp here.
            let unchanged = ours.0 == "default_transport";
            if stock && transport == "relay" {
                transport = "smtp".to_owned();
            }
            let theirs = heard(&transport, &nexthop);
            if unchanged {
                ours = heard("smtp", &ours.1);
            }
            *counts.entry(theirs.0.clone()).or_default() += 1;
            if ours != theirs {
                wrong.push(format!(
                    "{address}: Postfix {theirs:?}, here {ours:?}; {assume:?}\n{text}"
                ));
            }
        }
    }
    println!("{tables} tables: {counts:?}");
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
    for transport in ["smtp", "local", "error", "retry", "discard", "slow"] {
        let enough = counts.get(transport).is_some_and(|n| *n >= LEAST);
        assert!(tables < TABLES || enough, "{transport}: {counts:?}");
    }
}

/// What postmap warns of and leaves out is an error here.
#[test]
fn postmap_leaves_out_what_is_an_error() {
    let postfix = Postfix::new();
    for (number, text) in [
        "a.example\n",
        "  a.example smtp:\n",
        "\"a.example smtp:\n",
        "\"a\\\"b.example smtp:\n",
    ]
    .iter()
    .enumerate()
    {
        let (_, keys) = postfix.index(number, text.as_bytes());
        assert!(keys.is_empty(), "{text}: {keys:?}");
        assert!(read(text, &[]).error().is_some(), "{text}");
    }
    let text = b"\xff.example smtp:\nb.example smtp:\n";
    let (_, keys) = postfix.index(9, text);
    assert_eq!(keys.len(), 1);
    let document = read(text, &[]);
    let rules: Vec<&str> = document.problems.iter().map(|found| found.rule).collect();
    assert_eq!(rules, ["bad-bytes"]);
    assert_eq!((document.written, document.usable), (2, 1));
}
