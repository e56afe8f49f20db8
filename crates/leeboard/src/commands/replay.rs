//! `replay`: what the prompts of recorded conversations cost, by one policy beside another.
//!
//! Owns the policies that are asked for, the table and the comparison of two prompts. The sums
//! are made in `leeboard_eval::cost`.

use anyhow::{Context, anyhow, bail};
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, Table};
use leeboard_core::{Config, Identity};
use leeboard_eval::cost::Cost;
use leeboard_eval::offline::Means;
use leeboard_eval::policies::Policy;
use leeboard_eval::prompts::{PromptLine, Which, prompts};
use leeboard_io::conversation::Conversation;
use leeboard_io::tokens;
use similar::TextDiff;

use crate::args::ReplayArguments;
use crate::exit::Exit;
use crate::input;
use crate::output::{self, Data};
use crate::parallel;
use crate::settings::Settings;
use crate::shell;

/// The policies that are compared unless others are asked for.
const COMPARED: [&str; 2] = ["leeboard", "window20"];

/// Lines around a difference that are shown with it.
const CONTEXT: usize = 3;

/// A policy with the settings that hold for it.
struct Variant {
    /// As asked for.
    name: String,
    policy: Policy,
    config: Config,
}

impl Variant {
    /// Reads `NAME` or `NAME:SETTING=VALUE,...`.
    fn read(text: &str, config: &Config) -> anyhow::Result<Self> {
        let (name, changes) = text.split_once(':').unwrap_or((text, ""));
        let names = || Policy::NAMES.map(|(name, _)| name).join(", ");
        let policy = Policy::from_name(name)
            .ok_or_else(|| anyhow!("find the policy {name:?} (known are {})", names()))?;
        let mut config = config.clone();
        if !changes.is_empty() {
            let mut table = toml::Table::try_from(&config.prompt).context("write the prompt's settings")?;
            let changes: toml::Table = changes
                .replace(',', "\n")
                .parse()
                .with_context(|| format!("read the settings of the policy {text:?}"))?;
            table.extend(changes);
            config.prompt =
                table.try_into().with_context(|| format!("use the settings of the policy {text:?}"))?;
            config.check().with_context(|| format!("use the settings of the policy {text:?}"))?;
        }
        Ok(Self { name: text.to_owned(), policy, config })
    }
}

pub(crate) fn run(arguments: &ReplayArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let identity = input::identity(arguments.identity.as_deref())?;
    let wanted = arguments.policy.iter().map(String::as_str);
    let wanted: Vec<&str> = if arguments.policy.is_empty() { COMPARED.to_vec() } else { wanted.collect() };
    let variants: Vec<Variant> =
        wanted.iter().map(|text| Variant::read(text, &settings.core)).collect::<anyhow::Result<_>>()?;
    let counter = tokens::counter(&settings.encoding)?;
    let embedder = shell::offline(settings)?;
    let mut exit = Exit::Done;
    let conversations = input::conversations(&arguments.files, &mut exit);
    let lines = |conversation: &Conversation, variant: &Variant| {
        let means = Means { config: &variant.config, counter: counter.as_ref(), embedder: &embedder };
        by(conversation, variant, identity.as_ref(), means)
    };
    if let Some(turn) = arguments.diff {
        let mut data = Data::open();
        for conversation in &conversations {
            let all: Vec<Vec<PromptLine>> = variants
                .iter()
                .take(2)
                .map(|variant| lines(conversation, variant))
                .collect::<anyhow::Result<_>>()?;
            data.text(&difference(&variants, &all, turn)?)?;
        }
        data.flush()?;
    } else {
        let work = |conversation: &Conversation| -> anyhow::Result<Vec<Cost>> {
            let cost = |variant: &Variant| {
                let lines = lines(conversation, variant)?;
                Ok(Cost::of(&conversation.id, &variant.name, &lines, &settings.prices, counter.as_ref()))
            };
            variants.iter().map(cost).collect()
        };
        let mut costs = Vec::new();
        parallel::in_order(conversations.iter(), parallel::threads(), work, |found| {
            match found {
                Ok(found) => costs.extend(found),
                Err(error) => {
                    output::failed(&error);
                    exit = Exit::Bad;
                }
            }
            Ok(())
        })?;
        show(&costs, arguments.json)?;
    }
    shell::tell_fault(&embedder);
    Ok(exit)
}

