//! What few tables say of their routes: conditions beside the key, a name, an owner, a doubt.

use super::{Condition, Owner};
use crate::source::Text;

/// Columns beside those of the table; each costs nothing until one route needs it.
#[derive(Debug, Default)]
pub(super) struct Aside {
    conditions: Vec<Condition>,
    /// By number of the route: 0, or one more than the number of its condition.
    condition_of: Vec<u32>,
    /// By number of the route, ascending.
    names: Vec<(u32, Text)>,
    /// By number of the route, ascending.
    owners: Vec<(u32, Owner)>,
    /// By number of the route, ascending.
    doubts: Vec<(u32, &'static str)>,
}

impl Aside {
    /// Sets the condition of route `index`, which has none yet.
    pub fn set_condition(&mut self, index: u32, condition: Condition) -> Option<()> {
        self.conditions.push(condition);
        let number = u32::try_from(self.conditions.len()).ok()?;
        self.condition_of.resize(index as usize + 1, 0);
        self.condition_of[index as usize] = number;
        Some(())
    }

    /// Names route `index`, the last one so far.
    pub fn set_name(&mut self, index: u32, name: Text) {
        self.names.push((index, name));
    }

    /// Says whose route `index`, the last one so far, is.
    pub fn set_owner(&mut self, index: u32, owner: Owner) {
        self.owners.push((index, owner));
    }

    /// Notes that route `index`, the last one so far, is there only if `assumption` is right.
    pub fn set_doubt(&mut self, index: u32, assumption: &'static str) {
        self.doubts.push((index, assumption));
    }

    /// Takes in what `other` says of its routes, which become those from number `first` on.
    pub fn append(&mut self, other: Aside, first: u32) -> Option<()> {
        let conditions = u32::try_from(self.conditions.len()).ok()?;
        u32::try_from(self.conditions.len() + other.conditions.len()).ok()?;
        if !other.condition_of.is_empty() {
            self.condition_of.resize(first as usize, 0);
            let number = |of: u32| if of == 0 { 0 } else { of + conditions };
            self.condition_of
                .extend(other.condition_of.into_iter().map(number));
        }
        self.conditions.extend(other.conditions);
        let names = other.names.into_iter();
        self.names
            .extend(names.map(|(of, name)| (of + first, name)));
        let owners = other.owners.into_iter();
        self.owners
            .extend(owners.map(|(of, owner)| (of + first, owner)));
        let doubts = other.doubts.into_iter();
        self.doubts
            .extend(doubts.map(|(of, doubt)| (of + first, doubt)));
        Some(())
    }

    /// The condition of route `index`.
    pub fn condition(&self, index: u32) -> Option<&Condition> {
        let number = *self.condition_of.get(index as usize)?;
        self.conditions.get(number.checked_sub(1)? as usize)
    }

    /// The name of route `index`.
    pub fn name(&self, index: u32) -> Option<Text> {
        let at = self
            .names
            .binary_search_by_key(&index, |(of, _)| *of)
            .ok()?;
        Some(self.names[at].1)
    }

    /// Whose route `index` is, where the file says.
    pub fn owner(&self, index: u32) -> Option<Owner> {
        let at = self
            .owners
            .binary_search_by_key(&index, |(of, _)| *of)
            .ok()?;
        Some(self.owners[at].1)
    }

    /// The assumptions without which route `index` is not there.
    pub fn doubts(&self, index: u32) -> impl Iterator<Item = &'static str> {
        let from = self.doubts.partition_point(|(of, _)| *of < index);
        let of = self.doubts[from..]
            .iter()
            .take_while(move |(of, _)| *of == index);
        of.map(|(_, assumption)| *assumption)
    }
}
