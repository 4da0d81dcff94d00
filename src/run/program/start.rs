//! How the program of a kind of run gets its children: it starts whatever starts them.

use std::sync::Arc;

use super::{CurrentPool, Main, ProgramError};
use crate::multiprocess::{Engine, EngineError, EngineOptions, Pool, Process};
use crate::run::children::Children;
use crate::run::event::Role;
use crate::run::event_translator::{EventTranslator, Identity};
use crate::run::gate::Gate;

/// What all children of a run are started with.
pub struct StartOptions {
    /// Added to their environment: it marks what belongs to the run.
    pub(in crate::run) environment: Vec<(String, String)>,
    pub(in crate::run) gate: Arc<Gate>,
    pub(in crate::run) seed: u64,
    /// Their limit of open files, where this process has raised its own.
    pub(in crate::run) open_files: Option<u64>,
    pub(in crate::run) translator: Arc<EventTranslator>,
    pub(in crate::run) pool: Arc<CurrentPool>,
}

impl StartOptions {
    /// An engine, for programs whose children are its processes. What they do becomes events of the run.
    pub fn start_engine(&self) -> Result<RunEngine, EngineError> {
        let options = EngineOptions {
            environment: self.environment.clone(),
            time_scale: self.gate.time_scale(),
            seed: self.seed,
            open_files: self.open_files,
            observer: Some(Arc::clone(&self.translator) as _),
            ..EngineOptions::default()
        };
        let engine = Engine::start_with_clock(options, self.gate.clock().clone())?;
        Ok(RunEngine {
            engine,
            translator: Arc::clone(&self.translator),
            pool: Arc::clone(&self.pool),
        })
    }
}

/// The main's code.
pub type CarryOut<'a> = Box<dyn FnOnce(&Main<'_>) -> Result<(), ProgramError> + 'a>;

/// A program that can be carried out, and the children that it will have.
pub struct ReadyProgram<'a> {
    /// What the main process does with the children, whoever starts them.
    pub children: Arc<dyn Children>,
    /// Runs the main's code to its end, or to where it was stopped.
    pub carry_out: CarryOut<'a>,
}

/// The engine of a run.
pub struct RunEngine {
    engine: Engine,
    translator: Arc<EventTranslator>,
    pool: Arc<CurrentPool>,
}

impl RunEngine {
    /// The program whose children are this engine's.
    pub fn program<'a>(
        self,
        carry_out: impl FnOnce(&Self, &Main<'_>) -> Result<(), ProgramError> + 'a,
    ) -> ReadyProgram<'a> {
        ReadyProgram {
            children: Arc::new(self.engine.clone()),
            carry_out: Box::new(move |main| carry_out(&self, main)),
        }
    }

    /// The engine itself.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Says what to call a process once it is started.
    pub fn introduce(&self, process: &Process, label: String, role: Role) {
        let identity = Identity { label, role };
        self.translator.introduce(process.id(), identity);
    }

    /// From now on requests for a pool are for this one, as long as it is there.
    pub fn serve(&self, pool: &Arc<Pool>) {
        self.pool.set(pool);
    }
}
