//! Root elements of other files than the one that was expected.

use super::Damage;

/// Root elements of tables, and the formats that read them.
const ROOTS: [(&str, &str); 3] = [
    ("CustomRouting", "xeams"),
    ("MessageDeliverySettings", "imsva"),
    ("IMSS_DBD", "imss"),
];

/// That the root element called `found`, which begins at `at`, is that of a page of a browser or of another format than the
/// one with the root `own`; `what` is expected.
pub(in crate::formats) fn foreign_root(
    found: &[u8],
    own: &str,
    what: &str,
    at: usize,
) -> Option<Damage> {
    let damage = |message: String| Damage::new("unknown-root", at, message);
    if found.eq_ignore_ascii_case(b"html") {
        let message = format!("an HTML page, not {what}: was a login page saved in its place?");
        return Some(damage(message));
    }
    let other = |(root, _): &&(&str, &str)| *root != own && root.as_bytes() == found;
    let (root, format) = ROOTS.iter().find(other)?;
    let message = format!("the root element is `{root}`: --from {format} reads it");
    Some(damage(message))
}
