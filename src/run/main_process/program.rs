//! The main's own code: what stands in the listing, carried out call by call.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use super::control::Desk;
use super::steps::Steps;
use super::stop::Stopper;
use crate::multiprocess::error::{PoolError, ProcessError, QueueError};
use crate::multiprocess::{
    ApplyError, ApplyOptions, AsyncResult, Engine, GetError, Pool, PoolOptions, Process, Queue,
};
use crate::run::config::{CallConfig, PoolMode, QueueConfig, RunConfig, RunKind};
use crate::run::event::{Role, Stream};
use crate::run::witness::{Identity, Witness};
use crate::task::{self, value::Value};

/// How long the workers of a new pool are waited for at most, so that a machine that cannot start them still says so.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// Why the main could not go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProgramError {
    #[error(transparent)]
    Pool(#[from] PoolError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Runs the main's code to its end, or to where it was stopped.
pub(super) fn carry_out(
    config: &RunConfig,
    engine: &Engine,
    steps: &Steps<'_>,
    stopper: &Stopper,
    desk: &Desk,
) -> Result<(), ProgramError> {
    let program = Program {
        config,
        engine,
        steps,
        stopper,
        desk,
    };
    match config.kind {
        RunKind::Processes => program.processes(),
        RunKind::Pool => program.pool(),
        RunKind::ProducerConsumer => program.producer_consumer(),
    }
}

struct Program<'a> {
    config: &'a RunConfig,
    engine: &'a Engine,
    steps: &'a Steps<'a>,
    stopper: &'a Stopper,
    desk: &'a Desk,
}

