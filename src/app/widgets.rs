//! Small controls that every place uses.

mod button;
mod card;
mod chip;
mod curve;
mod empty;
mod find;
mod line;
mod menu;
mod panel_size;
mod prose;
mod segments;
mod tabs;

pub use button::{
    bar_button, danger_button, icon_button, link_button, primary_button, rail_button, small_button,
    small_button_width, small_label, text_button,
};
pub use card::card;
pub use chip::chip;
pub use curve::{Axes, Curve, CurvePlot, span_for, top_for};
pub use empty::empty_ui;
pub use find::find_field;
pub use line::{line_galley, lines_galley, paint_line};
pub use menu::menu_style;
pub use panel_size::{dragged_size, forget_shrunk_size};
pub use prose::prose;
pub use segments::{Segment, segments_ui};
pub use tabs::{tab, tabs_ui};
