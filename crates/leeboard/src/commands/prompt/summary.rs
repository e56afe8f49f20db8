//! `prompt --all --summary`: what the prompts of a conversation cost, beside a rolling window.
//!
//! Owns the figures. Billing: cached tokens cost a tenth of others, which is what providers
//! that cache prefixes charge at best.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};
use leeboard_eval::prompts::{Policy, PromptLine, Which};
use leeboard_io::conversation::Conversation;
use serde::Serialize;

use crate::args::PromptArguments;
use crate::exit::Exit;
use crate::input;
use crate::output::{self, Data};
use crate::parallel;

use super::Maker;

/// What a cached token costs, as a share of an uncached one.
const CACHED_PRICE: f64 = 0.1;

/// One conversation's figures.
#[derive(Debug, Serialize)]
struct Summary {
    conversation: String,
    turns: usize,
    mean_tokens: f64,
    max_tokens: usize,
    over_budget: usize,
    cached_share: f64,
    billed_per_turn: f64,
    window20_billed_per_turn: f64,
}

pub(super) fn run(arguments: &PromptArguments, maker: &Maker<'_>, exit: &mut Exit) -> anyhow::Result<()> {
    let conversations = input::conversations(&arguments.files, exit);
    let mut summaries = Vec::new();
    let work = |conversation: &Conversation| summary(conversation, maker);
    parallel::in_order(conversations.iter(), parallel::threads(), work, |summary| {
        match summary {
            Ok(summary) => summaries.push(summary),
            Err(error) => {
                output::failed(&error);
                *exit = Exit::Bad;
            }
        }
        Ok(())
    })?;
    let mut data = Data::open();
    if arguments.json {
        summaries.iter().try_for_each(|summary| data.json(summary))?;
    } else {
        data.text(&table(&summaries))?;
    }
    data.flush()
}

fn summary(conversation: &Conversation, maker: &Maker<'_>) -> anyhow::Result<Summary> {
    let lines = maker.prompts(conversation, &Which::All)?;
    let window = maker.prompts_by(conversation, &Which::All, Policy::Window20)?;
    let total = |line: &PromptLine| line.tokens.get("total").copied().unwrap_or_default();
    let tokens: usize = lines.iter().map(total).sum();
    let cached: usize = lines.iter().map(|line| line.cached_prefix_tokens).sum();
    Ok(Summary {
        conversation: conversation.id.clone(),
        turns: lines.len(),
        mean_tokens: rounded(tokens as f64 / lines.len().max(1) as f64, 1),
        max_tokens: lines.iter().map(total).max().unwrap_or_default(),
        over_budget: lines.iter().filter(|line| line.over_budget).count(),
        cached_share: rounded(cached as f64 / tokens.max(1) as f64, 4),
        billed_per_turn: billed(&lines),
        window20_billed_per_turn: billed(&window),
    })
}

fn billed(lines: &[PromptLine]) -> f64 {
    let sum: f64 = lines.iter().map(|line| line.billed(CACHED_PRICE)).sum();
    rounded(sum / lines.len().max(1) as f64, 1)
}

fn rounded(value: f64, digits: i32) -> f64 {
    let factor = 10_f64.powi(digits);
    (value * factor).round() / factor
}

fn table(summaries: &[Summary]) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    table.set_header([
        "conversation",
        "turns",
        "mean\ntokens",
        "max",
        "over\nbudget",
        "cached",
        "billed\na turn",
        "billed by\nwindow20",
    ]);
    for summary in summaries {
        let number = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        table.add_row([
            Cell::new(&summary.conversation),
            number(summary.turns.to_string()),
            number(format!("{:.0}", summary.mean_tokens)),
            number(summary.max_tokens.to_string()),
            number(summary.over_budget.to_string()),
            number(format!("{:.0} %", 100.0 * summary.cached_share)),
            number(format!("{:.0}", summary.billed_per_turn)),
            number(format!("{:.0}", summary.window20_billed_per_turn)),
        ]);
    }
    let unpadded = |line: String| format!("{}\n", line.strip_prefix(' ').unwrap_or(&line).trim_end());
    table.lines().map(unpadded).collect()
}
