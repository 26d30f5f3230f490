//! Plans with fixed answers: one test a rule.

use std::net::IpAddr;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::dns::{DnsError, FixedResolver, Mx, Resolver};
use crate::model::{
    Choice, Domain, Failure, FailureKind, Families, HostLiterals, LiteralRule, NameCheck, NextHop,
    Product, Relay, Target, Unmatched, Unresolvable,
};

const WORLD: &str = "
    d.example      MX 20 b.d.example
    d.example      MX 10 z.d.example
    d.example      MX 10 a.d.example
    a.d.example    A 192.0.2.12
    a.d.example    A 192.0.2.11
    a.d.example    AAAA 2001:db8::11
    z.d.example    A 192.0.2.10
    b.d.example    A 192.0.2.20
    alias.example  CNAME d.example
    plain.example  A 192.0.2.30
    empty.example  NODATA
    null.example   MX 0 .
    mixed.example  MX 0 .
    mixed.example  MX 10 a.d.example
    loop.example   CNAME loop.example
    loop.example   A 192.0.2.99
    failing.example  MX SERVFAIL
    failing.example  A 192.0.2.98
    refusing.example REFUSED
    silent.example   TIMEOUT
    cut.example      TRUNCATED
    some.example   MX 10 silent.example
    some.example   MX 20 b.d.example
    soft.example   MX 10 gone.example
    soft.example   MX 20 silent.example
    hard.example   MX 10 gone.example
    hard.example   MX 20 empty.example
    hard.example   MX 30 no\\032host
    literal.example MX 10 192.0.2.77
    xn--bcher-kva.example MX 10 a.d.example
";

const PRODUCT: Product = Product {
    literals: LiteralRule::Wrapping,
    host_literals: HostLiterals::Routed,
    own_mx_names: NameCheck::None,
    unresolvable: Unresolvable::Bounce,
    families: Families::V4,
    unmatched: Unmatched::OwnMx,
    drops_final_dot: false,
};

fn hop(target: Target) -> NextHop {
    NextHop::to(target, None)
}

fn own_mx(name: &str) -> Relay {
    Relay::to(hop(Target::OwnMx(name.as_bytes().to_vec())))
}

fn address(name: &str) -> NextHop {
    hop(Target::Address(name.as_bytes().to_vec()))
}

fn nobody() -> Own {
    Own::default()
}

fn run(relay: &Relay, product: Product, own: &Own) -> Plan {
    let dns = FixedResolver::parse(WORLD).unwrap();
    plan(relay, &product, &dns, own, &PlanOptions::default())
}

/// Groups as the text output shows them.
fn show(plan: &Plan) -> String {
    let group = |g: &Vec<Candidate>| {
        let each: Vec<_> = g.iter().map(|c| format!("{}[{}]", c.host, c.ip)).collect();
        each.join(",")
    };
    plan.groups.iter().map(group).collect::<Vec<_>>().join(" ")
}

fn shown(name: &str) -> String {
    show(&run(&own_mx(name), PRODUCT, &nobody()))
}

fn failed(plan: Plan) -> Failure {
    assert!(plan.groups.is_empty());
    plan.failure.unwrap()
}

fn failure(name: &str) -> (FailureKind, bool) {
    let failure = failed(run(&own_mx(name), PRODUCT, &nobody()));
    (failure.kind, failure.temporary)
}

#[test]
fn mx_by_ascending_preference_in_groups() {
    let both = "a.d.example[192.0.2.11],a.d.example[192.0.2.12],z.d.example[192.0.2.10] b.d.example[192.0.2.20]";
    assert_eq!(shown("d.example"), both);
    assert_eq!(shown("D.Example."), both);
    assert_eq!(shown("alias.example"), both);
    let of_another = Relay::to(hop(Target::MxOf(b"d.example".to_vec())));
    assert_eq!(show(&run(&of_another, PRODUCT, &nobody())), both);
    let plan = run(&own_mx("d.example"), PRODUCT, &nobody());
    let preferences: Vec<_> = plan.candidates().map(|c| c.preference).collect();
    assert_eq!(preferences, [Some(10), Some(10), Some(10), Some(20)]);
    let hosts: Vec<Vec<_>> = plan
        .servers()
        .into_iter()
        .map(|g| g.into_iter().map(|s| s.host).collect())
        .collect();
    assert_eq!(
        hosts,
        [vec!["a.d.example", "z.d.example"], vec!["b.d.example"]]
    );
}

