//! A group of processes, each with its name, that the main starts and waits for.

mod config;
mod listing;
mod program;

use super::{Features, Figure, Kind, Words};
use crate::run::program::{ProgramError, ReadyProgram, StartOptions};
use crate::run::validate::Problems;

pub use config::{MAX_MAIN_SECONDS, ProcessConfig, ProcessesConfig};

impl Kind for ProcessesConfig {
    fn check(&self, problems: &mut Problems) {
        self.check_fields(problems);
    }

    fn parts(&self) -> &'static [(&'static str, &'static str)] {
        &[("tasks", "name"), ("tasks", "daemon"), ("tasks", "join")]
    }

    fn listing(&self) -> String {
        listing::text(self)
    }

    fn process_count(&self, _: u32) -> usize {
        self.tasks.len()
    }

    fn features(&self) -> Features {
        Features::default()
    }

    fn words(&self) -> &'static Words {
        &Words {
            form: "form-kind-group",
            run: "lab-run-processes",
            start: "lab-start-processes",
        }
    }

    fn figures(&self) -> Vec<(&'static str, Figure)> {
        vec![("count", Figure::Count(self.tasks.len()))]
    }

    fn prepare(&self, options: &StartOptions) -> Result<ReadyProgram<'_>, ProgramError> {
        let engine = options.start_engine()?;
        Ok(engine.program(|engine, main| program::carry_out(self, engine, main)))
    }
}
