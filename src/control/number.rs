//! Numbers as the products' scanners read them.

/// `scan_ulong` (notqmail `scan_ulong.c:3-11`): the decimal digits at the start, modulo 2^64, and how many there are. No
/// digits give 0.
pub fn scan_ulong(text: &[u8]) -> (u64, usize) {
    let digits = text.iter().take_while(|b| b.is_ascii_digit());
    digits.fold((0, 0), |(number, used), &b| {
        (
            u64::wrapping_add(u64::wrapping_mul(number, 10), u64::from(b - b'0')),
            used + 1,
        )
    })
}

/// `strtol` of the C library with base 10: blanks, a sign, digits; the value saturates. Returns the value and the number
/// of bytes read, 0 when there are no digits.
pub fn strtol(text: &[u8]) -> (i64, usize) {
    let blanks = text
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'..=b'\r'))
        .count();
    let rest = &text[blanks..];
    let sign = usize::from(matches!(rest.first(), Some(b'-' | b'+')));
    let negative = rest.first() == Some(&b'-');
    let digits = rest[sign..].iter().take_while(|b| b.is_ascii_digit());
    let (value, used) = digits.fold((0i128, 0), |(value, used), &b| {
        (
            (value * 10 + i128::from(b - b'0')).min(i128::from(u64::MAX) + 1),
            used + 1,
        )
    });
    if used == 0 {
        return (0, 0);
    }
    let value = if negative { -value } else { value };
    let value = value.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64;
    (value, blanks + sign + used)
}

/// `strtoul` of the C library with base 10: as [`strtol`], but a minus sign negates modulo 2^64 and overflow gives the
/// largest number.
pub fn strtoul(text: &[u8]) -> (u64, usize) {
    let blanks = text
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'..=b'\r'))
        .count();
    let rest = &text[blanks..];
    let sign = usize::from(matches!(rest.first(), Some(b'-' | b'+')));
    let negative = rest.first() == Some(&b'-');
    let digits = &rest[sign..];
    let used = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    if used == 0 {
        return (0, 0);
    }
    let value = digits[..used].iter().try_fold(0u64, |value, &b| {
        value.checked_mul(10)?.checked_add(u64::from(b - b'0'))
    });
    let value = match value {
        None => u64::MAX,
        Some(value) if negative => value.wrapping_neg(),
        Some(value) => value,
    };
    (value, blanks + sign + used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scan_wraps_and_always_answers() {
        assert_eq!(scan_ulong(b"2525x"), (2525, 4));
        assert_eq!(scan_ulong(b"smtp"), (0, 0));
        assert_eq!(scan_ulong(b"18446744073709551641"), (25, 20));
    }

    #[test]
    fn library_scanners_know_signs() {
        assert_eq!(strtoul(b" +25x"), (25, 4));
        assert_eq!(strtoul(b"-18446744073709551591"), (25, 21));
        assert_eq!(strtoul(b"18446744073709551616"), (u64::MAX, 20));
        assert_eq!(strtoul(b"x"), (0, 0));
        assert_eq!(strtol(b"\t-7,"), (-7, 3));
        assert_eq!(strtol(b"99999999999999999999999"), (i64::MAX, 23));
    }
}
