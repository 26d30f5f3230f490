//! The answer of `Email::list_mxs`: with the wrapper of the command line, without it, and as API 2 gave it.

use super::reader::{SEMANTICS, product};
use super::record;
use crate::diagnostic::{Finding, Severity};
use crate::formats::contents::{Contents, Stop};
use crate::formats::format::ReadError;
use crate::formats::json::{Item, Kind, Node, Record, Walker, secrets};
use crate::formats::notes::Notes;
use crate::formats::options::ReadOptions;
use crate::formats::secrets::hide_in_findings;
use crate::formats::xml::{Damage, decode};
use crate::model::{Document, RouteTable, TableFull, Unmatched};
use crate::source::{Input, Span};

/// What becomes of a domain that the answer does not name.
const OTHERS: Unmatched = Unmatched::Product(
    "the answer holds the domains of one account: what becomes of others the lists of the server say",
);

/// Reads the answer, the only file of `input`.
///
/// # Errors
/// Too many bytes or routes.
pub(super) fn read(input: Input, options: &ReadOptions) -> Result<Document, ReadError> {
    let bytes = input.files().first().and_then(|file| file.state.bytes());
    let length = bytes.map_or(0, <[u8]>::len);
    let (input, recoded) = match decode(bytes.unwrap_or(b""), options.encoding.as_deref()) {
        Err(damage) => return Ok(refused(input, damage, length)),
        Ok(Some(text)) => (input.with_bytes(0, text)?, true),
        Ok(None) => (input, false),
    };
    let text = input.files().first().and_then(|file| file.state.bytes());
    let text = text.unwrap_or(b"");
    let length = text.len();
    let mut table = RouteTable::new(product(OTHERS));
    table.begin_stage("list_mxs", SEMANTICS);
    let mut answer = Answer {
        notes: Notes::new(&input),
        table,
        counts: (0, 0),
        status: None,
        errors: Vec::new(),
        data: false,
    };
    match answer.read(text) {
        Err(Stop::Damage(damage)) => return Ok(refused(input, damage, length)),
        Err(Stop::Full) => return Err(TableFull.into()),
        Ok(()) => {}
    }
    let secrets = secrets(&input);
    if let Some(mut finding) = answer.failed() {
        hide_in_findings(std::slice::from_mut(&mut finding), &input, &secrets);
        return Ok(without_routes(input, finding, secrets));
    }
    let contents = Contents::new(answer.notes, answer.table, answer.counts).with_secrets(secrets);
    let mut document = contents.into_document(input)?;
    document.recoded = recoded;
    Ok(document)
}

/// A document of an answer that cannot be read.
fn refused(input: Input, mut damage: Damage, length: usize) -> Document {
    let secrets = secrets(&input);
    let text = input.files().first().and_then(|file| file.state.bytes());
    damage.hide(text.unwrap_or(b""), &secrets);
    without_routes(input, damage.finding(0, length), secrets)
}

/// A document of an answer without routes.
fn without_routes(mut input: Input, finding: Finding, secrets: Vec<Span>) -> Document {
    input.set_secrets(secrets);
    let mut document = Document::new(input, RouteTable::new(product(OTHERS)));
    document.problems.push(finding);
    document.damaged = true;
    document
}

struct Answer<'a> {
    notes: Notes<'a>,
    table: RouteTable,
    counts: (u64, u64),
    /// Whether the call says that it went well, and where.
    status: Option<(bool, Span)>,
    /// What it says went wrong.
    errors: Vec<(String, Span)>,
    /// There is a list of domains.
    data: bool,
}

