//! `doctor`: whether everything that leeboard needs is there and works.
//!
//! Owns the order of the checks and how they are shown. What is looked at is in `checks`. Bad
//! settings end the command before it begins, as they end every other one.

mod checks;
mod database;

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde::Serialize;

use crate::args::DoctorArguments;
use crate::exit::Exit;
use crate::output::Data;
use crate::settings::Settings;
use crate::shell;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Problem,
    /// There is nothing to check.
    Skipped,
}

/// One check.
#[derive(Clone, Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    /// What was seen.
    detail: String,
    /// The way out of a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Check {
    fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Ok, detail: detail.into(), remedy: None }
    }

    fn skipped(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Skipped, detail: detail.into(), remedy: None }
    }

    fn problem(name: &'static str, detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Problem, detail: detail.into(), remedy: Some(remedy.into()) }
    }
}

pub(crate) fn run(arguments: &DoctorArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let checks = shell::block_on(async { Ok(checks::all(settings).await) })?;
    let healthy = checks.iter().all(|check| check.verdict != Verdict::Problem);
    let mut data = Data::open();
    if arguments.json {
        data.json(&serde_json::json!({ "ok": healthy, "checks": checks }))?;
    } else {
        data.text(&as_table(&checks))?;
    }
    data.flush()?;
    Ok(if healthy { Exit::Done } else { Exit::Threshold })
}

fn as_table(checks: &[Check]) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    for check in checks {
        let verdict = match check.verdict {
            Verdict::Ok => "ok",
            Verdict::Problem => "PROBLEM",
            Verdict::Skipped => "-",
        };
        table.add_row([check.name, verdict, &check.detail]);
        if let Some(remedy) = &check.remedy {
            table.add_row(["", "", &format!("-> {remedy}")]);
        }
    }
    let lines = table.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect()
}
