//! The thread that watches: it asks a source once per interval and publishes what it got.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::detail::{Look, ProcessDetail};
use super::ends::{Ends, keep_last_words};
use super::extra::Wanted;
use super::pace::Pace;
use super::picture::{Picture, Pictures};

use super::snapshot::Tick;
use super::source::Source;
use crate::os::{ProcKey, thread_cpu_time};

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
    /// Whether it listens to what the system tells of processes between two snapshots.
    pub is_listening: bool,
    /// Whether it remembers the moments of the last ten minutes.
    pub is_remembering: bool,
}

impl Default for SamplerOptions {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1),
            second_after: Duration::from_millis(250),
            is_listening: false,
            is_remembering: false,
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

#[derive(Clone, Debug)]
struct Control {
    interval: Duration,
    selected: Option<(ProcKey, Look)>,
    wanted: Wanted,
    in_sight: Arc<[ProcKey]>,
    is_listening: bool,
    is_stopped: bool,
}

#[derive(Default)]
struct Published {
    picture: Option<Arc<Picture>>,
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
                wanted: Wanted::default(),
                in_sight: Arc::default(),
                is_listening: options.is_listening,
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
            wanted: Wanted::default(),
            pace: Pace::default(),
            ends: Ends::default(),
            pictures: if options.is_remembering {
                Pictures::that_remember()
            } else {
                Pictures::default()
            },
        };
        let thread = thread::Builder::new()
            .name("sampler".to_owned())
            .spawn(move || worker.run())?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// The newest snapshot with what was made of it; `None` before the first.
    pub fn picture(&self) -> Option<Arc<Picture>> {
        self.shared.published.lock().picture.clone()
    }

    /// The newest detail of the selected process; `None` if none is selected or it has not been read yet. Never that of a
    /// process or a look selected before.
    pub fn detail(&self) -> Option<Arc<ProcessDetail>> {
        let selected = self.selected()?;
        let detail = self.shared.published.lock().detail.clone()?;
        ((detail.key, detail.look) == selected).then_some(detail)
    }

    /// Selects the process whose detail is read, and how much of it, at once and then with every snapshot.
    pub fn select(&self, selected: Option<(ProcKey, Look)>) {
        self.change(|control| control.selected = selected);
    }

    /// Says what rows shall have beyond what they always have; a snapshot that has it follows at once.
    pub fn want(&self, wanted: Wanted) {
        self.change(|control| control.wanted = wanted);
    }

    /// Says which rows are in sight: with the next snapshot what they show is no older than [`super::fact::LOOKED_AT`].
    pub fn show(&self, in_sight: &[ProcKey]) {
        let mut control = self.shared.control.lock();
        if *control.in_sight != *in_sight {
            control.in_sight = in_sight.into();
        }
    }

    /// Begins or ends to listen to what the system tells of processes between two snapshots, from the next one on.
    pub fn listen(&self, is_listening: bool) {
        self.change(|control| control.is_listening = is_listening);
    }

    /// The selected process, and how much of it is read.
    pub fn selected(&self) -> Option<(ProcKey, Look)> {
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
    /// What the last snapshot has beyond what all have.
    wanted: Wanted,
    pace: Pace,
    ends: Ends,
    pictures: Pictures,
}

impl Worker {
    fn run(mut self) {
        let mut detailed = None;
        loop {
            let Some((control, is_due)) = self.wait(detailed) else {
                return;
            };
            let cpu = thread_cpu_time();
            if is_due {
                self.sample(&control);
            }
            detailed = control.selected;
            let detail = control.selected.map(|(key, look)| {
                let tick = self.tick(&control);
                Arc::new(self.source.detail(key, look, tick))
            });
            let is_new = detail.is_some() || !is_due;
            self.shared.published.lock().detail = detail;
            // Of the snapshot it was told already.
            if is_new {
                (self.shared.waker)();
            }
            self.pace.spent(thread_cpu_time().saturating_sub(cpu));
        }
    }

