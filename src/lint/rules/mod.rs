//! The rules: one file each, listed here in the order of the manual.

use super::{Line, Notation, Rule};
use crate::diagnostic::RuleInfo;

/// Declares the modules of the rules and the list of them, so that a rule is registered by one line.
macro_rules! rules {
    ($($module:ident,)* ; $($folder:ident { $($inner:ident,)* })*) => {
        $(mod $module;)*
        $(
            mod $folder {
                $(pub mod $inner;)*
            }
        )*

        /// All rules, in the order of the manual.
        pub const RULES: &[Rule] = &[$($module::RULE,)* $($($folder::$inner::RULE,)*)*];
    };
}

rules! {
    crlf,
    crlf_empty,
    crlf_port,
    leading_blank,
    blank_before_colon,
    blank_after_colon,
    blank_in_relay,
    trailing_comment,
    trailing_comment_port,
    hash_glued,
    indented_comment,
    foreign_comment,
    no_colon,
    wrong_separator,
    port_empty,
    port_word,
    port_zero,
    port_range,
    port_overflow,
    port_sign_blank,
    port_garbage,
    extra_colon,
    empty_relay_port,
    semicolon_port,
    colon_port_sqmail,
    comma_port,
    ipv6_relay,
    ipv6_key,
    octet_range,
    octet_zero_prefix,
    bad_ip,
    unclosed_bracket,
    bracketed_name,
    foreign_transport,
    star_wildcard,
    at_key,
    key_trailing_dot,
    relay_is_key,
    multi_relay,
    long_label,
    underscore_space_quote,
    merge_markers,
    bounce_key,
    authsenders_form,
    continuation,
    no_final_newline,
    bare_vs_dot,
    duplicate_same,
    duplicate_conflict,
    shadowed_default,
    unreachable_route,
    redundant,
    exception_without_effect,
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
    refused_whole,
    ignored_whole,
    crash_line,
    lost_line,
    loop_self,
    literal_captured,
    single_destination,
    route_without_tls,
    creds_file_mode,
    file_unreadable,
    dangling_symlink,
    relay_no_a,
    dead_local,
    hub_without_rcpthosts,
    me_missing,
    misspelt_file,
    outgoingip_malformed,
    number_ignored,
    unknown_dialect,
    dialect_conflict,
    stale_compiled,
    relay_no_such_host,
    relay_own_host,
    relay_cname,
    null_mx,
    dns_unanswered,
    not_portable,
    unused_suppression,
    ;

    markup {
        malformed_xml,
        doctype_forbidden,
        xml_limit,
        malformed_json,
        json_limit,
        repeated_name,
        encoding_mismatch,
        unknown_root,
        unknown_element,
        unknown_attribute,
        wrong_case_name,
        repeated_element,
        missing_element,
        missing_value,
        stray_text,
        no_routes,
        blank_around_value,
        bad_host,
        bad_port,
        duplicate_host,
        underscore_host,
        final_dot,
        unicode_domain,
        bad_address,
        wildcard_not_supported,
    }

    xeams {
        order_dependent,
        several_addresses,
        bare_domain,
        any_sender,
        any_spelling,
        domain_literal,
        non_ascii_local_part,
        any_in_exceptions,
        exceptions_without_any,
        empty_item,
        wrong_list_separator,
        port_undocumented,
        ipv6_undocumented,
        empty_subject,
        operand_missing,
        operand_invalid,
        bad_pattern,
        pattern_not_evaluable,
        pattern_backtracking,
        smart_host_beside,
    }

    imsva {
        unknown_schema,
        missing_attribute,
        bad_method,
        method_mismatch,
        bad_boolean,
        bad_preference,
        preference_range,
        missing_preference,
        all_disabled,
        duplicate_recipient,
        inferred_roles,
        ambiguous_role,
        unknown_code,
        inert_value,
        no_record,
    }

    imss {
        missing_metainfo,
        unknown_version,
        unknown_section,
        unknown_value,
        undocumented_spelling,
        ambiguous_key,
        count_mismatch,
        bad_count,
        no_smart_host,
        bad_auth,
        auth_incomplete,
        bad_credentials,
        colon_in_password,
        bad_resolver,
        missing_default,
    }

    cpanel {
        leading_whitespace,
        trailing_blank,
        data_ignored,
        quoted_key,
        missing_file,
        empty_list,
        overlap,
        conflict,
        mismatch,
        no_host,
        multiple_hosts,
        port,
        single_colon_port,
        ipv6_ambiguous,
        mx_indirection,
        api_failed,
        not_list_mxs,
        unknown_mxcheck,
        mxcheck_word,
        auto_undetected,
        contradiction,
        bad_value,
        no_entries,
        bare_list,
        mx_disagrees,
    }

    mspcontrol {
        unknown_interchange,
        bare_array,
        missing_field,
        unknown_field,
        wrong_value_type,
        bad_type,
        bad_direction,
        bad_name,
        duplicate_name,
        near_duplicate,
        no_destinations,
        port_in_host,
        port_as_text,
        missing_port,
        bad_header,
        customer_level,
        semicolon_separator,
        ragged_row,
        unclosed_quote,
        stray_quote,
        empty_row,
        unbound_route,
        inbound_binding,
    }

    postfix {
        regexp_table,
        bad_bytes,
        stray_continuation,
        unbalanced_quote,
        no_result,
        at_domain,
        bad_transport,
        missing_colon,
        blank_after_transport,
        unbalanced_bracket,
        bare_address,
        unknown_service,
        comment_in_result,
        glued_result,
        several_next_hops,
        ignored_next_hop,
        status_class,
    }
}

/// True where a rule speaks of a whole value, so that its parts are none: no colon in it stands before a port.
pub(super) fn speaks_of_value(line: &Line<'_>, notation: &Notation) -> bool {
    continuation::is_continued(line)
        || ipv6_key::key(line).is_some()
        || ipv6_relay::address(line).is_some()
        || foreign_transport::transport(line).is_some()
        || multi_relay::list(line, notation).is_some()
}

pub use misspelt_file::resembles;

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
                info.explanation
                    .lines()
                    .all(|line| line.chars().count() <= 100),
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
