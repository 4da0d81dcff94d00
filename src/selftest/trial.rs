//! One trial: an engine of its own, what it tells, and what this process had before it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::misdeed::Misdeed;
use super::story::{Observed, Story};
use crate::multiprocess::{ApplyOptions, AsyncResult, Engine, EngineOptions, Pool, PoolOptions};
use crate::os::{ProcKey, Stat, processes, this};

/// Nothing in a trial takes longer unless it hangs.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How long threads and processes that have ended may take to be gone.
const SETTLE: Duration = Duration::from_secs(3);

/// What a misdeed gives, some day.
pub type Asked = AsyncResult<Vec<u8>>;

/// Something was not as it should be.
#[derive(Debug)]
pub struct Surprise(pub String);

impl fmt::Display for Surprise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Surprise {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// An error unless it is so.
pub fn expect(so: bool, otherwise: impl FnOnce() -> String) -> Result<(), Surprise> {
    if so {
        Ok(())
    } else {
        Err(Surprise(otherwise()))
    }
}

/// An engine with everything that it told.
pub struct Trial {
    /// The engine.
    pub engine: Engine,
    /// What it told.
    pub story: Arc<Story>,
    /// Whether there is time for the long version.
    pub long: bool,
}

impl Trial {
    /// A trial whose workers are this program, or the one given.
    pub fn begin(program: Option<PathBuf>, long: bool) -> Result<Self, Surprise> {
        Self::with(EngineOptions {
            program: program.unwrap_or_else(this::program),
            ..EngineOptions::default()
        })
        .map(|trial| Self { long, ..trial })
    }

    /// A trial of an engine with these options, but for its observer.
    pub fn with(options: EngineOptions) -> Result<Self, Surprise> {
        let story = Arc::new(Story::default());
        let engine = Engine::start(EngineOptions {
            observer: Some(Arc::clone(&story) as _),
            ..options
        })?;
        Ok(Self {
            engine,
            story,
            long: false,
        })
    }

    /// A pool of so many workers.
    pub fn pool(&self, processes: usize) -> Result<Pool, Surprise> {
        let options = PoolOptions {
            processes: Some(processes),
            ..PoolOptions::default()
        };
        Ok(Pool::new(&self.engine, options)?)
    }

    /// Waits until somebody has begun the task; says who.
    pub fn runner_of(&self, result: &Asked) -> Result<ProcKey, Surprise> {
        let wanted = result.tasks();
        let pid = self.wait_for("the task's start", |told| match told {
            Observed::TaskStarted { task, pid } if wanted.contains(task) => Some(*pid),
            _ => None,
        })?;
        key_of(pid)
    }

    /// Waits until so many workers are ready; says which.
    pub fn ready(&self, count: usize) -> Result<Vec<ProcKey>, Surprise> {
        let mut pids = Vec::new();
        while pids.len() < count {
            let pid = self.wait_for("a ready worker", |told| match told {
                Observed::Ready { pid } if !pids.contains(pid) => Some(*pid),
                _ => None,
            })?;
            pids.push(pid);
        }
        pids.into_iter().map(key_of).collect()
    }

    /// Waits until somebody has written this line; says who.
    pub fn writer_of(&self, line: &str) -> Result<u32, Surprise> {
        self.wait_for(line, |told| match told {
            Observed::Line { pid, text, .. } if text == line => Some(*pid),
            _ => None,
        })
    }

    /// Waits until something was told.
    pub fn wait_for<T>(
        &self,
        what: &str,
        wanted: impl Fn(&Observed) -> Option<T>,
    ) -> Result<T, Surprise> {
        self.story
            .wait_for(Instant::now() + PATIENCE, wanted)
            .ok_or_else(|| {
                Surprise(format!(
                    "waited in vain for {what}: {:?}",
                    self.story.so_far()
                ))
            })
    }
}

fn key_of(pid: u32) -> Result<ProcKey, Surprise> {
    let stat = processes::stat_of(pid).ok_or_else(|| Surprise(format!("{pid} is gone")))?;
    Ok(stat.key())
}

/// Puts a misdeed into the pool's queue.
pub fn ask(pool: &Pool, misdeed: &Misdeed) -> Result<Asked, Surprise> {
    Ok(pool.apply_call_async(misdeed.call(), ApplyOptions::new())?)
}

/// The number that a good task returned.
pub fn number(result: &Asked) -> Result<u64, Surprise> {
    let bytes = result.get(Some(PATIENCE))?;
    let bytes = <[u8; 8]>::try_from(bytes).map_err(|bytes| Surprise(format!("{bytes:?}")))?;
    Ok(u64::from_le_bytes(bytes))
}

/// What a process has of its own. Attributable only where nothing else goes on in the process.
#[derive(Debug, PartialEq, Eq)]
pub struct Belongings {
    descriptors: usize,
    threads: BTreeMap<String, usize>,
    children: Vec<ProcKey>,
}

impl Belongings {
    /// What this process has now.
    pub fn now() -> Self {
        let mut threads = BTreeMap::new();
        for name in this::thread_names() {
            *threads.entry(name).or_default() += 1;
        }
        Self {
            descriptors: this::open_descriptors(),
            threads,
            children: processes::own_children().iter().map(Stat::key).collect(),
        }
    }

    /// An error if this process does not come to have what it had then.
    pub fn same_again(&self) -> Result<(), Surprise> {
        let deadline = Instant::now() + SETTLE;
        loop {
            let now = Self::now();
            if now == *self {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(Surprise(format!(
                    "left over: before {self:?}, after {now:?}"
                )));
            }
            // A thread's end is no event for others.
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
