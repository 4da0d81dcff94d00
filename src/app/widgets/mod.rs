//! Small controls that every place uses.

mod button;
mod chip;

pub use button::{icon_button, rail_button, text_button};
pub use chip::chip;
