//! From a file to a document.

use super::super::contents::{Contents, Stop};
use super::super::format::ReadError;
use super::super::options::{Assumed, ReadOptions};
use super::super::xml::{Damage, Half, Item, Start, Walker, foreign_root, in_halves, read_file};
use super::route::Reader;
use super::{HOST_FILE, OPEN, ROOT};
use crate::diagnostic::{Finding, Severity};
use crate::model::{
    Delimiters, Document, Families, HostLiterals, KeyCase, LiteralRule, NameCheck, Precedence,
    Product, RouteTable, Semantics, Subject, Unmatched, Unresolvable, Variation, Walk,
};
use crate::source::{Input, Span};

/// What happens around the table: names and addresses as Java resolves them.
const PRODUCT: Product = Product {
    literals: LiteralRule::Plain,
    host_literals: HostLiterals::Routed,
    own_mx_names: NameCheck::None,
    unresolvable: Unresolvable::Defer,
    families: Families::Both,
    unmatched: Unmatched::Product(
        "a local recipient's mail stays, host.txt may name a host, and other mail goes to its MX",
    ),
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
        table.begin_stage("routes", semantics(&assumed));
        let mut reader = Reader::new(input, table, assumed.clone());
        let secrets = routes(&mut reader, text, |reader, walker| {
            in_halves(reader, walker, "</Route>")
        })?;
        smart_host(&mut reader);
        let counts = (reader.written, reader.usable);
        Ok(Contents::new(reader.notes, reader.table, counts).with_secrets(secrets))
    })?;
    document.assumptions = assumed.assumptions(semantics, |key| match key {
        "subject-case" => Some(Variation::OtherSubjectCase),
        "regex" => Some(Variation::OtherExtent),
        _ => None,
    });
    Ok(document)
}

/// Reads all routes, those of the first list and all behind it by `rest`; returns where passwords stand, for which the file has no place.
fn routes<'i, 't>(
    reader: &mut Reader<'i>,
    text: &'t [u8],
    rest: impl FnOnce(&mut Reader<'i>, &mut Walker<'t>) -> Result<(), Stop>,
) -> Result<Vec<Span>, Stop> {
    let mut walker = Walker::new(text, 0)?;
    while reader.lists == 0 && reader.item(&mut walker)? {}
    if reader.lists > 0 {
        rest(reader, &mut walker)?;
    }
    if reader.lists == 0 {
        let finding = Finding::new(
            "missing-element",
            Severity::Error,
            Span::new(0, 1),
            "there is no `Routes`",
        );
        reader.notes.add(
            finding
                .effect("the product finds no routes where it looks for them")
                .help("write <Routes/> for none"),
        );
    } else if reader.written == 0 {
        let finding = Finding::new(
            "no-routes",
            Severity::Info,
            Span::new(0, 1),
            "there are no routes",
        );
        reader
            .notes
            .add(finding.effect("all mail takes the default path"));
    }
    Ok(walker.into_secrets())
}

impl<'t> Half<'t> for Reader<'_> {
    fn walk(&mut self, walker: &mut Walker<'t>, other: Option<&Start>) -> Result<(), Stop> {
        let is_there = |walker: &Walker<'_>| other.is_some_and(|start| walker.has_reached(start));
        while !is_there(walker) && self.item(walker)? {}
        Ok(())
    }

    fn beside(&self, before: usize, behind: usize) -> Option<Self> {
        self.beside(before, behind)
    }

    fn agrees_with(&self, _: &Self) -> bool {
        // No route says anything about another one.
        true
    }

    fn append(&mut self, other: Self) -> Result<(), Stop> {
        self.notes.append(other.notes);
        self.table.append(other.table)?;
        self.written += other.written;
        self.usable += other.usable;
        self.lists = other.lists;
        Ok(())
    }
}

