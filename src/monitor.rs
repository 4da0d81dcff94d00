//! Wing 1: what runs on this machine.
//!
//! One thread, the [`Sampler`], asks a [`Source`] once per interval and publishes an immutable [`Snapshot`] as `Arc`, with what
//! was made of it a [`Picture`]; views only read. A process is a [`crate::os::ProcKey`], never a pid. Every fact that may be unreadable is a [`Reading`]: a
//! value, or the reason why there is none.
//!
//! Only the [`sampler`] and what listens for it have threads, only [`source`] knows where the operating system keeps all
//! this, only [`control`] acts on processes, and only [`document`] touches files: everything else is pure. This wing knows
//! nothing of runs, tasks, windows and command lines.

pub mod arrange;
pub mod cgroup;
pub mod container;
pub mod control;
pub mod detail;
pub mod diff;
pub mod document;
pub mod ends;
pub mod event;
pub mod extra;
pub mod fact;
pub mod figure;
pub mod filter;
pub mod history;
pub mod limit;
pub mod moments;
pub mod naming;
mod pace;
pub mod picture;
pub mod ports;
pub mod process;
pub mod query;
pub mod reading;
pub mod sampler;
pub mod scheduling;
pub mod secret;
pub mod shortage;
pub mod snapshot;
pub mod source;
pub mod totals;
pub mod trail;
pub mod unit;
pub mod why;

pub use arrange::{Fold, Folds, Grouping, Line, RowId, Subject};
pub use detail::{Aspect, Look, ProcessDetail};
pub use ends::{Ended, EndedProcesses, Ends};
pub use event::{Heard, Listening};
pub use figure::{COLUMNS, CellContext, Direction, FIGURES, Figure, FigureId};
pub use filter::{Filter, FilterError};
pub use history::History;
pub use moments::{Moment, Moments, Past};
pub use picture::{Picture, Pictures};
pub use process::{CommandLine, CpuTimes, ProcState, ProcessRow};
pub use query::{Query, QueryResult, Sort};
pub use reading::{Reading, Unread};
pub use sampler::{Sampler, SamplerOptions};
pub use snapshot::{LimitedView, Snapshot, Tick};
pub use source::Source;
pub use totals::Totals;
pub use trail::Trails;
