//! Which rows the picture has, and where each lies.

use eframe::egui::{Rect, pos2};

use super::worker_lane::{NOTE, has_note};
use crate::app::theme;
use crate::run::event::Role;
use crate::run::state::{LaneIx, QueueIx, RunState};

/// The height of the callback thread's row.
const CALLBACKS: f32 = 22.0;
/// The height of the figure of waiting tasks.
const WAITING: f32 = 40.0;
/// The height of a queue's row for each item that it shows, and the fewest and most of them.
const ITEM: f32 = 15.0;

/// A row of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
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
pub struct Rows {
    rows: Vec<(Row, Rect)>,
    height: f32,
}

impl Rows {
    /// Lays the rows of a run out, the first at the top of `area`.
    pub fn of(state: &RunState, area: Rect) -> Self {
        let mut rows = Self::default();
        let mut add = |row: Row, height: f32| {
            let top = area.top() + rows.height;
            let rect = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + height));
            rows.rows.push((row, rect));
            rows.height += height;
        };
        add(Row::Main, theme::ROW_TALL);
        let has_callbacks = !state.callbacks().is_empty()
            || state.header().is_some_and(|header| {
                ["callback", "error_callback"]
                    .iter()
                    .any(|key| header.config.get(key).is_some_and(|value| !value.is_null()))
            });
        if has_callbacks {
            add(Row::Callbacks, CALLBACKS);
        }
        let is_after_queue = |ix: &LaneIx| role(state, *ix) == Some(Role::Consumer);
        let lanes = state.lane_order();
        for ix in lanes.iter().filter(|ix| !is_after_queue(ix)) {
            add(Row::Lane(*ix), lane_height(state, *ix));
        }
        for (place, queue) in state.queues().iter().enumerate() {
            let items = queue.limit().unwrap_or(4).clamp(2, 6);
            add(Row::Queue(QueueIx(place)), ITEM * items as f32 + 8.0);
        }
        for ix in lanes.iter().filter(|ix| is_after_queue(ix)) {
            add(Row::Lane(*ix), lane_height(state, *ix));
        }
        if state.queues().is_empty() {
            add(Row::Waiting, WAITING);
        }
        rows
    }

    /// All rows with their places.
    pub fn iter(&self) -> impl Iterator<Item = (Row, Rect)> {
        self.rows.iter().copied()
    }

    /// How high they are together.
    pub fn height(&self) -> f32 {
        self.height
    }

    /// The main's row.
    pub fn main(&self) -> Option<Rect> {
        self.find(Row::Main)
    }

    /// The callback thread's row.
    pub fn callbacks(&self) -> Option<Rect> {
        self.find(Row::Callbacks)
    }

    /// A lane's row.
    pub fn lane(&self, ix: LaneIx) -> Option<Rect> {
        self.find(Row::Lane(ix))
    }

    /// The rows of lanes.
    pub fn lanes(&self) -> impl Iterator<Item = (LaneIx, Rect)> {
        self.rows.iter().filter_map(|(row, rect)| match row {
            Row::Lane(ix) => Some((*ix, *rect)),
            _ => None,
        })
    }

    fn find(&self, row: Row) -> Option<Rect> {
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

fn lane_height(state: &RunState, ix: LaneIx) -> f32 {
    let needs_note = state.lane(ix).is_some_and(|lane| {
        lane.processes
            .iter()
            .rev()
            .take(100)
            .filter_map(|ix| state.process(*ix))
            .any(|process| has_note(state, process))
    });
    theme::ROW_TALL + if needs_note { NOTE } else { 0.0 }
}
