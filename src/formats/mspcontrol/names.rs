//! Names that no other route has.

use std::collections::{HashMap, HashSet};

/// Names that were given.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// The same without regard to case and blanks around them.
    folded: HashSet<String>,
    /// The number that was put behind a name last.
    last: HashMap<String, u64>,
}

impl Names {
    /// A name that the source states: as it is, unless another route has it.
    pub fn stated(&mut self, name: &str) -> String {
        let free = |names: &Names, name: &str| !names.taken.contains(name);
        self.unique(name, free)
    }

    /// A name that was made: one that no person takes for another.
    pub fn made(&mut self, name: &str) -> String {
        let free = |names: &Names, name: &str| !names.folded.contains(&fold(name));
        self.unique(name, free)
    }

    fn unique(&mut self, name: &str, free: impl Fn(&Names, &str) -> bool) -> String {
        let mut found = name.to_owned();
        let mut number = self.last.get(&fold(name)).copied().unwrap_or(1);
        while !free(self, &found) {
            number += 1;
            found = format!("{name} ({number})");
        }
        self.last.insert(fold(name), number);
        self.folded.insert(fold(&found));
        self.taken.insert(found.clone());
        found
    }
}

fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_unique() {
        let mut names = Names::default();
        assert_eq!(names.stated("A"), "A");
        assert_eq!(names.stated("a "), "a ");
        assert_eq!(names.stated("A"), "A (2)");
        assert_eq!(names.made("a (2)"), "a (2) (2)");
        assert_eq!(names.made("B"), "B");
        assert_eq!(names.made("b"), "b (2)");
        assert_eq!(names.stated("A"), "A (3)");
    }
}
