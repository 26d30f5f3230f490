//! The rules of a directory: what they are told about products and about qmail-send's files.

use super::engine::notation;
use crate::diagnostic::Finding;
use crate::formats::smtproutes::CredentialRule;
use crate::formats::smtproutes::DIALECTS;
use crate::formats::smtproutes::Dialect;
use crate::formats::smtproutes::deliverer_files;
use crate::formats::smtproutes::read;
use crate::formats::smtproutes::read_routes;
use crate::formats::smtproutes::system_files;
use crate::lint::Check;
use crate::lint::Chosen;
use crate::lint::Facts;
use crate::lint::Reading;
use crate::lint::Site;
use crate::lint::SiteProduct;
use crate::lint::lint_site;
use crate::model::Action;
use crate::model::Document;
use crate::model::FileVerdict;
use crate::model::RouteTable;
use crate::source::Input;
use crate::source::State;
use crate::store::MemoryStore;

/// The findings about a directory whose table `reading` is what the first of `dialects` reads.
pub(super) fn lint(
    reading: &Reading<'_>,
    facts: &Facts,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
) -> Vec<Finding> {
    let is_of_site = |rule: &&'static crate::lint::Rule| matches!(rule.check, Check::Site(_));
    if !chosen.rules.iter().any(is_of_site) {
        return Vec::new();
    }
    let input = &reading.document().input;
    let products: Vec<SiteProduct<'_>> = dialects
        .iter()
        .map(|&dialect| product(dialect, input, facts))
        .collect();
    let system = system(input, facts);
    lint_site(
        &Site {
            input,
            reading: *reading,
            facts,
            products: &products,
            system: &system,
            dialect: &|name| Dialect::find(name).map(|dialect| dialect.name),
        },
        chosen,
    )
}

fn product<'a>(dialect: &'static Dialect, input: &Input, facts: &Facts) -> SiteProduct<'a> {
    let mut reads = deliverer_files(dialect);
    reads.retain(|name| *name != "smtproutes.d");
    SiteProduct {
        notation: notation(dialect),
        credentials: credentials(dialect, input, facts),
        reads,
        system: !system_files(dialect).is_empty(),
        fate: Box::new(move |states| fate(dialect, states)),
    }
}

/// The state of the file called `name` in the directory.
fn state<'i>(input: &'i Input, facts: &Facts, name: &str) -> Option<&'i State> {
    let file = input.files().get(facts.file(name)?.index)?;
    Some(&file.state)
}

/// What becomes of all mail when files of the product are in these states.
fn fate(dialect: &'static Dialect, states: &[(&str, State)]) -> FileVerdict {
    let mut input = Input::default();
    let sound = [(dialect.file, ""), ("me", "me.example\n")];
    let given = states.iter().map(|(name, state)| (*name, state.clone()));
    let missing = sound
        .into_iter()
        .filter(|(name, _)| states.iter().all(|(other, _)| other != name))
        .map(|(name, text)| (name, State::Bytes(text.as_bytes().to_vec())));
    for (name, state) in given.chain(missing) {
        if input.push(name, name, state).is_err() {
            return FileVerdict::Normal;
        }
    }
    read(input, dialect).map_or(FileVerdict::Normal, |document| document.table.verdict)
}

/// Those of the dialect's files that hold credentials.
fn credentials(dialect: &'static Dialect, input: &Input, facts: &Facts) -> Vec<&'static str> {
    let separator = match dialect.value.credentials {
        CredentialRule::None => None,
        CredentialRule::Separated(byte) | CredentialRule::SeparatedPortAnywhere(byte) => Some(byte),
        CredentialRule::Indimail => Some(b' '),
    };
    let Some(separator) = separator else {
        return Vec::new();
    };
    // Most tables hold none, which is seen without reading them.
    let mut own = Input::default();
    for name in [dialect.file, "authsenders", "qmtproutes"] {
        let bytes = state(input, facts, name).and_then(State::bytes);
        if let Some(bytes) = bytes.filter(|b| memchr::memchr(separator, b).is_some())
            && own.push(name, name, State::Bytes(bytes.to_vec())).is_err()
        {
            return Vec::new();
        }
    }
    let mut names = Vec::new();
    if !own.files().is_empty()
        && let Ok(document) = read_routes(own, dialect)
    {
        let found = |name: &&'static str| {
            document.routes().any(|route| {
                let of = document.input.file_of(route.origin());
                of.is_some_and(|file| file.name == **name)
                    && has_credentials(&document, &route.action())
            })
        };
        names.extend(
            [dialect.file, "authsenders", "qmtproutes"]
                .into_iter()
                .filter(|name| found(name)),
        );
    }
    let tokens = "remote_auth.cdb";
    if dialect.value.credentials == CredentialRule::Indimail
        && state(input, facts, tokens).is_some_and(|state| *state != State::Missing)
    {
        names.push(tokens);
    }
    names
}

/// True when a route has a user name; a comment that is taken for one is none.
fn has_credentials(document: &Document, action: &Action) -> bool {
    let Some(credentials) = action.credentials() else {
        return false;
    };
    let user = document.bytes(credentials.user);
    !user.is_empty() && user[0] != b'#'
}

/// qmail-send's files as a table of their own.
fn system(input: &Input, facts: &Facts) -> MemoryStore {
    let mut own = Input::default();
    for &name in system_files(&DIALECTS[0]) {
        let wanted = match state(input, facts, name) {
            // Without `me` qmail-send does not come so far as to ask.
            Some(State::Missing) => name != "me",
            Some(State::Bytes(_)) => true,
            _ => false,
        };
        if let Some(state) = state(input, facts, name).filter(|_| wanted) {
            // What was numbered in the whole input can be numbered here.
            let _ = own.push(name, name, state.clone());
        }
    }
    let empty = || Document::new(Input::default(), RouteTable::new(DIALECTS[0].product));
    MemoryStore::new(read(own, &DIALECTS[0]).unwrap_or_else(|_| empty()))
}
