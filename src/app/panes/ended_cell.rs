//! One cell of a process that has ended: how it ended, what it took in all; the rest as it was seen last.

use std::borrow::Cow;
use std::time::Duration;

use eframe::egui::Color32;

use super::process_cell::{Cell, cell};
use crate::app::text::Text;
use crate::app::theme::{self, Face, Theme};
use crate::app::view::View;
use crate::monitor::unit::{bytes_text, span_text};
use crate::monitor::{CellContext, ColumnId, Ended, Unread};
use crate::os::{Exit, signal};

/// CPU time is known in no smaller steps.
const CPU_STEP: Duration = Duration::from_millis(10);

/// The cell.
pub fn ended_cell<'a>(
    id: ColumnId,
    ended: &'a Ended,
    context: CellContext<'a>,
    is_root: bool,
    view: View<'a>,
) -> Cell<'a> {
    let text = view.text;
    let Some(shown) = told_at_end(id, text, ended) else {
        let mut cell = cell(id, &ended.row, context, is_root, view);
        cell.color = view.theme.text_dim;
        cell.font = theme::font(Face::Regular, theme::TEXT_S);
        // What only the living have need not be called gone in every cell of the row.
        if id.cell(&ended.row, context).unread() == Some(Unread::Gone) {
            cell.text = Cow::Borrowed("");
        }
        return cell;
    };
    let tip = match id {
        ColumnId::State => exit_help(text, ended),
        ColumnId::Cpu => {
            let tip = match cpu_seconds(ended) {
                None => "ended-cpu-unknown",
                Some(_) if ended.is_cpu_final => "ended-cpu-tip",
                Some(_) => "ended-cpu-least",
            };
            text.get(tip).to_owned()
        }
        _ if ended.row.peak_rss_bytes.value().is_some() => text.get("ended-peak-tip").to_owned(),
        _ => text.get("ended-peak-unknown").to_owned(),
    };
    Cell {
        text: Cow::Owned(shown),
        color: match id {
            ColumnId::State => exit_color(ended, view.theme),
            _ => view.theme.text_dim,
        },
        font: theme::font(Face::Regular, theme::TEXT_S),
        reason: Some(tip),
    }
}

/// How it ended, in few words: `ended 0`, `ended -9 (SIGKILL)`.
pub fn exit_text(text: &Text, ended: &Ended) -> String {
    let Some(&exit) = ended.exit.value() else {
        let reason = match ended.exit.unread() {
            Some(Unread::Denied) => "ended-unheard-denied",
            Some(Unread::Unsupported) => "ended-unheard-unsupported",
            _ => "ended-unheard-not-sampled",
        };
        return text.with("ended-unknown", &[("reason", text.get(reason).into())]);
    };
    let code = ("code", exit.code().to_string().into());
    match exit {
        Exit::Signalled { signal } => {
            let signal = ("signal", signal::name(signal).into());
            text.with("ended-signal", &[code, signal])
        }
        Exit::Exited { .. } | Exit::Unknown => text.with("ended-exit", &[code]),
    }
}

/// The same where that has no room: the tooltip tells the rest.
pub fn exit_mark(text: &Text, ended: &Ended) -> String {
    match ended.exit.value() {
        Some(exit) => text.with("ended-exit", &[("code", exit.code().to_string().into())]),
        None => text.get("ended-mark").to_owned(),
    }
}

/// What that means.
pub fn exit_help(text: &Text, ended: &Ended) -> String {
    let Some(&exit) = ended.exit.value() else {
        let key = match ended.exit.unread() {
            Some(Unread::Denied) => "ended-help-denied",
            Some(Unread::Unsupported) => "ended-help-unsupported",
            _ => "ended-help-not-sampled",
        };
        return text.get(key).to_owned();
    };
    let code = ("code", exit.code().to_string().into());
    match exit {
        Exit::Exited { status: 0 } => text.get("ended-help-well").to_owned(),
        Exit::Signalled { signal } => {
            let signal = ("signal", signal::name(signal).into());
            text.with("ended-help-signal", &[code, signal])
        }
        Exit::Exited { .. } | Exit::Unknown => text.with("ended-help-failed", &[code]),
    }
}

