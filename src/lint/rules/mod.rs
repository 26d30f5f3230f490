//! The rules: one file each, listed here in the order of the manual.

use super::Rule;
use crate::diagnostic::RuleInfo;

/// Declares the modules of the rules and the list of them, so that a rule is registered by one line.
macro_rules! rules {
    ($($module:ident,)*) => {
        $(mod $module;)*

        /// All rules, in the order of the manual.
        pub const RULES: &[Rule] = &[$($module::RULE,)*];
    };
}

rules! {
    crlf,
    leading_blank,
    trailing_comment,
    no_colon,
    wrong_separator,
    port_empty,
    nul_byte,
    bom,
    utf16,
    nonascii_key,
    invisible,
    creds_stock,
    creds_one_delim,
    creds_wrong_delim,
    creds_colon,
    creds_cleartext,
    authsenders_form,
    refused_whole,
    ignored_whole,
    crash_line,
    lost_line,
    unused_suppression,
}

/// The rule called `name`, in any case.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .find(|rule| rule.info.name.eq_ignore_ascii_case(name))
}

/// What is to be known of all rules, in the order of the manual.
pub fn infos() -> Vec<RuleInfo> {
    RULES.iter().map(|rule| rule.info).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_well_formed() {
        let mut names: Vec<&str> = RULES.iter().map(|rule| rule.info.name).collect();
        for rule in RULES {
            let info = rule.info;
            assert!(
                !info.summary.ends_with('.') && info.summary.len() <= 100,
                "{}",
                info.name
            );
            assert!(
                info.explanation.len() > 200,
                "{} is not explained",
                info.name
            );
            assert!(
                info.explanation.lines().all(|line| line.len() <= 100),
                "{}",
                info.name
            );
        }
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
