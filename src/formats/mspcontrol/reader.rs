//! From a file to a document.

use super::super::contents::Contents;
use super::super::format::ReadError;
use super::super::json::secrets;
use super::super::notes::Notes;
use super::super::options::bind_option;
use super::super::options::{Assumed, ReadOptions};
use super::super::secrets::by_words;
use super::super::xml::{Damage, decode};
use super::OPEN;
use super::bind::bind;
use super::json::json;
use super::routes::{Ready, Routes};
use super::rows::rows;
use crate::diagnostic::{Finding, Severity};
use crate::model::{
    Condition, Delimiters, Direction, Document, Families, HostLiterals, KeyCase, LiteralRule,
    NameCheck, Precedence, Product, RouteTable, Semantics, Subject, TableFull, Unmatched,
    Unresolvable, Variation, Walk,
};
use crate::source::{Input, Span, Text};

/// What becomes of mail that no route takes, as long as none is bound.
const NONE_BOUND: &str = "no route of this table is bound: MSPControl documents no condition for a route, and --bind NAME=DOMAIN says \
                          whose mail one takes";

/// The same, beside routes that are.
const NOT_BOUND: &str =
    "MSPControl documents no condition for a route, and no bound route takes it";

/// What happens around the table. The vendor says nothing of it.
const fn product(is_bound: bool) -> Product {
    Product {
        literals: LiteralRule::Plain,
        host_literals: HostLiterals::Routed,
        own_mx_names: NameCheck::None,
        unresolvable: Unresolvable::Defer,
        families: Families::Both,
        unmatched: Unmatched::Product(match is_bound {
            true => NOT_BOUND,
            false => NONE_BOUND,
        }),
        drops_final_dot: true,
    }
}

/// How bindings match, which are our own: the most special domain decides. Of two routes with one name, which is an error, the
/// second decides: it is refused.
const SEMANTICS: Semantics = Semantics {
    precedence: Precedence::MostSpecific {
        last_of_equals: true,
    },
    walk: Walk::DotSuffixes,
    key_case: KeyCase::Unicode,
    subject: Subject::Host,
    delimiters: Delimiters::NONE,
};

