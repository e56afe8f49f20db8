//! `demo`: a managed agent beside a plain one, live, on a simulated model.
//!
//! Owns the table. The run and its figures are `leeboard_eval::demo`'s.

use leeboard_eval::demo::{self, Lane, Options, Row, Summary, Totals};

use crate::args::DemoArguments;
use crate::exit::Exit;
use crate::output::{self, Data};
use crate::shell;

/// Columns for what is remarkable about a reply: two lanes and the rest make 80.
const REMARKS: usize = 13;

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
    let lane = format!("{:>5} {:>6} {:<REMARKS$}", "drift", "tokens", "");
    format!(
        "{:24}{:<26}  {}\n{:>3}  {:<19}{lane}  {}\n",
        "",
        "with leeboard",
        "last 20 messages",
        "",
        "",
        lane.trim_end()
    )
}

fn line(row: &Row) -> String {
    let phase: String = row.phase.chars().take(19).collect();
    let text = format!("{:>3}  {phase:<19}{}  {}", row.turn, lane(&row.managed), lane(&row.plain));
    format!("{}\n", text.trim_end())
}

/// Drift, tokens with a star if the prompt corrected something, and what fits of the remarks.
fn lane(lane: &Lane) -> String {
    let fact = lane.fact.as_ref().map(|fact| if fact.right { "knows" } else { "forgot" });
    let remarks: Vec<&str> = fact.into_iter().chain(lane.flags.iter().map(|flag| flag.name())).collect();
    let star = if matches!(lane.correction, "" | "observe") { ' ' } else { '*' };
    format!("{:>5.2} {:>5}{star} {:<REMARKS$}", lane.drift, lane.prompt_tokens, fitted(&remarks, REMARKS))
}

/// As many whole words as fit, then how many more there are.
fn fitted(words: &[&str], width: usize) -> String {
    for shown in (0..=words.len()).rev() {
        let more = words.len() - shown;
        let text = words.get(..shown).unwrap_or_default().join(", ");
        let text = if more == 0 { text } else { format!("{text} +{more}") };
        if text.chars().count() <= width {
            return text.trim().to_owned();
        }
    }
    String::new()
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
    text += "\n* a correction stood in the prompt; +1 one more signal in alarm\n\n";
    text += "This was a simulation: a stand-in without memory, whose persona fades with\n";
    text += "distance, made up both sides' replies. It shows how leeboard works, not what it\n";
    text += "does for your model. To see where your own conversations drift:\n\n";
    text += "  leeboard audit chats.jsonl\n";
    text
}

fn per(total: usize, turns: u32) -> String {
    format!("{:.0}", total as f64 / f64::from(turns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_never_cut_within_a_word() {
        assert_eq!(fitted(&[], 13), "");
        assert_eq!(fitted(&["rules", "voice"], 13), "rules, voice");
        assert_eq!(fitted(&["forgot", "repetition", "rules"], 13), "forgot +2");
        assert_eq!(fitted(&["consistency+more"], 13), "+1");
    }
}