impl Program<'_> {
    fn processes(&self) -> Result<(), ProgramError> {
        for (index, call) in self.config.tasks.iter().enumerate() {
            if self.stopper.is_stopped() {
                return Ok(());
            }
            let number = index + 1;
            let mut process = Process::new(self.engine, encode(call));
            if let Some(name) = &call.name {
                process = process.with_name(name.clone());
            }
            process = process.with_os_name(format!("process-{number}"));
            process.set_daemon(call.daemon)?;
            let identity = Identity {
                label: format!("P{number}"),
                role: Role::Process,
            };
            self.steps.witness.introduce(process.id(), identity);
            let (start, join) = (format!("start {number}"), format!("join {number}"));
            let args = call.to_string();
            self.steps
                .call(&start, &format!("p{number}.start"), &args, || {
                    process.start()
                })?;
            if call.join {
                self.steps
                    .call(&join, &format!("p{number}.join"), "", || process.join(None))?;
            }
        }
        if let Some(words) = &self.config.main_prints {
            let print = || self.steps.witness.print(Stream::Stdout, words);
            self.steps
                .call("print", "print", &format!("{words:?}"), print);
        }
        if self.config.main_seconds > 0.0 {
            let seconds = self.config.main_seconds;
            let sleep = || self.stopper.sleep(seconds * self.config.time_scale);
            self.steps
                .call("sleep", "time.sleep", &seconds.to_string(), sleep);
        }
        self.steps.finish();
        Ok(())
    }

    fn pool(&self) -> Result<(), ProgramError> {
        let processes = self.config.processes.map(|count| count as usize);
        let initializer = self.config.initializer.as_ref().map(encode);
        let shown = self.config.pool_arguments();
        let options = PoolOptions {
            processes,
            initializer,
            max_tasks_per_child: self.config.max_tasks_per_child.map(u64::from),
        };
        let pool = self.steps.call("Pool", "Pool", &shown, || {
            let waits = options.initializer.is_none();
            let pool = Pool::new(self.engine, options)?;
            if waits {
                // Costs a moment, and gives every run of a lesson the same picture: who comes first gets the first task. An
                // initializer, though, runs while the main goes on.
                pool.wait_until_ready(Some(READY_TIMEOUT));
            }
            Ok::<_, PoolError>(pool)
        })?;
        let pool = Arc::new(pool);
        self.desk.know_pool(&pool);
        match self.config.pool_mode() {
            PoolMode::Apply => {
                self.apply_all(&pool)?;
                self.close_and_join(&pool)?;
                self.steps.finish();
            }
            PoolMode::ApplyAsync => {
                let results = self.submit_all(&pool)?;
                self.close_and_join(&pool)?;
                if self.config.callback.is_none() {
                    results.iter().for_each(|result| {
                        self.steps.call("result.get", "result.get", "", || {
                            self.show(result.get(None));
                        });
                    });
                    self.steps.finish();
                } else {
                    self.steps.finish();
                }
            }
        }
        Ok(())
    }

    fn apply_all(&self, pool: &Pool) -> Result<(), ProgramError> {
        for call in &self.config.tasks {
            if self.stopper.is_stopped() {
                break;
            }
            let value = self
                .steps
                .call("pool.apply", "pool.apply", &call.to_string(), || {
                    // What `Pool::apply` is, but with the limits that it does not take.
                    let result = pool.apply_call_async(encode(call), self.limits(call))?;
                    result.get(None).map_err(ApplyError::from)
                });
            match value {
                Err(ApplyError::Pool(PoolError::NotRunning)) if self.stopper.is_stopped() => break,
                Err(ApplyError::Pool(error)) => return Err(error.into()),
                Err(ApplyError::Task(error)) => self.show(Err(error)),
                Ok(value) => self
                    .steps
                    .call("print", "print", "value", || self.show(Ok(value))),
            }
        }
        Ok(())
    }

    fn submit_all(&self, pool: &Pool) -> Result<Vec<AsyncResult<Vec<u8>>>, ProgramError> {
        let mut results = Vec::with_capacity(self.config.tasks.len());
        let mut args = String::new();
        for call in &self.config.tasks {
            let options = self.options(call);
            args.clear();
            // Writing to a String cannot fail.
            write!(args, "{call}").ok();
            match self
                .steps
                .call("pool.apply_async", "pool.apply_async", &args, || {
                    pool.apply_call_async(encode(call), options)
                }) {
                Ok(result) => results.push(result),
                Err(PoolError::NotRunning) if self.stopper.is_stopped() => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(results)
    }

    fn close_and_join(&self, pool: &Pool) -> Result<(), ProgramError> {
        self.steps
            .call("pool.close", "pool.close", "", || pool.close());
        Ok(self
            .steps
            .call("pool.join", "pool.join", "", || pool.join())?)
    }

    /// The functions of the main that results are given to; they print what they get with the main's pid.
    fn options(&self, call: &CallConfig) -> ApplyOptions<Vec<u8>> {
        let printer = |name: &String| {
            let (name, witness) = (name.clone(), Arc::clone(self.steps.witness));
            move |what: String| {
                let pid = crate::os::this::pid();
                witness.print(Stream::Stdout, &format!("pid={pid} {name} {what}"));
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
        let seconds = self.config.timeout_of(call);
        let timeout = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        // Scaled down to nothing it is none, as are the sleeps.
        let timeout = timeout.filter(|timeout| !timeout.is_zero());
        ApplyOptions::new()
            .timeout(timeout)
            .retries(self.config.retries)
    }

    /// Prints a value as the main's own line, or the error that there is instead.
    fn show(&self, result: Result<Vec<u8>, GetError>) {
        let witness: &Witness = self.steps.witness;
        match result {
            Ok(value) => witness.print(Stream::Stdout, &text_of(&value)),
            Err(error) => witness.print(Stream::Stderr, &error.to_string()),
        }
    }

    fn producer_consumer(&self) -> Result<(), ProgramError> {
        let mut queues = Vec::with_capacity(self.config.queues.len());
        for QueueConfig { name, maxsize } in &self.config.queues {
            let shown = if *maxsize == 0 {
                String::new()
            } else {
                maxsize.to_string()
            };
            queues.push(self.steps.call("Queue", "Queue", &shown, || {
                Queue::new(self.engine, name, *maxsize)
            })?);
        }
        let producers = self.start_all(&self.config.producers, Role::Producer)?;
        let consumers = self.start_all(&self.config.consumers, Role::Consumer)?;
        self.join_producers(&producers, &consumers, &queues)?;
        let sentinels = self.config.sentinels.unwrap_or(0);
        for name in self.config.sentinel_queues() {
            let Some(queue) = queues.iter().find(|queue| queue.name() == name) else {
                continue;
            };
            let sentinel = task::bytes_from_value(&Value::Null);
            let put = self.steps.call("put", &format!("{name}.put"), "None", || {
                queue.put(sentinel)
            });
            if put.is_err() {
                break;
            }
        }
        if (sentinels as usize) < consumers.len() && !self.stopper.is_stopped() {
            let (count, short) = (consumers.len(), consumers.len() - sentinels as usize);
            self.complain(&format!("{count} consumers, but {sentinels} sentinels were put: {short} of them will wait for ever"));
        }
        self.join_all(&consumers, "join consumers")?;
        self.steps.finish();
        Ok(())
    }

    /// Joins the producers. If all consumers end before them, nobody empties a bounded queue any more: then all are closed, so
    /// that whoever puts gets an error instead of waiting for ever.
    fn join_producers(
        &self,
        producers: &[(String, Process)],
        consumers: &[(String, Process)],
        queues: &[Queue],
    ) -> Result<(), ProgramError> {
        let is_bounded = queues.iter().any(|queue| queue.maxsize() > 0);
        for (label, producer) in producers {
            self.steps
                .call("join producers", &format!("{label}.join"), "", || {
                    while is_bounded && producer.is_alive()? {
                        let alive = |process: &&Process| process.is_alive().unwrap_or(false);
                        let mut watched: Vec<_> = consumers
                            .iter()
                            .map(|(_, consumer)| consumer)
                            .filter(alive)
                            .collect();
                        if watched.is_empty() {
                            let words = match queues {
                                [_] => "every consumer has ended: the queue is closed",
                                _ => "every consumer has ended: the queues are closed",
                            };
                            self.complain(words);
                            queues.iter().for_each(Queue::close);
                            break;
                        }
                        watched.push(producer);
                        Process::wait_any(&watched, None);
                    }
                    producer.join(None)
                })?;
        }
        Ok(())
    }

    /// Prints a line of the main's own to its standard error.
    fn complain(&self, words: &str) {
        self.steps
            .witness
            .print(Stream::Stderr, &format!("main: {words}"));
    }

    fn start_all(
        &self,
        calls: &[CallConfig],
        role: Role,
    ) -> Result<Vec<(String, Process)>, ProgramError> {
        let letter = if role == Role::Producer { 'P' } else { 'C' };
        let mut started = Vec::with_capacity(calls.len());
        for (index, call) in calls.iter().enumerate() {
            if self.stopper.is_stopped() {
                break;
            }
            let label = format!("{letter}{}", index + 1);
            let os_name = match (role, call.args.first()) {
                (Role::Producer, Some(Value::Str(name))) => format!("{}-{name}", call.target),
                _ => format!("{}-{label}", call.target),
            };
            let mut process = Process::new(self.engine, encode(call)).with_os_name(os_name);
            let identity = Identity {
                label: label.clone(),
                role,
            };
            self.steps.witness.introduce(process.id(), identity);
            self.steps.call(
                "start",
                &format!("{label}.start"),
                &call.to_string(),
                || process.start(),
            )?;
            started.push((label, process));
        }
        Ok(started)
    }

    fn join_all(&self, processes: &[(String, Process)], key: &str) -> Result<(), ProgramError> {
        for (label, process) in processes {
            self.steps
                .call(key, &format!("{label}.join"), "", || process.join(None))?;
        }
        Ok(())
    }
}

fn encode(call: &CallConfig) -> crate::multiprocess::wire::Call {
    task::call_with(&call.target, &call.args, &call.kwargs)
}

/// A value as Python's `print` shows it.
fn text_of(bytes: &[u8]) -> String {
    match task::value_from_bytes(bytes) {
        Some(Value::Str(text)) => text,
        Some(value) => value.to_string(),
        None => format!("<{} bytes>", bytes.len()),
    }
}
