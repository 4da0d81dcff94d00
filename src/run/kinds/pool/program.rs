//! The main of a pool.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use super::{PoolConfig, PoolMode};
use crate::multiprocess::error::PoolError;
use crate::multiprocess::{ApplyError, ApplyOptions, AsyncResult, GetError, Pool, PoolOptions};
use crate::os::this;
use crate::run::call::CallConfig;
use crate::run::event::Stream;
use crate::run::program::{Main, ProgramError, RunEngine};
use crate::task::{self, value::Value};

/// How long the workers of a new pool are waited for at most, so that a machine that cannot start them still says so.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

pub(super) fn carry_out(config: &PoolConfig, engine: &RunEngine, main: &Main<'_>) -> Result<(), ProgramError> {
    let program = Program { config, main };
    let options = PoolOptions {
        processes: config.processes.map(|count| count as usize),
        initializer: config.initializer.as_ref().map(CallConfig::encode),
        max_tasks_per_child: config.max_tasks_per_child.map(u64::from),
    };
    let pool = main.call("Pool", "Pool", &config.arguments(), || {
        let waits = options.initializer.is_none();
        let pool = Pool::new(engine.engine(), options)?;
        if waits {
            // Costs a moment, and gives every run of a lesson the same picture: who comes first gets the first task. An
            // initializer, though, runs while the main goes on.
            pool.wait_until_ready(Some(READY_TIMEOUT));
        }
        Ok::<_, PoolError>(pool)
    })?;
    let pool = Arc::new(pool);
    engine.serve(&pool);
    match config.pool_mode() {
        PoolMode::Apply => {
            program.apply_all(&pool)?;
            program.close_and_join(&pool)?;
        }
        PoolMode::ApplyAsync => {
            let results = program.submit_all(&pool)?;
            program.close_and_join(&pool)?;
            if config.callback.is_none() {
                for result in &results {
                    main.call("result.get", "result.get", "", || {
                        program.show(result.get(None));
                    });
                }
            }
        }
    }
    main.finish();
    Ok(())
}

struct Program<'a> {
    config: &'a PoolConfig,
    main: &'a Main<'a>,
}

impl Program<'_> {
    fn apply_all(&self, pool: &Pool) -> Result<(), ProgramError> {
        let main = self.main;
        for call in &self.config.tasks {
            if main.is_stopped() {
                break;
            }
            let value = main.call("pool.apply", "pool.apply", &call.to_string(), || {
                // What `Pool::apply` is, but with the limits that it does not take.
                let result = pool.apply_call_async(call.encode(), self.limits(call))?;
                result.get(None).map_err(ApplyError::from)
            });
            match value {
                Err(ApplyError::Pool(PoolError::NotRunning)) if main.is_stopped() => break,
                Err(ApplyError::Pool(error)) => return Err(error.into()),
                Err(ApplyError::Task(error)) => self.show(Err(error)),
                Ok(value) => main.call("print", "print", "value", || self.show(Ok(value))),
            }
        }
        Ok(())
    }

    fn submit_all(&self, pool: &Pool) -> Result<Vec<AsyncResult<Vec<u8>>>, ProgramError> {
        let main = self.main;
        let mut results = Vec::with_capacity(self.config.tasks.len());
        let mut args = String::new();
        for call in &self.config.tasks {
            let options = self.options(call);
            args.clear();
            // Writing to a String cannot fail.
            write!(args, "{call}").ok();
            match main.call("pool.apply_async", "pool.apply_async", &args, || {
                pool.apply_call_async(call.encode(), options)
            }) {
                Ok(result) => results.push(result),
                Err(PoolError::NotRunning) if main.is_stopped() => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(results)
    }

    fn close_and_join(&self, pool: &Pool) -> Result<(), ProgramError> {
        self.main
            .call("pool.close", "pool.close", "", || pool.close());
        Ok(self
            .main
            .call("pool.join", "pool.join", "", || pool.join())?)
    }

    /// The functions of the main that results are given to; they print what they get with the main's pid.
    fn options(&self, call: &CallConfig) -> ApplyOptions<Vec<u8>> {
        let printer = |name: &String| {
            let (name, print) = (name.clone(), self.main.printer());
            move |what: String| {
                let pid = this::pid();
                print(Stream::Stdout, &format!("pid={pid} {name} {what}"));
            }
        };
        let mut options = self.limits(call);
        if let Some(print) = self.config.callback.as_ref().map(printer) {
            options = options.callback(move |bytes: Vec<u8>| print(text_of(&bytes)));
        }
        if let Some(print) = self.config.error_callback.as_ref().map(printer) {
            options = options.error_callback(move |error| print(error.to_string()));
        }
        options
    }

    /// How long a call may take and how often it is tried again.
    fn limits(&self, call: &CallConfig) -> ApplyOptions<Vec<u8>> {
        let seconds = self.config.timeout_of(call, self.main.gate().time_scale());
        let timeout = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        // Scaled down to nothing it is none, as are the sleeps.
        let timeout = timeout.filter(|timeout| !timeout.is_zero());
        ApplyOptions::new()
            .timeout(timeout)
            .retries(self.config.retries)
    }

    /// Prints a value as the main's own line, or the error that there is instead.
    fn show(&self, result: Result<Vec<u8>, GetError>) {
        match result {
            Ok(value) => self.main.print(Stream::Stdout, &text_of(&value)),
            Err(error) => self.main.print(Stream::Stderr, &error.to_string()),
        }
    }
}

/// A value as Python's `print` shows it.
fn text_of(bytes: &[u8]) -> String {
    match task::value_from_bytes(bytes) {
        Some(Value::Str(text)) => text,
        Some(value) => value.to_string(),
        None => format!("<{} bytes>", bytes.len()),
    }
}
