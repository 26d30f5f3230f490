//! From a file to a document.

use super::super::contents::{Contents, Stop};
use super::super::format::ReadError;
use super::super::options::{Assumed, ReadOptions};
use super::super::xml::{Damage, Item, Walker, foreign_root, read_file};
use super::infer::{self, infer};
use super::mapped::Mapped;
use super::role::RoleMap;
use super::routes::Routes;
use super::{OPEN, ROOT, SCHEMA, entry};
use crate::diagnostic::{Finding, Severity};
use crate::model::{
    Delimiters, Document, Families, HostLiterals, KeyCase, LiteralRule, NameCheck, Precedence,
    Product, RouteTable, Semantics, Subject, Unmatched, Unresolvable, Variation, Walk,
};
use crate::source::{Input, Span, Visible};

/// What happens around the table. The MTA below is Postfix; mail of other domains goes by DNS (IMSVA 8.2 SP2 help).
const PRODUCT: Product = Product {
    literals: LiteralRule::Plain,
    host_literals: HostLiterals::Routed,
    own_mx_names: NameCheck::None,
    unresolvable: Unresolvable::Defer,
    families: Families::Both,
    unmatched: Unmatched::OwnMx,
    drops_final_dot: true,
};

/// Reads the table, the first file of `input`.
///
/// # Errors
/// An assumption that is none; too many bytes or routes. What is wrong with the file is among the document's problems.
pub(super) fn read(input: Input, options: &ReadOptions) -> Result<Document, ReadError> {
    let assumed = Assumed::new(OPEN, &options.assume)?;
    let mut document = read_file(input, options, PRODUCT, |input, text| {
        let mut table = RouteTable::new(PRODUCT);
        table.begin_stage("entries", semantics(&assumed));
        let mut routes = Routes::new(input, table, assumed.clone(), options.lenient);
        // There is no place for a password among the documented fields; a vendor may have one.
        let secrets = entries(&mut routes, text, options.infer_roles)?;
        let contents = Contents::new(routes.notes, routes.table, routes.counts);
        Ok(contents.with_secrets(secrets))
    })?;
    document.assumptions = assumed.assumptions(semantics, |key| {
        (key == "missing-preference").then_some(Variation::AnyOrder)
    });
    Ok(document)
}

/// Reads `neutral-1`, or a file of another root by roles that are stated or inferred; returns where passwords stand.
fn entries(routes: &mut Routes<'_>, text: &[u8], infer_roles: bool) -> Result<Vec<Span>, Stop> {
    let mut walker = Walker::new(text, 0)?;
    let mut root = None;
    loop {
        let depth = walker.depth();
        match walker.next()? {
            Item::Open { name, tag } if depth == 0 => {
                root = Some(tag);
                if is_ours(routes, &walker, name, tag)? {
                    continue;
                }
                return unknown(routes, text, name, tag, infer_roles);
            }
            Item::Open { name, tag } => {
                let is_entry = entry::element(routes, name, tag, &["Entry"]).is_some();
                let record = walker.record(name, tag, &mut routes.notes.texts)?;
                if is_entry {
                    entry::entry(routes, record)?;
                }
            }
            Item::Text(span) => entry::stray_text(routes, span),
            Item::Close | Item::Comment(_) => {}
            Item::End => break,
        }
    }
    no_entries(routes, root.unwrap_or_default());
    Ok(walker.into_secrets())
}

/// "Overwrite current list" with an empty list deletes everything.
fn no_entries(routes: &mut Routes<'_>, root: Span) {
    if routes.counts.0 == 0 {
        let finding = Finding::new("no-routes", Severity::Warning, root, "there are no entries");
        routes.notes.add(
            finding
                .effect("imported to overwrite the current list, it deletes all entries: all mail goes to its MX")
                .help("export again with the entries selected"),
        );
    }
}

/// True for the root of `neutral-1`.
fn is_ours(
    routes: &mut Routes<'_>,
    walker: &Walker<'_>,
    name: Span,
    tag: Span,
) -> Result<bool, Damage> {
    let attributes = walker.attributes(&mut routes.notes.texts)?;
    let has = |wanted: &[u8]| {
        let found = attributes
            .iter()
            .find(|(name, _)| routes.notes.bytes(*name) == wanted);
        found.map(|(_, value)| routes.notes.bytes(value.text).to_vec())
    };
    if routes.notes.bytes(name) != ROOT.as_bytes() || has(b"xmlns").is_some() {
        return Ok(false);
    }
    match has(b"schema") {
        Some(schema) if schema == SCHEMA.as_bytes() => {}
        Some(schema) => {
            let message = format!("schema `{}`: this reader knows {SCHEMA}", Visible(&schema));
            return Err(Damage::new("unknown-schema", tag.start as usize, message));
        }
        // Perhaps it is the vendor's own name.
        None => return Ok(false),
    }
    for (name, _) in attributes {
        if routes.notes.bytes(name) != b"schema" {
            entry::attribute(routes, name, &["schema"]);
        }
    }
    Ok(true)
}

/// A file that is not ours.
fn unknown(
    routes: &mut Routes<'_>,
    text: &[u8],
    name: Span,
    tag: Span,
    infer_roles: bool,
) -> Result<Vec<Span>, Stop> {
    let found = routes.notes.bytes(name).to_vec();
    let at = tag.start as usize;
    if let Some(damage) = foreign_root(&found, ROOT, "an export", at) {
        return Err(damage.into());
    }
    let given = RoleMap::given(&routes.assumed);
    if !infer_roles && !given.is_complete() {
        if found == ROOT.as_bytes() {
            let message =
                format!("the root element has no schema=\"{SCHEMA}\": it is not the neutral file");
            return Err(Damage::new("unknown-root", at, message).into());
        }
        let message = format!(
            "the root element is `{}`, and neutral-1 has `{ROOT}` with schema=\"{SCHEMA}\"; no vendor documents another one: \
             --infer-roles reads it by what its names say",
            Visible(&found)
        );
        return Err(Damage::new("unknown-root", at, message).into());
    }
    let (map, secrets) = match given.is_complete() && !infer_roles {
        true => (Some(given), Vec::new()),
        false => infer(&mut routes.notes, text, &given)?,
    };
    let Some(map) = map else { return Ok(secrets) };
    let secrets = Mapped::new(&map).read(routes, text)?;
    if infer_roles {
        infer::say(&mut routes.notes, tag, &map, routes.counts);
    }
    no_entries(routes, tag);
    Ok(secrets)
}

fn semantics(assumed: &Assumed<'_>) -> Semantics {
    Semantics {
        precedence: match assumed.is("order", "first-match") {
            true => Precedence::FirstMatch,
            false => Precedence::MostSpecific {
                last_of_equals: assumed.is("duplicates", "last"),
            },
        },
        walk: match assumed.is("subdomains", "below") {
            true => Walk::AddressThenDotSuffixes,
            false => Walk::AddressThenDotSuffixesAndApex,
        },
        key_case: match assumed.is("case", "insensitive") {
            true => KeyCase::AsciiInsensitive,
            false => KeyCase::Sensitive,
        },
        subject: Subject::Recipient,
        delimiters: Delimiters::NONE,
    }
}
