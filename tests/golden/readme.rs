//! README.md shows what the programs print.
//!
//! Every command of the blocks below is run, one after the other in a directory of their own, in which `testdata` is the one of
//! the repository: what a command writes is there for the next ones. It must print exactly what stands there, standard error
//! included. Left out are `cargo`, `man`, and what needs a name server.
//!
//! ```console
//! $ qroute-resolve --no-dns …
//! what it prints
//! ```

use std::fs;
use std::path::Path;
use std::process::Command;

use qroute::formats::{FORMATS, Format, WriteOptions};
use qroute::model::{Feature, Support};

/// A command and the text below it.
struct Example {
    line: usize,
    command: String,
    output: String,
}

/// The examples of all `console` blocks. A command ends at the first line without `\` at its end.
fn examples(text: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut inside = false;
    let mut continued = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
            continue;
        }
        if !inside {
            continue;
        }
        let command = line.strip_prefix("$ ");
        if let Some(command) = command {
            found.push(Example {
                line: number + 1,
                command: String::new(),
                output: String::new(),
            });
            continued = take_command(&mut found, command);
        } else if continued {
            continued = take_command(&mut found, line);
        } else {
            let example = found.last_mut().expect("output without a command");
            example.output.push_str(line);
            example.output.push('\n');
        }
    }
    found
}

fn take_command(found: &mut [Example], part: &str) -> bool {
    let example = found.last_mut().unwrap();
    let more = part.ends_with('\\');
    example.command.push_str(part.trim_end_matches('\\'));
    more
}

#[test]
fn examples_print_what_the_readme_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let programs = Path::new(env!("CARGO_BIN_EXE_qroute-resolve"))
        .parent()
        .unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let dir = Scratch::new();
    std::os::unix::fs::symlink(root.join("testdata"), dir.0.join("testdata")).unwrap();
    let mut run = 0;
    for example in examples(&readme) {
        let command = example
            .command
            .replace("cargo run --release -- ", "qroute-resolve ");
        let asks = command.contains("qroute-resolve") && !command.contains("--no-dns");
        if asks || command.starts_with("cargo ") || command.starts_with("man ") {
            continue;
        }
        run += 1;
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .current_dir(&dir.0)
            .env("PATH", &path)
            .env("TERM", "dumb")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("QROUTE_FROM")
            .env_remove("QROUTE_DNS")
            .env_remove("CLICOLOR_FORCE")
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            example.output,
            "README.md:{}: {command}",
            example.line
        );
        let known = [0, 1, 100, 111];
        assert!(
            output
                .status
                .code()
                .is_some_and(|code| known.contains(&code)),
            "README.md:{}: {command}: {}",
            example.line,
            output.status
        );
    }
    assert!(
        run >= 60,
        "only {run} examples found: the test no longer sees them"
    );
}

/// Names that the page gives as files of the repository exist; blocks without `$` name only what there is.
#[test]
fn hooks_and_recipes_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let hooks = fs::read_to_string(root.join(".pre-commit-hooks.yaml")).unwrap();
    let yaml = readme
        .split("```yaml\n")
        .nth(1)
        .expect("a configuration of pre-commit");
    let yaml = yaml.split("```").next().unwrap();
    let ids: Vec<&str> = yaml
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- id: "))
        .collect();
    assert!(!ids.is_empty());
    for id in ids {
        assert!(hooks.contains(&format!("- id: {id}\n")), "no hook {id}");
    }
    for recipe in fs::read_dir(root.join("testdata/recipes")).unwrap() {
        let name = recipe.unwrap().file_name().into_string().unwrap();
        assert!(
            readme.contains(&format!("testdata/recipes/{name}")),
            "{name}"
        );
    }
}

/// A directory that ends with the test.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("qroute-readme-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_first_command_is_the_first_block() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let examples = examples(&readme);
    assert!(examples[0].command.starts_with("cargo run --release -- "));
    assert_eq!(examples[1].command, "cargo test");
}

#[test]
fn every_dialect_has_its_line() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    for dialect in &qroute::formats::smtproutes::DIALECTS {
        let row = format!("\n| `{}`", dialect.name);
        assert_eq!(
            readme.matches(&row).count(),
            1,
            "the row of dialect {}",
            dialect.name
        );
    }
}

/// The column heads of the matrix: a format, or a group of dialects by its first member.
fn columns() -> Vec<(String, &'static Format, WriteOptions)> {
    let mut columns = Vec::new();
    for format in FORMATS {
        for (dialects, options) in format.variants() {
            let head = match dialects.as_slice() {
                [] => format.id.0.to_owned(),
                [first, ..] => format!("{} `{first}`", format.id.0),
            };
            columns.push((head, format, options));
        }
    }
    columns
}

/// The matrix, as the formats themselves have it: `Y`, `a` for nearly with a note, empty for no.
fn matrix() -> String {
    let columns = columns();
    let mut out = String::new();
    let heads: Vec<&str> = columns.iter().map(|(head, ..)| head.as_str()).collect();
    out.push_str(&format!("| what a route says | {} |\n", heads.join(" | ")));
    out.push_str(&format!("|---|{}\n", "---|".repeat(columns.len())));
    let mut notes: Vec<(String, Vec<&str>)> = Vec::new();
    for (feature, name, meaning) in Feature::ALL {
        let mut cells = Vec::new();
        for (head, format, options) in &columns {
            cells.push(match format.support(feature, options) {
                Support::Yes => "Y".to_owned(),
                Support::No => String::new(),
                Support::Approximate(how) | Support::Unknown(how) => {
                    let text = format!("{name}: {how}");
                    let at = notes.iter().position(|(known, _)| *known == text);
                    let at = at.unwrap_or_else(|| {
                        notes.push((text, Vec::new()));
                        notes.len() - 1
                    });
                    notes[at].1.push(head);
                    format!("a{}", at + 1)
                }
            });
        }
        out.push_str(&format!(
            "| {meaning} (`{name}`) | {} |\n",
            cells.join(" | ")
        ));
    }
    out.push('\n');
    for (at, (text, _)) in notes.iter().enumerate() {
        out.push_str(&format!("{}. {text}\n", at + 1));
    }
    out
}

#[test]
fn the_matrix_is_that_of_the_formats() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- matrix -->\n", "<!-- end of matrix -->\n");
    let start = readme.find(begin).expect("the matrix begins") + begin.len();
    let stop = readme.find(end).expect("the matrix ends");
    let wanted = matrix();
    if std::env::var_os("QROUTE_ACCEPT").is_some() {
        let text = [&readme[..start], &wanted, &readme[stop..]].concat();
        fs::write(&path, text).unwrap();
        return;
    }
    assert_eq!(
        &readme[start..stop],
        wanted,
        "QROUTE_ACCEPT=1 cargo test --test golden readme writes it"
    );
    // What distinguishes the formats is in it.
    assert!(wanted.lines().filter(|line| line.starts_with("| ")).count() > Feature::ALL.len());
}