fn by(
    conversation: &Conversation,
    variant: &Variant,
    identity: Option<&Identity>,
    means: Means<'_>,
) -> anyhow::Result<Vec<PromptLine>> {
    Ok(prompts(conversation, &Which::All, variant.policy, identity, means)?)
}

fn show(costs: &[Cost], json: bool) -> anyhow::Result<()> {
    let mut data = Data::open();
    if json {
        costs.iter().try_for_each(|cost| data.json(cost))?;
    } else if !costs.is_empty() {
        data.text(&table(costs))?;
    }
    data.flush()
}

/// How the prompts of a turn differ, as a unified diff. With one policy: from the turn before.
fn difference(variants: &[Variant], all: &[Vec<PromptLine>], turn: usize) -> anyhow::Result<String> {
    let prompt = |lines: &[PromptLine], turn: usize| {
        let line = turn.checked_sub(1).and_then(|at| lines.get(at));
        line.map(written).ok_or_else(|| anyhow!("find turn {turn} (there are {})", lines.len()))
    };
    let (before, after) = match (variants, all) {
        ([only], [lines]) => {
            let before = if turn > 1 { prompt(lines, turn - 1)? } else { String::new() };
            let names = [format!("{}, turn {}", only.name, turn.saturating_sub(1)), turn_of(only, turn)];
            ((names[0].clone(), before), (names[1].clone(), prompt(lines, turn)?))
        }
        ([one, other, ..], [lines, others]) => {
            ((turn_of(one, turn), prompt(lines, turn)?), (turn_of(other, turn), prompt(others, turn)?))
        }
        _ => bail!("compare prompts without a policy"),
    };
    let diff = TextDiff::from_lines(&before.1, &after.1);
    Ok(diff.unified_diff().context_radius(CONTEXT).header(&before.0, &after.0).to_string())
}

fn turn_of(variant: &Variant, turn: usize) -> String {
    format!("{}, turn {turn}", variant.name)
}

/// A prompt for people: each message under its role.
fn written(line: &PromptLine) -> String {
    let mut text = String::new();
    for message in &line.messages {
        text.push_str(&format!("[{}]\n{}\n", message.role.as_str(), message.full_text()));
    }
    text
}

fn table(costs: &[Cost]) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    let prices: Vec<&String> = costs.first().map(|cost| cost.cost.keys().collect()).unwrap_or_default();
    let heads = ["conversation", "policy", "turns", "tokens\na turn", "most", "note", "shared", "cacheable"];
    let billed: Vec<&str> =
        costs.first().map(|cost| cost.billed.keys().copied().collect()).unwrap_or_default();
    let heads = heads.into_iter().map(str::to_owned);
    let bills = billed.iter().map(|share| format!("billed,\ncached {share}"));
    table.set_header(heads.chain(bills).chain(prices.iter().map(|name| format!("cost,\n{name}"))));
    for cost in costs {
        let number = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        let percent = |share: f64| number(format!("{:.0} %", 100.0 * share));
        let mut row = vec![
            Cell::new(&cost.conversation),
            Cell::new(&cost.policy),
            number(cost.turns.to_string()),
            number(format!("{:.0}", cost.mean_tokens)),
            number(cost.max_tokens.to_string()),
            number(format!("{:.0}", cost.mean_note)),
            percent(cost.shared_share),
            percent(cost.cached_share),
        ];
        row.extend(cost.billed.values().map(|billed| number(format!("{billed:.0}"))));
        row.extend(
            prices.iter().filter_map(|name| cost.cost.get(*name)).map(|sum| number(format!("{sum:.4}"))),
        );
        table.add_row(row);
    }
    let unpadded = |line: String| format!("{}\n", line.strip_prefix(' ').unwrap_or(&line).trim_end());
    table.lines().map(unpadded).collect()
}
