//! [`HickoryResolver`] against a small server in this process: every outcome that mail depends on.

mod server;

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use server::{
    A, AAAA, Asked, CNAME, MX, NXDOMAIN, REFUSED, Reply, SERVFAIL, Serve, Server, ip, mx, name,
};

use super::*;
use crate::model::{Domain, Families};

/// Short, so that silence is noticed soon; long enough for a busy machine.
const TIMEOUT: Duration = Duration::from_millis(700);

fn domain(text: &str) -> Domain {
    Domain::new(text.as_bytes()).unwrap()
}

fn resolver(servers: &[SocketAddr]) -> HickoryResolver {
    HickoryResolver::new(DnsOptions {
        timeout: TIMEOUT,
        attempts: 1,
        ..DnsOptions::new(servers.to_vec())
    })
    .unwrap()
}

/// Starts a server by `script` and asks it for the MX of `d.example`.
fn ask_mx(
    serve: Serve,
    script: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static,
) -> (Result<Vec<Mx>, DnsError>, Vec<Asked>) {
    let server = Server::start(serve, script);
    let answer = resolver(&[server.address]).mx(&domain("d.example"));
    (answer, server.log())
}

fn mx_of(exchange: &str) -> Option<Reply> {
    Reply::records(&[("d.example", MX, mx(10, exchange))])
}

fn silent() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

#[test]
fn response_codes_are_told_apart() {
    for (rcode, error) in [
        (NXDOMAIN, DnsError::NoSuchDomain),
        (0, DnsError::NoData),
        (SERVFAIL, DnsError::ServFail),
        (REFUSED, DnsError::Refused),
    ] {
        let (answer, _) = ask_mx(Serve::Udp, move |_| Reply::code(rcode));
        assert_eq!(answer, Err(error));
    }
    let (answer, _) = ask_mx(Serve::Udp, |_| Reply::code(9));
    assert!(matches!(answer, Err(DnsError::Other(_))), "{answer:?}");
}

#[test]
fn records_keep_the_order_of_the_answer() {
    let (answer, log) = ask_mx(Serve::Udp, |_| {
        Reply::records(&[
            ("d.example", MX, mx(20, "B.example")),
            ("d.example", MX, mx(10, "a.example")),
            ("d.example", MX, mx(5, "no host.example")),
        ])
    });
    let answer = answer.unwrap();
    let preferences: Vec<_> = answer.iter().map(|mx| mx.preference).collect();
    assert_eq!(preferences, [20, 10, 5]);
    assert_eq!(answer[0].exchange, Exchange::Host(domain("b.example")));
    assert_eq!(
        answer[2].exchange,
        Exchange::Invalid(b"no\\032host.example".to_vec())
    );
    assert_eq!(log[0].name, "d.example.");
}

#[test]
fn a_null_mx_is_seen() {
    let (answer, _) = ask_mx(Serve::Udp, |_| mx_of("."));
    assert_eq!(answer.unwrap()[0].exchange, Exchange::Root);
}

#[test]
fn silence_ends_in_time() {
    let (_socket, address) = silent();
    let start = Instant::now();
    let answer = resolver(&[address]).mx(&domain("d.example"));
    assert_eq!(answer, Err(DnsError::Timeout));
    assert!(start.elapsed() < TIMEOUT * 3);
}

#[test]
fn a_closed_port_ends_in_time() {
    let (socket, address) = silent();
    drop(socket);
    let start = Instant::now();
    let answer = resolver(&[address]).mx(&domain("d.example"));
    assert!(answer.as_ref().is_err_and(DnsError::is_temporary));
    assert!(start.elapsed() < TIMEOUT * 3);
}