/// True for text that is JSON, or would be.
pub(super) fn is_json(text: &[u8]) -> bool {
    matches!(text.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Reads the table, the first file of `input`.
///
/// # Errors
/// An assumption that is none; a binding that fits no route; too many bytes or routes. What is wrong with the file is among the
/// document's problems.
pub(super) fn read(input: Input, options: &ReadOptions) -> Result<Document, ReadError> {
    let assumed = Assumed::new(OPEN, &options.assume)?;
    let bytes = input.files().first().and_then(|file| file.state.bytes());
    let length = bytes.map_or(0, <[u8]>::len);
    let (input, recoded) = match decode(bytes.unwrap_or(b""), options.encoding.as_deref()) {
        Err(damage) => return Ok(damaged(input, damage, length)),
        Ok(Some(text)) => (input.with_bytes(0, text)?, true),
        Ok(None) => (input, false),
    };
    let file = input.files().first();
    let base = file.map_or(0, |file| file.base());
    let text = file.and_then(|file| file.state.bytes()).unwrap_or(b"");
    let mut routes = Routes::new(&input, assumed.clone(), options.lenient);
    let read = match is_json(text) {
        true => json(&mut routes, text, base).map(|()| secrets(&input)),
        false => rows(&mut routes, text, base),
    };
    let secrets = match read {
        Ok(secrets) => secrets,
        Err(damage) => {
            let length = text.len();
            return Ok(damaged(input, damage, length));
        }
    };
    let Routes {
        mut notes,
        ready,
        counts,
        list,
        ..
    } = routes;
    let keys = bind(&options.bind, &ready, &mut notes)?;
    say(&mut notes, &ready, &keys, counts.0, list);
    let is_bound = keys.iter().any(|keys| !keys.is_empty());
    let mut table = RouteTable::new(product(is_bound));
    table.begin_stage("routes", SEMANTICS);
    for (route, keys) in ready.into_iter().zip(keys) {
        push(&mut table, route, &keys)?;
    }
    let contents = Contents::new(notes, table, counts).with_secrets(secrets);
    let mut document = contents.into_document(input)?;
    let semantics = |_: &Assumed<'_>| SEMANTICS;
    document.assumptions = assumed.assumptions(semantics, |key| {
        (key == "destination-order").then_some(Variation::AnyOrder)
    });
    document.recoded = recoded;
    Ok(document)
}

/// Adds a route: once for each key, or once for nobody.
fn push(table: &mut RouteTable, route: Ready, keys: &[Text]) -> Result<(), TableFull> {
    let nobody = [Text::new(route.whole.start, 0)];
    let unbound = keys.is_empty();
    let keys = if unbound { &nobody } else { keys };
    for &key in keys {
        let condition = Condition {
            direction: route.direction,
            unbound,
            ..Condition::default()
        };
        table.push_conditional(route.whole, key, route.action.clone(), condition)?;
        table.name_last(route.name);
        if let Some(owner) = route.owner {
            table.own_last(owner);
        }
        if route.rests_on_port {
            table.doubt_last("default-port");
        }
    }
    Ok(())
}

/// A document of a file that cannot be read.
fn damaged(mut input: Input, mut damage: Damage, length: usize) -> Document {
    let text = input.files().first().and_then(|file| file.state.bytes());
    let text = text.unwrap_or(b"");
    let secrets = match is_json(text) {
        true => secrets(&input),
        false => by_words(text, 0),
    };
    damage.hide(text, &secrets);
    input.set_secrets(secrets);
    let mut document = Document::new(input, RouteTable::new(product(false)));
    document.problems.push(damage.finding(0, length));
    document.damaged = true;
    document
}

/// What is to be said of the table as a whole: that it is empty, which routes are bound to nobody, and which way others go.
fn say(notes: &mut Notes<'_>, ready: &[Ready], keys: &[Vec<Text>], written: u64, list: Span) {
    if written == 0 {
        let finding = Finding::new("no-routes", Severity::Info, list, "there are no routes");
        notes.add(finding.effect("all mail takes the default path"));
    }
    let unbound: Vec<&Ready> = ready
        .iter()
        .zip(keys)
        .filter(|(_, keys)| keys.is_empty())
        .map(|(route, _)| route)
        .collect();
    if let Some(first) = unbound.first() {
        let message = match unbound.len() == ready.len() {
            true => "no route of this table is bound to a domain".to_owned(),
            false => {
                let mut names: Vec<String> = unbound
                    .iter()
                    .take(4)
                    .map(|route| format!("`{}`", notes.shown(route.name)))
                    .collect();
                if unbound.len() > names.len() {
                    names.push("…".to_owned());
                }
                let count = unbound.len();
                format!(
                    "{count} of {} routes are bound to no domain: {}",
                    ready.len(),
                    names.join(", ")
                )
            }
        };
        let name = notes.shown(first.name);
        let finding = Finding::new("unbound-route", Severity::Info, list, message)
            .effect("no match: domain unknown; such a route takes no mail here, and is written into no other table")
            .help(format!("say whose mail a route takes: {}", bind_option(&name, "example.org")));
        notes.add(finding);
    }
    for (route, keys) in ready.iter().zip(keys) {
        if keys.is_empty() || route.direction != Some(Direction::Inbound) {
            continue;
        }
        let message = format!(
            "route {} `{}` is Inbound and bound to a domain",
            route.number,
            notes.shown(route.name)
        );
        notes.warn(
            "inbound-binding",
            route.direction_at,
            message,
            "its mail comes from outside: in a table for mail that leaves, such as smtproutes, it is right only if the same host does both",
        );
    }
}
