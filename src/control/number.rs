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
    let number = Number::new(text);
    let value = match (number.magnitude(), number.negative) {
        (Some(value), false) => i64::try_from(value).unwrap_or(i64::MAX),
        (Some(value), true) => 0i64.checked_sub_unsigned(value).unwrap_or(i64::MIN),
        (None, false) => i64::MAX,
        (None, true) => i64::MIN,
    };
    (value, number.used())
}

/// `strtoul` of the C library with base 10: as [`strtol`], but a minus sign negates modulo 2^64 and overflow gives the
/// largest number.
pub fn strtoul(text: &[u8]) -> (u64, usize) {
    let number = Number::new(text);
    let value = match (number.magnitude(), number.negative) {
        (None, _) => u64::MAX,
        (Some(value), true) => value.wrapping_neg(),
        (Some(value), false) => value,
    };
    (value, number.used())
}

/// A number as the C library takes it apart.
struct Number<'t> {
    before: usize,
    negative: bool,
    digits: &'t [u8],
}

impl<'t> Number<'t> {
    fn new(text: &'t [u8]) -> Self {
        let blanks = text
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'..=b'\r'))
            .count();
        let sign = text.get(blanks).filter(|b| matches!(b, b'-' | b'+'));
        let before = blanks + usize::from(sign.is_some());
        let count = text[before..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        Number {
            before,
            negative: sign == Some(&b'-'),
            digits: &text[before..before + count],
        }
    }

    /// The digits as a number; `None` when it does not fit.
    fn magnitude(&self) -> Option<u64> {
        let add = |value: u64, &b: &u8| value.checked_mul(10)?.checked_add(u64::from(b - b'0'));
        self.digits.iter().try_fold(0, add)
    }

    fn used(&self) -> usize {
        if self.digits.is_empty() {
            0
        } else {
            self.before + self.digits.len()
        }
    }
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
        assert_eq!(strtol(b"-99999999999999999999999"), (i64::MIN, 24));
        assert_eq!(strtol(b"-9223372036854775808"), (i64::MIN, 20));
        assert_eq!(strtol(b" -"), (0, 0));
    }
}
