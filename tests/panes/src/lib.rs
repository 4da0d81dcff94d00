//! What the tests of panes and the window's benchmark put in place of the machine, of runs and of threads.

mod arranger;
mod feed;
mod hands;
#[path = "../../scripted/machine.rs"]
pub mod machine;
mod run;

pub use arranger::SteppedArranger;
pub use feed::ScriptedFeed;
pub use hands::ScriptedHands;
pub use machine::ScriptedSource;
pub use run::ScriptedRun;