    /// Waits until there is something to do: `None` to end, otherwise whether a snapshot is due (if not, only the detail).
    fn wait(&self, detailed: Option<(ProcKey, Look)>) -> Option<(Control, bool)> {
        let mut control = self.shared.control.lock();
        loop {
            if control.is_stopped {
                return None;
            }
            let pause = if self.ticks == 1 {
                self.second_after.min(control.interval)
            } else {
                control.interval
            };
            let due = self.pace.next(pause);
            // Who wants more to see, be it to filter by it, sees nothing before.
            let is_awaited = control.wanted.exceeds(self.wanted);
            let is_due = is_awaited || due.is_none_or(|due| Instant::now() >= due);
            if is_due || control.selected != detailed {
                return Some((control.clone(), is_due));
            }
            match due {
                Some(due) => {
                    self.shared.changed.wait_until(&mut control, due);
                }
                None => self.shared.changed.wait(&mut control),
            }
        }
    }

    fn sample(&mut self, control: &Control) {
        self.ticks += 1;
        let tick = self.tick(control);
        self.source.want(control.wanted);
        self.source.show(&control.in_sight);
        self.wanted = control.wanted;
        let mut snapshot = self.source.sample(tick);
        let heard = self.source.hear(control.is_listening);
        self.pace.spent(heard.cpu);
        let before = self.shared.published.lock().picture.clone();
        let before = before.as_ref().map(|before| &*before.snapshot);
        if let Some(before) = before {
            keep_last_words(before, &mut snapshot);
        }
        self.ends.advance(before, &mut snapshot, heard);
        if let Some(percent) = self.pace.cpu_percent(tick.instant) {
            snapshot.cost.cpu_percent = Ok(percent);
        }
        let interval = self.pace.interval(control.interval);
        snapshot.cost.slowed_to = (interval > control.interval).then_some(interval);
        let picture = Arc::new(self.pictures.picture(snapshot));
        self.shared.published.lock().picture = Some(picture);
        self.pace.sampled(tick.instant, Instant::now());
        // The table need not wait for the detail.
        (self.shared.waker)();
    }

