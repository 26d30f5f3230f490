//! From a file to a document.

use super::super::contents::{Contents, Stop};
use super::super::format::ReadError;
use super::super::options::{Assumed, ReadOptions};
use super::super::xml::{Damage, Item, Walker, decode, foreign_root, read_file};
use super::routes::Reader;
use super::{DEFAULT, META, OPEN, ROOT, key, secrets};
use crate::diagnostic::{Finding, Severity};
use crate::model::{
    Delimiters, Document, Families, HostLiterals, KeyCase, LiteralRule, NameCheck, Precedence,
    Product, RouteTable, Semantics, Subject, Unmatched, Unresolvable, Variation, Walk,
};
use crate::source::{Input, Span, Visible};

/// What happens around the table. Next hops are IPv4 only (documented); initially mail of other domains goes by DNS
/// (KA-0004366).
const PRODUCT: Product = Product {
    literals: LiteralRule::Plain,
    host_literals: HostLiterals::Routed,
    own_mx_names: NameCheck::None,
    unresolvable: Unresolvable::Defer,
    families: Families::V4,
    unmatched: Unmatched::OwnMx,
    drops_final_dot: true,
};

/// Reads the table, the first file of `input`.
///
/// # Errors
/// An assumption that is none; too many bytes or routes. What is wrong with the file is among the document's problems.
pub(super) fn read(input: Input, options: &ReadOptions) -> Result<Document, ReadError> {
    let assumed = Assumed::new(OPEN, &options.assume)?;
    let lie = encoding_lie(&input, options);
    let as_utf8 = ReadOptions {
        encoding: Some("utf-8".to_owned()),
        ..options.clone()
    };
    let options = match lie {
        Some(_) => &as_utf8,
        None => options,
    };
    let mut document = read_file(input, options, PRODUCT, |input, text| {
        let mut table = RouteTable::new(PRODUCT);
        table.begin_stage("keys", semantics(&assumed));
        let mut reader = Reader::new(input, table, assumed.clone(), options.lenient);
        keys(&mut reader, text)?;
        let contents = Contents::new(reader.notes, reader.table, reader.counts);
        Ok(contents.with_secrets(reader.secrets))
    })?;
    if let Some(finding) = lie.filter(|_| !document.damaged) {
        document.problems.insert(0, finding);
    }
    document.assumptions = assumed.assumptions(semantics, |key| {
        // Read as an error, or with the last, the table is matched alike.
        let first = Semantics {
            precedence: Precedence::MostSpecific {
                last_of_equals: false,
            },
            ..semantics(&assumed)
        };
        (key == "duplicates").then_some(Variation::Semantics(0, first))
    });
    Ok(document)
}

/// A declaration that the bytes contradict, where a lenient reading takes them for the UTF-8 that they are.
fn encoding_lie(input: &Input, options: &ReadOptions) -> Option<Finding> {
    let bytes = input.files().first()?.state.bytes()?;
    let asked = options.lenient && options.encoding.is_none();
    let is_text = || std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0);
    let damage = match asked {
        true => decode(bytes, None).err()?,
        false => return None,
    };
    is_text().then(|| {
        let finding = damage.finding(0, bytes.len());
        let finding = Finding {
            severity: Severity::Warning,
            ..finding
        };
        finding.effect("read as UTF-8, which it is, as was asked for; the product may refuse it")
    })
}

fn keys(reader: &mut Reader<'_>, text: &[u8]) -> Result<(), Stop> {
    let mut walker = Walker::new(text, 0)?;
    let mut root = Span::default();
    loop {
        let depth = walker.depth();
        match walker.next()? {
            Item::Open { name, tag } if depth == 0 => {
                root = tag;
                self::root(reader, &walker, name, tag)?;
            }
            Item::Open { name, tag } => {
                reader.begin();
                let is_key = reader.named(name, &["key"]).is_some();
                let record = walker.record(name, tag, &mut reader.notes.texts)?;
                secrets::hide(reader, record);
                match is_key {
                    true => key::key(reader, record)?,
                    false => reader.unknown_element(name, tag),
                }
            }
            Item::Text(span) => reader.stray_text(span),
            Item::Close | Item::Comment(_) => {}
            Item::End => break,
        }
    }
    reader.secrets.extend(walker.into_secrets());
    what_is_missing(reader, root);
    Ok(())
}

fn root(reader: &mut Reader<'_>, walker: &Walker<'_>, name: Span, tag: Span) -> Result<(), Damage> {
    let found = reader.notes.bytes(name).to_vec();
    let at = tag.start as usize;
    if let Some(damage) = foreign_root(&found, ROOT, "a table", at) {
        return Err(damage);
    }
    let other_case = found.eq_ignore_ascii_case(ROOT.as_bytes()) && found != ROOT.as_bytes();
    if other_case && reader.lenient {
        reader.named(name, &[ROOT]);
    } else if found != ROOT.as_bytes() {
        let why = match (other_case, memchr::memchr(b':', &found)) {
            (true, _) => ": names in XML are case-sensitive",
            (false, Some(_)) => ": the product reads elements without a prefix",
            _ => "",
        };
        let shown = Visible(&found);
        let message =
            format!("the root element is `{shown}`, and that of IMSS for Windows is `{ROOT}`{why}");
        return Err(Damage::new("unknown-root", at, message));
    }
    for (name, value) in walker.attributes(&mut reader.notes.texts)? {
        if reader.notes.bytes(name) == b"xmlns" && !value.text.is_empty() {
            let namespace = reader.shown(value.text);
            let message = format!(
                "the root element is in the namespace `{namespace}`, and that of IMSS for Windows is in none"
            );
            return Err(Damage::new("unknown-root", at, message));
        }
        reader.unknown_attribute(name);
    }
    Ok(())
}

/// Sections that must be there, and are not.
fn what_is_missing(reader: &mut Reader<'_>, root: Span) {
    if reader.meta.is_none() {
        let message = format!("there is no {META}");
        let effect = "none on mail; the vendor uses it for a version check when the file is imported, which may refuse it";
        let finding = Finding::new("missing-metainfo", Severity::Warning, root, message);
        let help = "copy the section from an export of the product that is to import the file";
        reader.notes.add(finding.effect(effect).help(help));
    }
    if reader.has_default {
        return;
    }
    if reader.counts.0 == 0 {
        let finding = Finding::new("no-routes", Severity::Warning, root, "there are no keys");
        let effect =
            "imported in the place of a table, it may delete all of it: all mail goes to its MX";
        reader
            .notes
            .add(finding.effect(effect).help("export again"));
    } else {
        let message = format!("there is no {DEFAULT}");
        let finding = Finding::new("missing-default", Severity::Info, root, message);
        let effect = "mail of other domains goes to its MX, as right after the installation; whether an import leaves an older default in force is not documented";
        let help = format!("write one, with UseMethod 0 for DNS: <key section=\"{DEFAULT}\">");
        reader.notes.add(finding.effect(effect).help(help));
    }
}

fn semantics(assumed: &Assumed<'_>) -> Semantics {
    Semantics {
        precedence: Precedence::MostSpecific {
            // Of two that are an error the second is marked as one.
            last_of_equals: !assumed.is("duplicates", "first"),
        },
        walk: Walk::DotSuffixes,
        key_case: match assumed.is("case", "insensitive") {
            true => KeyCase::AsciiInsensitive,
            false => KeyCase::Sensitive,
        },
        subject: Subject::Host,
        delimiters: Delimiters::NONE,
    }
}
