//! What the engine knows, behind one short lock: [`State`] with its parts about pools, children and queues.

mod children;
mod halts;
mod pools;
mod queues;
mod relayed;
mod roster;

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::Arc;

use self::halts::Still;
use self::relayed::Descendant;
use self::roster::{Pools, Queues, Used};
use super::reserve::Reserve;
use super::turns::Turns;
use crate::multiprocess::board::Board;
use crate::multiprocess::depot::{Bay, Depot};
use crate::multiprocess::observer::{Event, Observer, PoolState};
use crate::multiprocess::pages::Pages;
use crate::multiprocess::pool::callbacks::CallbackQueue;
use crate::multiprocess::pool::core::{Loss, PoolCore, Todo};
use crate::multiprocess::pool::promise::Promise;
use crate::multiprocess::process::Life;
use crate::multiprocess::spawn::Spawned;
use crate::multiprocess::wire::{Call, Duty, QueueAnswer, Setup, ToChild};
use crate::os::signal::Send;
use crate::os::{ChildKey, HoldableClock, Monotonic, is_shortage, this, words_of_start_error};

/// What the engine's thread is to do.
#[derive(Debug)]
pub(crate) enum Action {
    /// Send it a message.
    Send { child: u64, message: ToChild },
    /// Send it these frames.
    Write { child: u64, frames: Vec<u8> },
    /// End it and its group by the ladder.
    End { child: u64, at_once: bool },
    /// Send exactly one signal to exactly this process.
    Signal { child: u64, signal: Send },
}

/// A child that only the engine's own thread may start.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) child: u64,
    pub(crate) not_before: Monotonic,
    pub(crate) setup: Box<Setup>,
}

/// A child that was started, or why not, and what to tell it first.
pub(crate) type Arrival = (u64, Result<Spawned, StartFailure>, Box<Setup>);

/// Why a child could not be started.
#[derive(Debug)]
pub(crate) struct StartFailure {
    pub(crate) reason: String,
    pub(crate) loss: Loss,
}

impl StartFailure {
    pub(crate) fn new(what: &str, error: &io::Error) -> Self {
        Self {
            reason: format!("{what}: {}", words_of_start_error(error)),
            loss: if is_shortage(error) {
                Loss::Short
            } else {
                Loss::Failed
            },
        }
    }
}

/// Whom a child belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Worker { pool: usize, slot: usize },
    Process { id: u64 },
}

/// A child to be started.
#[derive(Debug)]
pub(crate) struct NewChild {
    pub(crate) owner: Owner,
    /// Where its end is to be told of, if it is a process.
    pub(crate) life: Option<Arc<Life>>,
    /// Its number among this process's children.
    pub(crate) identity: u64,
    pub(crate) name: String,
    pub(crate) os_name: String,
    pub(crate) daemon: bool,
    pub(crate) duty: Duty,
    /// The zero of the clock for at once.
    pub(crate) not_before: Monotonic,
}

#[derive(Debug)]
struct ChildRecord {
    owner: Owner,
    life: Option<Arc<Life>>,
    name: String,
    daemon: bool,
    /// Known from its start on.
    key: Option<ChildKey>,
    /// What it shares with us, likewise.
    board: Option<Arc<Board>>,
    /// Where its large items lie, if it has a place for them.
    bay: Option<Arc<Bay>>,
    /// The queues of its accounts.
    accounts: BTreeMap<u8, usize>,
    /// The queues that it has used, with their names, and those of them that it has used in its task.
    used: Used,
    /// Whether it stands still.
    is_halted: bool,
    /// Whether it was told to end, so that its exit code is no failure.
    asked: bool,
    /// Why it is about to end, if that is known better than by its exit.
    why: Option<String>,
}

/// What is needed to start a pool's workers again and again.
pub(crate) struct PoolRecord {
    pub(crate) core: PoolCore,
    initializer: Option<Call>,
    results: Pages<Promise>,
    callbacks: Arc<CallbackQueue>,
    /// The child in each slot.
    children: Vec<u64>,
    /// Whether somebody may still ask about it.
    has_handle: bool,
}

