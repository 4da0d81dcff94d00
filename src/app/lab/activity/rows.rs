//! Which rows the picture has, and where each lies.

use eframe::egui::{Rect, pos2, vec2};

use super::lane_end::{NOTE, has_note};
use crate::app::theme::{self, UNIT};
use crate::run::event::Role;
use crate::run::state::{LaneIx, QueueIx, QueueState, RunState};

/// The height of the callback thread's row.
const CALLBACKS: f32 = 22.0;
/// The height of the figure of waiting tasks.
const WAITING: f32 = 40.0;
/// The height that a queue's row has for each item.
const ITEM: f32 = 15.0;
/// Where there is room, lanes are as high as this.
const TALLEST: f32 = 40.0;

/// The height of the warning below a queue.
pub const WARNING: f32 = 24.0;

/// A row of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneRow {
    /// The main's calls.
    Main,
    /// The main's callback thread.
    Callbacks,
    /// A worker, producer or consumer.
    Lane(LaneIx),
    /// A queue.
    Queue(QueueIx),
    /// How many tasks wait.
    Waiting,
}

/// The rows of the picture from top to bottom.
#[derive(Debug, Default)]
pub struct LaneRows {
    rows: Vec<(LaneRow, Rect)>,
    height: f32,
}

impl LaneRows {
    /// Lays the rows of a run out, the first at the top of `area` moved up by `scroll`.
    pub fn of(state: &RunState, area: Rect, scroll: f32) -> Self {
        let has_warning = state.sentinel_mismatch().is_some();
        let mut order = vec![LaneRow::Main];
        if state.has_callbacks() {
            order.push(LaneRow::Callbacks);
        }
        let is_after_queue = |ix: &LaneIx| role(state, *ix) == Some(Role::Consumer);
        let lanes = || state.lane_order().iter().copied();
        order.extend(lanes().filter(|ix| !is_after_queue(ix)).map(LaneRow::Lane));
        order.extend((0..state.queues().len()).map(|place| LaneRow::Queue(QueueIx(place))));
        order.extend(lanes().filter(is_after_queue).map(LaneRow::Lane));
        if state.has_waiting_tasks() {
            order.push(LaneRow::Waiting);
        }

        // Lanes share the room that the other rows leave.
        let fixed: f32 = order.iter().map(|row| fixed_height(state, *row)).sum();
        let fixed = fixed + if has_warning { WARNING } else { 0.0 };
        let shared = state.lane_order().len() as f32 + 1.0;
        let lane = ((area.height() - fixed) / shared).floor();
        let lane = lane.clamp(theme::ROW_TALL, TALLEST);
        let mut rows = Self::default();
        let mut at = area.left_top() - vec2(0.0, scroll);
        for row in order {
            let fixed = fixed_height(state, row);
            let (height, below) = match row {
                LaneRow::Main | LaneRow::Lane(_) => (lane, fixed),
                LaneRow::Queue(QueueIx(0)) if has_warning => (fixed, WARNING),
                _ => (fixed, 0.0),
            };
            let rect = Rect::from_min_max(at, pos2(area.right(), at.y + height));
            rows.rows.push((row, rect));
            at.y += height + below;
            rows.height += height + below;
        }
        rows
    }

    /// All rows with their places.
    pub fn iter(&self) -> impl Iterator<Item = (LaneRow, Rect)> {
        self.rows.iter().copied()
    }

    /// How high they are together.
    pub fn height(&self) -> f32 {
        self.height
    }

    /// The main's row.
    pub fn main(&self) -> Option<Rect> {
        self.find(LaneRow::Main)
    }

    /// The callback thread's row.
    pub fn callbacks(&self) -> Option<Rect> {
        self.find(LaneRow::Callbacks)
    }

    /// A lane's row.
    pub fn lane(&self, ix: LaneIx) -> Option<Rect> {
        self.find(LaneRow::Lane(ix))
    }

    /// A queue's row.
    pub fn queue(&self, ix: QueueIx) -> Option<Rect> {
        self.find(LaneRow::Queue(ix))
    }

    /// The rows of lanes.
    pub fn lanes(&self) -> impl Iterator<Item = (LaneIx, Rect)> {
        self.rows.iter().filter_map(|(row, rect)| match row {
            LaneRow::Lane(ix) => Some((*ix, *rect)),
            _ => None,
        })
    }

    fn find(&self, row: LaneRow) -> Option<Rect> {
        self.rows
            .iter()
            .find(|(other, _)| *other == row)
            .map(|(_, rect)| *rect)
    }
}

fn role(state: &RunState, ix: LaneIx) -> Option<Role> {
    let process = *state.lane(ix)?.processes.first()?;
    Some(state.process(process)?.role)
}

/// The height of a row that shares nothing; of a lane, that of the note below it.
fn fixed_height(state: &RunState, row: LaneRow) -> f32 {
    match row {
        LaneRow::Main => 0.0,
        LaneRow::Callbacks => CALLBACKS,
        LaneRow::Waiting => WAITING,
        LaneRow::Queue(ix) => {
            let limit = state.queue(ix).and_then(QueueState::limit);
            ITEM * limit.unwrap_or(6).clamp(2, 6) as f32 + 2.0 * theme::UNIT
        }
        LaneRow::Lane(ix) => {
            let needs_note = state.lane(ix).is_some_and(|lane| {
                lane.processes
                    .iter()
                    .rev()
                    .take(100)
                    .filter_map(|ix| state.process(*ix))
                    .any(|process| has_note(state, process))
            });
            if needs_note { NOTE } else { 0.0 }
        }
    }
}

/// The part of a lane that bars fill.
pub fn band(row: Rect) -> Rect {
    row.shrink2(vec2(0.0, UNIT))
}
