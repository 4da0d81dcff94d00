//! The roof: the window. The only part that names egui; it knows `monitor`, `run` and the declarations of `task`.
//!
//! Views ([`panes`], [`widgets`]) read state and send [`command::Command`]s; [`App`]'s `logic` takes in what other threads
//! have found out and applies the commands; its `ui` draws. No view changes the model, does I/O or waits.
//!
//! Where to find: a colour or space in [`theme`], an icon in [`icons`], a sentence in [`text`] and `assets/locales`, an action
//! or shortcut in [`command`], what is remembered in [`settings`].

pub mod command;
pub mod icons;
mod lab;
mod logic;
pub mod settings;
pub mod text;
pub mod theme;
mod ui;
pub mod view;
pub mod widgets;

pub use lab::Lab;
pub use logic::App;