#[test]
fn ipv6_only_where_the_product_asks_for_it() {
    let product = Product {
        families: Families::Both,
        ..PRODUCT
    };
    let plan = run(&Relay::to(address("a.d.example")), product, &nobody());
    let ips: Vec<_> = plan.candidates().map(|c| c.ip.to_string()).collect();
    assert_eq!(ips, ["192.0.2.11", "192.0.2.12", "2001:db8::11"]);
}

#[test]
fn without_mx_the_name_stands_for_itself_if_it_exists() {
    let plan = run(&own_mx("plain.example"), PRODUCT, &nobody());
    assert_eq!(show(&plan), "plain.example[192.0.2.30]");
    assert_eq!(plan.groups[0][0].preference, Some(0));
    assert_eq!(failure("empty.example"), (FailureKind::Nodata, false));
    assert_eq!(failure("gone.example"), (FailureKind::Nxdomain, false));
    // Never on a failure, though all of these may have an address.
    assert_eq!(failure("failing.example"), (FailureKind::Servfail, true));
    assert_eq!(failure("loop.example"), (FailureKind::CnameLoop, true));
    assert_eq!(failure("refusing.example"), (FailureKind::Refused, true));
    assert_eq!(failure("silent.example"), (FailureKind::Timeout, true));
    assert_eq!(failure("cut.example"), (FailureKind::Truncated, true));
}

#[test]
fn a_null_mx_bounces_unless_it_stands_beside_others() {
    assert_eq!(failure("null.example"), (FailureKind::NullMx, false));
    assert!(shown("mixed.example").starts_with("a.d.example"));
}

#[test]
fn mx_hosts_that_are_not_found_are_left_out() {
    let plan = run(&own_mx("some.example"), PRODUCT, &nobody());
    assert_eq!(show(&plan), "b.d.example[192.0.2.20]");
    assert_eq!(
        plan.notes,
        [
            "silent.example, an MX of some.example, cannot be looked up now: no name server answered in time"
        ]
    );
    assert_eq!(failure("soft.example"), (FailureKind::Timeout, true));
    assert_eq!(
        failure("hard.example"),
        (FailureKind::NoUsableServer, false)
    );
}

#[test]
fn an_mx_that_is_an_address_counts_where_the_product_says_so() {
    assert_eq!(shown("literal.example"), "192.0.2.77[192.0.2.77]");
    let product = Product {
        literals: LiteralRule::None,
        ..PRODUCT
    };
    let failure = failed(run(&own_mx("literal.example"), product, &nobody()));
    assert_eq!(failure.kind, FailureKind::NoUsableServer);
}

#[test]
fn names_that_no_host_has_are_never_asked() {
    for (name, text) in [
        (
            "mx/relay\r",
            "`mx/relay\\x0D` cannot exist in DNS (the name holds a byte that no host name has): the mail bounces; write a host name or [address]",
        ),
        (
            // Behind a blank or a bar there may be a password.
            "mx secret",
            "`mx …` cannot exist in DNS (the name holds a byte that no host name has): the mail bounces; write a host name or [address]",
        ),
        (
            "",
            "the name of the next hop is empty: the mail bounces; write a host name or [address]",
        ),
    ] {
        for relay in [own_mx(name), Relay::to(address(name))] {
            let failure = failed(plan(
                &relay,
                &PRODUCT,
                &Never,
                &nobody(),
                &PlanOptions::default(),
            ));
            assert_eq!(failure.kind, FailureKind::Nxdomain);
            assert!(!failure.temporary);
            assert_eq!(failure.text, text);
        }
    }
    assert!(shown("bücher.example").starts_with("a.d.example"));
}

/// A resolver that nobody may ask.
struct Never;

impl Resolver for Never {
    fn mx(&self, name: &Domain) -> Result<Vec<Mx>, DnsError> {
        panic!("{name} was asked")
    }

    fn addresses(&self, name: &Domain, _: Families) -> Result<Vec<IpAddr>, DnsError> {
        panic!("{name} was asked")
    }
}

