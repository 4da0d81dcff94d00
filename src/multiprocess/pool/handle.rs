//! `Pool`: what people call, with Python's names and rules.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::callbacks::{CallbackQueue, ErrorCallback, ValueCallback};
use super::core::{Limits, PoolCore};
use crate::multiprocess::engine::Engine;
use crate::multiprocess::engine::state::{Promise, State};
use crate::multiprocess::error::{PoolError, TooLarge};
use crate::multiprocess::observer::PoolState;
use crate::multiprocess::result::{AsyncResult, Cell, GetError};
use crate::multiprocess::wire::Call;
use crate::os::{Monotonic, this};

/// What a pool is to be like.
#[derive(Clone, Debug, Default)]
pub struct PoolOptions {
    /// How many workers; as many as the CPUs this process may use if left out.
    pub processes: Option<usize>,
    /// Run once in each worker before its first task.
    pub initializer: Option<Call>,
    /// Python's `maxtasksperchild`: a worker that has run so many tasks is replaced by a new one.
    pub max_tasks_per_child: Option<u64>,
}

/// What is done with a task's result in the main, before anybody gets it.
#[derive(Default)]
pub struct ApplyOptions {
    /// Gets the encoded value, on the pool's callback thread.
    pub callback: Option<ValueCallback>,
    /// Gets the error, on the pool's callback thread.
    pub error_callback: Option<ErrorCallback>,
    /// How long it may take, counted from when it begins; then it is ended with its worker. Python has no such thing.
    pub timeout: Option<Duration>,
    /// How often it is tried again when it fails, with a growing pause in between. Python has no such thing.
    pub retries: u32,
}

impl ApplyOptions {
    fn limits(&self) -> Limits {
        let nanos = |timeout: Duration| u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX);
        Limits {
            timeout_nanos: self.timeout.map(nanos),
            retries: self.retries,
        }
    }
}

/// So many worker processes and one queue of tasks. Dropping it terminates it, as in Python.
pub struct Pool {
    engine: Engine,
    /// Its place among the engine's pools.
    index: usize,
    callbacks: Arc<CallbackQueue>,
}

impl Pool {
    /// Starts the workers, and returns once each runs or could not be started.
    pub fn new(engine: &Engine, options: PoolOptions) -> Result<Self, PoolError> {
        let processes = options
            .processes
            .unwrap_or_else(|| this::usable_cpus() as usize);
        if let Some(initializer) = &options.initializer {
            TooLarge::check(&initializer.payload)?;
        }
        let shared = engine.shared();
        let watched = shared.observer.is_some();
        let core = PoolCore::new(processes, options.max_tasks_per_child, watched)?;
        let callbacks = Arc::new(CallbackQueue::default());
        let (queue, observer) = (Arc::clone(&callbacks), shared.observer.clone());
        let serve = move || queue.serve(observer.as_deref());
        std::thread::Builder::new()
            .name("callbacks".to_owned())
            .spawn(serve)
            .map_err(|error| PoolError::NoThread(error.to_string()))?;
        let mut state = shared.state.lock();
        let pool = state.add_pool(core, options.initializer, Arc::clone(&callbacks));
        let workers = state.workers(pool);
        // As in Python, the workers' pids are there when the pool is.
        shared.wait_from(state, None, |state| {
            state.have_started(&workers).then_some(())
        });
        Ok(Self {
            engine: engine.clone(),
            index: pool,
            callbacks,
        })
    }

    /// Runs one call in a worker and waits for its value.
    pub fn apply(&self, call: Call) -> Result<Vec<u8>, ApplyError> {
        if self.callbacks.is_this_thread() {
            return Err(ApplyError::Pool(PoolError::ApplyInCallback));
        }
        let result = self.apply_async(call, ApplyOptions::default())?;
        Ok(result.get(None)?)
    }

    /// Puts one call into the pool's queue.
    pub fn apply_async(&self, call: Call, options: ApplyOptions) -> Result<AsyncResult, PoolError> {
        TooLarge::check(&call.payload)?;
        let with_callback = options.callback.is_some() || options.error_callback.is_some();
        let callbacks = with_callback.then(|| Arc::clone(&self.callbacks));
        let cell = Arc::new(Cell::default());
        let limits = options.limits();
        let promise = Promise {
            cell: Arc::clone(&cell),
            callback: options.callback,
            error_callback: options.error_callback,
        };
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        let task = state.submit(self.index, call, limits, promise)?;
        shared.settle(state);
        Ok(AsyncResult::new(self.index, task, cell, callbacks, shared))
    }

    /// Waits until each worker is ready for tasks or has failed to become so, at most so long; whether that is so. Nobody
    /// needs to: tasks wait for workers. But who waits before the first task knows which worker gets it: the first one.
    pub fn wait_until_ready(&self, timeout: Option<Duration>) -> bool {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let ready = |state: &mut State| {
            let core = &mut state.pool(self.index)?.core;
            core.line_up().then_some(())
        };
        self.engine.shared().wait_for(deadline, ready).is_some()
    }

    /// How many workers it is to have.
    pub fn processes(&self) -> usize {
        let mut state = self.engine.shared().state.lock();
        state
            .pool(self.index)
            .map_or(0, |pool| pool.core.processes())
    }

    /// Changes the number of workers while it runs, or is closed and has tasks that wait: new ones start at once, those too many finish what they run and leave.
    pub fn resize(&self, processes: usize) -> Result<(), PoolError> {
        let mut resized = Ok(());
        self.change(|core| resized = core.resize(processes, Monotonic::now()));
        resized
    }

    /// Ends a task by its number, as [`AsyncResult::cancel`] does. False if it has ended, or there never was one.
    pub fn cancel(&self, task: u64) -> bool {
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        let cancelled = state.cancel(self.index, task);
        shared.settle(state);
        cancelled
    }

    /// Stops a worker where it is; its waiting tasks go to others, and the clock of the one it runs stands still. False if
    /// no worker of this pool has that pid.
    pub fn suspend(&self, pid: u32) -> bool {
        self.engine.suspend(pid)
    }

    /// Lets a suspended worker go on.
    pub fn resume(&self, pid: u32) -> bool {
        self.engine.resume(pid)
    }

    /// Takes no more tasks; those it has will be done.
    pub fn close(&self) {
        self.change(PoolCore::close);
    }

    /// Ends the workers and whatever they started; tasks that have not ended are cancelled.
    pub fn terminate(&self) {
        self.change(PoolCore::terminate);
    }

    /// Waits until every worker has ended and every callback has run; only after `close` or `terminate`.
    pub fn join(&self) -> Result<(), PoolError> {
        if self.callbacks.is_this_thread() {
            return Err(PoolError::JoinInCallback);
        }
        let shared = self.engine.shared();
        if shared
            .state
            .lock()
            .pool(self.index)
            .is_some_and(|pool| pool.core.state() == PoolState::Running)
        {
            return Err(PoolError::StillRunning);
        }
        shared.wait_for(None, |state| {
            state
                .pool(self.index)
                .is_none_or(|pool| pool.has_ended())
                .then_some(())
        });
        self.callbacks.wait_until_idle();
        Ok(())
    }

    fn change(&self, change: impl FnOnce(&mut PoolCore)) {
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        if let Some(pool) = state.pool(self.index) {
            change(&mut pool.core);
        }
        state.carry_out(self.index);
        shared.settle(state);
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Its callback thread ends with its last worker.
        self.terminate();
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