/// What the children of one engine have in common.
#[derive(Clone, Debug)]
pub(crate) struct ChildDefaults {
    pub(crate) time_scale: f64,
    pub(crate) seed: u64,
    pub(crate) open_files: Option<u64>,
}

/// Everything that the engine knows.
pub(crate) struct State {
    pub(crate) actions: VecDeque<Action>,
    pub(crate) starts: VecDeque<Start>,
    /// Descriptors for them.
    pub(crate) reserve: Reserve,
    pub(crate) arrivals: Vec<Arrival>,
    /// Children that were told to end while they were being started; whether at once.
    pub(crate) early_ends: BTreeMap<u64, bool>,
    pub(crate) turns: Turns,
    pub(crate) pools: Pools,
    pub(crate) queues: Queues,
    /// Answers for threads of the main that have asked something of a queue, by their ticket.
    pub(crate) tickets: BTreeMap<u64, QueueAnswer>,
    /// Set when the engine is to end once its last child has.
    pub(crate) ending: bool,
    /// Set once everything is being ended: nothing new is started.
    pub(crate) closed: bool,
    children: BTreeMap<u64, ChildRecord>,
    /// Living processes that children started.
    relayed: BTreeMap<ChildKey, Descendant>,
    /// Processes whose teller has ended and that are about to end with it.
    orphans: usize,
    /// While everything stands still.
    still: Option<Still>,
    /// What waits at queues, and starts that are put off, are reckoned by it.
    clock: HoldableClock,
    next_child: u64,
    next_ticket: u64,
    /// The CPUs that this process may use.
    cpus: usize,
    identities: u64,
    defaults: ChildDefaults,
    observer: Option<Arc<dyn Observer>>,
    depot: Option<Arc<Depot>>,
    /// Room for what a pool wants done.
    todo: Vec<Todo>,
}

impl State {
    pub(crate) fn new(
        defaults: ChildDefaults,
        observer: Option<Arc<dyn Observer>>,
        depot: Option<Arc<Depot>>,
        clock: HoldableClock,
    ) -> Self {
        Self {
            actions: VecDeque::new(),
            starts: VecDeque::new(),
            reserve: Reserve::new(observer.is_some()),
            arrivals: Vec::new(),
            early_ends: BTreeMap::new(),
            turns: Turns::default(),
            pools: Pools::default(),
            queues: Queues::default(),
            tickets: BTreeMap::new(),
            ending: false,
            closed: false,
            children: BTreeMap::new(),
            relayed: BTreeMap::new(),
            orphans: 0,
            still: None,
            clock,
            next_child: 0,
            next_ticket: 0,
            cpus: this::usable_cpus() as usize,
            identities: 0,
            defaults,
            observer,
            depot,
            todo: Vec::new(),
        }
    }

    /// Tells the observer, if there is one.
    pub(crate) fn tell(&self, at: Monotonic, event: Event<'_>) {
        if let Some(observer) = &self.observer {
            observer.observe(at, event);
        }
    }

    /// The number of the next process or worker, from 1: in Python they share one count.
    pub(crate) fn next_identity(&mut self) -> u64 {
        self.identities += 1;
        self.identities
    }

    /// Whether no child is alive or about to be started.
    pub(crate) fn is_quiet(&self) -> bool {
        self.children.is_empty() && self.orphans == 0
    }

    /// Whether the engine was told to end and has nothing left to do.
    pub(crate) fn may_end(&self) -> bool {
        self.ending && self.actions.is_empty() && self.is_quiet()
    }

    /// When something is due at a pool or a queue, by the engine's clock.
    pub(crate) fn next_deadline(&self) -> Option<Monotonic> {
        if self.is_still() {
            return None;
        }
        self.pools
            .living()
            .filter_map(|pool| Some(self.clock.at(pool.core.next_deadline()?)))
            .chain(self.next_queue_deadline())
            .min()
    }

    /// Does what is due.
    pub(crate) fn tick(&mut self, now: Monotonic) {
        let mut last = 0;
        while let Some((pool, record)) = self.pools.next_living(last) {
            record.core.tick(now);
            self.carry_out(pool);
            last = pool;
        }
        self.refuse_overdue(self.clock.at(now));
    }

