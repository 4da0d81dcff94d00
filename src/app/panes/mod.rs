//! The panes: each draws one part of a place from state that it only reads.

pub mod activity;
pub mod code;
mod column_chooser;
mod copying_menu;
mod detail_curves;
mod detail_ended;
mod detail_list;
mod detail_lists;
mod detail_overview;
mod ended_cell;
pub mod items;
pub mod launcher;
pub mod logs;
mod machine_figures;
mod machine_strip;
mod process_cell;
mod process_detail;
mod process_row;
mod process_table;
mod process_trail;
mod reason;
pub mod results;
mod row_menu;
mod sight;
mod table_header;
mod timeline;
pub mod workers;

pub use column_chooser::columns_button_ui;
pub use machine_figures::StripData;
pub use machine_strip::machine_strip_ui;
pub use process_detail::{DetailData, ProcessDetailPane};
pub use process_table::{ProcessTable, TableData};
pub use timeline::{TimelineData, timeline_ui};