impl Reader<'_> {
    /// Reads what comes next. False at the end of the text.
    fn item(&mut self, walker: &mut Walker<'_>) -> Result<bool, Stop> {
        let depth = walker.depth();
        match walker.next()? {
            Item::Open { name, tag } if depth == 0 => root(self, walker, name, tag)?,
            Item::Open { name, tag } if depth == 1 => self.list(walker, name, tag)?,
            Item::Open { name, tag } => {
                let is_route = self.notes.bytes(name) == b"Route";
                if !is_route {
                    self.unknown_element(name, tag, &["Route"]);
                }
                let record = walker.record(name, tag, &mut self.notes.texts)?;
                if is_route {
                    self.route(record)?;
                }
            }
            Item::Text(span) => self.notes.warn(
                "stray-text",
                span,
                "text stands between elements",
                "none that is known: the product ignores it",
            ),
            Item::Close | Item::Comment(_) => {}
            Item::End => return Ok(false),
        }
        Ok(true)
    }

    /// Reads the start tag of a list of routes.
    fn list(&mut self, walker: &mut Walker<'_>, name: Span, tag: Span) -> Result<(), Damage> {
        if self.notes.bytes(name) != b"Routes" {
            self.unknown_element(name, tag, &["Routes"]);
            walker.record(name, tag, &mut self.notes.texts)?;
            return Ok(());
        }
        self.lists += 1;
        if self.lists > 1 {
            let finding = Finding::new(
                "repeated-element",
                Severity::Error,
                tag,
                "a second `Routes`",
            );
            self.notes.add(
                finding
                    .effect("whether the routes of both count is not documented")
                    .help("write all routes into one"),
            );
        }
        for (name, value) in walker.attributes(&mut self.notes.texts)? {
            self.unknown_attribute(name, value);
        }
        Ok(())
    }
}

fn root(reader: &mut Reader<'_>, walker: &Walker<'_>, name: Span, tag: Span) -> Result<(), Damage> {
    let found = reader.notes.bytes(name).to_vec();
    let shown = crate::source::Visible(&found).to_string();
    let at = tag.start as usize;
    if let Some(damage) = foreign_root(&found, ROOT, "a table", at) {
        return Err(damage);
    }
    if found != ROOT.as_bytes() {
        let why = match (
            found.eq_ignore_ascii_case(ROOT.as_bytes()),
            memchr::memchr(b':', &found),
        ) {
            (true, _) => ": names in XML are case-sensitive",
            (false, Some(_)) => ": the product reads elements without a prefix",
            _ => "",
        };
        let message = format!("the root element is `{shown}`, and that of Xeams is `{ROOT}`{why}");
        return Err(Damage::new("unknown-root", at, message));
    }
    for (name, value) in walker.attributes(&mut reader.notes.texts)? {
        if reader.notes.bytes(name) == b"xmlns" && !value.text.is_empty() {
            let namespace = crate::source::Visible(reader.notes.bytes(value.text)).to_string();
            let message = format!(
                "the root element is in the namespace `{namespace}`, and that of Xeams is in none"
            );
            return Err(Damage::new("unknown-root", at, message));
        }
        reader.unknown_attribute(name, value);
    }
    Ok(())
}

/// A smart host for all domains in the file beside: "you should not use the methods specified on the SmartHost page if you
/// decide to use this option".
fn smart_host(reader: &mut Reader<'_>) {
    const ALL: &[u8] = b"ALLDOMAINS";
    let Some(file) = reader.notes.input.file(HOST_FILE) else {
        return;
    };
    let bytes = file.state.bytes().unwrap_or(b"");
    let mut start = 0;
    for line in bytes.split(|&b| b == b'\n') {
        let found = line
            .windows(ALL.len())
            .position(|part| part.eq_ignore_ascii_case(ALL));
        if let Some(at) = found.filter(|_| !line.trim_ascii_start().starts_with(b"#")) {
            let span = Span::at(file.base(), start + at..start + at + ALL.len());
            let finding = Finding::new(
                "smart-host-beside",
                Severity::Warning,
                span,
                "ALLDOMAINS names a smart host beside a table of custom routes",
            )
            .effect("the vendor says that both must not be used together: which of them mail takes is not documented")
            .help("use one of them");
            reader.notes.add(finding);
            return;
        }
        start += line.len() + 1;
    }
}

