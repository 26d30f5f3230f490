//! The order inside a group.

use std::collections::HashSet;

use super::candidate::{Candidate, Found};

/// How the members of a group are put in order; groups themselves are always in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Order {
    /// By host, then by address: the same output for the same DNS.
    #[default]
    Sorted,
    /// One real order: hosts shuffled by this seed, the addresses of a host as in the answer (RFC 5321, 5.1).
    Shuffled(u64),
}

/// Puts groups in order and keeps at most `limit` addresses, the first ones. The second value tells whether that cut
/// something.
pub(super) fn arrange(
    groups: Vec<Vec<Found>>,
    order: Order,
    limit: usize,
) -> (Vec<Vec<Candidate>>, bool) {
    let mut lots = match order {
        Order::Sorted => None,
        Order::Shuffled(seed) => Some(Lots(seed)),
    };
    let mut seen = HashSet::new();
    let mut cut = false;
    let mut arranged = Vec::new();
    for mut group in groups {
        // Sorted in either case: the order of an answer changes from one query to the next, the seed's must not.
        group.sort_by(|a, b| (&a.host, a.port, a.hop).cmp(&(&b.host, b.port, b.hop)));
        if let Some(lots) = &mut lots {
            lots.shuffle(&mut group);
        }
        let mut group: Vec<_> = group.into_iter().flat_map(Found::candidates).collect();
        if lots.is_none() {
            group.sort();
        }
        group.retain(|c| {
            let once = (c.host.clone(), c.ip, c.port);
            if seen.len() >= limit && !seen.contains(&once) {
                cut = true;
                return false;
            }
            seen.insert(once)
        });
        if !group.is_empty() {
            arranged.push(group);
        }
    }
    (arranged, cut)
}

/// SplitMix64 (Steele, Lea and Flood 2014): enough for fairness among a few hosts, and the same everywhere.
struct Lots(u64);

impl Lots {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Fisher and Yates; the bias of the remainder is below 2⁻⁵⁰ for groups of any size met.
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.next() % (last as u64 + 1);
            items.swap(last, other as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(host: &str, addresses: &[&str]) -> Found {
        Found {
            host: host.to_owned(),
            addresses: addresses.iter().map(|a| a.parse().unwrap()).collect(),
            port: 25,
            preference: Some(10),
            hop: 0,
        }
    }

    fn show(groups: &[Vec<Candidate>]) -> String {
        let group = |g: &Vec<Candidate>| {
            let each: Vec<_> = g.iter().map(|c| format!("{}[{}]", c.host, c.ip)).collect();
            each.join(",")
        };
        groups.iter().map(group).collect::<Vec<_>>().join(" ")
    }

    fn group() -> Vec<Found> {
        vec![
            found("b", &["192.0.2.9", "192.0.2.2"]),
            found("a", &["192.0.2.7"]),
            found("c", &["192.0.2.3"]),
        ]
    }

    #[test]
    fn sorted_by_host_then_address_and_bounded() {
        let (all, cut) = arrange(vec![group()], Order::Sorted, 50);
        assert_eq!(
            show(&all),
            "a[192.0.2.7],b[192.0.2.2],b[192.0.2.9],c[192.0.2.3]"
        );
        assert!(!cut);
        let (some, cut) = arrange(vec![group(), group()], Order::Sorted, 2);
        assert_eq!(show(&some), "a[192.0.2.7],b[192.0.2.2]");
        assert!(cut);
    }

    #[test]
    fn a_candidate_stands_once_at_its_best_place() {
        let again = vec![vec![found("a", &["192.0.2.7"])], group()];
        let (all, cut) = arrange(again, Order::Sorted, 50);
        assert_eq!(
            show(&all),
            "a[192.0.2.7] b[192.0.2.2],b[192.0.2.9],c[192.0.2.3]"
        );
        assert!(!cut);
    }

    #[test]
    fn a_seed_gives_one_order_and_seeds_give_all() {
        let shuffled = |seed| show(&arrange(vec![group()], Order::Shuffled(seed), 50).0);
        assert_eq!(shuffled(7), shuffled(7));
        let orders: HashSet<_> = (0..200).map(shuffled).collect();
        assert_eq!(orders.len(), 6, "three hosts");
        assert!(
            orders
                .iter()
                .all(|o| o.contains("b[192.0.2.9],b[192.0.2.2]"))
        );
    }
}
