//! The two ways of delivery.

/// How mail is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// To servers that the entry names.
    Static,
    /// To the MX records of a name.
    Mx,
}

impl Method {
    /// By the words of an unknown file: "Static Routing", "MX record lookup". Numbers say nothing.
    pub fn of_words(text: &[u8]) -> Option<Method> {
        let plain: Vec<u8> = text
            .iter()
            .filter(|b| b.is_ascii_alphanumeric())
            .map(u8::to_ascii_lowercase)
            .collect();
        if plain.starts_with(b"static") {
            Some(Method::Static)
        } else if plain.starts_with(b"mx") {
            Some(Method::Mx)
        } else {
            None
        }
    }

    /// In `neutral-1`.
    pub fn name(self) -> &'static str {
        match self {
            Method::Static => "static",
            Method::Mx => "mx",
        }
    }
}
