//! What a table says about itself in its comments: `# qroute: …`.

/// The dialect named by a comment `# qroute: dialect NAME` among the comments at the top of a table.
pub fn stated_dialect(head: &[u8]) -> Option<&[u8]> {
    let comments = head
        .split(|&b| b == b'\n')
        .take_while(|line| line.first() == Some(&b'#'));
    let mut names = comments.filter_map(|line| {
        let words: Vec<&[u8]> = line[1..]
            .split(u8::is_ascii_whitespace)
            .filter(|w| !w.is_empty())
            .collect();
        match words.as_slice() {
            [b"qroute:", b"dialect", name, ..] => Some(*name),
            _ => None,
        }
    });
    names.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_names_its_dialect_at_the_top() {
        assert_eq!(
            stated_dialect(b"# routes\n# qroute: dialect sagredo\na:b\n"),
            Some(&b"sagredo"[..])
        );
        assert_eq!(stated_dialect(b"a:b\n# qroute: dialect sagredo\n"), None);
        assert_eq!(
            stated_dialect(b"#qroute: dialect  eqmail \n"),
            Some(&b"eqmail"[..])
        );
    }
}
