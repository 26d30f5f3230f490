//! qmail-send's own files: what is kept here never reaches a route.

use super::super::format::ReadError;
use super::reader::system_semantics;
use super::route::Role;
use crate::control::{entries, first_line};
use crate::model::{Action, Document, Subject, Walk};
use crate::source::{Input, Span, State};

/// Adds `percenthack`, and the stages of `locals` and `virtualdomains`, where the input has these files.
///
/// A missing `locals` is the one name in `me` (notqmail `control_readfile` with `flagme`). Both stages stand before all
/// others: an address that is kept is never routed (`qmail-send.c:144-159`).
pub(super) fn stages(document: &mut Document) -> Result<(), ReadError> {
    let Document {
        input,
        table,
        percenthack,
        ..
    } = document;
    if let Some((base, bytes)) = text_of(input, "percenthack") {
        percenthack.extend(
            entries(bytes)
                .into_iter()
                .map(|range| Span::at(base, range)),
        );
    }
    if let Some(file) = input.file("locals") {
        table.begin_stage("locals", system_semantics(Walk::Exact, Subject::Host));
        match &file.state {
            State::Bytes(bytes) => {
                for range in entries(bytes) {
                    let name = Span::at(file.base(), range);
                    table.push(name, name, Action::Local)?;
                }
            }
            _ => {
                if let Some((base, me)) = text_of(input, "me") {
                    let name = Span::at(base, 0..first_line(me).len());
                    table.push(name, name, Action::Local)?;
                }
            }
        }
    }
    if let Some((base, bytes)) = text_of(input, "virtualdomains") {
        let semantics = system_semantics(Walk::AddressThenDotSuffixes, Subject::Recipient);
        table.begin_stage("virtualdomains", semantics);
        for range in entries(bytes) {
            if let Some(colon) = memchr::memchr(b':', &bytes[range.clone()]) {
                let value = &bytes[range.start + colon + 1..range.end];
                let action = super::route::action(
                    &super::DIALECTS[0],
                    Role::VirtualDomains,
                    base,
                    value,
                    None,
                );
                let key = Span::at(base, range.start..range.start + colon);
                table.push(Span::at(base, range), key, action)?;
            }
        }
    }
    Ok(())
}

fn text_of<'i>(input: &'i Input, name: &str) -> Option<(u32, &'i [u8])> {
    let file = input.file(name)?;
    Some((file.base(), file.state.bytes()?))
}
