//! One cell of the process table: its text, its colour, and what its tooltip says.

use std::borrow::Cow;

use eframe::egui::{Color32, FontId};

use crate::app::monitor::reason::{Asking, reason_mark, reason_text};
use crate::app::text::Text;
use crate::app::theme;
use crate::app::theme::{Face, Theme};
use crate::app::view::View;
use crate::monitor::totals::{Bound, Totals};
use crate::monitor::unit::CpuUnit;
use crate::monitor::{CellContext, FigureId, ProcState, ProcessRow};

/// What to paint.
pub struct TableCell<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Its colour.
    pub color: Color32,
    /// Its font.
    pub font: FontId,
    /// Why there is no value; the tooltip.
    pub reason: Option<String>,
}

/// The cell of a process that is there.
pub fn cell<'a>(
    id: FigureId,
    row: &'a ProcessRow,
    context: CellContext<'a>,
    is_root: bool,
    view: View<'a>,
) -> TableCell<'a> {
    let reading = match id {
        FigureId::State => Ok(Cow::Borrowed(state_text(view.text, row.shown_state()))),
        _ => id.cell(row, context),
    };
    let face = if id == FigureId::Name {
        Face::Medium
    } else {
        Face::Regular
    };
    let font = theme::font(face, theme::TEXT_S);
    match reading {
        Ok(text) => {
            let color = value_color(id, row, view.theme);
            TableCell {
                text,
                color,
                font,
                reason: None,
            }
        }
        Err(reason) => TableCell {
            text: Cow::Borrowed(reason_mark(view.text, reason)),
            color: view.theme.text_dim,
            font,
            reason: Some(reason_text(
                view.text,
                reason,
                Asking {
                    owner: row.username.as_deref().ok(),
                    is_root,
                },
            )),
        },
    }
}

/// The cell of a program, as far as it is no sum.
pub fn program_cell<'a>(id: FigureId, name: &'a str, view: View<'a>) -> TableCell<'a> {
    TableCell {
        text: Cow::Borrowed(if id == FigureId::Name { name } else { "" }),
        color: view.theme.text_strong,
        font: theme::font(Face::Medium, theme::TEXT_S),
        reason: None,
    }
}

/// The sum of several processes; its tooltip says how exact it is.
pub fn total_cell<'a>(
    id: FigureId,
    totals: &Totals,
    cpu_unit: CpuUnit,
    view: View<'a>,
) -> TableCell<'a> {
    let key = match totals.bound(id) {
        Some(Bound::Exact) => "total-exact",
        Some(Bound::AtLeast) => "total-at-least",
        Some(Bound::AtMost) => "total-at-most",
        Some(Bound::About) => "total-about",
        None => "total-unknown",
    };
    let text = totals.text(id, cpu_unit);
    TableCell {
        color: match totals.amount(id) {
            Some(amount) if amount >= 0.05 => view.theme.text,
            _ => view.theme.text_dim,
        },
        text: text.map_or(Cow::Borrowed(view.text.get("mark-none")), Cow::Owned),
        font: theme::font(Face::Regular, theme::TEXT_S),
        reason: Some(view.text.with(key, &[("count", totals.count.into())])),
    }
}

/// What carries the eye is strong, what is nothing is dim.
fn value_color(id: FigureId, row: &ProcessRow, theme: &Theme) -> Color32 {
    match id {
        FigureId::Name => theme.text_strong,
        FigureId::State => state_color(row.shown_state(), theme),
        FigureId::Cpu => match row.cpu_percent {
            Ok(percent) if percent < 0.05 => theme.text_dim,
            Ok(percent) if percent >= 50.0 => theme.text_strong,
            _ => theme.text,
        },
        FigureId::Pid | FigureId::Parent | FigureId::CommandLine | FigureId::Started => {
            theme.text_dim
        }
        _ => theme.text,
    }
}

/// The colour of a state; the word says the same.
pub fn state_color(state: ProcState, theme: &Theme) -> Color32 {
    match state {
        ProcState::Running | ProcState::Active => theme.ok,
        ProcState::DiskSleep
        | ProcState::Stopped
        | ProcState::TracingStop
        | ProcState::WakeKill => theme.warning,
        ProcState::Zombie | ProcState::Dead => theme.error,
        ProcState::Sleeping
        | ProcState::Waking
        | ProcState::Idle
        | ProcState::Parked
        | ProcState::Ended
        | ProcState::Unknown(_) => theme.text_dim,
    }
}

/// What a state means.
pub fn state_help(text: &Text, state: ProcState) -> &str {
    text.get(match state {
        ProcState::Running => "statehelp-running",
        ProcState::Sleeping => "statehelp-sleeping",
        ProcState::DiskSleep | ProcState::WakeKill => "statehelp-disk-sleep",
        ProcState::Stopped => "statehelp-stopped",
        ProcState::TracingStop => "statehelp-tracing-stop",
        ProcState::Zombie => "statehelp-zombie",
        ProcState::Dead => "statehelp-dead",
        ProcState::Waking => "statehelp-waking",
        ProcState::Idle => "statehelp-idle",
        ProcState::Parked => "statehelp-parked",
        ProcState::Ended => "statehelp-ended",
        ProcState::Active => "statehelp-active",
        ProcState::Unknown(_) => "statehelp-unknown",
    })
}

/// The word of a state.
pub fn state_text(text: &Text, state: ProcState) -> &str {
    text.get(match state {
        ProcState::Running => "procstate-running",
        ProcState::Sleeping => "procstate-sleeping",
        ProcState::DiskSleep => "procstate-disk-sleep",
        ProcState::Stopped => "procstate-stopped",
        ProcState::TracingStop => "procstate-tracing-stop",
        ProcState::Zombie => "procstate-zombie",
        ProcState::Dead => "procstate-dead",
        ProcState::WakeKill => "procstate-wake-kill",
        ProcState::Waking => "procstate-waking",
        ProcState::Idle => "procstate-idle",
        ProcState::Parked => "procstate-parked",
        ProcState::Ended => "procstate-ended",
        ProcState::Active => "procstate-active",
        ProcState::Unknown(_) => "procstate-unknown",
    })
}
