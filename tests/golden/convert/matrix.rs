//! All public samples to all formats: testdata/convert/FORMAT.expect says what is kept, what is refused and what is lost;
//! `QROUTE_ACCEPT=1 cargo test --test golden convert::matrix` writes it anew: every sentence must be true.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use qroute::formats::smtproutes::Dialect;
use qroute::formats::{FORMATS, Format};
use qroute::lookup::Store;
use qroute::source::{Input, State};
use qroute::store::MemoryStore;
use qroute::translate::{Effect, translate};

use super::tables::Side;
use super::{request, with_patterns};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// The tables of a format: those of the tour, and the samples; files of one directory are one table.
fn tables(format: &Format) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let tour = root().join("tour").join(format.id.0);
    let samples = root().join("samples").join(format.id.0);
    if tour.is_file() || format.is_directory {
        found.push(tour);
    } else {
        let all = fs::read_dir(tour).unwrap();
        found.extend(all.map(|entry| entry.unwrap().path()));
    }
    if let Ok(all) = fs::read_dir(samples) {
        let mut all: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).collect();
        all.sort();
        let is_table = |path: &PathBuf| {
            let name = path.to_string_lossy();
            !name.ends_with(".expect.txt") && !name.ends_with(".seen")
        };
        found.extend(all.into_iter().filter(is_table));
    }
    found
}

fn read(format: &'static Format, path: &Path) -> Option<MemoryStore> {
    let mut input = Input::default();
    let mut push = |name: &str, path: &Path| {
        let bytes = fs::read(path).unwrap();
        let known = format.files.contains(&name);
        let name = if known { name } else { format.files[0] };
        input.push(name, name, State::Bytes(bytes)).unwrap();
    };
    if path.is_dir() {
        for name in format.files {
            if path.join(name).is_file() {
                push(name, &path.join(name));
            }
        }
    } else {
        let name = path.file_name().unwrap().to_str().unwrap();
        push(name, path);
    }
    let side = Side {
        format,
        dialect: Dialect::find("notqmail").unwrap(),
    };
    let document = (format.read)(input, &side.read_options()).ok()?;
    // What programs refuse to translate is of no interest here.
    document.error().is_none().then(|| with_patterns(document))
}

fn targets() -> Vec<Side> {
    let notqmail = Dialect::find("notqmail").unwrap();
    let mut all = Vec::new();
    for format in FORMATS {
        match format.has_dialects() {
            true => {
                for name in ["notqmail", "s-qmail", "skarnet", "courier"] {
                    let dialect = Dialect::find(name).unwrap();
                    all.push(Side { format, dialect });
                }
            }
            false => all.push(Side {
                format,
                dialect: notqmail,
            }),
        }
    }
    all
}

fn outcome(source: &MemoryStore, target: &Side, out: &mut String, whole: bool) {
    let translation = match translate(source, &request(target)) {
        Ok(translation) => translation,
        Err(error) => {
            writeln!(out, "  {}: error: {error}", target.name()).unwrap();
            return;
        }
    };
    let lossy = translation.losses.iter();
    let lossy = lossy.filter(|loss| loss.effect != Effect::Cosmetic).count();
    let verdict = if lossy == 0 { "kept" } else { "refused" };
    writeln!(
        out,
        "  {}: {verdict}, {} of {} routes",
        target.name(),
        translation.written,
        source.document().table.len()
    )
    .unwrap();
    for loss in &translation.losses {
        let place = loss.route.and_then(|route| {
            let document = source.document();
            document.place(document.route(route).origin())
        });
        let line = place.map_or_else(|| "-".to_owned(), |place| place.line.to_string());
        let (effect, feature) = (loss.effect.name(), loss.feature.name());
        writeln!(out, "    {line}: {effect} {feature}: {}", loss.text).unwrap();
    }
    if whole {
        for (name, text) in &translation.output.files {
            writeln!(out, "    | {name}").unwrap();
            for line in String::from_utf8_lossy(text).lines() {
                writeln!(out, "    |   {line}").unwrap();
            }
        }
    }
}

#[test]
fn matrix() {
    let accept = std::env::var_os("QROUTE_ACCEPT").is_some();
    let mut differing = Vec::new();
    let mut pairs = 0;
    for from in FORMATS {
        let mut out = String::new();
        for path in tables(from) {
            let Some(source) = read(from, &path) else {
                continue;
            };
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            writeln!(out, "{name}").unwrap();
            let whole = name.starts_with("tour");
            for target in targets() {
                pairs += 1;
                outcome(&source, &target, &mut out, whole);
            }
        }
        assert!(!out.contains("bug of"), "{out}");
        let path = root().join(format!("convert/{}.expect", from.id.0));
        if accept {
            fs::write(&path, &out).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != out {
            differing.push(path);
        }
    }
    assert!(differing.is_empty(), "{differing:?}");
    assert!(pairs > 200, "{pairs}");
}