    /// Whether so few tasks are unfinished that a CPU is free for who waits for them.
    pub(crate) fn has_idle_cpu(&self) -> bool {
        let busy: usize = self.pools.living().map(|pool| pool.results.len()).sum();
        busy < self.cpus
    }

    /// Whether the child is a pool's worker.
    pub(crate) fn is_worker(&self, child: u64) -> bool {
        matches!(self.owner_and_pid(child), Some((Owner::Worker { .. }, _)))
    }

    fn owner_and_pid(&self, child: u64) -> Option<(Owner, u32)> {
        let record = self.children.get(&child)?;
        Some((record.owner, record.key?.pid))
    }
}

impl PoolRecord {
    /// Whether all workers have ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.core.state() == PoolState::Ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multiprocess::error::QueueError;
    use crate::multiprocess::wire::QueueCall;

    fn state() -> State {
        let defaults = ChildDefaults {
            time_scale: 1.0,
            seed: 0,
            open_files: None,
        };
        State::new(defaults, None, None, HoldableClock::default())
    }

    fn failure() -> StartFailure {
        StartFailure {
            reason: "no such file".to_owned(),
            loss: Loss::Failed,
        }
    }

    #[test]
    fn a_pool_that_has_ended_stays_only_for_its_handle() {
        let mut state = state();
        let mut end = |is_dropped: bool| {
            let core = PoolCore::new(2, None, false).unwrap();
            let pool = state.add_pool(core, None, Arc::default());
            let workers = state.workers(pool);
            if is_dropped {
                state.drop_pool(pool);
            } else {
                state.end_daemons();
            }
            let living = state.pools.living().count();
            assert_eq!(living, 1, "its workers have not ended");
            for worker in workers {
                state.on_start_failed(worker, &failure());
            }
            assert_eq!(state.pools.living().count(), 0);
            assert_eq!(state.pool(pool).is_some(), !is_dropped);
            state.drop_pool(pool);
            assert!(state.pool(pool).is_none() && state.is_quiet());
        };
        end(true);
        end(false);
    }

    #[test]
    fn who_is_about_to_be_suspended_does_not_go_on_by_an_earlier_signal() {
        let mut state = state();
        let core = PoolCore::new(1, None, false).unwrap();
        let pool = state.add_pool(core, None, Arc::default());
        let worker = state.workers(pool)[0];
        let key = ChildKey {
            pid: 7,
            start_ticks: None,
        };
        state.children.get_mut(&worker).unwrap().key = Some(key);
        let is_halted = |state: &State| state.children[&worker].is_halted;
        assert!(state.set_suspended(None, 7, true));
        state.on_continued(worker);
        assert!(is_halted(&state), "its stop is on its way");
        state.actions.clear();
        state.on_continued(worker);
        assert!(!is_halted(&state), "somebody else let it go on");
    }

    #[test]
    fn what_waits_at_queues_is_all_that_is_gone_through() {
        let mut state = state();
        let mut queue = |name: &str| state.add_queue(name, 0).unwrap();
        let (idle, waited) = (queue("idle"), queue("waited"));
        let until = Some(Monotonic { nanos: 7 });
        let ticket = state.main_queue_call(waited, QueueCall::Get { until });
        assert_eq!(
            state.tickets.remove(&ticket),
            Some(QueueAnswer::Refused(QueueError::Empty))
        );
        let until = Some(Monotonic::now().plus_nanos(3_600_000_000_000));
        let ticket = state.main_queue_call(waited, QueueCall::Get { until });
        assert_eq!(
            (state.queues.waited().count(), state.next_deadline()),
            (1, until)
        );
        let item = vec![1].into();
        state.main_queue_call(waited, QueueCall::Put { item, until: None });
        assert!(state.tickets.remove(&ticket).is_some());
        assert_eq!(
            (state.queues.waited().count(), state.next_deadline()),
            (0, None)
        );
        for queue in [idle, waited] {
            state.close_queue(queue);
            state.drop_queue(queue);
        }
        assert!(state.queues.all().is_empty());
        assert!(state.add_queue("idle", 0).is_ok());
    }
}