#[test]
fn literals_and_the_deadline_ask_nothing() {
    let literal = NextHop {
        literal: Some("127.0.0.1".parse().unwrap()),
        ..address("127.0.0.1")
    };
    let options = PlanOptions {
        deadline: Duration::ZERO,
        ..PlanOptions::default()
    };
    let ask = |relay: &Relay| plan(relay, &PRODUCT, &Never, &nobody(), &options);
    assert_eq!(
        show(&ask(&Relay::to(literal.clone()))),
        "127.0.0.1[127.0.0.1]",
        "a relay is not checked for loops"
    );
    let recipient = Relay::to(NextHop {
        target: Target::OwnMx(b"[127.0.0.1]".to_vec()),
        ..literal
    });
    assert_eq!(failed(ask(&recipient)).kind, FailureKind::LoopsBack);
    for relay in [own_mx("d.example"), Relay::to(address("a.d.example"))] {
        let failure = failed(ask(&relay));
        assert_eq!(
            (failure.kind, failure.temporary),
            (FailureKind::Timeout, true)
        );
    }
}

#[test]
fn relays_get_an_address_lookup_only() {
    let relay = |name| Relay::to(address(name));
    let kind = |name, product| {
        let failure = failed(run(&relay(name), product, &nobody()));
        (failure.kind, failure.temporary)
    };
    // It has MX records, and no address.
    assert_eq!(kind("d.example", PRODUCT), (FailureKind::Nodata, false));
    assert_eq!(
        kind("gone.example", PRODUCT),
        (FailureKind::Nxdomain, false)
    );
    assert_eq!(
        kind("silent.example", PRODUCT),
        (FailureKind::Timeout, true)
    );
    let defers = Product {
        unresolvable: Unresolvable::Defer,
        ..PRODUCT
    };
    assert_eq!(kind("gone.example", defers), (FailureKind::Nxdomain, true));
    assert_eq!(kind("x..y", defers), (FailureKind::Nxdomain, true));
    let failure = failed(run(&relay("gone.example"), PRODUCT, &nobody()));
    assert_eq!(
        failure.text,
        "the relay gone.example does not exist: the mail bounces; name a host that has an address"
    );
}

#[test]
fn this_host_cuts_off_whoever_is_not_better() {
    for (own, expected) in [
        (
            "192.0.2.20",
            "a.d.example[192.0.2.11],a.d.example[192.0.2.12],z.d.example[192.0.2.10]",
        ),
        (
            "b.d.example",
            "a.d.example[192.0.2.11],a.d.example[192.0.2.12],z.d.example[192.0.2.10]",
        ),
        ("192.0.2.10", ""),
        ("z.d.example", ""),
    ] {
        let own = Own::parse(own).unwrap();
        let plan = run(&own_mx("d.example"), PRODUCT, &own);
        assert!(plan.own_used);
        assert_eq!(show(&plan), expected, "{own}");
        if expected.is_empty() {
            let failure = failed(plan);
            assert_eq!(
                (failure.kind, failure.temporary),
                (FailureKind::LoopsBack, false)
            );
        }
    }
    let own = Own::parse("192.0.2.30").unwrap();
    let implicit = run(&own_mx("plain.example"), PRODUCT, &own);
    assert_eq!(failed(implicit).kind, FailureKind::LoopsBack);
    let named = run(&Relay::to(address("plain.example")), PRODUCT, &own);
    assert_eq!(show(&named), "plain.example[192.0.2.30]");
    assert!(!named.own_used);
}

