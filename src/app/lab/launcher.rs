//! What to run: the form for a run of each kind, and the list of lessons.

mod form;
mod form_ui;
mod lessons;
mod problem;
mod saved_form;

pub use form::RunForm;
pub use lessons::lessons_ui;
