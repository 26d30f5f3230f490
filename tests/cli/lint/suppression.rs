//! What a file says about its own findings.

use super::super::support::{Dir, run};
use super::{lint, program, rules};

#[test]
fn a_comment_allows_the_next_route() {
    let dir = Dir::with(&[(
        "t",
        "# qroute: allow(port-empty) the relay listens on port 0\n\n# more about it\na.example:mx1.example.net:\nb.example:mx1.example.net:\n",
    )]);
    let ran = lint(&dir.join("t"), [""; 0]);
    assert_eq!(ran.code(), 1);
    assert_eq!(ran.out().lines().count(), 1);
    assert!(ran.out().contains("t:5:"), "{}", ran.out());
}

#[test]
fn several_comments_stack_and_name_several_rules() {
    let dir = Dir::with(&[(
        "t",
        "#qroute:  allow( port-empty )\n# qroute: allow(leading-blank,no-final-newline)\n a.example:mx1.example.net:",
    )]);
    let ran = lint(&dir.join("t"), [""; 0]);
    assert_eq!((ran.code(), ran.out()), (0, ""));
}

#[test]
fn a_comment_allows_a_whole_file() {
    let dir = Dir::with(&[(
        "t",
        "a.example:mx1.example.net:\n# qroute: allow-file(port-empty) all of them\nb.example:mx1.example.net:\n",
    )]);
    let ran = lint(&dir.join("t"), [""; 0]);
    assert_eq!((ran.code(), ran.out()), (0, ""));
}

#[test]
fn what_allows_nothing_is_a_finding() {
    let dir = Dir::with(&[(
        "t",
        "# qroute: allow(port-empty)\na.example:mx1.example.net\n# qroute: allow(port-empyt)\nb.example:mx1.example.net\n# qroute: allow-file(crlf)\n",
    )]);
    let ran = lint(&dir.join("t"), [""; 0]);
    assert_eq!(ran.code(), 1);
    assert_eq!(rules(&ran), ["unused-suppression"; 3]);
    assert!(ran.out().contains("no rule is called `port-empyt`"));
    // Rules that did not run found nothing, which says nothing.
    let ran = lint(&dir.join("t"), ["--ignore", "port-empty,crlf"]);
    assert_eq!(rules(&ran).len(), 1);
}

#[test]
fn machines_see_what_is_allowed() {
    let dir = Dir::with(&[(
        "t",
        "# qroute: allow(port-empty)\na.example:mx1.example.net:\n",
    )]);
    let form = |form: &str| run(program().args(["--output-format", form]).arg(dir.join("t")));
    let ran = form("jsonl");
    assert_eq!(ran.code(), 0);
    assert_eq!(ran.object()["suppressed"], true);
    let sarif: serde_json::Value = serde_json::from_str(form("sarif").out()).unwrap();
    assert_eq!(
        sarif["runs"][0]["results"][0]["suppressions"][0]["kind"],
        "inSource"
    );
    for other in ["text", "concise", "github"] {
        assert_eq!(form(other).out(), "", "{other}");
    }
}
