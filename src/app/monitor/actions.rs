//! Acting on processes from the window: what can be asked for, the question before, and what came of it.
//!
//! [`crate::app::command`] declares the verbs with their keys, [`permissions`] says whether one may be carried out, [`question`]
//! asks before something ends, [`priority_form`] asks for nice value, CPUs and I/O priority, [`report`] keeps the results and
//! [`report_ui`] shows them, [`action_runner`] reaches the thread that carries them out. [`menu`] draws the entries of menus and
//! the detail.

mod action_runner;
mod menu;
mod permissions;
mod priority_form;
mod question;
mod report;
mod report_ui;
mod state;
mod words;

pub use action_runner::{ActionRunner, LocalActionRunner};
pub use menu::{MenuTargets, acting_menu_ui, detail_actions_ui, read_only_ui};
pub use permissions::{Permissions, ReadOnly};
pub use state::Actions;
