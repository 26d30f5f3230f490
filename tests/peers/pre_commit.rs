//! The hooks of `.pre-commit-hooks.yaml` under the real pre-commit (PyPI), on a repository with control files.
//!
//! The programs are those that cargo built for this test: `language: rust` would build them again, for minutes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn git(dir: &Path, args: &[&str]) {
    let status = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(args)
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(status.status.success(), "git {args:?}: {status:?}");
}

fn pre_commit(dir: &Path, args: &[&str]) -> Output {
    Command::new("pre-commit")
        .args(args)
        .current_dir(dir)
        .env("PRE_COMMIT_HOME", dir.join("../cache"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("PRE_COMMIT_COLOR", "never")
        .output()
        .expect("pre-commit is not installed: pip install pre-commit")
}

fn manifest() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml")
}

/// The manifest as a configuration of local hooks, with the programs that were built.
fn configuration() -> String {
    let mut text = "repos:\n- repo: local\n  hooks:\n".to_owned();
    let programs = [
        ("qroute-lint", env!("CARGO_BIN_EXE_qroute-lint")),
        ("qroute-fmt", env!("CARGO_BIN_EXE_qroute-fmt")),
    ];
    for line in fs::read_to_string(manifest()).unwrap().lines() {
        let mut line = line.replace("language: rust", "language: system");
        if let Some(entry) = line.trim_start().strip_prefix("entry: ") {
            let (program, rest) = entry.split_once(' ').unwrap_or((entry, ""));
            let path = programs
                .iter()
                .find(|(name, _)| *name == program)
                .unwrap()
                .1;
            line = format!("  entry: {path} {rest}");
        }
        if !line.starts_with('#') {
            text.push_str(&format!("  {}\n", line.trim_end()));
        }
    }
    text
}

struct Repository(PathBuf);

impl Repository {
    fn new(name: &str, files: &[(&str, &str)]) -> Repository {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("pre-commit-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        let repository = dir.join("repository");
        fs::create_dir_all(&repository).unwrap();
        git(&repository, &["init", "-q"]);
        fs::write(repository.join(".pre-commit-config.yaml"), configuration()).unwrap();
        for (name, text) in files {
            let path = repository.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        git(&repository, &["add", "-A"]);
        Repository(dir)
    }

    fn path(&self) -> PathBuf {
        self.0.join("repository")
    }

    fn run(&self, hook: &str) -> (i32, String) {
        let output = pre_commit(&self.path(), &["run", hook, "--all-files", "--verbose"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        (output.status.code().unwrap(), text)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_manifest_is_valid() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let output = pre_commit(dir, &["validate-manifest", manifest().to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn lint_fails_a_commit_for_what_it_finds_in_control_files() {
    let bad = " a.example:mx1.example.net\n";
    let repository = Repository::new(
        "lint",
        &[
            ("etc/qmail/control/smtproutes", bad),
            ("etc/qmail/control/me", "me.example\n"),
            ("notes/smtproutes.txt", bad),
            ("README", bad),
        ],
    );
    let (code, text) = repository.run("qroute-lint");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("etc/qmail/control/smtproutes:1:1"), "{text}");
    assert!(
        !text.contains("notes/") && !text.contains("README"),
        "{text}"
    );
    assert_eq!(repository.text("etc/qmail/control/smtproutes"), bad);
}

#[test]
fn lint_passes_what_is_in_order() {
    let repository = Repository::new(
        "clean",
        &[
            ("control/smtproutes", "a.example:mx1.example.net\n"),
            ("control/me", "me.example\n"),
        ],
    );
    for hook in ["qroute-lint", "qroute-lint-fix", "qroute-fmt"] {
        let (code, text) = repository.run(hook);
        assert_eq!(code, 0, "{hook}: {text}");
    }
}

#[test]
fn fixes_and_formatting_are_left_to_be_added() {
    let repository = Repository::new(
        "fix",
        &[
            ("control/smtproutes", " a.example:mx1.example.net\n"),
            ("control/me", "me.example\n"),
        ],
    );
    let (code, text) = repository.run("qroute-lint-fix");
    // pre-commit fails a hook that changes files.
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("files were modified by this hook"), "{text}");
    assert_eq!(
        repository.text("control/smtproutes"),
        "a.example:mx1.example.net\n"
    );
    let repository = Repository::new(
        "fmt",
        &[(
            "control/smtproutes",
            "# two blank lines\n\n\na.example:MX1.example.net\n\n\n",
        )],
    );
    let (code, text) = repository.run("qroute-fmt");
    assert_eq!(code, 1, "{text}");
    assert_eq!(
        repository.text("control/smtproutes"),
        "# two blank lines\n\na.example:mx1.example.net\n"
    );
}
