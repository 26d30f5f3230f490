//! How a target reads: learnt from its reader.

use super::TranslateError;
use super::piece::{Draft, Piece, semantics_of_draft};
use super::translation::Request;
use super::trial::Plain;
use crate::formats::{Format, ReadOptions, WriteOptions, Written};
use crate::model::{
    Direction, Document, Feature, Precedence, Product, Semantics, Subject, Support, Walk,
};
use crate::source::{Input, State};

/// How the target matches, and what it does around its table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// How the stage matches that routes are written to.
    pub semantics: Semantics,
    /// Something that it can say.
    pub plain: Plain,
    /// The only way of mail that it is asked about, when that is one.
    pub direction: Option<Direction>,
}

/// Has `target` write one route and read it.
///
/// # Errors
/// It can say no route at all.
pub(super) fn frame(request: &Request, product: Product) -> Result<Frame, TranslateError> {
    let options = WriteOptions {
        template: None,
        ..request.options.clone()
    };
    let precedence = Precedence::MostSpecific {
        last_of_equals: false,
    };
    let keys = [
        (Walk::AddressThenDotSuffixes, &b"domain.example"[..]),
        (Walk::AddressThenDotSuffixes, b""),
        (Walk::SuffixesWithoutDot, b"domain.example"),
    ];
    for plain in Plain::ALL {
        for (walk, key) in keys {
            let mut piece = Piece::to_own_mx(key);
            plain.put_into(&mut piece);
            let mut draft = Draft::new(product);
            draft.begin_stage("converted", semantics_of_draft(walk, precedence));
            draft.push(&piece, None)?;
            let made = draft.finish()?;
            let Ok(output) = (request.target.write)(&made.document, &options) else {
                continue;
            };
            let read = read(request.target, &request.read_back, output.files)?;
            if let Some(semantics) = by_recipient(&read) {
                return Ok(Frame {
                    semantics,
                    plain,
                    direction: direction(request),
                });
            }
        }
    }
    Err(TranslateError::NoRoutes(request.target.id.0))
}

/// A product without directions that delivers nothing itself is asked about mail that leaves; one with lists of its own domains
/// about mail that comes in.
fn direction(request: &Request) -> Option<Direction> {
    let support = |feature| request.target.support(feature, &request.options);
    match (support(Feature::Direction), support(Feature::Local)) {
        (Support::Yes, _) | (Support::No | Support::Unknown(_), Support::Yes) => None,
        (Support::Approximate(_), Support::Yes) => Some(Direction::Inbound),
        _ => Some(Direction::Outbound),
    }
}

/// How the stage matches that routes by recipient stand in.
fn by_recipient(document: &Document) -> Option<Semantics> {
    let table = &document.table;
    let stages = document.routes().map(|route| route.stage());
    let all = stages.filter_map(|stage| table.stages().get(stage));
    all.map(|stage| stage.semantics)
        .filter(|semantics| semantics.subject != Subject::Sender)
        .last()
}

/// What the reader of `format` makes of files that were written.
///
/// # Errors
/// As the reader's.
pub(super) fn read(
    format: &Format,
    options: &ReadOptions,
    files: Vec<Written>,
) -> Result<Document, TranslateError> {
    let mut input = Input::default();
    for (name, bytes) in files {
        let known = match format.files.contains(&name.as_str()) {
            true => name.clone(),
            false => format
                .files
                .first()
                .map_or(name.clone(), |f| (*f).to_owned()),
        };
        let known = match format.has_dialects() {
            true => options.dialect.file.to_owned(),
            false => known,
        };
        input
            .push(&known, &name, State::Bytes(bytes))
            .map_err(crate::formats::ReadError::from)?;
    }
    Ok((format.read)(input, options)?)
}
