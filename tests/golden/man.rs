//! The manual pages name what the program has, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("man").join(name)).unwrap()
}

/// The programs, by name, with fewer options than each has.
const PROGRAMS: &[(&str, &str, usize)] = &[
    ("qroute-resolve", env!("CARGO_BIN_EXE_qroute-resolve"), 25),
    ("qroute-convert", env!("CARGO_BIN_EXE_qroute-convert"), 30),
    ("qroute-fmt", env!("CARGO_BIN_EXE_qroute-fmt"), 15),
    ("qroute-lint", env!("CARGO_BIN_EXE_qroute-lint"), 30),
    ("qroute-diff", env!("CARGO_BIN_EXE_qroute-diff"), 30),
    ("qroute-compile", env!("CARGO_BIN_EXE_qroute-compile"), 15),
];

fn printed_by(program: &str, option: &str) -> String {
    let output = Command::new(program).arg(option).output().unwrap();
    assert!(output.status.success(), "{option}: {}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

fn printed(option: &str) -> String {
    printed_by(PROGRAMS[0].1, option)
}

/// The options of `--help`: the words with a `-` at the start of each line that describes one.
fn options_of_help(help: &str) -> BTreeSet<String> {
    help.lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with('-') && !line.starts_with("- "))
        .flat_map(|line| {
            // `--backup[=SUFFIX]`: the value is no part of the name.
            let words = line.split([' ', ',']).filter(|word| word.starts_with('-'));
            words.map(|word| word.split('[').next().unwrap_or(word))
        })
        .map(str::to_owned)
        .collect()
}

/// The options in mdoc text: what stands behind `Fl`, with its `-`.
fn options_of_page<'p>(lines: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
    lines
        .filter(|line| line.starts_with('.') && !line.starts_with(".\\\""))
        .flat_map(|line| {
            let words: Vec<&str> = line.trim_start_matches('.').split(' ').collect();
            let flags = words.windows(2).filter(|pair| pair[0] == "Fl");
            flags
                .map(|pair| format!("-{}", pair[1]))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn options_of_the_page_and_of_the_program_are_the_same() {
    for (name, program, most) in PROGRAMS {
        let help = options_of_help(&printed_by(program, "--help"));
        assert!(
            help.len() > *most,
            "{name}: only {} options found in --help",
            help.len()
        );
        let page = page(&format!("{name}.1"));
        let items = page.lines().filter(|line| line.starts_with(".It "));
        assert_eq!(
            options_of_page(items),
            help,
            "{name}: items of the page and --help"
        );
        let mentioned = options_of_page(page.lines());
        let unknown: Vec<_> = mentioned.difference(&help).collect();
        assert!(
            unknown.is_empty(),
            "{name}: not options of the program: {unknown:?}"
        );
    }
}

#[test]
fn all_decisions_and_error_kinds_are_described() {
    let page = page("qroute-resolve.1");
    let mut seen = 0;
    for line in printed("--kinds").lines() {
        let mut fields = line.split('\t');
        let (what, name) = (fields.next().unwrap(), fields.next().unwrap());
        let item = format!(".It Cm {name}");
        assert!(
            page.lines().any(|line| line == item),
            "{what} {name}: no line `{item}`"
        );
        seen += 1;
    }
    assert_eq!(
        page.lines().filter(|l| l.starts_with(".It Cm ")).count(),
        seen,
        "the page describes no other kinds"
    );
}

#[test]
fn all_dialects_are_described() {
    let page = page("qroute-smtproutes.5");
    let mut seen = 0;
    for line in printed("--formats").lines() {
        let mut fields = line.split('\t');
        let (what, name) = (fields.next().unwrap(), fields.next().unwrap());
        if what == "dialect" {
            let item = format!(".Ss {name}");
            assert!(
                page.lines().any(|line| line == item),
                "dialect {name}: no line `{item}`"
            );
            seen += 1;
        }
    }
    assert_eq!(
        page.lines().filter(|l| l.starts_with(".Ss ")).count(),
        seen,
        "the page describes no other dialects"
    );
}

#[test]
fn every_format_has_its_page_with_all_assumptions() {
    for format in qroute::formats::FORMATS {
        let text = page(&format!("qroute-{}.5", format.id.0));
        for open in format.open {
            // Text of the user's is an argument.
            let shown = |value: &str| match value.strip_prefix('<') {
                Some(name) => format!("{}= Ns Ar {}", open.key, name.trim_end_matches('>')),
                None => format!("{}={value}", open.key),
            };
            let all: Vec<String> = open.values.iter().map(|(value, _)| shown(value)).collect();
            let wanted = format!(".It Cm {}", all.join(" , "));
            assert!(
                text.lines().any(|line| line == wanted),
                "{}: no line `{wanted}`",
                format.id.0
            );
        }
    }
}

/// The sections of a program's page.
const OF_PROGRAMS: &[&str] = &[
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "OPTIONS",
    "ENVIRONMENT",
    "FILES",
    "EXIT STATUS",
    "EXAMPLES",
    "SEE ALSO",
];

/// The sections that a page of each part of the manual has, in the order that mdoc(7) wants.
const SHAPES: &[(&str, &[&str])] = &[
    (".1", OF_PROGRAMS),
    (".8", OF_PROGRAMS),
    (
        ".5",
        &["NAME", "DESCRIPTION", "FILES", "EXAMPLES", "SEE ALSO"],
    ),
];

#[test]
fn pages_have_one_shape() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    let mut seen = 0;
    for entry in fs::read_dir(dir).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let (_, shape) = SHAPES
            .iter()
            .find(|(part, _)| name.ends_with(part))
            .unwrap_or_else(|| panic!("{name}: no part of the manual"));
        let text = page(&name);
        let sections = text.lines().filter_map(|line| line.strip_prefix(".Sh "));
        let sections: Vec<&str> = sections.filter(|section| shape.contains(section)).collect();
        assert_eq!(&sections, shape, "{name}");
        seen += 1;
    }
    assert!(seen >= 13, "{seen} pages");
}

/// Whoever adds a program adds its page, its line in the package, and its line in the table above.
#[test]
fn every_program_has_a_page_and_is_packed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    for entry in fs::read_dir(root.join("bin")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let name = name.strip_suffix(".rs").unwrap();
        let pages = ["1", "8"].map(|part| root.join(format!("man/{name}.{part}")));
        assert!(pages.iter().any(|page| page.exists()), "{name}: no page");
        let packed = format!("[\"target/release/{name}\", \"usr/bin/\", \"755\"]");
        assert!(manifest.contains(&packed), "{name}: no line {packed}");
        let checked = PROGRAMS.iter().any(|(known, ..)| *known == name);
        assert!(
            checked || name == "qroute-remote",
            "{name}: options of its page"
        );
    }
}
