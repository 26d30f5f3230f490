//! The engine behind regular expressions of a table.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use regex::{Regex, RegexBuilder};

use crate::formats::xeams::{Evaluable, JavaPattern, java_pattern};
use crate::lookup::Patterns;

/// Largest compiled expression, in bytes; a larger one is not evaluated.
const LARGEST: usize = 1024 * 1024;

/// Most compiled expressions that are kept.
const MOST_KEPT: usize = 1024;

/// Evaluates expressions as Java's `find` and `matches` do. What the engine here would take for something else is not known.
#[derive(Default)]
pub struct JavaPatterns {
    compiled: Mutex<Compiled>,
}

/// Expressions by their text and whether case counts; `None` for those that are not evaluated.
type Compiled = HashMap<(Vec<u8>, bool, bool), Option<Arc<(Evaluable, Regex)>>>;

impl Patterns for JavaPatterns {
    fn finds(&self, pattern: &[u8], whole: bool, ignore_case: bool, text: &[u8]) -> Option<bool> {
        let text = std::str::from_utf8(text).ok()?;
        let compiled = self.compiled(pattern, whole, ignore_case)?;
        let (java, regex) = &*compiled;
        let breaks = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];
        if java.one_line_only && text.contains(breaks) {
            return None;
        }
        // Java folds the case of ASCII letters alone, and its word boundaries differ from one version to the next.
        if (java.ascii_only || ignore_case) && !(text.is_ascii() && pattern.is_ascii()) {
            return None;
        }
        Some(regex.is_match(text))
    }
}

impl JavaPatterns {
    fn compiled(
        &self,
        pattern: &[u8],
        whole: bool,
        ignore_case: bool,
    ) -> Option<Arc<(Evaluable, Regex)>> {
        let mut all = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (pattern.to_vec(), whole, ignore_case);
        if let Some(known) = all.get(&key) {
            return known.clone();
        }
        let made = compile(pattern, whole, ignore_case).map(Arc::new);
        if all.len() == MOST_KEPT {
            all.clear();
        }
        all.insert(key, made.clone());
        made
    }
}

fn compile(pattern: &[u8], whole: bool, ignore_case: bool) -> Option<(Evaluable, Regex)> {
    let JavaPattern::Evaluable(java) = java_pattern(std::str::from_utf8(pattern).ok()?) else {
        return None;
    };
    let text = match whole {
        true => format!(r"\A(?:{})\z", java.translated),
        false => java.translated.clone(),
    };
    let regex = RegexBuilder::new(&text)
        .case_insensitive(ignore_case)
        .size_limit(LARGEST)
        .build();
    Some((java, regex.ok()?))
}
