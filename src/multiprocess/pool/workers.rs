//! A pool's workers, as they are now.

use super::Pool;
use crate::multiprocess::engine::state::State;
use crate::os::ChildKey;

/// One worker of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// Its pid and when it was started.
    pub key: ChildKey,
    /// Its name, such as `SpawnPoolWorker-1`.
    pub name: String,
    /// What it is doing.
    pub state: WorkerState,
    /// The task that it has begun and not ended, by the numbers of [`AsyncResult::tasks`](crate::multiprocess::AsyncResult::tasks).
    pub task: Option<u64>,
}

/// What a worker is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerState {
    /// It was started, and has not ended its initializer.
    Starting,
    /// It waits for a task.
    Idle,
    /// It has tasks.
    Busy,
    /// It stands still, until [`Pool::resume`].
    Suspended,
    /// It gets no more tasks, and is about to end.
    Leaving,
}

impl Pool {
    /// Its living workers in the order of their places: those of this very moment, for the next one may be another. Python
    /// has only the private `_pool`.
    ///
    /// ```no_run
    /// # use proclab::multiprocess::Pool;
    /// # fn show(pool: &Pool) {
    /// for worker in pool.workers() {
    ///     println!("{} {:?}", worker.key.pid, worker.state);
    /// }
    /// # }
    /// ```
    pub fn workers(&self) -> Vec<Worker> {
        let state: &State = &self.engine.shared().state.lock();
        state.living_workers(self.index)
    }
}
