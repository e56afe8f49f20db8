//! `demo`: a managed agent beside a plain one, live, on a simulated model.
//!
//! Owns the table. The run and its figures are `leeboard_eval::demo`'s.

use leeboard_eval::demo::{self, Lane, Options, Row, Summary, Totals};

use crate::args::DemoArguments;
use crate::exit::Exit;
use crate::output::{self, Data};
use crate::shell;

pub(crate) fn run(arguments: &DemoArguments) -> anyhow::Result<Exit> {
    let options = Options { turns: arguments.turns, seed: arguments.seed };
    let mut data = Data::open();
    if !arguments.json {
        output::say("this is a simulation: both agents talk to a stand-in, no model is asked");
        data.text(&header())?;
    }
    // The run cannot be stopped by its listener, so a closed stdout is remembered until the end.
    let mut written = Ok(());
    let summary = shell::block_on(async {
        let on_row = |row: &Row| {
            if written.is_ok() {
                written = show(&mut data, row, arguments.json);
            }
        };
        Ok(demo::run(&options, on_row).await?)
    })?;
    written?;
    if arguments.json {
        data.json(&summary)?;
    } else {
        data.text(&closing(&summary))?;
    }
    data.flush()?;
    Ok(Exit::Done)
}

fn show(data: &mut Data, row: &Row, json: bool) -> anyhow::Result<()> {
    if json {
        data.json(row)?;
    } else {
        data.text(&line(row))?;
    }
    data.flush()
}

fn header() -> String {
    format!(
        "{:>4}  {:<22}  {:<34}  {:<34}\n{:>4}  {:<22}  {}  {}\n",
        "",
        "",
        "with leeboard",
        "last 20 messages",
        "turn",
        "",
        lane_header(),
        lane_header()
    )
}

fn lane_header() -> String {
    format!("{:>5} {:>6}  {:<21}", "drift", "tokens", "")
}

fn line(row: &Row) -> String {
    let text = format!(
        "{:>4}  {:<22}  {}  {}",
        row.turn,
        clipped(&row.phase, 22),
        lane(&row.managed),
        lane(&row.plain)
    );
    format!("{}\n", text.trim_end())
}

fn lane(lane: &Lane) -> String {
    let mut remarks = Vec::new();
    if let Some(fact) = &lane.fact {
        remarks.push(if fact.right { "knows" } else { "has forgotten" });
    }
    remarks.extend(lane.flags.iter().map(|flag| flag.name()));
    if !matches!(lane.correction, "" | "observe") {
        remarks.push("corrected");
    }
    format!("{:>5.2} {:>6}  {:<21}", lane.drift, lane.prompt_tokens, clipped(&remarks.join(", "), 21))
}

fn clipped(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

fn closing(summary: &Summary) -> String {
    let figures = |name: &str, of: &dyn Fn(&Totals) -> String| {
        format!("  {name:<28}{:>14}{:>18}\n", of(&summary.managed), of(&summary.plain))
    };
    let turns = summary.turns.max(1);
    let mut text = format!("\n  {:<28}{:>14}{:>18}\n", "", "with leeboard", "last 20 messages");
    text += &figures("facts answered right", &|t| format!("{} of {}", t.facts_right, t.facts_asked));
    text += &figures("replies flagged", &|t| t.drifted_turns.to_string());
    text += &figures("mean drift", &|t| format!("{:.3}", t.mean_drift));
    text += &figures("prompt tokens a turn", &|t| per(t.tokens, turns));
    text += &figures("of them cached", &|t| per(t.cached_tokens, turns));
    text += &figures("billed tokens a turn", &|t| per(t.billed_tokens, turns));
    text += &figures("turns corrected", &|t| t.corrections.to_string());
    text += "\nThis was a simulation: a stand-in without memory, whose persona fades with distance, made \
             up\nboth sides' replies. It shows how leeboard works, not what it does for your model. To \
             see\nwhere your own conversations drift:\n\n  leeboard audit chats.jsonl\n";
    text
}

fn per(total: usize, turns: u32) -> String {
    format!("{:.0}", total as f64 / f64::from(turns))
}
