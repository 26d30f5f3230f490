//! Whose mail a route takes, as the user says: `--bind NAME=DOMAIN[,DOMAIN…]`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::super::format::ReadError;
use super::super::names;
use super::super::notes::Notes;
use super::routes::Ready;
use crate::model::{Direction, Domain};
use crate::source::{Text, Visible};

/// Names that are compared with one that is not found, and bytes of each.
const MOST_COMPARED: usize = 2_000;
const LONGEST_COMPARED: usize = 100;

/// The keys of all routes, by their place in `ready`.
///
/// `d` is that domain, `.d` and `*.d` are all domains below it, `*` is every domain.
///
/// # Errors
/// A name that no route or more than one has, text that is no domain, and a domain that is given to two routes of one direction.
pub(super) fn bind(
    given: &[(String, Vec<String>)],
    ready: &[Ready],
    notes: &mut Notes<'_>,
) -> Result<Vec<Vec<Text>>, ReadError> {
    let mut keys: Vec<Vec<Text>> = vec![Vec::new(); ready.len()];
    let mut taken: HashMap<String, Vec<usize>> = HashMap::new();
    let called = if given.is_empty() {
        HashMap::new()
    } else {
        by_name(ready, notes)
    };
    for (name, domains) in given {
        let name = name.trim();
        let at = find(name, &called, ready, notes)?;
        if domains.is_empty() {
            return Err(ReadError::Binding(format!("{name}: no domain")));
        }
        for domain in domains {
            let key = key(domain.trim())
                .map_err(|why| ReadError::Binding(format!("{name}={domain}: {why}")))?;
            let others = taken.entry(identity(&key)).or_default();
            if others.contains(&at) {
                continue;
            }
            let meets = |&&other: &&usize| match (ready[other].direction, ready[at].direction) {
                (Some(a), Some(b)) => a == b,
                // Which way a route is whose direction is no word nobody knows.
                _ => true,
            };
            if let Some(&other) = others.iter().find(meets) {
                let way = match ready[at].direction {
                    Some(Direction::Inbound) => "Inbound",
                    Some(Direction::Outbound) => "Outbound",
                    None => "of these",
                };
                return Err(ReadError::Binding(format!(
                    "{name}={domain}: that domain is bound to `{}` already: two {way} routes would take its mail",
                    notes.shown(ready[other].name)
                )));
            }
            others.push(at);
            let place = notes.source(ready[at].name);
            let text = match key.is_empty() {
                true => Text::new(ready[at].whole.start, 0),
                false => notes.texts.push(key.as_bytes(), place),
            };
            keys[at].push(text);
        }
    }
    Ok(keys)
}

/// The name of a route, blanks around it apart.
fn name_of(route: &Ready, notes: &Notes<'_>) -> String {
    let name = String::from_utf8_lossy(notes.bytes(route.name));
    name.trim().to_owned()
}

/// The first route of each name, and the second where there is one.
fn by_name(ready: &[Ready], notes: &Notes<'_>) -> HashMap<String, (usize, Option<usize>)> {
    let mut called: HashMap<String, (usize, Option<usize>)> = HashMap::new();
    for (at, route) in ready.iter().enumerate() {
        match called.entry(name_of(route, notes)) {
            Entry::Vacant(entry) => drop(entry.insert((at, None))),
            Entry::Occupied(mut entry) => drop(entry.get_mut().1.get_or_insert(at)),
        }
    }
    called
}

/// The route called `name`.
fn find(
    name: &str,
    called: &HashMap<String, (usize, Option<usize>)>,
    ready: &[Ready],
    notes: &Notes<'_>,
) -> Result<usize, ReadError> {
    let shown = Visible(name.as_bytes());
    match called.get(name) {
        Some(&(at, None)) => Ok(at),
        Some(&(first, Some(second))) => Err(ReadError::Binding(format!(
            "{shown}: the routes {} and {} have that name: give each a name of its own",
            ready[first].number, ready[second].number
        ))),
        None => {
            let names = ready.iter().take(MOST_COMPARED);
            let names = names.map(|route| name_of(route, notes));
            let near = nearest(name, names);
            let near = match near {
                Some(near) => format!(
                    "; the nearest is `{}` (names count with their case)",
                    Visible(near.trim().as_bytes())
                ),
                None if ready.is_empty() => ": there is none with a name".to_owned(),
                None => String::new(),
            };
            Err(ReadError::Binding(format!(
                "{shown}: no route is called so{near}"
            )))
        }
    }
}

/// The key that a domain stands for.
fn key(domain: &str) -> Result<String, String> {
    if domain == "*" {
        return Ok(String::new());
    }
    let below = domain.strip_prefix("*.").or(domain.strip_prefix('.'));
    let name = below.unwrap_or(domain);
    let found = names::name(name.as_bytes()).map_err(|why| why.to_string())?;
    if name.contains('@') {
        return Err("a route is bound to domains, not to addresses".to_owned());
    }
    let name = &name[found.range];
    Ok(match below {
        Some(_) => format!(".{name}"),
        None => name.to_owned(),
    })
}

/// What makes two keys the same: names as they are asked of DNS.
fn identity(key: &str) -> String {
    let (dot, name) = match key.strip_prefix('.') {
        Some(name) => (".", name),
        None => ("", key),
    };
    match Domain::new(name.as_bytes()) {
        Ok(domain) => format!("{dot}{domain}"),
        Err(_) => key.to_ascii_lowercase(),
    }
}

/// The name that is most like `wanted`: the same without regard to case, or with few letters changed.
fn nearest(wanted: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let wanted = wanted.to_lowercase();
    let wanted: Vec<char> = wanted.chars().take(LONGEST_COMPARED).collect();
    let far = |name: &String| {
        let name = name.trim().to_lowercase();
        let name: Vec<char> = name.chars().take(LONGEST_COMPARED).collect();
        let most = wanted.len().max(name.len()) / 3;
        Some(changes(&wanted, &name)).filter(|&count| count <= most)
    };
    let with_distance = names.filter_map(|name| Some((far(&name)?, name)));
    with_distance
        .min_by_key(|(count, _)| *count)
        .map(|(_, name)| name)
}

/// How many letters must be put in, taken out or changed.
fn changes(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            let changed = diagonal + usize::from(x != y);
            row[j + 1] = changed.min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_of_a_binding() {
        for (domain, wanted) in [
            ("d.example", "d.example"),
            ("d.example.", "d.example"),
            (".d.example", ".d.example"),
            ("*.d.example", ".d.example"),
            ("*", ""),
        ] {
            assert_eq!(key(domain).as_deref(), Ok(wanted), "{domain}");
        }
        for bad in ["", ".", "*.", "a b", "u@d", "*.*.d", "..d", "a..b"] {
            assert!(key(bad).is_err(), "{bad}");
        }
        assert_eq!(
            identity("BÜCHER.example"),
            identity("xn--bcher-kva.example")
        );
        assert_ne!(identity(".d"), identity("d"));
    }

    #[test]
    fn near_names() {
        let names = || {
            ["Exchange", "Outbound filter"]
                .map(str::to_owned)
                .into_iter()
        };
        assert_eq!(nearest("exchange", names()).as_deref(), Some("Exchange"));
        assert_eq!(
            nearest("Outbund filter", names()).as_deref(),
            Some("Outbound filter")
        );
        assert_eq!(nearest("Contoso", names()), None);
    }
}
