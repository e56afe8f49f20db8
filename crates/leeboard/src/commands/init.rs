//! `init`: writes a commented leeboard.toml and identity.toml to start from.
//!
//! Owns the two texts, which lie beside this file. Writes both or none.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};

use crate::args::InitArguments;
use crate::exit::Exit;
use crate::output;

const FILES: [(&str, &str); 2] = [
    ("leeboard.toml", include_str!("init/leeboard.toml")),
    ("identity.toml", include_str!("init/identity.toml")),
];

pub(crate) fn run(arguments: &InitArguments) -> anyhow::Result<Exit> {
    let folder = &arguments.dir;
    let there: Vec<String> = FILES
        .iter()
        .map(|(name, _)| folder.join(name))
        .filter(|path| path.exists())
        .map(|path| path.display().to_string())
        .collect();
    if !there.is_empty() && !arguments.force {
        bail!("write {}: already there (overwrite with --force)", there.join(" and "));
    }
    fs::create_dir_all(folder).with_context(|| format!("create the folder {}", folder.display()))?;
    for (name, text) in FILES {
        let path = folder.join(name);
        write(&path, text, arguments.force).with_context(|| format!("write {}", path.display()))?;
        output::say(format_args!("wrote {}", path.display()));
    }
    output::say("next: set the upstream in leeboard.toml and run `leeboard serve`, or `leeboard chat`");
    Ok(Exit::Done)
}

fn write(path: &Path, text: &str, overwrite: bool) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    if overwrite {
        options.write(true).create(true).truncate(true);
    } else {
        options.write(true).create_new(true);
    }
    options.open(path)?.write_all(text.as_bytes())
}
