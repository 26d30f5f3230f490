//! The resolver and the plan against a real name server, NSD; and reports against the official schema, in `peers/sarif.rs`,
//! which says what it needs, the hooks under the real pre-commit, in `peers/pre_commit.rs` (`pip install pre-commit`), and
//! transport tables against Postfix, in `peers/postfix.rs` (package `postfix`); databases of qroute-compile, in
//! `peers/databases.rs` (packages `tinycdb` and `postfix-cdb`); lists of cPanel against Exim, in
//! `peers/exim.rs`, and qroute-remote against real mail servers, in
//! `peers/mailers.rs`, both of which need root and the lists of Debian's packages.
//!
//! The name server needs the program `nsd` (Debian: package `nsd`) and nothing else: no root, no Internet, no configuration
//! of the machine.
//! It is opt-in, so that plain `cargo test` runs anywhere:
//!
//! ```text
//! cargo test --test peers
//! ```
//!
//! A missing `nsd` is a failure, never a skip: who asked for it wants the answer.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "peers/databases.rs"]
mod databases;
#[path = "peers/exim.rs"]
mod exim;
#[path = "golden/findings_cases.rs"]
#[allow(dead_code)]
mod findings_cases;
#[path = "peers/mailers.rs"]
mod mailers;
#[path = "peers/postfix.rs"]
mod postfix;
#[path = "peers/pre_commit.rs"]
mod pre_commit;
#[path = "peers/sarif.rs"]
mod sarif;

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use qroute::dns::{CachingResolver, DnsError, DnsOptions, HickoryResolver, Resolver};
use qroute::model::{
    Domain, FailureKind, Families, HostLiterals, LiteralRule, NameCheck, NextHop, Product, Relay,
    Target, Unmatched, Unresolvable,
};
use qroute::nexthop::{Own, Plan, PlanOptions, plan};

/// A private NSD with its own directory, configuration and port; it ends when this is dropped.
struct Nsd {
    address: SocketAddr,
    child: Child,
    home: PathBuf,
}

impl Nsd {
    /// Starts NSD with the zone `peers.example` and with `broken.example`, whose file is missing. It serves one TCP
    /// connection at a time, and datagrams of at most 512 bytes.
    fn start() -> Nsd {
        for _ in 0..5 {
            if let Some(nsd) = Nsd::try_start() {
                return nsd;
            }
        }
        panic!("nsd does not start: another program takes every port that is tried");
    }