fn semantics(assumed: &Assumed<'_>) -> Semantics {
    Semantics {
        precedence: match assumed.is("order", "first-match") {
            true => Precedence::FirstMatch,
            false => Precedence::Narrowest,
        },
        walk: match assumed.is("subdomains", "no") {
            true => Walk::AddressThenDotSuffixes,
            false => Walk::AddressThenSuffixesWithoutDot,
        },
        key_case: match (assumed.is("case", "insensitive"), assumed.is("idn", "same")) {
            (false, _) => KeyCase::Sensitive,
            (true, true) => KeyCase::Unicode,
            (true, false) => KeyCase::AsciiInsensitive,
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
    fn read(text: &str, middle: Option<usize>) -> String {
        let input = Input::single("f", "f", text.as_bytes().to_vec()).unwrap();
        let assumed = Assumed::new(OPEN, &[]).unwrap();
        let mut table = RouteTable::new(PRODUCT);
        table.begin_stage("routes", semantics(&assumed));
        let mut reader = Reader::new(&input, table, assumed.clone());
        let rest = |reader: &mut Reader<'_>, walker: &mut Walker<'_>| match middle {
            Some(middle) => cut_at(middle, reader, walker, "</Route>"),
            None => reader.walk(walker, None),
        };
        let found = match routes(&mut reader, text.as_bytes(), rest) {
            Ok(secrets) => {
                let counts = (reader.written, reader.usable);
                Contents::new(reader.notes, reader.table, counts).with_secrets(secrets)
            }
            Err(Stop::Damage(damage)) => return format!("{damage:?}"),
            Err(Stop::Full) => return "full".to_owned(),
        };
        said(&found.into_document(input).unwrap())
    }

    const ROUTES: &str = "
        <Route><sender>@a.example</sender><recipient>ANY</recipient><ip>h|i</ip></Route>
        <Route><sender>@r&amp;d.example</sender><recipient>u&#64;b.example</recipient><ip>h</ip></Route>
        <!-- <Route><sender>@c.example</sender></Route> -->
        <Route><sender>@d.example</sender><recipient>any</recipient>
          <recipientExceptions>x@d.example| @e.example</recipientExceptions><ip> 192.0.2.1 </ip></Route>
        <Other><![CDATA[</Route>]]>text</Other> stray user:secret12@host
        <Route><sender>@f.example</sender><recipient>@g.example.</recipient>
          <subject operand='sw'>&lt;b&gt;</subject><ip><![CDATA[</Route>]]></ip></Route>
        <Route><password>secret34</password><ip>x</ip></Route>
        <Other><Route><sender>x</sender></Route></Other>
        <Route/>
        ";

    #[test]
    fn wherever_it_is_cut_the_same_is_read() {
        let list = format!("<CustomRouting><Routes a='b'>{ROUTES}{ROUTES}</Routes>");
        for text in [
            format!("{list}</CustomRouting>"),
            format!("{list}<Routes>{ROUTES}</Routes><!-- end --></CustomRouting>\n"),
            format!("{list}<Routes>{ROUTES}</CustomRouting>"),
            format!("{list}</CustomRouting><Route></Route>"),
            format!("{list}<Routes name='password'>{ROUTES}</Routes></CustomRouting>"),
            "<CustomRouting><Routes/></CustomRouting>".to_owned(),
            "<CustomRouting><!-- </Route> --></CustomRouting>".to_owned(),
        ] {
            let whole = read(&text, None);
            for middle in (0..text.len()).step_by(31) {
                assert_eq!(read(&text, Some(middle)), whole, "{middle}");
            }
        }
    }
}