impl Answer<'_> {
    fn read(&mut self, text: &[u8]) -> Result<(), Stop> {
        let mut walker = Walker::new(text, 0)?;
        // Depth of the list of domains while the walk is in it.
        let mut list = None;
        loop {
            let depth = walker.depth();
            let item = walker.next(&mut self.notes.texts)?;
            match item {
                Item::End => break,
                Item::Close => {
                    if list == Some(walker.depth() + 1) {
                        list = None;
                    }
                }
                Item::Open(node) if list == Some(depth) => {
                    let record = walker.record(node, &mut self.notes.texts)?;
                    self.domain(record)?;
                }
                Item::Value(node) if list == Some(depth) => self.no_record(node),
                Item::Open(node) if depth == 0 && node.kind == Kind::Array => {
                    self.bare(node);
                    list = Some(1);
                }
                Item::Open(_) if depth == 0 => {}
                Item::Open(node) => match (self.name(node), node.kind) {
                    (b"data", Kind::Array) => {
                        self.data = true;
                        list = Some(depth + 1);
                    }
                    (b"result" | b"cpanelresult", Kind::Object) if depth == 1 => {}
                    (b"errors", _) => {
                        let record = walker.record(node, &mut self.notes.texts)?;
                        self.list_errors(record);
                    }
                    (b"event", Kind::Object) => {
                        let record = walker.record(node, &mut self.notes.texts)?;
                        if let Some(id) = record.member(0, &self.notes, b"result") {
                            self.take_status(*record.node(id));
                        }
                    }
                    _ => {
                        walker.record(node, &mut self.notes.texts)?;
                    }
                },
                Item::Value(_) if depth == 0 => {
                    return Err(no_answer(0, "a single value").into());
                }
                Item::Value(node) => match (self.name(node), node.kind) {
                    (b"status", _) => self.take_status(node),
                    (b"error" | b"errors", Kind::String(text)) => {
                        let error = (self.notes.shown(text), node.whole);
                        self.errors.push(error);
                    }
                    _ => {}
                },
            }
        }
        let failed = self.status.is_some_and(|(ok, _)| !ok) || !self.errors.is_empty();
        if !self.data && !failed {
            return Err(no_answer(0, "there is no `data` with a list of domains").into());
        }
        if self.data && !failed && self.counts.0 == 0 {
            let finding = Finding::new(
                "no-routes",
                Severity::Info,
                Span::new(0, 1),
                "the answer names no domain",
            );
            self.notes.add(finding.effect(
                "none: the account has no domain, or the call named one that it does not have",
            ));
        }
        Ok(())
    }

    fn name(&self, node: Node) -> &[u8] {
        node.name.map_or(&b""[..], |name| self.notes.bytes(name))
    }

    fn domain(&mut self, record: &Record) -> Result<(), Stop> {
        let root = *record.root();
        if root.kind != Kind::Object {
            self.no_record(root);
            return Ok(());
        }
        self.counts.0 += 1;
        self.notes.broken = false;
        record::read(&mut self.notes, &mut self.table, record)?;
        self.counts.1 += u64::from(!self.notes.broken);
        Ok(())
    }

    fn no_record(&mut self, node: Node) {
        self.counts.0 += 1;
        let message = format!(
            "{} stands where the object of a domain would",
            node.kind.words()
        );
        self.notes.error(
            "bad-value",
            node.whole,
            message,
            "it says nothing of any domain",
            "take the answer as the server gave it",
        );
    }

    /// A list without what stands around it.
    fn bare(&mut self, node: Node) {
        self.data = true;
        let finding = Finding::new(
            "bare-list",
            Severity::Info,
            node.whole,
            "the list of domains stands without the answer around it",
        );
        self.notes
            .add(finding.effect("none; whether the call went well is not to be seen"));
    }

    fn take_status(&mut self, node: Node) {
        if let Some(ok) = record::flag(&self.notes, node.kind) {
            self.status = Some((ok, node.whole));
        }
    }

    fn list_errors(&mut self, record: &Record) {
        for id in record.children(0) {
            if let Kind::String(text) = record.node(id).kind {
                let error = (self.notes.shown(text), record.node(id).whole);
                self.errors.push(error);
            }
        }
    }

    /// That the call failed, when it did.
    fn failed(&self) -> Option<Finding> {
        let (status, place) = match self.status {
            Some((true, _)) => return None,
            Some((false, place)) => (" (status 0)", place),
            None => ("", self.errors.first()?.1),
        };
        let texts: Vec<&str> = self.errors.iter().map(|(text, _)| text.as_str()).collect();
        let why = match texts.is_empty() {
            true => String::new(),
            false => format!(": {}", texts.join(" ")),
        };
        Some(
            Finding::new(
                "api-failed",
                Severity::Error,
                place,
                format!("the API call failed{status}{why}"),
            )
            .effect("the answer says nothing of any domain: no route is taken from it")
            .help("repeat the call as a user who may make it"),
        )
    }
}

fn no_answer(at: usize, what: &str) -> Damage {
    Damage::new(
        "not-list-mxs",
        at,
        format!("this is no answer of Email::list_mxs: {what}"),
    )
    .help("save the output of: uapi --output=json Email list_mxs")
}
