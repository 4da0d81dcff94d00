//! A process of a run as a chip and a pid, the same in every pane.

use eframe::egui::{Align2, Color32, Painter, Pos2, Rect, pos2, vec2};

use super::super::theme::{self, Face, RADIUS, Theme, UNIT};
use crate::run::state::{ProcessIx, ProcessState, RunState};

/// The height of a painted chip.
pub const CHIP_HEIGHT: f32 = 16.0;

/// A process as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessChip {
    /// `M`, `W2`, `P1`; `?` for a pid without a start event.
    pub label: String,
    /// Its pid.
    pub pid: u32,
    /// Its hue; ink for the main.
    pub color: Color32,
    /// Its place among the processes of its lane, from 1.
    pub nth: u32,
}

impl ProcessChip {
    /// The process with this pid.
    pub fn of_pid(state: &RunState, theme: &Theme, pid: u32) -> Self {
        if state.main_pid() == Some(pid) {
            return Self {
                label: "M".to_owned(),
                pid,
                color: theme.text_strong,
                nth: 1,
            };
        }
        match state.process_of_pid(pid).and_then(|ix| state.process(ix)) {
            Some(process) => Self::of(state, theme, process),
            None => Self::unknown(theme, pid),
        }
    }

    /// A process.
    pub fn of(state: &RunState, theme: &Theme, process: &ProcessState) -> Self {
        if process.label.is_empty() {
            return Self::unknown(theme, process.pid);
        }
        Self {
            label: process.label.clone(),
            pid: process.pid,
            color: slot_color(state, theme, process),
            nth: process.nth,
        }
    }

    fn unknown(theme: &Theme, pid: u32) -> Self {
        Self {
            label: "?".to_owned(),
            pid,
            color: theme.text_dim,
            nth: 1,
        }
    }

    /// Label and pid: `W2 4713`.
    pub fn label_and_pid(&self) -> String {
        format!("{} {}", self.label, self.pid)
    }

    /// Paints the chip with its left end at `at`, in the middle of its height; returns its right end.
    pub fn paint_chip(&self, painter: &Painter, at: Pos2) -> f32 {
        let ink = theme::ink_on(self.color);
        let font = theme::font(Face::Semibold, theme::TEXT_XS);
        let galley = painter.layout_no_wrap(self.label.clone(), font, ink);
        let width = (galley.size().x + 2.0 * UNIT).max(24.0);
        let rect = Rect::from_min_size(
            pos2(at.x, at.y - CHIP_HEIGHT / 2.0),
            vec2(width, CHIP_HEIGHT),
        );
        painter.rect_filled(rect, RADIUS - 1, self.color);
        painter.galley(rect.center() - galley.size() / 2.0, galley, ink);
        rect.right()
    }

    /// Paints chip and pid; returns the right end.
    pub fn paint(&self, painter: &Painter, theme: &Theme, at: Pos2) -> f32 {
        let right = self.paint_chip(painter, at);
        painter
            .text(
                pos2(right + 1.5 * UNIT, at.y),
                Align2::LEFT_CENTER,
                self.pid.to_string(),
                theme::font(Face::Regular, theme::TEXT_S),
                theme.text,
            )
            .right()
    }
}

/// The hue of a process's lane.
pub fn slot_color(state: &RunState, theme: &Theme, process: &ProcessState) -> Color32 {
    state
        .lane(process.lane)
        .and_then(|lane| lane.slot)
        .map_or(theme.text_dim, |slot| theme.slot_color(slot))
}

/// The hue of a process by its place; dim for none.
pub fn color_of(state: &RunState, theme: &Theme, process: Option<ProcessIx>) -> Color32 {
    process
        .and_then(|ix| state.process(ix))
        .map_or(theme.text_strong, |process| {
            slot_color(state, theme, process)
        })
}
