//! What to run: forms for a pool and for producers and consumers, and the list of lessons.

mod form;
mod form_ui;
mod lessons;
mod problem;

pub use form::{Form, FormField};
pub use lessons::lessons_ui;
