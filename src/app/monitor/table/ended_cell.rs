//! One cell of a process that has ended: how it ended, what it took in all; the rest as it was seen last.

use std::borrow::Cow;
use std::time::Duration;

use eframe::egui::Color32;

use super::cell::{TableCell, cell};
use crate::app::text::Text;
use crate::app::theme;
use crate::app::theme::{Face, Theme};
use crate::app::view::View;
use crate::monitor::unit::{CpuUnit, bytes_text, percent_text, span_text};
use crate::monitor::{CellContext, Ended, FigureId, Unread};
use crate::os::{Exit, signal};

/// CPU time is known in no smaller steps.
const CPU_STEP: Duration = Duration::from_millis(10);

/// The cell.
pub fn ended_cell<'a>(
    id: FigureId,
    ended: &'a Ended,
    context: CellContext<'a>,
    is_root: bool,
    view: View<'a>,
) -> TableCell<'a> {
    let text = view.text;
    let Some(shown) = told_at_end(id, ended, context, view.text) else {
        let mut cell = cell(id, &ended.row, context, is_root, view);
        cell.color = view.theme.text_dim;
        cell.font = theme::font(Face::Regular, theme::TEXT_S);
        // What only the living have need not be called gone in every cell of the row.
        if id.cell(&ended.row, context) == Err(Unread::Gone) {
            cell.text = Cow::Borrowed("");
        }
        return cell;
    };
    let tip = match id {
        FigureId::State => exit_help(text, ended),
        FigureId::Cpu => {
            let span = lifetime_text(ended).into();
            match cpu_time_text(ended) {
                None => text.with("ended-cpu-unknown", &[("span", span)]),
                Some(cpu) => {
                    let tip = if ended.is_cpu_final {
                        "ended-cpu-tip"
                    } else {
                        "ended-cpu-least"
                    };
                    text.with(tip, &[("cpu", cpu.into()), ("span", span)])
                }
            }
        }
        FigureId::Started => text.get("ended-started-tip").to_owned(),
        _ if ended.row.peak_rss_bytes.is_ok() => text.get("ended-peak-tip").to_owned(),
        _ => text.get("ended-peak-unknown").to_owned(),
    };
    TableCell {
        text: Cow::Owned(shown),
        color: match id {
            FigureId::State => exit_color(ended, view.theme),
            _ => view.theme.text_dim,
        },
        font: theme::font(Face::Regular, theme::TEXT_S),
        reason: Some(tip),
    }
}

/// How it ended, with its exit code, where that is known.
fn known_exit(ended: &Ended) -> Option<(Exit, i32)> {
    let exit = ended.exit.ok()?;
    Some((exit, exit.code()?))
}

/// How it ended, in few words: `ended 0`, `ended -9 (SIGKILL)`.
pub fn exit_text(text: &Text, ended: &Ended) -> String {
    let Some((exit, code)) = known_exit(ended) else {
        let reason = match ended.exit.err() {
            Some(Unread::Denied) => "ended-unheard-denied",
            Some(Unread::Unsupported) => "ended-unheard-unsupported",
            _ => "ended-unheard-not-sampled",
        };
        return text.with("ended-unknown", &[("reason", text.get(reason).into())]);
    };
    let code = ("code", code.to_string().into());
    match exit {
        Exit::Signalled { signal } => {
            let signal = ("signal", signal::name(signal).into());
            text.with("ended-signal", &[code, signal])
        }
        _ => text.with("ended-exit", &[code]),
    }
}

/// The same where that has no room: the tooltip has the rest.
pub fn exit_mark(text: &Text, ended: &Ended) -> String {
    match known_exit(ended) {
        Some((_, code)) => text.with("ended-exit", &[("code", code.to_string().into())]),
        None => text.get("ended-mark").to_owned(),
    }
}

/// What that means.
pub fn exit_help(text: &Text, ended: &Ended) -> String {
    let Some((exit, code)) = known_exit(ended) else {
        let key = match ended.exit.err() {
            Some(Unread::Denied) => "ended-help-denied",
            Some(Unread::Unsupported) => "ended-help-unsupported",
            _ => "ended-help-not-sampled",
        };
        return text.get(key).to_owned();
    };
    let code = ("code", code.to_string().into());
    match exit {
        Exit::Exited { status: 0 } => text.get("ended-help-well").to_owned(),
        Exit::Signalled { signal } => {
            let signal = ("signal", signal::name(signal).into());
            text.with("ended-help-signal", &[code, signal])
        }
        _ => text.with("ended-help-failed", &[code]),
    }
}

