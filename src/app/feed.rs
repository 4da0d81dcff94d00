//! Where Monitor gets its picture of the machine: the sampler's thread, or a script that tests step by hand.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::monitor::extra::Wanted;
use crate::monitor::source::scripted::ScriptedSource;
use crate::monitor::{ProcessDetail, Sampler, Snapshot, Source as _, Tick};
use crate::os::ProcKey;

/// What Monitor asks of whoever watches the machine. Nothing here waits.
pub trait Feed {
    /// The newest picture; `None` before the first.
    fn snapshot(&self) -> Option<Arc<Snapshot>>;
    /// The newest detail of the selected process.
    fn detail(&self) -> Option<Arc<ProcessDetail>>;
    /// Chooses whose detail is read.
    fn select(&self, key: Option<ProcKey>);
    /// Says what rows shall have beyond what they always have.
    fn want(&self, wanted: Wanted);
    /// Sets the time between two pictures.
    fn set_interval(&self, interval: Duration);
    /// Stops looking, or goes on.
    fn freeze(&self, is_frozen: bool);
    /// False only if the watching has broken down.
    fn is_alive(&self) -> bool;
    /// Whether it looks with root's rights: then it is no use to say that root would see more.
    fn is_root(&self) -> bool;
}

impl Feed for Sampler {
    fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.latest()
    }

    fn detail(&self) -> Option<Arc<ProcessDetail>> {
        Self::detail(self)
    }

    fn select(&self, key: Option<ProcKey>) {
        Self::select(self, key);
    }

    fn want(&self, wanted: Wanted) {
        Self::want(self, wanted);
    }

    fn set_interval(&self, interval: Duration) {
        Self::set_interval(self, interval);
    }

    fn freeze(&self, is_frozen: bool) {
        Self::freeze(self, is_frozen);
    }

    fn is_alive(&self) -> bool {
        Self::is_alive(self)
    }

    fn is_root(&self) -> bool {
        rustix::process::geteuid().is_root()
    }
}

/// An invented machine without a thread: it moves on only when [`Self::advance`] is called. Clones share it.
#[derive(Clone)]
pub struct ScriptedFeed {
    shared: Rc<RefCell<Scripted>>,
}

struct Scripted {
    source: ScriptedSource,
    number: u64,
    begun: Instant,
    snapshot: Option<Arc<Snapshot>>,
    detail: Option<Arc<ProcessDetail>>,
    selected: Option<ProcKey>,
    wanted: Wanted,
    is_frozen: bool,
}

impl ScriptedFeed {
    /// A machine with about that many processes that has been looked at twice.
    pub fn new(processes: u32) -> Self {
        let feed = Self {
            shared: Rc::new(RefCell::new(Scripted {
                source: ScriptedSource::new(processes, 7),
                number: 0,
                begun: Instant::now(),
                snapshot: None,
                detail: None,
                selected: None,
                wanted: Wanted::default(),
                is_frozen: false,
            })),
        };
        feed.advance();
        feed.advance();
        feed
    }

    /// One second passes; nothing is seen of it while frozen.
    pub fn advance(&self) {
        let mut shared = self.shared.borrow_mut();
        if shared.is_frozen {
            return;
        }
        shared.number += 1;
        let tick = shared.tick();
        shared.snapshot = Some(Arc::new(shared.source.sample(tick)));
        shared.read_detail();
    }

    /// Replaces the picture, e.g. by one with chosen rows.
    pub fn show(&self, mut snapshot: Snapshot) {
        let mut shared = self.shared.borrow_mut();
        shared.number += 1;
        snapshot.tick = shared.tick();
        shared.snapshot = Some(Arc::new(snapshot));
    }

    /// The process whose detail is asked for.
    pub fn selected(&self) -> Option<ProcKey> {
        self.shared.borrow().selected
    }

    /// What rows are asked for beyond what they always have.
    pub fn wanted(&self) -> Wanted {
        self.shared.borrow().wanted
    }
}

impl Scripted {
    fn tick(&self) -> Tick {
        // The script has a calendar of its own, so that pictures of it do not change with the day.
        let start = Timestamp::from_second(1_790_003_600).unwrap_or_default();
        Tick {
            number: self.number,
            instant: self.begun + Duration::from_secs(self.number),
            taken_at: start
                .saturating_add(SignedDuration::from_secs(
                    self.number.try_into().unwrap_or(0),
                ))
                .unwrap_or(start),
            interval: Duration::from_secs(1),
        }
    }

    fn read_detail(&mut self) {
        let tick = self.tick();
        self.detail = self
            .selected
            .map(|key| Arc::new(self.source.detail(key, tick)));
    }
}

impl Feed for ScriptedFeed {
    fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.shared.borrow().snapshot.clone()
    }

    fn detail(&self) -> Option<Arc<ProcessDetail>> {
        self.shared.borrow().detail.clone()
    }

    fn select(&self, key: Option<ProcKey>) {
        let mut shared = self.shared.borrow_mut();
        shared.selected = key;
        shared.read_detail();
    }

    fn want(&self, wanted: Wanted) {
        self.shared.borrow_mut().wanted = wanted;
    }

    fn set_interval(&self, _interval: Duration) {}

    fn freeze(&self, is_frozen: bool) {
        self.shared.borrow_mut().is_frozen = is_frozen;
    }

    fn is_alive(&self) -> bool {
        true
    }

    fn is_root(&self) -> bool {
        false
    }
}
