//! The thread that watches: it asks a source once per interval and publishes what it got.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::{Condvar, Mutex};

use super::detail::ProcessDetail;
use super::snapshot::{Snapshot, Tick};
use super::source::Source;
use crate::os::ProcKey;

/// Called on the sampler's thread after something new was published; must not block.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// The shortest interval that is obeyed: below it the watching would be what is seen.
pub const MIN_INTERVAL: Duration = Duration::from_millis(100);

/// How the sampler starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamplerOptions {
    /// Time from one snapshot to the next.
    pub interval: Duration,
    /// Time from the first snapshot to the second, without which there is no CPU %.
    pub second_after: Duration,
}

impl Default for SamplerOptions {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1),
            second_after: Duration::from_millis(250),
        }
    }
}

/// A running sampler; dropping it ends its thread.
pub struct Sampler {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    /// What is wanted; the condition variable wakes the thread after a change.
    control: Mutex<Control>,
    changed: Condvar,
    published: Mutex<Published>,
    waker: Waker,
}

#[derive(Clone, Copy, Debug)]
struct Control {
    interval: Duration,
    selected: Option<ProcKey>,
    is_frozen: bool,
    is_stopped: bool,
}

#[derive(Default)]
struct Published {
    snapshot: Option<Arc<Snapshot>>,
    detail: Option<Arc<ProcessDetail>>,
}

impl Sampler {
    /// Starts the thread `sampler`; it takes the first snapshot at once.
    pub fn start(
        source: Box<dyn Source>,
        options: SamplerOptions,
        waker: Waker,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            control: Mutex::new(Control {
                interval: options.interval.max(MIN_INTERVAL),
                selected: None,
                is_frozen: false,
                is_stopped: false,
            }),
            changed: Condvar::new(),
            published: Mutex::default(),
            waker,
        });
        let worker = Worker {
            shared: Arc::clone(&shared),
            source,
            second_after: options.second_after,
            ticks: 0,
        };
        let thread = thread::Builder::new()
            .name("sampler".to_owned())
            .spawn(move || worker.run())?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// The newest snapshot; `None` before the first.
    pub fn latest(&self) -> Option<Arc<Snapshot>> {
        self.shared.published.lock().snapshot.clone()
    }

    /// The newest detail of the selected process; `None` if none is selected or it has not been read yet. Never that of a
    /// process selected before.
    pub fn detail(&self) -> Option<Arc<ProcessDetail>> {
        let selected = self.selected()?;
        let detail = self.shared.published.lock().detail.clone()?;
        (detail.key == selected).then_some(detail)
    }

    /// Selects the process whose detail is read, at once and then with every snapshot; frozen or not.
    pub fn select(&self, key: Option<ProcKey>) {
        self.change(|control| control.selected = key);
    }

    /// The selected process.
    pub fn selected(&self) -> Option<ProcKey> {
        self.shared.control.lock().selected
    }

    /// Sets the time from one snapshot to the next; at least [`MIN_INTERVAL`].
    pub fn set_interval(&self, interval: Duration) {
        self.change(|control| control.interval = interval.max(MIN_INTERVAL));
    }

    /// The time from one snapshot to the next.
    pub fn interval(&self) -> Duration {
        self.shared.control.lock().interval
    }

    /// Stops sampling, or goes on: with a snapshot at once if one is overdue.
    pub fn freeze(&self, is_frozen: bool) {
        self.change(|control| control.is_frozen = is_frozen);
    }

    /// True while sampling is stopped.
    pub fn is_frozen(&self) -> bool {
        self.shared.control.lock().is_frozen
    }

    /// True while the thread lives; false only if the source panicked.
    pub fn is_alive(&self) -> bool {
        self.thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
    }

    fn change(&self, change: impl FnOnce(&mut Control)) {
        change(&mut self.shared.control.lock());
        self.shared.changed.notify_all();
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.change(|control| control.is_stopped = true);
        if let Some(thread) = self.thread.take() {
            // A panic of the source has been reported by the panic hook already.
            thread.join().ok();
        }
    }
}

/// What lives on the thread.
struct Worker {
    shared: Arc<Shared>,
    source: Box<dyn Source>,
    second_after: Duration,
    ticks: u64,
}

impl Worker {
    fn run(mut self) {
        let mut last: Option<Instant> = None;
        let mut detailed: Option<ProcKey> = None;
        loop {
            let Some((control, is_due)) = self.wait(last, detailed) else {
                return;
            };
            if is_due {
                let begun = self.sample(control);
                last = Some(begun);
            }
            detailed = control.selected;
            let detail = control.selected.map(|key| {
                let tick = self.tick(control);
                Arc::new(self.source.detail(key, tick))
            });
            self.shared.published.lock().detail = detail;
            (self.shared.waker)();
        }
    }

    /// Waits until there is something to do: `None` to end, otherwise whether a snapshot is due (if not, only the detail).
    fn wait(&self, last: Option<Instant>, detailed: Option<ProcKey>) -> Option<(Control, bool)> {
        let mut control = self.shared.control.lock();
        loop {
            if control.is_stopped {
                return None;
            }
            // Snapshots lie one interval apart from begin to begin; a slow source is given the time it needs.
            let pause = if self.ticks == 1 {
                self.second_after.min(control.interval)
            } else {
                control.interval
            };
            let due = last.map(|last| last + pause);
            let is_due = due.is_none_or(|due| Instant::now() >= due) && !control.is_frozen;
            if is_due || control.selected != detailed {
                return Some((*control, is_due));
            }
            match due.filter(|_| !control.is_frozen) {
                Some(due) => {
                    self.shared.changed.wait_until(&mut control, due);
                }
                None => self.shared.changed.wait(&mut control),
            }
        }
    }

    fn sample(&mut self, control: Control) -> Instant {
        self.ticks += 1;
        let tick = self.tick(control);
        let snapshot = Arc::new(self.source.sample(tick));
        self.shared.published.lock().snapshot = Some(snapshot);
        // The table need not wait for the detail.
        (self.shared.waker)();
        tick.instant
    }

    fn tick(&self, control: Control) -> Tick {
        Tick {
            number: self.ticks,
            instant: Instant::now(),
            taken_at: Timestamp::now(),
            interval: control.interval,
        }
    }
}