/// The colour of that; the words say the same.
pub fn exit_color(ended: &Ended, theme: &Theme) -> Color32 {
    match ended.exit.value() {
        None | Some(Exit::Exited { status: 0 }) => theme.text_dim,
        Some(_) => theme.error,
    }
}

/// How long it lived; `≤` where only two looks know.
pub fn lifetime_text(ended: &Ended) -> String {
    let bound = if ended.is_exact { "" } else { "≤" };
    format!("{bound}{}", span_text(ended.lifetime))
}

/// The CPU time it used in its life, if that is known; `≥` where it was seen last before its end.
pub fn cpu_time_text(ended: &Ended) -> Option<String> {
    match cpu_seconds(ended).map(Duration::try_from_secs_f64) {
        // The kernel counts in steps of 10 ms.
        Some(Ok(Duration::ZERO)) if ended.is_cpu_final => Some(format!("<{}", span_text(CPU_STEP))),
        Some(Ok(time)) if ended.is_cpu_final => Some(span_text(time)),
        Some(Ok(time)) if !time.is_zero() => Some(format!("≥{}", span_text(time))),
        _ => None,
    }
}

/// That and how long it lived.
fn cpu_text(text: &Text, ended: &Ended) -> String {
    let span = ("span", lifetime_text(ended).into());
    match cpu_time_text(ended) {
        Some(cpu) => text.with("ended-cpu", &[("cpu", cpu.into()), span]),
        None => text.with("ended-lived", &[span]),
    }
}

/// What a cell says of its end instead of what only the living have; `None` for all other cells.
pub fn told_at_end(id: ColumnId, text: &Text, ended: &Ended) -> Option<String> {
    match id {
        ColumnId::State => Some(exit_text(text, ended)),
        ColumnId::Cpu => Some(cpu_text(text, ended)),
        ColumnId::Memory => {
            let peak = ended.row.peak_rss_bytes.value();
            Some(peak.map_or_else(
                || text.get("mark-none").to_owned(),
                |&bytes| {
                    let args = [("memory", short_bytes_text(bytes).into())];
                    text.with("ended-peak", &args)
                },
            ))
        }
        _ => None,
    }
}

/// A figure of three digits needs no decimal place: the column is narrow.
fn short_bytes_text(bytes: u64) -> String {
    let text = bytes_text(bytes);
    match text.split_once('.') {
        Some((whole, rest)) if whole.len() >= 3 => {
            let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{whole}{unit}")
        }
        _ => text,
    }
}

fn cpu_seconds(ended: &Ended) -> Option<f64> {
    let times = ended.row.cpu_times.value()?;
    Some(times.user + times.system)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::monitor::Reading;
    use crate::monitor::source::scripted;

    #[test]
    fn what_is_not_known_says_so() {
        let text = Text::english();
        let mut ended = scripted::ended(7, "make", Instant::now());
        assert_eq!(exit_text(&text, &ended), "ended 0");
        assert_eq!(cpu_text(&text, &ended), "lived 1:00");
        ended.exit = Reading::Value(Exit::Signalled { signal: 9 });
        assert_eq!(exit_text(&text, &ended), "ended -9 (SIGKILL)");
        assert_eq!(exit_mark(&text, &ended), "ended -9");
        ended.exit = Reading::Denied;
        assert_eq!(exit_text(&text, &ended), "ended ? (only root is told)");
        assert_eq!(exit_mark(&text, &ended), "ended ?");
        ended.is_exact = false;
        assert_eq!(lifetime_text(&ended), "≤1:00");
        assert_eq!(short_bytes_text(210 << 20), "210 MB");
        assert_eq!(short_bytes_text(3 << 19), "1.5 MB");
        assert_eq!(short_bytes_text(700), "700 B");
    }
}
