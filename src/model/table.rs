//! The table itself: columns of ranges, 32 bytes for a simple route.

use super::aside::Aside;
use super::packed::PackedRelays;
use super::{
    Action, Choice, Condition, FailureKind, Hop, HopLookup, Owner, Port, Product, Semantics, Tls,
};
use crate::source::{Span, Text};

/// Number of a stage in [`RouteTable::stages`].
pub type StageId = usize;

/// What the product does with the whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileVerdict {
    /// It is read route by route.
    Normal,
    /// It is ignored whole; mail goes as if it did not exist. Says why.
    IgnoredWhole(String),
    /// All mail is deferred with this report.
    DeferAll {
        /// The product's own report, byte for byte; empty when it gives none.
        report: Vec<u8>,
        /// Which error.
        kind: FailureKind,
        /// Where and why, for people.
        text: String,
    },
}

/// Routes that are asked together, before those of later stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What the stage is called in a trail: the name of its file.
    pub name: &'static str,
    /// How it matches.
    pub semantics: Semantics,
    /// Its routes: from this number …
    pub first: u32,
    /// … to this one, exclusive.
    pub end: u32,
    /// True when some of its routes have conditions besides their keys.
    pub conditional: bool,
}

/// More routes than a table numbers.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the table has more than 4294967295 routes")]
pub struct TableFull;

/// All routes of a configuration, stage by stage, in the order of the files.
///
/// A route with one hop, with at most a port, costs 32 bytes; one with several hops 8 bytes more and 16 a hop; one that says
/// anything else has its action in a side table.
#[derive(Debug)]
pub struct RouteTable {
    /// What the product does with the file.
    pub verdict: FileVerdict,
    /// What the product does around the table.
    pub product: Product,
    stages: Vec<Stage>,
    rows: Vec<Row>,
    packed: PackedRelays,
    rare: Vec<Action>,
    aside: Aside,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    origin: Span,
    key: Text,
    host: Text,
    port: u32,
    detail: u32,
}

/// `Row::port` of a route that states none.
const NO_PORT: u32 = u32::MAX;
/// `Row::detail`: own MX.
const OWN_MX: u32 = 0;
/// `Row::detail`: address lookup of `Row::host`.
const ADDRESS: u32 = 1;
/// `Row::detail`: MX of `Row::host`.
const MX_OF: u32 = 2;
/// `Row::detail`: `RouteTable::packed`, at the number in the column of the port.
const PACKED: u32 = 3;
/// `Row::detail` from here on: `RouteTable::rare` at `detail - RARE`.
const RARE: u32 = 4;

impl RouteTable {
    /// An empty table for `product`.
    pub fn new(product: Product) -> Self {
        RouteTable {
            verdict: FileVerdict::Normal,
            product,
            stages: Vec::new(),
            rows: Vec::new(),
            packed: PackedRelays::default(),
            rare: Vec::new(),
            aside: Aside::default(),
        }
    }

    /// Makes room for `routes` more routes.
    pub fn reserve(&mut self, routes: usize) {
        self.rows.reserve_exact(routes);
    }

    /// Opens a stage: routes pushed from now on belong to it.
    pub fn begin_stage(&mut self, name: &'static str, semantics: Semantics) {
        let at = self.rows.len() as u32;
        self.stages.push(Stage {
            name,
            semantics,
            first: at,
            end: at,
            conditional: false,
        });
    }

    /// Adds a route to the stage opened last.
    ///
    /// # Errors
    /// [`TableFull`] when routes can no longer be numbered.
    pub fn push(&mut self, origin: Span, key: Text, action: Action) -> Result<(), TableFull> {
        let row = Row {
            origin,
            key,
            host: Text::default(),
            port: NO_PORT,
            detail: OWN_MX,
        };
        let row = match simple(&action) {
            Some((lookup, port)) => match lookup {
                HopLookup::Address(host) => Row {
                    host,
                    port,
                    detail: ADDRESS,
                    ..row
                },
                HopLookup::MxOf(host) => Row {
                    host,
                    port,
                    detail: MX_OF,
                    ..row
                },
                HopLookup::OwnMx => Row { port, ..row },
            },
            None => match self.packed.push(&action) {
                Some(number) => Row {
                    port: number,
                    detail: PACKED,
                    ..row
                },
                None => {
                    let at = u32::try_from(self.rare.len()).map_err(|_| TableFull)?;
                    self.rare.push(action);
                    Row {
                        detail: at.checked_add(RARE).ok_or(TableFull)?,
                        ..row
                    }
                }
            },
        };
        self.rows.push(row);
        let end = u32::try_from(self.rows.len()).map_err(|_| TableFull)?;
        if let Some(stage) = self.stages.last_mut() {
            stage.end = end;
        }
        Ok(())
    }

