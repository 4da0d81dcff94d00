//! The first place: every process of this machine.
//!
//! - [`state::Monitor`] carries out commands, [`update`] takes in new snapshots.
//! - [`order`] decides which row stands where, on the thread of [`arranger`]; [`motion`] moves the selection through the rows,
//!   [`selection`] holds it.
//! - [`layout`] places the bar, the [`strip`], the [`table`] and the [`detail`]; [`filter_bar`] is the filter's field, [`status`]
//!   the line below.
//! - [`actions`] are what can be done to processes; [`compare`] and [`export`] work on snapshots.

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
