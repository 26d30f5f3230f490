//! The layer test: a module imports lower layers only.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which modules each module may import, besides itself. The one table of layers; ARCHITECTURE.md explains it.
const LAYERS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("control", &["source"]),
    ("model", &["source", "diagnostic", "control"]),
    ("lookup", &["source", "control", "model"]),
    ("dns", &["source", "model"]),
    ("formats", &["source", "diagnostic", "control", "model"]),
    ("equivalence", &["source", "model", "lookup"]),
    ("nexthop", &["source", "model", "lookup", "dns"]),
    (
        "store",
        &["source", "control", "model", "lookup", "formats"],
    ),
    (
        "lint",
        &[
            "source",
            "diagnostic",
            "control",
            "model",
            "lookup",
            "dns",
            "nexthop",
            "equivalence",
        ],
    ),
    (
        "translate",
        &[
            "source",
            "model",
            "lookup",
            "formats",
            "equivalence",
            "store",
        ],
    ),
    (
        "report",
        &["source", "diagnostic", "model", "lookup", "nexthop"],
    ),
    ("smtp", &["model", "nexthop"]),
    (
        "cli",
        &[
            "source",
            "diagnostic",
            "control",
            "model",
            "lookup",
            "dns",
            "formats",
            "equivalence",
            "nexthop",
            "store",
            "translate",
            "lint",
            "report",
            "smtp",
        ],
    ),
];

fn rust_files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

fn files_of(module: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    rust_files(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src")
            .join(module),
        &mut files,
    );
    files
}

/// The modules named by `crate::NAME` in code that is not for tests.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.split("crate::")
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect::<String>()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn modules_import_lower_layers_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules: Vec<String> = fs::read_dir(&src)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.is_dir())
        .map(|p| p.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    modules.sort();
    let mut listed: Vec<String> = LAYERS.iter().map(|(m, _)| (*m).to_owned()).collect();
    listed.sort();
    assert_eq!(
        modules, listed,
        "every module has its line in the table of layers"
    );

    let mut seen = 0;
    for (module, allowed) in LAYERS {
        for file in files_of(module) {
            let text = fs::read_to_string(&file).unwrap();
            assert!(
                !text.contains("use crate::{"),
                "{}: write one path a line, so that this test sees it",
                file.display()
            );
            for name in imports(&text) {
                seen += 1;
                assert!(
                    name == *module || allowed.contains(&name.as_str()),
                    "{} imports {name}, which {module} must not",
                    file.display()
                );
            }
        }
    }
    assert!(
        seen > 40,
        "only {seen} imports found: the test no longer sees them"
    );
}

/// What opens sockets, or waits for them, however it is imported.
const SOCKETS: [&str; 8] = [
    "socket2",
    "rustix::event",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "UnixListener",
    "UnixDatagram",
];

/// True when `word` stands in `code` as a word, not within a longer one.
fn has_word(code: &str, word: &str) -> bool {
    let is_inner = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let (before, behind) = (&code[..at], &code[at + word.len()..]);
        !before.ends_with(is_inner) && !behind.starts_with(is_inner)
    })
}

#[test]
fn words_are_found_however_they_are_imported() {
    for code in [
        "use std::net::{IpAddr, TcpStream};",
        "net::TcpStream::connect(address)",
        "TcpStream",
    ] {
        assert!(has_word(code, "TcpStream"), "{code}");
    }
    for code in ["MyTcpStream", "TcpStreams", "tcpstream", "a_TcpStream", ""] {
        assert!(!has_word(code, "TcpStream"), "{code}");
    }
}

#[test]
fn sockets_files_and_the_runtime_stay_where_they_belong() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut opened = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let name = file
            .strip_prefix(&src)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let module = name.split('/').next().unwrap_or_default();
        if code.contains("tokio") {
            assert!(
                name == "dns/hickory.rs",
                "{name} knows of the async runtime"
            );
        }
        if code.contains("hickory_resolver") {
            assert!(module == "dns", "{name} knows which DNS library is used");
        }
        if code.contains("std::fs") {
            // The memory of time-outs is shared with qmail-remote, in its format.
            assert!(
                ["cli", "control", "store"].contains(&module) || name == "smtp/tcpto.rs",
                "{name} touches files"
            );
        }
        // The servers of tests have sockets of the standard library.
        let words = match name.contains("/tests/") {
            true => &SOCKETS[..2],
            false => &SOCKETS[..],
        };
        for word in words {
            let opens = has_word(code, word);
            assert!(!opens || name == "smtp/socket.rs", "{name} uses {word}");
            opened += usize::from(opens);
        }
        assert!(
            !code.contains("rustix::{"),
            "{name}: write one path a line, so that this test sees it"
        );
        if code.contains("rustls") {
            assert!(
                ["smtp/tls.rs", "smtp/connection.rs"].contains(&name.as_str()),
                "{name} knows which TLS library is used"
            );
        }
        assert!(
            !code.contains("unsafe "),
            "{name} is unsafe without an argument written down here"
        );
    }
    assert!(
        opened >= 3,
        "only {opened} words of sockets found: the test no longer sees them"
    );
}

#[test]
fn files_and_programs_stay_small() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    rust_files(&root.join("src"), &mut files);
    for file in &files {
        let lines = fs::read_to_string(file).unwrap().lines().count();
        assert!(
            lines <= 500,
            "{} has {lines} lines: split it along what it does",
            file.display()
        );
    }
    let mut programs = Vec::new();
    rust_files(&root.join("bin"), &mut programs);
    for file in &programs {
        let lines = fs::read_to_string(file).unwrap().lines().count();
        assert!(
            lines <= 80,
            "{} has {lines} lines: bin/ only composes",
            file.display()
        );
    }
}