    /// Adds a route that is taken only where `condition` holds, too.
    ///
    /// # Errors
    /// As [`RouteTable::push`].
    pub fn push_conditional(
        &mut self,
        origin: Span,
        key: Text,
        action: Action,
        condition: Condition,
    ) -> Result<(), TableFull> {
        let index = self.len() as u32;
        self.push(origin, key, action)?;
        if let Some(stage) = self.stages.last_mut() {
            stage.conditional = true;
        }
        if condition == Condition::default() {
            return Ok(());
        }
        self.aside.set_condition(index, condition).ok_or(TableFull)
    }

    /// Names the route pushed last.
    pub fn name_last(&mut self, name: Text) {
        if let Some(last) = self.len().checked_sub(1) {
            self.aside.set_name(last as u32, name);
        }
    }

    /// Says whose the route pushed last is.
    pub fn own_last(&mut self, owner: Owner) {
        if let Some(last) = self.len().checked_sub(1) {
            self.aside.set_owner(last as u32, owner);
        }
    }

    /// Notes that the route pushed last is there only if the assumption called `key` is right.
    pub fn doubt_last(&mut self, key: &'static str) {
        if let Some(last) = self.len().checked_sub(1) {
            self.aside.set_doubt(last as u32, key);
        }
    }

    /// An empty table of the same product, with a stage like the one opened last.
    pub fn beside(&self) -> Self {
        let mut table = RouteTable::new(self.product);
        if let Some(stage) = self.stages.last() {
            table.begin_stage(stage.name, stage.semantics);
        }
        table
    }

    /// Adds all routes of `other` to the stage opened last.
    ///
    /// # Errors
    /// [`TableFull`] when routes can no longer be numbered.
    pub fn append(&mut self, other: RouteTable) -> Result<(), TableFull> {
        let first = u32::try_from(self.rows.len()).map_err(|_| TableFull)?;
        u32::try_from(self.rows.len() + other.rows.len()).map_err(|_| TableFull)?;
        self.aside.append(other.aside, first).ok_or(TableFull)?;
        let conditional = other.stages.iter().any(|stage| stage.conditional);
        let rare = u32::try_from(self.rare.len()).map_err(|_| TableFull)?;
        u32::try_from(self.rare.len() + other.rare.len() + RARE as usize).map_err(|_| TableFull)?;
        self.rare.extend(other.rare);
        let packed = self.packed.append(other.packed).ok_or(TableFull)?;
        self.rows
            .extend(other.rows.into_iter().map(|row| match row.detail {
                OWN_MX | ADDRESS | MX_OF => row,
                PACKED => Row {
                    port: row.port + packed,
                    ..row
                },
                detail => Row {
                    detail: detail + rare,
                    ..row
                },
            }));
        let end = u32::try_from(self.rows.len()).map_err(|_| TableFull)?;
        if let Some(stage) = self.stages.last_mut() {
            stage.end = end;
            stage.conditional |= conditional;
        }
        Ok(())
    }

    /// The stages, in the order of asking.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Changes how a stage matches: what a caller of the product's table function adds or leaves out.
    pub fn stage_mut(&mut self, id: StageId) -> Option<&mut Stage> {
        self.stages.get_mut(id)
    }

    /// Number of routes.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without any route.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The stage of route `index`.
    pub fn stage_of(&self, index: u32) -> StageId {
        self.stages
            .iter()
            .position(|s| (s.first..s.end).contains(&index))
            .unwrap_or(0)
    }

    pub(super) fn aside(&self) -> &Aside {
        &self.aside
    }

    /// Where the key of route `index` stands.
    pub fn key_text(&self, index: u32) -> Text {
        self.row(index).key
    }

    pub(super) fn origin(&self, index: u32) -> Span {
        self.row(index).origin
    }

    pub(super) fn action(&self, index: u32) -> Action {
        if let Some(hop) = self.only_hop(index) {
            return Action::to(hop);
        }
        let row = self.row(index);
        match row.detail {
            PACKED => self.packed.action(row.port),
            detail => self.rare[(detail - RARE) as usize].clone(),
        }
    }

    pub(super) fn only_hop(&self, index: u32) -> Option<Hop> {
        let row = self.row(index);
        let port = (row.port != NO_PORT).then(|| Port::scanned(u64::from(row.port)));
        let lookup = match row.detail {
            OWN_MX => HopLookup::OwnMx,
            ADDRESS => HopLookup::Address(row.host),
            MX_OF => HopLookup::MxOf(row.host),
            _ => return None,
        };
        Some(Hop {
            port,
            ..Hop::to(lookup)
        })
    }