    fn try_start() -> Option<Nsd> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::SeqCst);
        let unique = format!("qroute-peers-{}-{count}", std::process::id());
        let home = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&home).unwrap();
        let address = free_address();
        let configuration = home.join("nsd.conf");
        std::fs::write(&configuration, configure(&home, address)).unwrap();
        let log = std::fs::File::create(home.join("log")).unwrap();
        let mut nsd = Nsd {
            address,
            child: spawn(&configuration, log),
            home,
        };
        nsd.becomes_ready().then_some(nsd)
    }

    /// False when it ended, which a port taken meanwhile explains; any other trouble is a failure with NSD's own words.
    fn becomes_ready(&mut self) -> bool {
        let resolver = self.resolver(Duration::from_millis(500));
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(30) {
            if resolver
                .addresses(&domain("ns.peers.example"), Families::V4)
                .is_ok()
            {
                return true;
            }
            if self.child.try_wait().unwrap().is_some() {
                let log = self.log();
                assert!(log.contains("already in use"), "nsd ended:\n{log}");
                return false;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("nsd does not answer:\n{}", self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.home.join("log")).unwrap_or_default()
    }

    fn resolver(&self, timeout: Duration) -> HickoryResolver {
        resolver(self.address, timeout)
    }

    fn signal(&self, name: &str) {
        // NSD has children, which outlive it when it is killed; all are in a process group of their own.
        let _ = Command::new("sh")
            .args(["-c", &format!("kill -{name} -{}", self.child.id())])
            .stderr(Stdio::null())
            .status();
    }
}

impl Drop for Nsd {
    fn drop(&mut self) {
        self.signal("TERM");
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(3) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.signal("KILL");
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// An address of this host on which neither UDP nor TCP is served at the moment.
fn free_address() -> SocketAddr {
    loop {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = udp.local_addr().unwrap();
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

fn configure(home: &Path, address: SocketAddr) -> String {
    let home = home.display();
    let zone = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/dns/peers.example.zone");
    let mut text = format!(
        "server:\n  ip-address: {}@{}\n  server-count: 1\n  username: \"\"\n  chroot: \"\"\n  database: \"\"\n",
        address.ip(),
        address.port()
    );
    for (option, file) in [
        ("zonelistfile", "zone.list"),
        ("pidfile", "nsd.pid"),
        ("xfrdfile", "xfrd.state"),
        ("xfrdir", ""),
        ("zonesdir", ""),
    ] {
        let _ = writeln!(text, "  {option}: \"{home}/{file}\"");
    }
    text.push_str("  tcp-count: 1\n  ipv4-edns-size: 512\n  rrl-ratelimit: 0\n");
    text.push_str("remote-control:\n  control-enable: no\n");
    for (name, file) in [
        ("peers.example", zone.display().to_string()),
        ("broken.example", "missing.zone".to_owned()),
    ] {
        let _ = write!(text, "zone:\n  name: {name}\n  zonefile: \"{file}\"\n");
    }
    text
}

fn spawn(configuration: &Path, log: std::fs::File) -> Child {
    // Debian keeps it where only root looks.
    for program in ["nsd", "/usr/sbin/nsd", "/usr/local/sbin/nsd"] {
        let child = Command::new(program)
            .arg("-d")
            .arg("-c")
            .arg(configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.try_clone().unwrap())
            .process_group(0)
            .spawn();
        match child {
            Ok(child) => return child,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => panic!("{program} cannot be run: {e}"),
        }
    }
    panic!("these tests need the name server NSD: install the package `nsd`");
}

fn resolver(server: SocketAddr, timeout: Duration) -> HickoryResolver {
    HickoryResolver::new(DnsOptions {
        timeout,
        attempts: 1,
        ..DnsOptions::new(vec![server])
    })
    .unwrap()
}

fn domain(text: &str) -> Domain {
    Domain::new(text.as_bytes()).unwrap()
}

fn relay(target: Target) -> Relay {
    Relay::to(NextHop::to(target, None))
}

fn own_mx(name: &str) -> Relay {
    relay(Target::OwnMx(name.as_bytes().to_vec()))
}

fn ask(resolver: &dyn Resolver, relay: &Relay, own: &Own) -> Plan {
    let product = Product {
        literals: LiteralRule::Wrapping,
        host_literals: HostLiterals::Routed,
        own_mx_names: NameCheck::None,
        unresolvable: Unresolvable::Bounce,
        families: Families::Both,
        unmatched: Unmatched::OwnMx,
        drops_final_dot: false,
    };
    plan(relay, &product, resolver, own, &PlanOptions::default())
}

/// Groups without the zone's name: `mx1[192.0.2.11],mx2[192.0.2.12] backup[192.0.2.20]`, or the error.
fn outcome(plan: &Plan) -> String {
    if let Some(failure) = &plan.failure {
        let fate = if failure.temporary {
            "temporary"
        } else {
            "permanent"
        };
        return format!("{} {fate}", failure.kind.name());
    }
    let group = |group: &Vec<_>| {
        let each: Vec<_> = group
            .iter()
            .map(|c: &qroute::nexthop::Candidate| {
                format!("{}[{}]", c.host.replace(".peers.example", ""), c.ip)
            })
            .collect();
        each.join(",")
    };
    plan.groups.iter().map(group).collect::<Vec<_>>().join(" ")
}

const MAIL: &str = "mx1[192.0.2.11],mx1[2001:db8::11],mx2[192.0.2.12] backup[192.0.2.20]";

#[test]
fn outcomes_of_a_real_server() {
    let nsd = Nsd::start();
    let dns = CachingResolver::new(nsd.resolver(Duration::from_secs(5)));
    let nobody = Own::default();
    for (name, expected) in [
        ("mail.peers.example", MAIL),
        ("MAIL.Peers.Example.", MAIL),
        ("plain.peers.example", "plain[192.0.2.30]"),
        ("nothing.peers.example", "nodata permanent"),
        ("null.peers.example", "null-mx permanent"),
        ("alias.peers.example", MAIL),
        ("dangling.peers.example", "nxdomain permanent"),
        ("self.peers.example", "cname-loop temporary"),
        ("ping.peers.example", "cname-loop temporary"),
        // The target's zone is not served here.
        ("outside.peers.example", "refused temporary"),
        ("lost.peers.example", "no-usable-server permanent"),
        ("partly.peers.example", "mx2[192.0.2.12]"),
        ("nowhere.peers.example", "nxdomain permanent"),
        ("mail.elsewhere.example", "refused temporary"),
        ("mail.broken.example", "servfail temporary"),
        ("bücher.peers.example", "mx2[192.0.2.12]"),
        ("xn--bcher-kva.peers.example", "mx2[192.0.2.12]"),
        ("no host.peers.example", "nxdomain permanent"),
    ] {
        let plan = ask(&dns, &own_mx(name), &nobody);
        assert_eq!(outcome(&plan), expected, "{name}");
    }
    let address = |name: &str| relay(Target::Address(name.as_bytes().to_vec()));
    for (name, expected) in [
        ("mx1.peers.example", "mx1[192.0.2.11],mx1[2001:db8::11]"),
        ("mail.peers.example", "nodata permanent"),
        ("nowhere.peers.example", "nxdomain permanent"),
    ] {
        let plan = ask(&dns, &address(name), &nobody);
        assert_eq!(outcome(&plan), expected, "relay {name}");
    }
    let own = Own::parse("192.0.2.20").unwrap();
    let best = ask(&dns, &own_mx("mail.peers.example"), &own);
    let without_backup = MAIL.split(' ').next().unwrap();
    assert_eq!(outcome(&best), without_backup);
    let own = Own::parse("mx2.peers.example").unwrap();
    let loops = ask(&dns, &own_mx("mail.peers.example"), &own);
    assert_eq!(outcome(&loops), "loops-back permanent");
}

#[test]
fn a_cut_answer_needs_tcp() {
    let nsd = Nsd::start();
    let big = domain("big.peers.example");
    {
        let dns = nsd.resolver(Duration::from_secs(5));
        assert_eq!(dns.mx(&big).map(|records| records.len()), Ok(12));
    }
    // The one connection that NSD serves is taken; it answers another only when this one is closed.
    let taken = TcpStream::connect(nsd.address).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let dns = nsd.resolver(Duration::from_secs(1));
    assert_eq!(dns.mx(&big), Err(DnsError::Truncated));
    let plan = ask(&dns, &own_mx("big.peers.example"), &Own::default());
    assert_eq!(outcome(&plan), "truncated temporary");
    drop(taken);
}

#[test]
fn a_silent_server_is_a_timeout() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let dns = resolver(socket.local_addr().unwrap(), Duration::from_millis(500));
    let plan = ask(&dns, &own_mx("mail.peers.example"), &Own::default());
    assert_eq!(plan.failure.unwrap().kind, FailureKind::Timeout);
}

#[test]
fn sixty_four_threads_share_one_resolver() {
    let nsd = Nsd::start();
    let dns = nsd.resolver(Duration::from_secs(5));
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let found = dns.addresses(&domain("mx2.peers.example"), Families::Both);
                    assert_eq!(found, Ok(vec![IpAddr::from([192, 0, 2, 12])]));
                }
            });
        }
    });
}
