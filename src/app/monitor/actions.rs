//! Acting on processes from the window: what can be asked for, the question before, and what came of it.
//!
//! [`crate::app::command`] declares the verbs with their keys, [`permit`] says whether one may be carried out, [`question`] asks before
//! something ends, [`turn_form`] asks for nice value, CPUs and I/O priority, [`report`] keeps what came of it and
//! [`report_ui`] shows it, [`hands`] reaches the thread that acts. [`menu`] draws the entries of menus and the detail.

mod hands;
mod menu;
mod permit;
mod question;
mod report;
mod report_ui;
mod state;
mod turn_form;
mod words;

pub use hands::{Hands, OwnHands};
pub use menu::{Subject, acting_menu_ui, detail_actions_ui, read_only_ui};
pub use permit::{Permit, ReadOnly};
pub use state::Acting;