#[test]
fn several_hops_by_choice() {
    let hops = || {
        vec![
            address("z.d.example"),
            address("gone.example"),
            address("a.d.example"),
        ]
    };
    let relay = |choice| Relay {
        choice,
        hops: hops(),
        ..own_mx("")
    };
    let ordered = run(&relay(Choice::InOrder), PRODUCT, &nobody());
    assert_eq!(
        show(&ordered),
        "z.d.example[192.0.2.10] a.d.example[192.0.2.11],a.d.example[192.0.2.12]"
    );
    assert_eq!(ordered.groups[1][0].hop, 2);
    assert_eq!(
        ordered.notes,
        ["the relay gone.example does not exist: the other next hops are tried without it"]
    );
    for choice in [
        Choice::ByPreference,
        Choice::RoundRobin,
        Choice::OneAtRandom,
    ] {
        let plan = run(&relay(choice), PRODUCT, &nobody());
        assert_eq!(
            show(&plan),
            "a.d.example[192.0.2.11],a.d.example[192.0.2.12],z.d.example[192.0.2.10]"
        );
        assert_eq!(relay(choice).groups().len(), 1);
    }
    assert_eq!(relay(Choice::InOrder).groups().len(), 3);
    let none = Relay {
        hops: vec![address("gone.example"), address("empty.example")],
        ..own_mx("")
    };
    let failure = failed(run(&none, PRODUCT, &nobody()));
    assert_eq!(
        (failure.kind, failure.temporary),
        (FailureKind::NoUsableServer, false)
    );
}

#[test]
fn at_most_fifty_addresses() {
    let host = Domain::new(b"many.example").unwrap();
    let mut dns = FixedResolver::default();
    for n in 0..60 {
        dns = dns.with_address(&host, IpAddr::from([192, 0, 2, n]));
    }
    let relay = own_mx("many.example");
    let plan = plan(&relay, &PRODUCT, &dns, &nobody(), &PlanOptions::default());
    assert_eq!(plan.candidates().count(), 50);
    assert_eq!(plan.notes, ["more than 50 addresses: the rest is left out"]);
}

/// Preference and last octet of up to eight MX hosts; nothing for one that is not found.
fn records() -> impl Strategy<Value = Vec<(u16, Option<u8>)>> {
    prop::collection::vec((0_u16..4, prop::option::weighted(0.8, 1_u8..9)), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Default::default() })]

    #[test]
    fn plans_of_any_mx_set(records in records(), own in 1_u8..12, seed: u64) {
        let domain = Domain::new(b"d.example").unwrap();
        let mut dns = FixedResolver::default();
        for (n, (preference, octet)) in records.iter().enumerate() {
            let host = format!("mx{n}.example");
            dns = dns.with_mx(&domain, *preference, &host);
            let host = Domain::new(host.as_bytes()).unwrap();
            dns = match octet {
                Some(octet) => dns.with_address(&host, IpAddr::from([192, 0, 2, *octet])),
                None => dns.with_error(&host, DnsError::ServFail),
            };
        }
        let own_ip = IpAddr::from([192, 0, 2, own]);
        let mut this_host = Own::default();
        this_host.add_address(own_ip);
        let make = |order| {
            let options = PlanOptions { order, ..PlanOptions::default() };
            plan(&own_mx("d.example"), &PRODUCT, &dns, &this_host, &options)
        };
        let sorted = make(Order::Sorted);
        let best_own = records.iter().filter(|r| r.1 == Some(own)).map(|r| r.0).min();

        // Either something to try or a reason, and the reason follows from the records.
        prop_assert_eq!(sorted.failure.is_some(), sorted.groups.is_empty());
        if let Some(failure) = &sorted.failure {
            let kind = if best_own.is_some() { FailureKind::LoopsBack } else { FailureKind::Servfail };
            prop_assert_eq!(failure.kind, kind);
        }
        prop_assert_eq!(sorted.own_used, best_own.is_some());

        // Ascending groups of one preference each; nobody who is this host or not better than it.
        let ranks: Vec<_> = sorted.groups.iter().map(|g| g[0].preference).collect();
        prop_assert!(ranks.is_sorted_by(|a, b| a < b));
        for (group, rank) in sorted.groups.iter().zip(&ranks) {
            prop_assert!(group.iter().all(|c| c.preference == *rank && c.ip != own_ip));
        }
        let expected = records
            .iter()
            .filter(|r| r.1.is_some() && best_own.is_none_or(|own| r.0 < own))
            .count();
        prop_assert_eq!(sorted.candidates().count(), expected);

        // A shuffle changes the order inside groups and nothing else, and a seed is an order.
        let mut shuffled = make(Order::Shuffled(seed));
        prop_assert_eq!(&shuffled, &make(Order::Shuffled(seed)));
        for group in &mut shuffled.groups {
            group.sort();
        }
        prop_assert_eq!(shuffled, sorted);
    }
}