    /// Puts `action` in the place of what route `index` did: what stands behind it in the file tells that it never counts.
    ///
    /// # Errors
    /// [`TableFull`] when actions can no longer be numbered.
    pub fn replace(&mut self, index: u32, action: Action) -> Result<(), TableFull> {
        let rare = u32::try_from(self.rare.len()).map_err(|_| TableFull)?;
        let detail = rare.checked_add(RARE).ok_or(TableFull)?;
        self.rare.push(action);
        let row = &mut self.rows[index as usize];
        (row.detail, row.port) = (detail, NO_PORT);
        Ok(())
    }

    fn row(&self, index: u32) -> &Row {
        &self.rows[index as usize]
    }
}

/// Lookup and port column of an action that needs no side table.
fn simple(action: &Action) -> Option<(HopLookup, u32)> {
    let Action::Relay {
        choice: Choice::InOrder,
        hops,
        tls,
        families: None,
        memory: None,
        resolvers,
    } = action
    else {
        return None;
    };
    let [hop] = hops.as_slice() else { return None };
    let port = match hop.port {
        None => NO_PORT,
        Some(port) => u32::try_from(port.number())
            .ok()
            .filter(|&p| p != NO_PORT)?,
    };
    let plain = Hop { port: None, ..*hop } == Hop::to(hop.lookup);
    (plain && *tls == Tls::default() && resolvers.is_empty()).then_some((hop.lookup, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Delimiters, Families, HostLiterals, KeyCase, LiteralRule, NameCheck, Precedence, Protocol,
        Subject, Unmatched, Unresolvable, Walk,
    };

    fn table() -> RouteTable {
        let mut table = RouteTable::new(Product {
            literals: LiteralRule::Wrapping,
            host_literals: HostLiterals::Routed,
            own_mx_names: NameCheck::None,
            unresolvable: Unresolvable::Bounce,
            families: Families::V4,
            unmatched: Unmatched::OwnMx,
            drops_final_dot: false,
        });
        table.begin_stage(
            "smtproutes",
            Semantics {
                precedence: Precedence::MostSpecific {
                    last_of_equals: true,
                },
                walk: Walk::DotSuffixes,
                key_case: KeyCase::AsciiInsensitive,
                subject: Subject::Host,
                delimiters: Delimiters::NONE,
            },
        );
        table
    }

    #[test]
    fn a_simple_route_costs_at_most_40_bytes() {
        assert!(std::mem::size_of::<Row>() <= 40);
    }

    #[test]
    fn actions_come_back_as_they_went_in() {
        let host = Text::new(3, 4);
        let ports = [
            None,
            Some(0),
            Some(25),
            Some(u64::from(u32::MAX)),
            Some(u64::from(u32::MAX) - 1),
            Some(u64::MAX),
        ];
        let mut actions = vec![Action::Local, Action::Continue, Action::Crash(11)];
        for port in ports {
            for lookup in [
                HopLookup::OwnMx,
                HopLookup::MxOf(host),
                HopLookup::Address(host),
            ] {
                for protocol in [Protocol::Smtp, Protocol::Qmtp] {
                    actions.push(Action::to(Hop {
                        port: port.map(Port::scanned),
                        protocol,
                        ..Hop::to(lookup)
                    }));
                }
            }
        }
        let several = |port| {
            let hop = |lookup| Hop {
                port: Some(Port::scanned(port)),
                ..Hop::to(lookup)
            };
            let hops = [hop(HopLookup::Address(host)), hop(HopLookup::MxOf(host))];
            Action::relay(Choice::OneAtRandom, hops.into_iter().collect())
        };
        actions.extend([several(25), several(u64::MAX), several(26)]);
        let mut table = table();
        for action in &actions {
            table
                .push(Span::new(1, 9), Text::new(1, 2), action.clone())
                .unwrap();
        }
        for (i, action) in actions.iter().enumerate() {
            assert_eq!(&table.action(i as u32), action);
        }
        assert_eq!(table.stages()[0].end as usize, actions.len());
        let mut first = self::table();
        first
            .push(Span::new(0, 0), Text::new(1, 2), several(27))
            .unwrap();
        first
            .push(Span::new(0, 0), Text::new(1, 2), several(u64::MAX))
            .unwrap();
        let mut second = self::table();
        for action in &actions {
            second
                .push(Span::new(1, 9), Text::new(1, 2), action.clone())
                .unwrap();
        }
        first.append(second).unwrap();
        for (i, action) in actions.iter().enumerate() {
            assert_eq!(&first.action(i as u32 + 2), action);
        }
        table.replace(3, Action::Discard).unwrap();
        assert_eq!(table.action(3), Action::Discard);
        assert_eq!(table.action(4), actions[4]);
    }
}
