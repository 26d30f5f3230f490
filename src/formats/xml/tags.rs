//! Tags as nearly all are written, taken without asking for anything that may be wrong with one.

use std::ops::Range;

use memchr::{memchr, memchr2};

use super::super::texts::LONGEST_VALUE;
use super::token::Attribute;

/// More attributes than this are compared with one another elsewhere.
const FEW: usize = 16;

/// A byte that a name may begin with.
const BEGINS: u8 = 1;
/// A byte that may stand in a name.
const GOES_ON: u8 = 2;
/// A blank.
const BLANK: u8 = 4;

/// What each byte may be in a tag; names as far as ASCII goes.
const KINDS: [u8; 256] = kinds();

const fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':' | 0x80.. => BEGINS | GOES_ON,
            b'0'..=b'9' | b'-' | b'.' => GOES_ON,
            b' ' | b'\t' | b'\r' | b'\n' => BLANK,
            _ => 0,
        };
        byte += 1;
    }
    kinds
}

fn is(byte: u8, kind: u8) -> bool {
    KINDS[usize::from(byte)] & kind != 0
}

/// The first place from `at` on whose byte is not of this kind; `None` where the text ends before.
fn behind(text: &[u8], at: usize, kind: u8) -> Option<usize> {
    let rest = text.get(at..)?;
    rest.iter()
        .position(|&byte| !is(byte, kind))
        .map(|length| at + length)
}

/// A start tag.
pub(super) struct StartTag {
    pub name: Range<usize>,
    /// The offset behind it.
    pub end: usize,
    /// True for `<name/>`.
    pub empty: bool,
}

/// Takes the start tag whose `<` stands at `at`, and its attributes. `None` when anything about it is unusual; it need not be
/// wrong.
pub(super) fn start_tag(
    text: &[u8],
    at: usize,
    attributes: &mut Vec<Attribute>,
) -> Option<StartTag> {
    attributes.clear();
    if !is(*text.get(at + 1)?, BEGINS) {
        return None;
    }
    let name = at + 1..behind(text, at + 2, GOES_ON)?;
    let mut end = name.end;
    loop {
        let next = behind(text, end, BLANK)?;
        match text[next] {
            b'>' => {
                let (end, empty) = (next + 1, false);
                return Some(StartTag { name, end, empty });
            }
            b'/' if text.get(next + 1) == Some(&b'>') => {
                let (end, empty) = (next + 2, true);
                return Some(StartTag { name, end, empty });
            }
            byte if is(byte, BEGINS) && next > end => {
                let (attribute, behind) = attribute(text, next)?;
                let key = &text[attribute.name.clone()];
                let is_same = |other: &Attribute| text[other.name.clone()] == *key;
                if attributes.len() == FEW || attributes.iter().any(is_same) {
                    return None;
                }
                attributes.push(attribute);
                end = behind;
            }
            _ => return None,
        }
    }
}

/// The attribute that begins at `at`, and the offset behind its closing quote.
fn attribute(text: &[u8], at: usize) -> Option<(Attribute, usize)> {
    let name = at..behind(text, at + 1, GOES_ON)?;
    let quote = *text.get(name.end + 1)?;
    if text[name.end] != b'=' || !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let start = name.end + 2;
    let length = memchr2(quote, b'<', &text[start..])?;
    let value = start..start + length;
    if text[value.end] == b'<' || length > LONGEST_VALUE {
        return None;
    }
    let behind = value.end + 1;
    Some((Attribute { name, value }, behind))
}

/// The offset behind the end tag of the element called `name` whose `<` stands at `at`; `None` when it is no such tag, or one with blanks.
pub(super) fn end_tag(text: &[u8], at: usize, name: &[u8]) -> Option<usize> {
    let rest = text[at..].strip_prefix(b"</")?;
    let rest = rest.strip_prefix(name)?;
    (rest.first() == Some(&b'>')).then_some(at + 2 + name.len() + 1)
}

/// The end of the text that begins at `at`: where a tag or a reference begins, or the whole text ends.
pub(super) fn text_end(text: &[u8], at: usize) -> usize {
    // Most text is short, and a search costs more than it finds.
    const SHORT: usize = 24;
    let rest = &text[at..];
    let short = &rest[..rest.len().min(SHORT)];
    let is_end = |byte: &u8| matches!(byte, b'<' | b'&');
    if let Some(length) = short.iter().position(is_end) {
        return at + length;
    }
    let length = memchr2(b'<', b'&', &rest[short.len()..]);
    length.map_or(text.len(), |length| at + short.len() + length)
}

/// Where `]]>` stands, which text must not hold.
pub(super) fn section_end(text: &[u8]) -> Option<usize> {
    memchr(b']', text)?;
    memchr::memmem::find(text, b"]]>")
}

#[cfg(test)]
mod tests {
    use proptest::collection;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::super::{Damage, Parser, Token};
    use super::*;

    /// All tokens with the attributes that go with them, and what ends them; without the way for usual tokens if `any`.
    fn tokens(text: &str, any: bool) -> (Vec<(Token, Vec<Attribute>)>, Option<Damage>) {
        let mut parser = match Parser::new(text.as_bytes()) {
            Ok(parser) => parser,
            Err(damage) => return (Vec::new(), Some(damage)),
        };
        let mut all = Vec::new();
        loop {
            let is_open = matches!(all.last(), Some((Token::Open { empty: true, .. }, _)));
            let token = match any && !is_open {
                true => parser.any(),
                false => parser.next(),
            };
            match token {
                Ok(Token::End) => return (all, None),
                Ok(token @ Token::Open { .. }) => all.push((token, parser.attributes.clone())),
                Ok(token) => all.push((token, Vec::new())),
                Err(damage) => return (all, Some(damage)),
            }
        }
    }

    const PIECES: [&str; 41] = [
        "\u{FEFF}",
        "<",
        ">",
        "/>",
        "</",
        "a",
        "b",
        "<a>",
        "</a>",
        "<b ",
        "</b>",
        " ",
        "\n",
        "=",
        "\"",
        "'",
        " a=\"1\"",
        " b='2'",
        " ü=\"<\"",
        "&amp;",
        "&",
        ";",
        "&#65;",
        "]]>",
        "<![CDATA[",
        "<!--",
        "-->",
        "-",
        "<?",
        "?>",
        "xml ",
        "!",
        "x>y",
        "text",
        "ü",
        "<a/>",
        "<a b=\"&lt;\" c='>'/>",
        "</a >",
        "<ab>",
        "1",
        "<a\tb=\"\"\r\n>",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, cases: 4096, ..Default::default() })]

        #[test]
        fn usual_tokens_are_like_any(pieces in collection::vec(0..PIECES.len(), 0..24)) {
            let text: String = pieces.iter().map(|&piece| PIECES[piece]).collect();
            for text in [format!("<a>{text}</a>"), text] {
                prop_assert_eq!(tokens(&text, false), tokens(&text, true));
            }
        }
    }

    #[test]
    fn attributes_that_are_many_or_long() {
        for count in [15, 16, 17, 255, 256, 257] {
            let many: String = (0..count).map(|n| format!(" a{n}='1'")).collect();
            let twice = format!("<a><b{many} a3='2'/></a>");
            let text = format!("<a><b{many}/></a>");
            for text in [text, twice] {
                assert_eq!(tokens(&text, false), tokens(&text, true), "{count}");
            }
        }
        for length in [LONGEST_VALUE, LONGEST_VALUE + 1] {
            let text = format!("<a><b c=\"{}\"/></a>", "x".repeat(length));
            assert_eq!(tokens(&text, false), tokens(&text, true), "{length}");
        }
    }
}
