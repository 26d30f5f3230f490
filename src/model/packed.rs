//! Deliveries to several hosts of which nothing rare is stated, packed: a table holds a million of them.

use smallvec::SmallVec;

use super::{Action, Choice, Hop, HopLookup, Port, Protocol, Tls};
use crate::source::Text;

/// Relays by number: 8 bytes each, and 16 bytes a hop.
#[derive(Debug, Default)]
pub(super) struct PackedRelays {
    /// How one of the hops is chosen, and the number behind the last hop; the first stands behind those of the relay before.
    relays: Vec<(Choice, u32)>,
    hops: Vec<PackedHop>,
}

/// A hop without credentials.
#[derive(Clone, Copy, Debug)]
struct PackedHop {
    host: Text,
    port: u32,
    preference: u16,
    /// `MX_OF` and those below it.
    flags: u8,
    protocol: Protocol,
}

/// `PackedHop::port` of a hop that states none.
const NO_PORT: u32 = u32::MAX;
/// `PackedHop::flags`: the MX of the host is asked.
const MX_OF: u8 = 1;
/// `PackedHop::flags`: the MX of the recipient's domain is asked.
const OWN_MX: u8 = 2;
/// `PackedHop::flags`: it is written down and not used.
const DISABLED: u8 = 4;
/// `PackedHop::flags`: its preference is stated.
const PREFERENCE: u8 = 8;

impl PackedRelays {
    /// Takes in `action`, when it is nothing but a delivery whose hops can be packed; returns its number.
    pub fn push(&mut self, action: &Action) -> Option<u32> {
        let Action::Relay {
            choice,
            hops,
            tls,
            families: None,
            memory: None,
            resolvers,
        } = action
        else {
            return None;
        };
        if *tls != Tls::default() || !resolvers.is_empty() {
            return None;
        }
        let number = u32::try_from(self.relays.len()).ok()?;
        let first = self.hops.len();
        let end = u32::try_from(first + hops.len()).ok()?;
        for hop in hops {
            let Some(packed) = pack(hop) else {
                self.hops.truncate(first);
                return None;
            };
            self.hops.push(packed);
        }
        self.relays.push((*choice, end));
        Some(number)
    }

    /// Delivery `number`, one that was given.
    pub fn action(&self, number: u32) -> Action {
        let at = number as usize;
        let (choice, end) = self.relays[at];
        let first = at.checked_sub(1).map_or(0, |before| self.relays[before].1);
        let hops = self.hops[first as usize..end as usize].iter();
        let hops: SmallVec<[Hop; 1]> = hops.map(|hop| unpack(*hop)).collect();
        Action::relay(choice, hops)
    }

    /// Takes in all of `other`, behind its own; returns by how much their numbers grow.
    pub fn append(&mut self, other: PackedRelays) -> Option<u32> {
        let grown = u32::try_from(self.relays.len()).ok()?;
        let hops = u32::try_from(self.hops.len()).ok()?;
        u32::try_from(self.relays.len() + other.relays.len()).ok()?;
        u32::try_from(self.hops.len() + other.hops.len()).ok()?;
        let relays = other.relays.into_iter();
        self.relays
            .extend(relays.map(|(choice, end)| (choice, end + hops)));
        self.hops.extend(other.hops);
        Some(grown)
    }
}

fn pack(hop: &Hop) -> Option<PackedHop> {
    if hop.credentials.is_some() {
        return None;
    }
    let (host, lookup) = match hop.lookup {
        HopLookup::Address(host) => (host, 0),
        HopLookup::MxOf(host) => (host, MX_OF),
        HopLookup::OwnMx => (Text::default(), OWN_MX),
    };
    let port = match hop.port {
        None => NO_PORT,
        Some(port) => u32::try_from(port.number())
            .ok()
            .filter(|&port| port != NO_PORT)?,
    };
    let disabled = if hop.disabled { DISABLED } else { 0 };
    let stated = hop.preference.map_or(0, |_| PREFERENCE);
    Some(PackedHop {
        host,
        port,
        preference: hop.preference.unwrap_or(0),
        flags: lookup | disabled | stated,
        protocol: hop.protocol,
    })
}

fn unpack(packed: PackedHop) -> Hop {
    let has = |flag: u8| packed.flags & flag != 0;
    let lookup = match (has(OWN_MX), has(MX_OF)) {
        (true, _) => HopLookup::OwnMx,
        (false, true) => HopLookup::MxOf(packed.host),
        (false, false) => HopLookup::Address(packed.host),
    };
    Hop {
        lookup,
        port: (packed.port != NO_PORT).then(|| Port::scanned(u64::from(packed.port))),
        protocol: packed.protocol,
        preference: has(PREFERENCE).then_some(packed.preference),
        disabled: has(DISABLED),
        credentials: None,
    }
}

#[cfg(test)]
mod tests {
    use smallvec::smallvec;

    use super::*;

    #[test]
    fn a_hop_costs_16_bytes() {
        assert_eq!(std::mem::size_of::<PackedHop>(), 16);
        assert_eq!(std::mem::size_of::<(Choice, u32)>(), 8);
    }

    /// Hops that differ in everything that is packed.
    fn hops() -> Vec<Hop> {
        let host = Text::new(3, 4);
        let mut all = Vec::new();
        for lookup in [
            HopLookup::OwnMx,
            HopLookup::MxOf(host),
            HopLookup::Address(host),
        ] {
            for protocol in [
                Protocol::Smtp,
                Protocol::Smtps,
                Protocol::Qmtp,
                Protocol::Qmtps,
            ] {
                for preference in [None, Some(0), Some(u16::MAX)] {
                    for port in [None, Some(0), Some(u64::from(u32::MAX) - 1)] {
                        for disabled in [false, true] {
                            all.push(Hop {
                                lookup,
                                port: port.map(Port::scanned),
                                protocol,
                                preference,
                                disabled,
                                credentials: None,
                            });
                        }
                    }
                }
            }
        }
        all
    }

    #[test]
    fn what_is_packed_comes_back() {
        let all = hops();
        let pairs: Vec<Action> = all
            .chunks(2)
            .map(|pair| Action::relay(Choice::OneAtRandom, pair.iter().copied().collect()))
            .collect();
        let mut packed = PackedRelays::default();
        for (number, action) in pairs.iter().enumerate() {
            assert_eq!(packed.push(action), Some(number as u32));
        }
        let mut more = PackedRelays::default();
        let whole = Action::relay(Choice::ByPreference, all.into_iter().collect());
        assert_eq!(more.push(&whole), Some(0));
        let grown = packed.append(more).unwrap();
        assert_eq!(packed.action(grown), whole);
        for (number, action) in pairs.iter().enumerate() {
            assert_eq!(&packed.action(number as u32), action);
        }
    }

    #[test]
    fn what_is_rare_is_not_packed() {
        let mut packed = PackedRelays::default();
        let plain = Hop::to(HopLookup::OwnMx);
        let port = |number| Hop {
            port: Some(Port::scanned(number)),
            ..plain
        };
        for number in [u64::from(u32::MAX), u64::MAX] {
            let hops = smallvec![plain, port(number)];
            assert_eq!(packed.push(&Action::relay(Choice::InOrder, hops)), None);
        }
        assert_eq!(packed.push(&Action::Local), None);
        let both = Action::relay(Choice::RoundRobin, smallvec![plain, port(7)]);
        assert_eq!(packed.push(&both), Some(0));
        assert_eq!(packed.action(0), both);
    }
}
