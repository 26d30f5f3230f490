//! From a file to a document.

use super::super::contents::{Contents, Stop};
use super::super::format::ReadError;
use super::super::options::{Assumed, ReadOptions};
use super::super::xml::{Damage, Half, Item, Start, Walker, foreign_root, in_halves, read_file};
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
        let rest = |routes: &mut _, walker: &mut _| in_halves(routes, walker, "</Entry>");
        let secrets = entries(&mut routes, text, options.infer_roles, rest)?;
        let contents = Contents::new(routes.notes, routes.table, routes.counts);
        Ok(contents.with_secrets(secrets))
    })?;
    document.assumptions = assumed.assumptions(semantics, |key| {
        (key == "missing-preference").then_some(Variation::AnyOrder)
    });
    Ok(document)
}

/// Reads `neutral-1`, its entries by `rest`, or a file of another root by roles that are stated or inferred; returns where passwords stand.
fn entries<'i, 't>(
    routes: &mut Routes<'i>,
    text: &'t [u8],
    infer_roles: bool,
    rest: impl FnOnce(&mut Routes<'i>, &mut Walker<'t>) -> Result<(), Stop>,
) -> Result<Vec<Span>, Stop> {
    let mut walker = Walker::new(text, 0)?;
    let root = loop {
        match walker.next()? {
            Item::Open { name, tag } => {
                if is_ours(routes, &walker, name, tag)? {
                    break tag;
                }
                return unknown(routes, text, name, tag, infer_roles);
            }
            Item::End => break Span::default(),
            Item::Text(_) | Item::Comment(_) | Item::Close => {}
        }
    };
    rest(routes, &mut walker)?;
    no_entries(routes, root);
    Ok(walker.into_secrets())
}

impl<'t> Half<'t> for Routes<'_> {
    fn walk(&mut self, walker: &mut Walker<'t>, other: Option<&Start>) -> Result<(), Stop> {
        while !other.is_some_and(|start| walker.has_reached(start)) {
            match walker.next()? {
                Item::Open { name, tag } => {
                    let is_entry = entry::element(self, name, tag, &["Entry"]).is_some();
                    let record = walker.record(name, tag, &mut self.notes.texts)?;
                    if is_entry {
                        entry::entry(self, record)?;
                    }
                }
                Item::Text(span) => entry::stray_text(self, span),
                Item::Close | Item::Comment(_) => {}
                Item::End => break,
            }
        }
        Ok(())
    }

    fn beside(&self, before: usize, behind: usize) -> Option<Self> {
        self.beside(before, behind)
    }

    fn agrees_with(&self, other: &Self) -> bool {
        !self.has_any_of(other)
    }

    fn append(&mut self, other: Self) -> Result<(), Stop> {
        Ok(self.append(other)?)
    }
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

#[cfg(test)]
mod tests {
    use super::super::super::xml::{cut_at, said};
    use super::*;

    /// What is read of `text` that is cut at `middle`, or not at all.
    fn read(text: &str, middle: Option<usize>, assume: &[(String, String)]) -> String {
        let input = Input::single("f", "f", text.as_bytes().to_vec()).unwrap();
        let assumed = Assumed::new(OPEN, assume).unwrap();
        let mut table = RouteTable::new(PRODUCT);
        table.begin_stage("entries", semantics(&assumed));
        let mut routes = Routes::new(&input, table, assumed.clone(), false);
        let rest = |routes: &mut Routes<'_>, walker: &mut Walker<'_>| match middle {
            Some(middle) => cut_at(middle, routes, walker, "</Entry>"),
            None => routes.walk(walker, None),
        };
        let found = match entries(&mut routes, text.as_bytes(), false, rest) {
            Ok(secrets) => {
                Contents::new(routes.notes, routes.table, routes.counts).with_secrets(secrets)
            }
            Err(Stop::Damage(damage)) => return format!("{damage:?}"),
            Err(Stop::Full) => return "full".to_owned(),
        };
        said(&found.into_document(input).unwrap())
    }

    const ENTRIES: &str = "
        <Entry recipient='*.A.example' method='mx'><Mx name='n' port='25'/></Entry>
        <Entry recipient='A.example' method='static'>
          <Server address='192.0.2.1' port='25' preference='1'/><Server address='h.example.' preference='200'/></Entry>
        <!-- <Entry recipient='c.example'></Entry> --> stray user:secret12@host
        <Entry recipient='r&#64;A.example' method='mx'><Mx name='m&#46;x'/></Entry>
        <Other><Entry recipient='d.example' method='mx'></Entry></Other>
        <Entry recipient='&#42;'><Server/><![CDATA[</Entry>]]></Entry>
        <Entry/>
        ";

    #[test]
    fn wherever_it_is_cut_the_same_is_read() {
        let others = [ENTRIES.replace("A.", "b."), ENTRIES.replace("A.", "c.")];
        let twice = ENTRIES.replace("A.", "a.");
        let root = "<MessageDeliverySettings schema='neutral-1'>";
        let end = "</MessageDeliverySettings>";
        let all = others.concat();
        for text in [
            format!("{root}{ENTRIES}{all}{end}"),
            format!("{root}{ENTRIES}{all}{twice}{end}\n<!-- end -->"),
            format!("{root}{ENTRIES}{all}<Entry>{end}"),
            format!("{root}{end}"),
            root.replace('>', "/>"),
        ] {
            for which in ["error", "first", "last"] {
                let assume = [("duplicates".to_owned(), which.to_owned())];
                let whole = read(&text, None, &assume);
                for middle in (0..text.len()).step_by(31) {
                    assert_eq!(read(&text, Some(middle), &assume), whole, "{middle}");
                }
            }
        }
    }
}
