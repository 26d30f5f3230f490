//! What is written, and how it is read back.

use anyhow::{Context, Result, bail};

use super::args::ConvertArgs;
use crate::cli::dialect::named;
use crate::cli::near::{or_nearest, or_nearest_format};
use crate::cli::patterns::JavaPatterns;
use crate::formats::smtproutes::{DIALECTS, Dialect};
use crate::formats::{self, Format, Known, ReadOptions, Template, WriteOptions};
use crate::model::Feature;
use crate::translate::Request;

/// The name that prints commands instead of lists.
pub(super) const COMMANDS: &str = "cpanel-commands";

/// The target, as the options name it.
pub(super) struct Target {
    pub format: &'static Format,
    pub dialect: &'static Dialect,
    /// Commands are printed, and no files.
    pub commands: bool,
}

impl Target {
    /// What `--to` and `--to-dialect` say.
    ///
    /// # Errors
    /// None is named, or none of that name is written.
    pub fn new(args: &ConvertArgs) -> Result<Self> {
        let Some(name) = args.target.to.as_deref() else {
            bail!("--to FORMAT says what to write; --formats lists the formats");
        };
        let commands = name == COMMANDS;
        let name = if commands { "cpanel" } else { name };
        let format = match formats::find(name) {
            Some(Known::Read(format)) => format,
            Some(Known::NotRead(name)) => {
                bail!(
                    "--to {name}: this format is known and not written; --formats lists those that are"
                )
            }
            None => {
                let near =
                    or_nearest_format(name, &formats::names(), "--to smtproutes --to-dialect");
                bail!("--to {name}: no such format{near} --formats lists them")
            }
        };
        let dialect = match args.target.to_dialect.as_deref() {
            Some(_) if !format.has_dialects() => {
                bail!("--to-dialect is about smtproutes, and {name} is another format")
            }
            Some(name) => named(name, "--to-dialect")?,
            None => &DIALECTS[0],
        };
        Ok(Target {
            format,
            dialect,
            commands,
        })
    }

    /// What is asked of the translation. `source` is how the source is read.
    ///
    /// # Errors
    /// A feature that does not exist or cannot be widened; a template that cannot be read.
    pub fn request(
        &self,
        args: &ConvertArgs,
        same_format: bool,
        source: &ReadOptions,
    ) -> Result<Request> {
        let template = match &args.target.template {
            None => None,
            Some(path) => {
                let bytes = std::fs::read(path)
                    .with_context(|| format!("cannot read the template {}", path.display()))?;
                Some(Template {
                    name: path.display().to_string(),
                    bytes,
                    options: ReadOptions {
                        assume: source.assume.clone(),
                        ..ReadOptions::default()
                    },
                })
            }
        };
        let templated = template.is_some();
        // A table of the same format is read in the same way, but for what stands in this file alone.
        let read_back = ReadOptions {
            dialect: self.dialect,
            assume: match same_format || templated {
                true => source.assume.clone(),
                false => Vec::new(),
            },
            ..ReadOptions::default()
        };
        Ok(Request {
            target: self.format,
            options: WriteOptions {
                dialect: self.dialect,
                template,
                ..WriteOptions::default()
            },
            read_back,
            widen: widened(&args.loss.widen)?,
            sender_domains: args.target.sender_domains.clone(),
            first_destination: args.loss.first_destination,
            with_secrets: args.target.with_secrets,
            snapshot: Default::default(),
            patterns: Some(|| Box::new(JavaPatterns::default())),
            max_classes: args.reading.max_classes,
        })
    }

    /// The format's name, with its dialect.
    pub fn shown(&self) -> String {
        match self.format.has_dialects() {
            true => format!("{} ({})", self.format.id.0, self.dialect.name),
            false => self.format.id.0.to_owned(),
        }
    }
}

/// Features that narrow a route.
const NARROWING: [Feature; 5] = [
    Feature::Sender,
    Feature::RecipientAddress,
    Feature::Exceptions,
    Feature::Subject,
    Feature::Direction,
];

fn widened(names: &[String]) -> Result<Vec<Feature>> {
    let feature = |name: &String| {
        let known = Feature::find(name).filter(|feature| NARROWING.contains(feature));
        let Some(feature) = known else {
            let all = NARROWING.map(Feature::name).join(", ");
            bail!("--widen {name}: no condition of that name; there are {all}");
        };
        Ok(feature)
    };
    names.iter().map(feature).collect()
}

/// What may be lost.
pub(super) struct Accepted {
    all: bool,
    features: Vec<Feature>,
}

impl Accepted {
    /// Of the names of `--accept`.
    ///
    /// # Errors
    /// One is no feature.
    pub fn new(names: &[String]) -> Result<Self> {
        let mut accepted = Accepted {
            all: false,
            features: Vec::new(),
        };
        for name in names {
            match Feature::find(name) {
                _ if name == "all" => accepted.all = true,
                Some(feature) => accepted.features.push(feature),
                None => {
                    let all = Feature::ALL.map(|(_, name, _)| name);
                    let near = or_nearest(name, &all);
                    bail!("--accept {name}: no such feature{near} --features lists them");
                }
            }
        }
        Ok(accepted)
    }

    /// Whether this may be lost.
    pub fn takes(&self, feature: Feature) -> bool {
        self.all || self.features.contains(&feature)
    }
}
