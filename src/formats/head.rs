//! The start of a file, looked at to find out what it is.

use std::borrow::Cow;

use encoding_rs::Encoding;

/// Bytes that are looked at.
pub const HEAD: usize = 4096;

/// The first bytes of a file, and its name.
#[derive(Clone, Debug)]
pub struct Head<'h> {
    /// The bytes, at most [`HEAD`].
    pub bytes: &'h [u8],
    /// The same as text, without a byte order mark and the blanks at its start; what is no text is replaced.
    pub text: Cow<'h, str>,
    /// The last part of the file's path, or what stands for it.
    pub name: &'h str,
    /// The root element's start tag without its `<`, when the text is XML: `IMSS_DBD`, `a schema="b"`.
    pub root: Option<String>,
}

impl<'h> Head<'h> {
    /// Looks at `bytes`, the start of the file at `path`.
    pub fn new(bytes: &'h [u8], path: &'h str) -> Self {
        let bytes = &bytes[..bytes.len().min(HEAD)];
        let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
        let text = match encoding == encoding_rs::UTF_8 {
            true => String::from_utf8_lossy(&bytes[mark..]),
            false => encoding.decode_without_bom_handling(&bytes[mark..]).0,
        };
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_start()),
            Cow::Owned(text) => Cow::Owned(text.trim_start().to_owned()),
        };
        let root = root(&text).map(str::to_owned);
        Head {
            bytes,
            text,
            name: path.rsplit('/').next().unwrap_or(path),
            root,
        }
    }

    /// The root element's name.
    pub fn root_name(&self) -> Option<&str> {
        let root = self.root.as_deref()?;
        let end = root.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
        Some(&root[..end.unwrap_or(root.len())])
    }

    /// The lines that are whole, without blank ones and those that begin with `#`.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        let whole = match self.bytes.len() < HEAD {
            true => &*self.text,
            false => self.text.rsplit_once('\n').map_or("", |(whole, _)| whole),
        };
        whole
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
    }

    /// True for text that is JSON, as far as its start tells.
    pub fn is_json(&self) -> bool {
        let mut bytes = self.text.bytes().filter(|b| !b.is_ascii_whitespace());
        let first = bytes.next();
        let second = bytes.next();
        matches!(
            (first, second),
            (Some(b'{'), Some(b'"' | b'}') | None) | (Some(b'['), Some(b'{' | b'"' | b']') | None)
        )
    }

    /// True for XML, whatever is wrong with it.
    pub fn is_xml(&self) -> bool {
        let opens =
            |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'?' | b'!' | b'_') || *b >= 0x80;
        let text = self.text.as_bytes();
        text.first() == Some(&b'<') && text.get(1).is_some_and(opens)
    }
}

/// The root element's start tag: what follows comments, instructions and a DOCTYPE.
fn root(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = rest.trim_start().strip_prefix('<')?;
        let end = if rest.starts_with("!--") {
            "-->"
        } else if rest.starts_with('?') {
            "?>"
        } else if rest.starts_with('!') {
            // An internal subset may hold `>`.
            match rest.find('[') < rest.find('>') && rest.contains('[') {
                true => "]>",
                false => ">",
            }
        } else {
            let end = rest.find('>').unwrap_or(rest.len());
            let tag = &rest[..end];
            let begins = |c: char| c.is_alphabetic() || matches!(c, '_' | ':');
            return tag.starts_with(begins).then_some(tag);
        };
        rest = &rest[rest.find(end)? + end.len()..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots() {
        let root = |text: &str| {
            Head::new(text.as_bytes(), "f")
                .root_name()
                .map(str::to_owned)
        };
        assert_eq!(
            root("<?xml version='1.0'?>\n<!-- <b> -->\n<a b='1'>").as_deref(),
            Some("a")
        );
        assert_eq!(root("\u{feff}<a/>").as_deref(), Some("a"));
        assert_eq!(
            root("<!DOCTYPE a [<!ENTITY b 'c'>]><a>").as_deref(),
            Some("a")
        );
        assert_eq!(root("<!DOCTYPE html><html>").as_deref(), Some("html"));
        assert_eq!(root("d:mx"), None);
        let wide: Vec<u8> = "\u{feff}<a/>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(Head::new(&wide, "f").root_name(), Some("a"));
    }

    #[test]
    fn kinds_of_text() {
        let head = |text: &'static str| Head::new(text.as_bytes(), "f");
        assert!(head(" {\"a\": 1}").is_json() && head("[\n {").is_json());
        assert!(!head("[1.2.3.4]:mx").is_json() && !head("a").is_json());
        assert!(head("<a").is_xml() && !head("<<").is_xml());
        let lines = head("# c\na\n\n  b\n");
        assert_eq!(lines.lines().collect::<Vec<_>>(), ["a", "  b"]);
    }
}
