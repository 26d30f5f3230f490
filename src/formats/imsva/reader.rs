//! From a file to a document.

use super::super::format::ReadError;
use super::super::options::{Assumed, ReadOptions};
use super::super::xml::{Damage, Item, Walker, decode};
use super::infer::{self, infer};
use super::mapped::Mapped;
use super::role::RoleMap;
use super::routes::Routes;
use super::{OPEN, ROOT, SCHEMA, entry};
use crate::diagnostic::{Finding, Severity};
use crate::model::{
    Delimiters, Document, Families, HostLiterals, KeyCase, LiteralRule, NameCheck, Precedence,
    Product, RouteTable, Semantics, Subject, TableFull, Unmatched, Unresolvable, Variation, Walk,
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
    let bytes = input.files().first().and_then(|file| file.state.bytes());
    let length = bytes.map_or(0, <[u8]>::len);
    let (input, recoded) = match decode(bytes.unwrap_or(b""), options.encoding.as_deref()) {
        Err(damage) => return Ok(damaged(input, damage, length)),
        Ok(Some(text)) => (input.with_bytes(0, text)?, true),
        Ok(None) => (input, false),
    };
    let semantics = semantics(&assumed);
    let mut table = RouteTable::new(PRODUCT);
    table.begin_stage("entries", semantics);
    let mut routes = Routes::new(&input, table, assumed.clone(), options.lenient);
    let text = input.files().first().and_then(|file| file.state.bytes());
    let text = text.unwrap_or(b"");
    if let Err(stop) = entries(&mut routes, text, options.infer_roles) {
        return match stop {
            Stop::Damage(damage) => {
                let length = text.len();
                Ok(damaged(input, damage, length))
            }
            Stop::Full => Err(TableFull.into()),
        };
    }
    let Routes {
        notes,
        table,
        counts,
        ..
    } = routes;
    let (problems, texts) = notes.finish();
    let mut input = input;
    let mut document = Document::new(Input::default(), table);
    document.derived = texts.finish(&mut input)?;
    // There is no place for a password among the documented fields.
    input.set_secrets(Vec::new());
    document.input = input;
    document.problems = problems;
    document.assumptions = assumed.assumptions(self::semantics, |key| {
        (key == "missing-preference").then_some(Variation::AnyOrder)
    });
    (document.written, document.usable) = counts;
    document.recoded = recoded;
    Ok(document)
}

/// A document of a file that cannot be read.
fn damaged(mut input: Input, damage: Damage, length: usize) -> Document {
    input.set_secrets(Vec::new());
    let mut document = Document::new(input, RouteTable::new(PRODUCT));
    document.problems.push(damage.finding(0, length));
    document.damaged = true;
    document
}

pub(super) enum Stop {
    Damage(Damage),
    Full,
}

impl From<Damage> for Stop {
    fn from(damage: Damage) -> Self {
        Stop::Damage(damage)
    }
}

impl From<TableFull> for Stop {
    fn from(TableFull: TableFull) -> Self {
        Stop::Full
    }
}

/// Reads `neutral-1`, or a file of another root by roles that are stated or inferred.
fn entries(routes: &mut Routes<'_>, text: &[u8], infer_roles: bool) -> Result<(), Stop> {
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
    Ok(())
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
) -> Result<(), Stop> {
    let found = routes.notes.bytes(name).to_vec();
    let at = tag.start as usize;
    if found.eq_ignore_ascii_case(b"html") {
        let message = "an HTML page, not an export: was a login page saved in its place?";
        return Err(Damage::new("unknown-root", at, message).into());
    }
    for (root, format) in [("IMSS_DBD", "imss"), ("CustomRouting", "xeams")] {
        if found == root.as_bytes() {
            let message = format!("the root element is `{root}`: --from {format} reads it");
            return Err(Damage::new("unknown-root", at, message).into());
        }
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
    let map = match given.is_complete() && !infer_roles {
        true => Some(given),
        false => infer(&mut routes.notes, text, &given)?,
    };
    let Some(map) = map else { return Ok(()) };
    Mapped::new(&map).read(routes, text)?;
    if infer_roles {
        infer::say(&mut routes.notes, tag, &map, routes.counts);
    }
    no_entries(routes, tag);
    Ok(())
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