/// The colour of that; the words say the same.
pub fn exit_color(ended: &Ended, theme: &Theme) -> Color32 {
    match known_exit(ended) {
        None | Some((_, 0)) => theme.text_dim,
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
    match ended.cpu_seconds().map(Duration::try_from_secs_f64) {
        // The kernel counts in steps of 10 ms.
        Some(Ok(Duration::ZERO)) if ended.is_cpu_final => Some(format!("<{}", span_text(CPU_STEP))),
        Some(Ok(time)) if ended.is_cpu_final => Some(span_text(time)),
        Some(Ok(time)) if !time.is_zero() => Some(format!("≥{}", span_text(time))),
        _ => None,
    }
}

/// Its CPU use over its life, in the unit of the column; `≥` where it may have been more, `<` where it is less than the kernel
/// counts.
fn cpu_use_text(ended: &Ended, unit: CpuUnit) -> Option<String> {
    let used = ended.cpu_percent()?;
    let is_all = ended.is_cpu_final && ended.is_exact;
    if used <= 0.0 {
        // A process that lived for less than a clock tick may have been busy all of it.
        let step = CPU_STEP.as_secs_f64() / ended.lifetime.as_secs_f64() * 100.0;
        let most = unit.percent(step as f32);
        return (is_all && most < unit.percent(100.0)).then(|| format!("<{}", percent_text(most)));
    }
    let sign = if is_all { "" } else { "≥" };
    Some(format!("{sign}{}", percent_text(unit.percent(used as f32))))
}

/// What a cell says of its end instead of what only the living have; `None` for all other cells.
pub fn told_at_end(
    id: FigureId,
    ended: &Ended,
    context: CellContext<'_>,
    text: &Text,
) -> Option<String> {
    let none = || text.get("mark-none").to_owned();
    match id {
        FigureId::State => Some(exit_text(text, ended)),
        FigureId::Cpu => Some(cpu_use_text(ended, context.cpu_unit).unwrap_or_else(none)),
        FigureId::Memory => {
            let peak = ended.row.peak_rss_bytes.ok();
            Some(peak.map_or_else(none, |bytes| {
                let args = [("memory", short_bytes_text(bytes).into())];
                text.with("ended-peak", &args)
            }))
        }
        FigureId::Started => {
            let started = id.cell(&ended.row, context).ok()?;
            let args = [
                ("started", started.into_owned().into()),
                ("span", lifetime_text(ended).into()),
            ];
            Some(text.with("ended-started", &args))
        }
        _ => None,
    }
}

/// The same in fewer words, where those have no room: the tooltip has the rest.
pub fn told_in_short(
    id: FigureId,
    ended: &Ended,
    context: CellContext<'_>,
    text: &Text,
) -> Option<String> {
    match id {
        FigureId::State => Some(exit_mark(text, ended)),
        FigureId::Memory => {
            let peak = ended.row.peak_rss_bytes.ok();
            peak.map(short_bytes_text)
        }
        FigureId::Started => {
            let started = id.cell(&ended.row, context).ok();
            started.map(Cow::into_owned)
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

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::monitor::process::CpuTimes;
    use crate::monitor::source::scripted;

    #[test]
    fn what_is_not_known_says_so() {
        let text = Text::english();
        let mut ended = scripted::ended(7, "make", Instant::now());
        assert_eq!(exit_text(&text, &ended), "ended 0");
        ended.exit = Ok(Exit::Signalled { signal: 9 });
        assert_eq!(exit_text(&text, &ended), "ended -9 (SIGKILL)");
        assert_eq!(exit_mark(&text, &ended), "ended -9");
        ended.exit = Err(Unread::Denied);
        assert_eq!(exit_text(&text, &ended), "ended ? (needs root)");
        assert_eq!(exit_mark(&text, &ended), "ended ?");
        assert_eq!(cpu_use_text(&ended, CpuUnit::OneCore), None);
        ended.is_exact = false;
        assert_eq!(lifetime_text(&ended), "≤1:00");
        assert_eq!(short_bytes_text(210 << 20), "210 MB");
        assert_eq!(short_bytes_text(3 << 19), "1.5 MB");
        assert_eq!(short_bytes_text(700), "700 B");
    }

    #[test]
    fn cpu_use_is_told_in_one_unit_with_its_bound() {
        let mut ended = scripted::ended(7, "make", Instant::now());
        ended.is_exact = true;
        let mut said = |user: f64, is_final: bool, ms: u64| {
            ended.row.cpu_times = Ok(CpuTimes {
                user,
                system: 0.0,
                children_user: 0.0,
                children_system: 0.0,
                iowait: Err(Unread::Unsupported),
            });
            ended.is_cpu_final = is_final;
            ended.lifetime = Duration::from_millis(ms);
            cpu_use_text(&ended, CpuUnit::OneCore)
        };
        assert_eq!(said(0.07, true, 450).as_deref(), Some("15.6"));
        assert_eq!(said(0.07, false, 450).as_deref(), Some("≥15.6"));
        assert_eq!(said(0.0, true, 22).as_deref(), Some("<45.5"));
        // Nothing is known of these.
        assert_eq!(said(0.0, true, 3), None);
        assert_eq!(said(0.0, false, 22), None);
        ended.is_exact = false;
        let machine = CpuUnit::Machine(4);
        ended.row.cpu_times = Err(Unread::NotSampled);
        assert_eq!(cpu_use_text(&ended, machine), None);
    }
}
