//! What the tests of panes and the window's benchmark put in place of the machine, of runs and of threads.

mod action_runner;
mod arranger;
mod feed;
#[path = "../../scripted/machine.rs"]
pub mod machine;
#[path = "../../scripted/pseudo.rs"]
pub mod pseudo;
mod run;

pub use action_runner::ScriptedActionRunner;
pub use arranger::SteppedArranger;
pub use feed::ScriptedFeed;
pub use machine::ScriptedSource;
pub use run::ScriptedRun;
