//! What every benchmark of this folder is made of: rows, peers, turns and a table.

pub mod contest;
pub mod figure;
pub mod hogs;
pub mod options;
pub mod peer;
pub mod report;
pub mod row;
mod table;