#[test]
fn the_deadline_covers_all_attempts_and_servers() {
    let (_one, first) = silent();
    let (_two, second) = silent();
    let resolver = HickoryResolver::new(DnsOptions {
        deadline: Duration::from_millis(200),
        ..DnsOptions::new(vec![first, second])
    })
    .unwrap();
    let start = Instant::now();
    assert_eq!(resolver.mx(&domain("d.example")), Err(DnsError::Timeout));
    let until = Instant::now() + Duration::from_millis(100);
    let answer = resolver.addresses_until(&domain("d.example"), Families::Both, until);
    assert_eq!(answer, Err(DnsError::Timeout));
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_cut_answer_is_fetched_over_tcp() {
    let script = |asked: &Asked| {
        if asked.tcp {
            return mx_of("mx.example");
        }
        let cut = Reply::code(0)?;
        Some(Reply {
            truncated: true,
            ..cut
        })
    };
    let (answer, log) = ask_mx(Serve::UdpAndTcp, script);
    assert_eq!(answer.unwrap().len(), 1);
    assert!(log.iter().any(|asked| asked.tcp));
    let (answer, _) = ask_mx(Serve::Udp, script);
    assert_eq!(answer, Err(DnsError::Truncated), "TCP is refused");
}

#[test]
fn a_cut_answer_is_not_used_when_tcp_is_silent_or_cut_too() {
    for tcp_is_silent in [true, false] {
        let (answer, _) = ask_mx(Serve::UdpAndTcp, move |asked| {
            if asked.tcp && tcp_is_silent {
                return None;
            }
            let part = mx_of("mx.example")?;
            Some(Reply {
                truncated: true,
                ..part
            })
        });
        assert_eq!(answer, Err(DnsError::Truncated));
    }
}

#[test]
fn mx_behind_aliases() {
    // As a recursive server answers: the whole chain at once.
    let (answer, log) = ask_mx(Serve::Udp, |_| {
        Reply::records(&[
            ("d.example", CNAME, name("Real.example")),
            ("real.example", MX, mx(10, "mx.example")),
        ])
    });
    assert_eq!(answer.unwrap().len(), 1);
    assert_eq!(log.len(), 1);
    // As an authoritative server answers that does not serve the target.
    let (answer, log) = ask_mx(Serve::Udp, |asked| match asked.name.as_str() {
        "d.example." => Reply::records(&[("d.example", CNAME, name("real.example"))]),
        _ => Reply::records(&[("real.example", MX, mx(10, "mx.example"))]),
    });
    assert_eq!(answer.unwrap().len(), 1);
    assert_eq!(log[1].name, "real.example.");
}

#[test]
fn an_alias_is_told_when_it_is_asked_for() {
    let ask = |asked: &str| {
        let server = Server::start(Serve::Udp, |asked| match asked.name.as_str() {
            "a.example." => Reply::records(&[("a.example", CNAME, name("b.example"))]),
            "b.example." => Reply::code(0),
            _ => Reply::code(NXDOMAIN),
        });
        let until = Instant::now() + Duration::from_secs(5);
        let name = domain(asked);
        resolver(&[server.address]).alias_until(&name, until)
    };
    let alias = ask("a.example").unwrap();
    assert_eq!(alias.as_ref().map(Domain::as_str), Some("b.example"));
    assert_eq!(ask("b.example"), Ok(None));
    assert_eq!(ask("c.example"), Err(DnsError::NoSuchDomain));
}

#[test]
fn dangling_aliases_tell_what_is_missing() {
    let alias = || Reply::records(&[("d.example", CNAME, name("gone.example"))]);
    let (answer, _) = ask_mx(Serve::Udp, move |_| {
        alias().map(|reply| Reply {
            rcode: NXDOMAIN,
            ..reply
        })
    });
    assert_eq!(answer, Err(DnsError::NoSuchDomain));
    for (rcode, error) in [(NXDOMAIN, DnsError::NoSuchDomain), (0, DnsError::NoData)] {
        let (answer, _) = ask_mx(Serve::Udp, move |asked| match asked.name.as_str() {
            "d.example." => alias(),
            _ => Reply::code(rcode),
        });
        assert_eq!(answer, Err(error));
    }
}

#[test]
fn alias_loops_are_no_missing_records() {
    let pair = |from: &str, to: &str| Reply::records(&[(from, CNAME, name(to))]);
    let (answer, _) = ask_mx(Serve::Udp, move |_| pair("d.example", "d.example"));
    assert_eq!(answer, Err(DnsError::CnameLoop), "itself");
    let (answer, _) = ask_mx(Serve::Udp, |_| {
        Reply::records(&[
            ("d.example", CNAME, name("e.example")),
            ("e.example", CNAME, name("d.example")),
        ])
    });
    assert_eq!(answer, Err(DnsError::CnameLoop), "two in one answer");
    let (answer, log) = ask_mx(Serve::Udp, move |asked| match asked.name.as_str() {
        "d.example." => pair("d.example", "e.example"),
        _ => pair("e.example", "d.example"),
    });
    assert_eq!(answer, Err(DnsError::CnameLoop), "two, answer by answer");
    assert_eq!(log.len(), 2);
    let (answer, log) = ask_mx(Serve::Udp, |asked| {
        let longer = format!("n{}", asked.name);
        Reply::records(&[(&asked.name, CNAME, name(&longer))])
    });
    assert_eq!(answer, Err(DnsError::CnameLoop), "without end");
    assert!(log.len() < 20);
}

#[test]
fn a_referral_is_no_missing_record() {
    let (answer, _) = ask_mx(Serve::Udp, |_| {
        let reply = Reply::code(0)?;
        Some(Reply {
            authority: vec![("example".to_owned(), 2, name("ns.example"))],
            ..reply
        })
    });
    assert!(matches!(answer, Err(DnsError::Other(_))), "{answer:?}");
}

#[test]
fn servers_from_before_edns_are_asked_without() {
    let (answer, log) = ask_mx(Serve::Udp, |asked| {
        if asked.edns {
            Reply::code(1)
        } else {
            mx_of("mx.example")
        }
    });
    assert_eq!(answer.unwrap().len(), 1);
    assert_eq!(log.iter().filter(|asked| asked.edns).count(), 1);
}

#[test]
fn both_families() {
    let server = Server::start(Serve::Udp, |asked| {
        match (asked.kind, asked.name.as_str()) {
            (A, _) => Reply::records(&[(&asked.name, A, ip("192.0.2.1"))]),
            (AAAA, "half.example.") => Reply::code(SERVFAIL),
            (AAAA, _) => Reply::records(&[(&asked.name, AAAA, ip("2001:db8::1"))]),
            _ => None,
        }
    });
    let resolver = resolver(&[server.address]);
    let ask = |host, families| {
        let found = resolver.addresses(&domain(host), families).unwrap();
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        ask("mx.example", Families::Both),
        ["192.0.2.1", "2001:db8::1"]
    );
    assert_eq!(ask("half.example", Families::Both), ["192.0.2.1"]);
    let before = server.log().len();
    assert_eq!(ask("mx.example", Families::V4), ["192.0.2.1"]);
    assert_eq!(server.log().len(), before + 1, "qmail asks A only");
}

#[test]
fn another_server_answers_when_one_fails() {
    let failing = Server::start(Serve::Udp, |_| Reply::code(SERVFAIL));
    let working = Server::start(Serve::Udp, |_| mx_of("mx.example"));
    let resolver = resolver(&[failing.address, working.address]);
    assert!(resolver.mx(&domain("d.example")).is_ok());
    assert!(resolver.mx(&domain("d.example")).is_ok());
    assert_eq!(failing.log().len(), 1, "the one that answered is preferred");
}

#[test]
fn search_lists_never_apply() {
    let server = Server::start(Serve::Udp, |asked| match asked.name.as_str() {
        "mail.trap.example." | "mail.sub.trap.example." => {
            Reply::records(&[(&asked.name, MX, mx(1, "wrong.example"))])
        }
        _ => Reply::code(NXDOMAIN),
    });
    let text = "nameserver 127.0.0.1\ndomain trap.example\nsearch trap.example sub.trap.example\noptions ndots:5 timeout:1 attempts:1\n";
    let mut options = DnsOptions::from_resolv_conf(text.as_bytes()).unwrap();
    assert_eq!(
        (options.timeout, options.attempts),
        (Duration::from_secs(1), 1)
    );
    // resolv.conf knows no ports.
    options.servers[0].set_port(server.address.port());
    let resolver = HickoryResolver::new(options).unwrap();
    for host in ["mail", "mail.sub"] {
        let answer = resolver.mx(&domain(host));
        assert_eq!(answer, Err(DnsError::NoSuchDomain));
    }
    let names: Vec<_> = server.log().into_iter().map(|asked| asked.name).collect();
    assert_eq!(names, ["mail.", "mail.sub."]);
}

#[test]
fn an_unusable_configuration_is_an_error() {
    for text in ["", "search example\n", "nameserver ns.example\n"] {
        let error = DnsOptions::from_resolv_conf(text.as_bytes()).unwrap_err();
        assert!(matches!(error, SetupError::System(_)), "{text:?}");
    }
    let none = HickoryResolver::new(DnsOptions::new(Vec::new()));
    assert!(matches!(none, Err(SetupError::NoServer)));
}

/// The server holds every answer back until it has seen 64 different questions.
#[test]
fn sixty_four_threads_have_sixty_four_questions_in_flight() {
    let waiting = Arc::new((Mutex::new(Vec::<String>::new()), Condvar::new()));
    let most = Arc::new(AtomicUsize::new(0));
    let (gate, peak) = (waiting.clone(), most.clone());
    let server = Server::start(Serve::Udp, move |asked| {
        let (names, changed) = &*gate;
        let mut names = names.lock().unwrap();
        if !names.contains(&asked.name) {
            names.push(asked.name.clone());
        }
        peak.fetch_max(names.len(), Ordering::SeqCst);
        changed.notify_all();
        let full = changed.wait_timeout_while(names, Duration::from_secs(8), |n| n.len() < 64);
        drop(full);
        Reply::records(&[(&asked.name, MX, mx(10, "mx.example"))])
    });
    let resolver = HickoryResolver::new(DnsOptions {
        timeout: Duration::from_secs(10),
        ..DnsOptions::new(vec![server.address])
    })
    .unwrap();
    std::thread::scope(|scope| {
        for n in 0..64 {
            let resolver = &resolver;
            scope.spawn(move || assert!(resolver.mx(&domain(&format!("n{n}.example"))).is_ok()));
        }
    });
    assert_eq!(most.load(Ordering::SeqCst), 64);
}
