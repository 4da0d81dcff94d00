//! `Pool`: what people call, with Python's names and rules.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::ApplyOptions;
use super::callbacks::CallbackQueue;
use super::core::{Limits, PoolCore, Submitter};
use super::promise::Promise;
use crate::multiprocess::engine::state::State;
use crate::multiprocess::engine::{Engine, Topic};

use crate::multiprocess::error::PoolError;
use crate::multiprocess::observer::PoolState;
use crate::multiprocess::result::{AsyncResult, Cell, Decode, GetError, Source, leave_encoded};
use crate::multiprocess::wire::Call;
use crate::os::{Monotonic, this};

/// What a pool is to be like.
#[derive(Clone, Debug, Default)]
pub struct PoolOptions {
    /// How many workers; as many as the CPUs this process may use if left out.
    pub processes: Option<usize>,
    /// Run once in each worker before its first task.
    #[doc(alias = "initargs")]
    pub initializer: Option<Call>,
    /// Python's `maxtasksperchild`: a worker that has run so many tasks is replaced by a new one.
    #[doc(alias = "maxtasksperchild")]
    pub max_tasks_per_child: Option<u64>,
}

/// So many worker processes and one queue of tasks.
///
/// Leaving its scope is what leaving `with Pool() as pool:` is in Python: dropping it terminates it, and what was not done
/// by then never will be. Nobody waits for that for ever: its results are errors. To have everything done,
/// [`close`](Self::close) and [`join`](Self::join) it.
///
/// ```standalone_crate
/// use std::process::ExitCode;
///
/// use proclab::multiprocess::{
///     ApplyOptions, Callable, Engine, EngineOptions, Function, Pool, PoolOptions, worker,
/// };
///
/// static SQUARE: Function<i64, i64> = Function::new("square", |n| n * n);
/// static ROOT: Function<f64, f64, String> = Function::fallible("root", |x| {
///     if x < 0.0 {
///         return Err(format!("{x} is negative"));
///     }
///     Ok(x.sqrt())
/// });
/// static FUNCTIONS: &[&dyn Callable] = &[&SQUARE, &ROOT];
///
/// fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
///     if let Some(code) = worker::enter(FUNCTIONS) {
///         return Ok(code);
///     }
///     let engine = Engine::start(EngineOptions::default())?;
///     let options = PoolOptions {
///         processes: Some(2),
///         ..PoolOptions::default()
///     };
///     let pool = Pool::new(&engine, options)?;
///
///     assert_eq!(pool.apply(&ROOT, 9.0)?, 3.0);
///     let error = pool.apply(&ROOT, -9.0).unwrap_err();
///     assert_eq!(error.to_string(), "RuntimeError: -9 is negative");
///
///     let options = ApplyOptions::new()
///         .callback(|value| println!("it is {value}"))
///         .error_callback(|error| println!("there is none: {error}"))
///         .retries(2);
///     pool.apply_async_with(&SQUARE, 7, options)?;
///
///     pool.close();
///     pool.join()?;
///     Ok(ExitCode::SUCCESS)
/// }
/// ```
pub struct Pool {
    pub(super) engine: Engine,
    /// Its number among the engine's pools.
    pub(super) index: usize,
    pub(super) callbacks: Arc<CallbackQueue>,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

impl Pool {
    /// Starts the workers, and returns once each runs or could not be started.
    pub fn new(engine: &Engine, options: PoolOptions) -> Result<Self, PoolError> {
        let processes = options
            .processes
            .unwrap_or_else(|| this::usable_cpus() as usize);
        let mut initializer = options.initializer;
        if let Some(call) = &mut initializer {
            call.make_sendable()?;
        }
        let shared = engine.shared();
        let watched = shared.observer.is_some();
        let core = PoolCore::new(processes, options.max_tasks_per_child, watched)?;
        let callbacks = Arc::new(CallbackQueue::default());
        let (queue, observer) = (Arc::clone(&callbacks), shared.observer.clone());
        let number = shared.number;
        let serve = move || queue.serve(number, observer.as_deref());
        std::thread::Builder::new()
            .name("callbacks".to_owned())
            .spawn(serve)
            .map_err(|error| PoolError::NoThread(error.to_string()))?;
        let mut state = shared.state.lock();
        let pool = state.add_pool(core, initializer, Arc::clone(&callbacks));
        let workers = state.workers(pool);
        // As in Python, the workers' pids are there when the pool is.
        shared.wait_from(state, Topic::Children, None, |state| {
            state.have_started(&workers).then_some(())
        });
        Ok(Self {
            engine: engine.clone(),
            index: pool,
            callbacks,
        })
    }

    /// Runs one call in a worker and waits for its encoded value.
    pub fn apply_call(&self, call: Call) -> Result<Vec<u8>, ApplyError> {
        self.refuse_in_callback(PoolError::ApplyInCallback)?;
        let result = self.apply_call_async(call, ApplyOptions::new())?;
        Ok(result.get(None)?)
    }

    /// Puts one call into the pool's queue; its value is left encoded.
    pub fn apply_call_async(
        &self,
        call: Call,
        options: ApplyOptions<Vec<u8>>,
    ) -> Result<AsyncResult<Vec<u8>>, PoolError> {
        self.submit_call(call, leave_encoded, options)
    }

