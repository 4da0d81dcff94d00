//! The first place: every process of this machine.
//!
//! [`state::Monitor`] answers commands and [`intake`] takes pictures of the machine in; [`order`] decides which row stands
//! where, on the thread of [`arranging`],
//! [`motion`] walks through them, [`selection`] keeps which are selected, [`curves`] keeps the curves drawable,
//! [`last_details`] what was read about the selected process;
//! [`layout`] draws the bar, the strip, the table and the detail panel around each other, [`filter_bar`] the field for the
//! filter, [`status`] the line below.

pub mod actions;
mod arranger;
pub mod compare;
mod curves;
pub mod detail;
pub mod export;
mod filter_bar;
mod last_details;
mod layout;
mod limits;
mod looking_back;
mod motion;
mod order;
mod reason;
mod selection;
mod state;
mod status;
pub mod strip;
pub mod table;
pub mod timeline;
mod update;

pub use arranger::{ArrangeRequest, Arrangement, Arranger, ArrangerThread, arrange};
pub use curves::Curves;
pub use order::{OrderRow, RowContent, RowOrder};
pub use selection::RowSelection;
pub use state::Monitor;
