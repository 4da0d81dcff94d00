//! The edges between panes that can be dragged.

use eframe::egui::Ui;

use super::super::widgets::dragged_size;

/// The edge of a panel.
#[derive(Clone, Copy, Debug, Default)]
pub struct Splitter {
    /// The room that it shared in the last picture, and what it had of it, points.
    room: f32,
    size: f32,
    /// Whether the room is another one than in the picture before.
    is_room_new: bool,
}

/// All edges of the Lab.
#[derive(Clone, Copy, Debug, Default)]
pub struct Splitters {
    /// That of the panel at the left.
    pub side: Splitter,
    /// That above log and results.
    pub bottom: Splitter,
    /// That between log and results.
    pub right: Splitter,
}

impl Splitter {
    /// Before its panel is drawn where there is so much room.
    pub fn begin(&mut self, room: f32) {
        self.is_room_new = (room - self.room).abs() > 0.5;
        self.room = room;
    }

    /// After its panel was drawn: only dragging this splitter, and not another one, changes the stored size.
    pub fn end(&mut self, ui: &Ui, size: f32, kept: &mut Option<f32>) {
        let before = std::mem::replace(&mut self.size, size);
        if !self.is_room_new {
            *kept = dragged_size(ui, before, size).or(*kept);
        }
    }
}
