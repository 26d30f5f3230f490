//! What a program says to somebody who does not know it yet: help, and the name that was meant.

use super::support::{Dir, bare, run};

const PROGRAMS: &[(&str, &str)] = &[
    ("qroute-resolve", env!("CARGO_BIN_EXE_qroute-resolve")),
    ("qroute-lint", env!("CARGO_BIN_EXE_qroute-lint")),
    ("qroute-fmt", env!("CARGO_BIN_EXE_qroute-fmt")),
    ("qroute-diff", env!("CARGO_BIN_EXE_qroute-diff")),
    ("qroute-convert", env!("CARGO_BIN_EXE_qroute-convert")),
    ("qroute-compile", env!("CARGO_BIN_EXE_qroute-compile")),
];

fn program(name: &str) -> &'static str {
    PROGRAMS.iter().find(|(known, _)| *known == name).unwrap().1
}

#[test]
fn help_is_short_and_long_with_examples() {
    for (name, path) in PROGRAMS {
        let [short, long] = ["-h", "--help"].map(|option| {
            let ran = run(bare(path).arg(option));
            assert_eq!((ran.code(), ran.err()), (0, ""), "{name} {option}");
            ran.out().to_owned()
        });
        assert!(short.lines().count() < long.lines().count(), "{name}");
        for help in [&short, &long] {
            assert!(help.lines().all(|line| line.chars().count() <= 100));
            let (_, end) = help.split_once("\nExamples:\n").expect(name);
            let (examples, end) = end.split_once("\n\n").expect(name);
            assert!(end.contains("Exit status: 0 "), "{name}");
            let commands = examples
                .lines()
                .filter(|line| line.starts_with("  qroute-"));
            let mut seen = 0;
            for command in commands {
                seen += 1;
                // An example names this program, and only options that it has.
                let mut words = command.split_whitespace();
                assert_eq!(words.next(), Some(*name), "{command}");
                for option in words.filter(|word| word.starts_with("--")) {
                    let option = option.split('=').next().unwrap();
                    let item = |line: &str| {
                        line.trim_start()
                            .split([' ', ',', '['])
                            .any(|word| word == option)
                    };
                    let known = long
                        .lines()
                        .filter(|line| line.trim_start().starts_with('-'))
                        .any(item);
                    assert!(known, "{command}: {option}");
                }
            }
            assert!(seen >= 4, "{name}: {seen} examples");
        }
    }
}

/// The command as a shell has it, and the name that was meant; the table is called `t`.
const MISTAKES: &[(&str, &str)] = &[
    // Options.
    ("qroute-resolve --rotes t a", "'--routes'"),
    ("qroute-lint --fixx t", "'--fix'"),
    ("qroute-fmt --chek t", "'--check'"),
    ("qroute-compile --strikt t", "'--strict'"),
    ("qroute-compile --for exmi t", "'exim'"),
    ("qroute-compile --dialect sagrado t", "`sagredo`"),
    ("qroute-diff --lits t t", "'--list'"),
    ("qroute-convert t --too xeams", "'--to'"),
    // Values that are a closed list.
    ("qroute-resolve --output-format jsnl a", "'jsonl'"),
    ("qroute-resolve --direction inboud a", "'inbound'"),
    ("qroute-lint --output-format sarf t", "'sarif'"),
    ("qroute-lint --fail-on warnig t", "'warning'"),
    ("qroute-diff --output-format htm t t", "'html'"),
    ("qroute-fmt --color alwys t", "'always'"),
    ("qroute-convert --completions bsh", "'bash'"),
    // Formats.
    (
        "qroute-resolve --routes t --from postfix a",
        "`postfix-transport`",
    ),
    ("qroute-resolve --routes t --from smtp a", "`smtproutes`"),
    ("qroute-lint --from xeam t", "`xeams`"),
    ("qroute-fmt --from imvsa t", "`imsva`"),
    ("qroute-diff --from-new smtproute t t", "`smtproutes`"),
    ("qroute-convert t --to xaems", "`xeams`"),
    ("qroute-convert t --from C-panel --to xeams", "`cpanel`"),
    // Dialects.
    (
        "qroute-resolve --routes t --dialect notqmial a",
        "`notqmail`",
    ),
    ("qroute-lint --dialect qsmpt t", "`qsmtp`"),
    ("qroute-fmt --for sagrado t", "`sagredo`"),
    ("qroute-diff --dialect-new sqmail t", "`s-qmail`"),
    (
        "qroute-convert t --to smtproutes --to-dialect curier",
        "`courier`",
    ),
    // One for the other.
    (
        "qroute-convert t --to qmail",
        "--to smtproutes --to-dialect notqmail",
    ),
    (
        "qroute-resolve --routes t --from courier a",
        "--from smtproutes --dialect courier",
    ),
    ("qroute-lint --dialect xeams t", "--from says it"),
    // Rules, features, and what vendors leave open.
    ("qroute-lint --select port-emty t", "`port-empty`"),
    ("qroute-lint --ignore star t", "`star-wildcard`"),
    (
        "qroute-lint --explain-rule star-wildcart",
        "`star-wildcard`",
    ),
    ("qroute-lint --deny warnngs t", "`warnings`"),
    ("qroute-convert t --to imsva --accept coment", "`comment`"),
    (
        "qroute-convert t --to imsva --widen sendr",
        "there are sender,",
    ),
    (
        "qroute-resolve --routes x.xml --assume ordr=first-match a",
        "order",
    ),
    (
        "qroute-resolve --routes x.xml --assume order=frist-match a",
        "first-match",
    ),
];

#[test]
fn a_name_that_nobody_knows_suggests_the_near_one() {
    let dir = Dir::with(&[
        ("t", "a.example:b.example\n"),
        ("x.xml", "<CustomRouting>\n</CustomRouting>\n"),
    ]);
    for (command, wanted) in MISTAKES {
        let mut words = command.split(' ');
        let mut ran = bare(program(words.next().unwrap()));
        let ran = run(ran.args(words).current_dir(dir.path()));
        assert_eq!((ran.code(), ran.out()), (2, ""), "{command}");
        assert!(ran.err().contains(wanted), "{command}: {}", ran.err());
    }
}