    pub(super) fn submit_call<T: 'static>(
        &self,
        mut call: Call,
        decode: Decode<T>,
        options: ApplyOptions<T>,
    ) -> Result<AsyncResult<T>, PoolError> {
        call.make_sendable()?;
        let limits = options.limits()?;
        let handler = options.handler(decode);
        let handed_out_by = handler.is_some().then(|| Arc::clone(&self.callbacks));
        let cell = Arc::new(Cell::default());
        let promise = Promise::Call {
            cell: Arc::clone(&cell),
            handler,
        };
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        let task = state.submit(self.index, call, limits, Submitter::Caller, promise)?;
        if state.actions.is_empty() {
            // It waits until a worker has room: nobody needs to be woken for that.
            drop(state);
        } else {
            shared.settle(state);
        }
        let source = Source::Call { task, cell };
        Ok(AsyncResult::new(
            self.index,
            source,
            decode,
            handed_out_by,
            shared,
        ))
    }

    /// Puts chunks into the pool's queue, all at once; returns their tasks. On an error those before it stay there.
    pub(super) fn submit_chunks(
        &self,
        chunks: impl IntoIterator<Item = (Call, Promise)>,
        limits: Limits,
        by: Submitter,
    ) -> Result<Vec<u64>, PoolError> {
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        let tasks = chunks
            .into_iter()
            .map(|(call, promise)| state.submit(self.index, call, limits, by, promise))
            .collect();
        shared.settle_and_serve(state);
        tasks
    }

    /// Refuses to wait on the thread that everybody waits for.
    pub(super) fn refuse_in_callback(&self, error: PoolError) -> Result<(), PoolError> {
        if self.callbacks.is_this_thread() {
            return Err(error);
        }
        Ok(())
    }

    /// Waits until each worker is ready for tasks or has failed to become so, at most so long; whether that is so. Nobody
    /// needs to: tasks wait for workers. But who waits before the first task knows which worker gets it: the first one.
    pub fn wait_until_ready(&self, timeout: Option<Duration>) -> bool {
        let shared = self.engine.shared();
        let deadline = timeout.and_then(|timeout| shared.clock.after(timeout));
        let ready = |state: &mut State| {
            let core = &mut state.pool(self.index)?.core;
            core.line_up().then_some(())
        };
        let found = shared.wait_for(Topic::Children, deadline, ready);
        found.is_some()
    }

    /// How many workers it is to have.
    pub fn processes(&self) -> usize {
        let mut state = self.engine.shared().state.lock();
        state
            .pool(self.index)
            .map_or(0, |pool| pool.core.processes())
    }

    /// How many workers it is to have, and how many tasks each typically ends in so much time.
    pub(super) fn workers_and_tasks_within(&self, nanos: u64) -> (usize, usize) {
        let mut state = self.engine.shared().state.lock();
        state.pool(self.index).map_or((0, 0), |pool| {
            (pool.core.processes(), pool.core.tasks_within(nanos))
        })
    }

    /// Changes the number of workers while it runs, or is closed and has tasks that wait: new ones start at once, those too many finish what they run and leave.
    pub fn resize(&self, processes: usize) -> Result<(), PoolError> {
        self.change(|core| core.resize(processes, Monotonic::now()))
            .unwrap_or(Err(PoolError::NotRunning))
    }

    /// Ends a task by its number, as [`AsyncResult::cancel`] does. False if it has ended, or there never was one.
    pub fn cancel(&self, task: u64) -> bool {
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        let cancelled = state.cancel(self.index, &[task]);
        shared.settle(state);
        cancelled
    }

    /// Stops a worker where it is; its waiting tasks go to others, and the clock of the one it runs stands still. False if
    /// no worker of this pool has that pid.
    pub fn suspend(&self, pid: u32) -> bool {
        self.engine.set_suspended(Some(self.index), pid, true)
    }

    /// Lets a suspended worker go on. False if no worker of this pool has that pid.
    pub fn resume(&self, pid: u32) -> bool {
        self.engine.set_suspended(Some(self.index), pid, false)
    }

    /// Takes no more tasks; those it has will be done.
    pub fn close(&self) {
        self.change(PoolCore::close);
    }

    /// Ends the workers and their process groups, and so what their tasks started, unless that has left the group (`setsid`,
    /// as daemons do); tasks that have not ended are cancelled. Does not wait for their ends, as
    /// Python's does: [`join`](Self::join) does, and until then [`Engine::active_children`] may list them.
    pub fn terminate(&self) {
        self.change(PoolCore::terminate);
    }

    /// Waits until every worker has ended and every callback has run; only after `close` or `terminate`.
    pub fn join(&self) -> Result<(), PoolError> {
        self.refuse_in_callback(PoolError::JoinInCallback)?;
        let shared = self.engine.shared();
        if let Some(pool) = shared.state.lock().pool(self.index) {
            match pool.core.state() {
                PoolState::Running => return Err(PoolError::StillRunning),
                PoolState::Closed if pool.core.has_imaps() => return Err(PoolError::ImapNotRead),
                _ => {}
            }
        }
        shared.wait_for(Topic::Children, None, |state| {
            state
                .pool(self.index)
                .is_none_or(|pool| pool.has_ended())
                .then_some(())
        });
        self.callbacks.wait_until_idle();
        Ok(())
    }

    pub(super) fn change<R>(&self, change: impl FnOnce(&mut PoolCore) -> R) -> Option<R> {
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        let changed = state.pool(self.index).map(|pool| change(&mut pool.core));
        state.carry_out(self.index);
        shared.settle(state);
        changed
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Its callback thread ends with its last worker.
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        state.drop_pool(self.index);
        shared.settle(state);
    }
}

/// Why `apply` gives no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The pool refused the call.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// The task gave no value.
    #[error(transparent)]
    Task(#[from] GetError),
}
