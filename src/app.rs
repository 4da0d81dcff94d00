//! The roof: the window. The only part that names egui; it knows `monitor`, `run` and the declarations of `task`.
//!
//! Views ([`lab`], [`monitor`], [`widgets`]) read state and send [`command::Command`]s; [`App`]'s `logic` takes in what other threads
//! have found out and applies the commands; its `ui` draws. No view changes the model, does I/O or waits.
//!
//! Where to find: a colour or space in [`theme`], an icon in [`icons`], a sentence in [`text`] and `assets/locales`, an action
//! or shortcut in [`command`], what is remembered in [`settings`]. [`display`] finds out beforehand whether a window can open,
//! [`toolkit_start`] catches what fails after that.

pub mod background;
pub mod command;
pub mod display;
pub mod feed;
pub mod icons;
pub mod lab;
mod logic;
pub mod monitor;
mod save_check;
pub mod settings;
pub mod theme;
mod toast;
mod toolkit_start;
mod ui;
pub mod view;
pub mod widgets;
mod window;
mod window_icon;

pub use crate::text;
pub use display::WindowError;
pub use lab::Lab;
pub use logic::{App, Sources};
pub use monitor::export::{ChosenFile, OpenSource};
pub use save_check::{SaveError, SaveProbe};
pub use toast::Toasts;
pub use window::run_window;