    fn tick(&self, control: &Control) -> Tick {
        Tick::now(self.ticks, control.interval)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::monitor::detail::Aspect;
    use crate::monitor::extra::Need;
    use crate::monitor::snapshot::Snapshot;
    use crate::monitor::source::scripted::ScriptedSource;

    const HOUR: Duration = Duration::from_hours(1);

    /// The scripted machine, which tells when it is dropped.
    struct Watched(ScriptedSource, Arc<AtomicBool>);

    impl Source for Watched {
        fn sample(&mut self, tick: Tick) -> Snapshot {
            self.0.sample(tick)
        }

        fn detail(&mut self, key: ProcKey, look: Look, tick: Tick) -> ProcessDetail {
            self.0.detail(key, look, tick)
        }
    }

    impl Drop for Watched {
        fn drop(&mut self) {
            self.1.store(true, Ordering::SeqCst);
        }
    }

    /// A sampler, and a bell that its waker rings.
    struct Rig {
        sampler: Sampler,
        bell: Arc<(Mutex<u64>, Condvar)>,
        is_dropped: Arc<AtomicBool>,
    }

    impl Rig {
        fn start(interval: Duration) -> Self {
            let bell = Arc::new((Mutex::new(0), Condvar::new()));
            let ringing = Arc::clone(&bell);
            let waker = Arc::new(move || {
                *ringing.0.lock() += 1;
                ringing.1.notify_all();
            });
            let is_dropped = Arc::new(AtomicBool::new(false));
            let source = Watched(ScriptedSource::new(100, 1), Arc::clone(&is_dropped));
            let options = SamplerOptions {
                interval,
                second_after: Duration::from_millis(5),
                ..SamplerOptions::default()
            };
            Self {
                sampler: Sampler::start(Box::new(source), options, waker).unwrap(),
                bell,
                is_dropped,
            }
        }

        /// Waits, bell by bell, until something is there.
        fn until<T>(&self, what: &str, find: impl Fn(&Sampler) -> Option<T>) -> T {
            let deadline = Instant::now() + Duration::from_secs(20);
            let mut rung = self.bell.0.lock();
            loop {
                if let Some(found) = find(&self.sampler) {
                    return found;
                }
                let timeout = self.bell.1.wait_until(&mut rung, deadline);
                assert!(!timeout.timed_out(), "not in time: {what}");
            }
        }

        fn until_tick(&self, number: u64) -> Arc<Snapshot> {
            self.until("tick", |sampler| {
                let snapshot = Arc::clone(&sampler.picture()?.snapshot);
                (snapshot.tick.number >= number).then_some(snapshot)
            })
        }
    }

    #[test]
    fn the_second_snapshot_follows_at_once_and_has_cpu_percent() {
        let rig = Rig::start(HOUR);
        let snapshot = rig.until_tick(2);
        assert_eq!(snapshot.tick.number, 2);
        assert!(snapshot.rows.iter().any(|row| row.cpu_percent.is_ok()));
        assert!(snapshot.since_last.is_some() && snapshot.machine.cpu_percent.is_ok());
        let own = snapshot.cost.cpu_percent.unwrap();
        assert!(
            own > 0.0 && own <= 101.0 && snapshot.cost.slowed_to.is_none(),
            "{own}"
        );
    }

    #[test]
    fn the_detail_comes_at_once_and_is_never_that_of_another() {
        let rig = Rig::start(HOUR);
        let snapshot = rig.until_tick(2);
        assert_eq!(rig.sampler.detail(), None);
        for row in snapshot.rows.iter().take(20) {
            rig.sampler.select(Some((row.key, Look::Record)));
            assert!(
                rig.sampler
                    .detail()
                    .is_none_or(|detail| detail.key == row.key)
            );
            let detail = rig.until("detail", Sampler::detail);
            assert_eq!(
                (detail.key, detail.name.as_ref().ok().map(String::as_str)),
                (row.key, Some(&*row.name))
            );
        }
        rig.sampler.select(None);
        assert_eq!(rig.sampler.detail(), None);
        assert_eq!(rig.until_tick(2).tick.number, 2);
    }

    #[test]
    fn another_look_is_another_reading_at_once() {
        let rig = Rig::start(HOUR);
        let snapshot = rig.until_tick(2);
        let look = Look::At(Aspect::Threads);
        rig.sampler.select(Some((snapshot.rows[0].key, look)));
        let detail = rig.until("detail", Sampler::detail);
        assert_eq!((detail.look, detail.environ.is_ok()), (look, false));
        // Another look is another reading, at once.
        let look = Look::At(Aspect::Environment);
        rig.sampler.select(Some((snapshot.rows[0].key, look)));
        let detail = rig.until("the other look", Sampler::detail);
        assert_eq!((detail.look, detail.environ.is_ok()), (look, true));
        assert_eq!(rig.sampler.picture().unwrap().snapshot.tick.number, 2);
    }

    #[test]
    fn a_new_interval_is_obeyed_at_once() {
        let rig = Rig::start(HOUR);
        rig.until_tick(2);
        rig.sampler.set_interval(Duration::ZERO);
        assert_eq!(rig.sampler.interval(), MIN_INTERVAL);
        let snapshot = rig.until_tick(4);
        assert_eq!(snapshot.tick.interval, MIN_INTERVAL);
        assert!(snapshot.since_last.unwrap() >= MIN_INTERVAL);
    }

    #[test]
    fn what_is_wanted_is_read_at_once() {
        let rig = Rig::start(HOUR);
        rig.until_tick(2);
        rig.sampler.want(Wanted::default().and([Need::Ports]));
        rig.until_tick(3);
        rig.sampler.want(Wanted::default());
        rig.sampler.want(Wanted::default().and([Need::Io]));
        rig.until_tick(4);
    }

    #[test]
    fn a_snapshot_wakes_once_while_nothing_is_selected() {
        let rig = Rig::start(MIN_INTERVAL);
        rig.until_tick(5);
        // The waker is called after a snapshot is there: it may be one behind, never ahead.
        let rung = *rig.bell.0.lock();
        let taken = rig.sampler.picture().unwrap().snapshot.tick.number;
        assert!(rung <= taken, "{rung} for {taken}");
    }

    #[test]
    fn dropping_it_ends_the_thread() {
        let rig = Rig::start(HOUR);
        rig.until_tick(1);
        assert!(rig.sampler.is_alive());
        let is_dropped = Arc::clone(&rig.is_dropped);
        drop(rig);
        assert!(is_dropped.load(Ordering::SeqCst));
    }
}
