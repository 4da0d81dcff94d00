//! Small controls that every place uses.

mod button;
mod chip;
mod empty;
mod line;
mod menu;
mod prose;
mod sparkline;
mod tabs;

pub use button::{icon_button, link_button, rail_button, small_button, text_button};
pub use chip::chip;
pub use empty::empty_ui;
pub use line::{line_galley, paint_line};
pub use menu::menu_style;
pub use prose::prose;
pub use sparkline::sparkline;
pub use tabs::tab;
