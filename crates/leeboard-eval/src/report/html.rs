//! The audit as one self-contained page: no script, no font, nothing from elsewhere.
//!
//! Owns the page around the charts. All text from the logs is escaped, and a policy in the
//! page's head forbids loading or running anything, should an escape ever be missed.

use std::fmt::Write;

use super::chart::{chart, level};
use super::{ConversationReport, TurnReport};

const STYLE: &str = include_str!("style.css");

/// Flagged replies that are listed for each conversation; the chart marks all of them.
const LISTED: usize = 50;

/// The page.
#[must_use]
pub fn html(reports: &[ConversationReport]) -> String {
    let mut page = String::with_capacity(16_384);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>leeboard audit</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>leeboard audit</h1>\n"
    );
    figures(&mut page, reports);
    if reports.len() > 1 {
        overview(&mut page, reports);
    }
    for (n, report) in reports.iter().enumerate() {
        section(&mut page, n, report);
    }
    page.push_str(EXPLANATION);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

const EXPLANATION: &str = "<footer><p>The drift index says how far a reply is off course, from 0 to 1. \
    A reply is flagged from .45 on: there at least one signal is in alarm. The postures reflective, \
    recovery and contain begin at .45, .6 and .7 of the index; other metrics of SRIP-03 may ask for \
    them earlier. Scores are made by local rules and statistics; no model was asked.</p></footer>\n";

fn figures(page: &mut String, reports: &[ConversationReport]) {
    let replies: usize = reports.iter().map(|report| report.turns.len()).sum();
    let flagged: usize = reports.iter().map(|report| report.flagged().count()).sum();
    let share = 100.0 * flagged as f64 / replies.max(1) as f64;
    let posture = reports.iter().map(ConversationReport::posture).max().unwrap_or_default();
    let figures = [
        ("conversations", reports.len().to_string()),
        ("replies", replies.to_string()),
        ("flagged", flagged.to_string()),
        ("share flagged", format!("{share:.1} %")),
        ("most severe posture", posture.name().to_owned()),
    ];
    page.push_str("<dl class=\"figures\">\n");
    for (name, value) in figures {
        let _ = writeln!(page, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    page.push_str("</dl>\n");
}

fn overview(page: &mut String, reports: &[ConversationReport]) {
    page.push_str(
        "<div class=\"wide\"><table>\n<thead><tr><th>conversation</th><th>turns</th><th>flagged</th>\
         <th>mean</th><th>worst</th><th>posture</th></tr></thead>\n<tbody>\n",
    );
    for (n, report) in reports.iter().enumerate() {
        let _ = writeln!(
            page,
            "<tr><td><a href=\"#c{n}\">{}</a></td><td>{}</td><td>{}</td><td>{:.2}</td><td>{:.2}</td>\
             <td class=\"{posture}\">{posture}</td></tr>",
            escape(&report.conversation),
            report.turns.len(),
            report.flagged().count(),
            report.mean(),
            report.highest(),
            posture = report.posture().name(),
        );
    }
    page.push_str("</tbody>\n</table></div>\n");
}

fn section(page: &mut String, n: usize, report: &ConversationReport) {
    let flagged = report.flagged().count();
    let _ = write!(
        page,
        "<section id=\"c{n}\">\n<h2>{}</h2>\n<p class=\"quiet\">{} turns, {flagged} flagged</p>\n",
        escape(&report.conversation),
        report.turns.len()
    );
    if report.turns.is_empty() {
        page.push_str("<p>No reply to score.</p>\n");
    } else {
        page.push_str(&chart(report));
    }
    if flagged > 0 {
        let open = if flagged <= 5 { " open" } else { "" };
        let _ = write!(page, "<details{open}><summary>Flagged replies, worst first</summary>\n<ol>\n");
        for turn in report.worst().into_iter().take(LISTED) {
            item(page, turn);
        }
        page.push_str("</ol>\n");
        if flagged > LISTED {
            let more = flagged - LISTED;
            let _ = writeln!(page, "<p class=\"quiet\">{more} more are marked in the chart.</p>");
        }
        page.push_str("</details>\n");
    }
    page.push_str("</section>\n");
}

fn item(page: &mut String, turn: &TurnReport) {
    let _ = write!(
        page,
        "<li><strong>turn {}</strong> <span class=\"{}\">{:.2}</span> {}<ul>",
        turn.turn,
        level(turn.index).name(),
        turn.index,
        escape(&turn.flag_names())
    );
    for evidence in &turn.evidence {
        let _ = write!(page, "<li>{}</li>", escape(evidence));
    }
    let _ = writeln!(page, "</ul><blockquote>{}</blockquote></li>", escape(&turn.excerpt));
}

/// Text made safe between tags and in quoted attributes. Control characters, which a page may
/// not hold, are left out.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn the_page_stands_alone_and_escapes() {
        let page = html(&[sample(), sample()]);
        assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
        assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"));
        assert!(page.contains("a &lt;b&gt;") && !page.contains("a <b>"));
        assert!(page.contains("- one &amp; two"));
        assert_eq!(page.matches("<svg").count(), 2);
        assert!(page.contains("prefers-color-scheme: dark"));
    }

    #[test]
    fn a_script_in_a_log_stays_text() {
        let mut report = sample();
        report.turns[1].excerpt = "<script>alert('x')</script>\u{0}".to_owned();
        let page = html(&[report]);
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;<"), "{page}");
    }
}
