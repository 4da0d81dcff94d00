//! The clock that all processes of a machine share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use rustix::time::{ClockId, clock_gettime};

/// A moment of `CLOCK_MONOTONIC` in nanoseconds: the same clock in every process of this boot, untouched by changes of the
/// wall clock. It stands still while the machine sleeps, and so does every limit of time that is reckoned by it: a task is not
/// ended because a laptop was closed.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Monotonic {
    /// Nanoseconds since an unspecified moment before this boot's first process.
    pub nanos: u64,
}

impl Monotonic {
    /// This moment.
    pub fn now() -> Self {
        Self {
            nanos: nanos_of(ClockId::Monotonic),
        }
    }

    /// Nanoseconds from `earlier` to here; 0 if it is later.
    pub fn nanos_since(self, earlier: Self) -> u64 {
        self.nanos.saturating_sub(earlier.nanos)
    }

    /// The moment so long from now.
    pub fn after(duration: Duration) -> Self {
        Self::now().plus_nanos(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
    }

    /// The moment so many nanoseconds later.
    #[must_use]
    pub fn plus_nanos(self, nanos: u64) -> Self {
        Self {
            nanos: self.nanos.saturating_add(nanos),
        }
    }
}

/// A clock for deadlines that stands still while it is held. Clones are the same clock.
///
/// Its moments are those of [`Monotonic::now`] less the time for which it was held: nothing that waits for one of them need be
/// moved on.
#[derive(Clone, Debug, Default)]
pub struct HoldableClock(Arc<Reading>);

#[derive(Debug, Default)]
struct Reading {
    /// The moment at which it stands still; 0 while it goes.
    held_at: AtomicU64,
    /// By how much it is behind the machine's clock while it goes, nanoseconds.
    behind: AtomicU64,
    /// Taken by those who change it.
    change: Mutex<()>,
    changed: Condvar,
}

/// How soon those who wait for a moment look again while the clock is held: short for people, and next to no work.
const LOOK_WHILE_HELD: Duration = Duration::from_millis(20);

impl HoldableClock {
    /// This moment.
    pub fn now(&self) -> Monotonic {
        self.read(Monotonic::now, |held| held)
    }

    /// The moment that it has, or will have if nothing holds it, when the machine's clock has this one.
    pub fn at(&self, machine: Monotonic) -> Monotonic {
        self.read(
            || machine,
            |held| held.plus_nanos(machine.nanos_since(Monotonic::now())),
        )
    }

    /// A moment of the machine's clock while this one goes, or one made of that at which it stands still: of one and the same
    /// state, whoever changes it meanwhile.
    fn read(
        &self,
        machine: impl Fn() -> Monotonic,
        of_held: impl Fn(Monotonic) -> Monotonic,
    ) -> Monotonic {
        let Reading {
            held_at, behind, ..
        } = &*self.0;
        loop {
            let at = held_at.load(Ordering::Acquire);
            if at != 0 {
                return of_held(Monotonic { nanos: at });
            }
            let nanos = behind.load(Ordering::Acquire);
            let now = machine();
            // Else it was held meanwhile, perhaps for hours.
            if held_at.load(Ordering::Acquire) == 0 && behind.load(Ordering::Acquire) == nanos {
                return Monotonic {
                    nanos: now.nanos.saturating_sub(nanos),
                };
            }
        }
    }

    /// The moment so long from now; `None` for one beyond all times.
    pub fn after(&self, duration: Duration) -> Option<Monotonic> {
        let nanos = u64::try_from(duration.as_nanos()).ok()?;
        let nanos = self.now().nanos.checked_add(nanos)?;
        Some(Monotonic { nanos })
    }

    /// Whether this moment has come.
    pub fn is_over(&self, moment: Monotonic) -> bool {
        self.now() >= moment
    }

    /// How long to wait before looking whether this moment has come; zero once it has.
    pub fn wait_time(&self, moment: Monotonic) -> Duration {
        let left = moment.nanos_since(self.now());
        if left > 0 && self.is_held() {
            LOOK_WHILE_HELD
        } else {
            Duration::from_nanos(left)
        }
    }

    /// Whether it stands still.
    pub fn is_held(&self) -> bool {
        self.0.held_at.load(Ordering::Acquire) != 0
    }

    /// It stands still from now on, if it does not already.
    pub fn hold(&self) {
        let _change = self.0.change.lock();
        if !self.is_held() {
            self.0
                .held_at
                .store(self.now().nanos.max(1), Ordering::Release);
        }
    }

    /// It goes on, if it stood still.
    pub fn go_on(&self) {
        let _change = self.0.change.lock();
        let held_at = self.0.held_at.load(Ordering::Acquire);
        if held_at != 0 {
            let behind = Monotonic::now().nanos.saturating_sub(held_at);
            // In this order: whoever sees that it goes sees where it goes on.
            self.0.behind.store(behind, Ordering::Release);
            self.0.held_at.store(0, Ordering::Release);
            self.0.changed.notify_all();
        }
    }

    /// Returns at once while it goes, and else when it goes on.
    pub fn wait_while_held(&self) {
        if self.is_held() {
            let mut change = self.0.change.lock();
            while self.is_held() {
                self.0.changed.wait(&mut change);
            }
        }
    }
}

/// CPU time that this process has used in all its threads, nanoseconds.
pub fn own_cpu_nanos() -> u64 {
    nanos_of(ClockId::ProcessCPUTime)
}

/// CPU time that this thread has used.
pub fn thread_cpu_time() -> Duration {
    Duration::from_nanos(nanos_of(ClockId::ThreadCPUTime))
}

fn nanos_of(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u64::try_from(time.tv_nsec).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(nanos)
}

/// So many seconds: none for less than nothing and for what is no number, the longest duration for more than it holds.
pub fn seconds(seconds: f64) -> Duration {
    if seconds > 0.0 {
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    } else {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_seconds_is_a_duration() {
        assert_eq!(seconds(1.5), Duration::from_millis(1500));
        for endless in [f64::INFINITY, f64::MAX, 1e300] {
            assert_eq!(seconds(endless), Duration::MAX);
        }
        for none in [f64::NAN, f64::NEG_INFINITY, -1.0, 0.0] {
            assert_eq!(seconds(none), Duration::ZERO);
        }
    }

    #[test]
    fn a_clock_that_is_held_moves_every_deadline() {
        let clock = HoldableClock::default();
        let before = Monotonic::now();
        let now = clock.now();
        assert!(
            now >= before && now <= Monotonic::now(),
            "it is the machine's"
        );
        let deadline = clock.after(Duration::from_millis(30)).unwrap();
        clock.hold();
        let held = clock.now();
        spin_for(Duration::from_millis(60));
        clock.hold();
        assert_eq!(clock.now(), held);
        assert!(!clock.is_over(deadline));
        assert_eq!(clock.wait_time(deadline), LOOK_WHILE_HELD);
        assert_eq!(clock.wait_time(held), Duration::ZERO);
        assert_eq!(clock.at(Monotonic::default()), held, "that is over");
        clock.go_on();
        clock.go_on();
        let left = clock.wait_time(deadline);
        assert!(
            left <= Duration::from_millis(30) && !left.is_zero(),
            "{left:?}"
        );
        let behind = Monotonic::now().nanos_since(clock.now());
        assert!(behind >= 60_000_000, "{behind}");
        let moment = Monotonic { nanos: u64::MAX };
        assert_eq!(clock.at(moment).nanos, u64::MAX - behind_of(&clock));
        assert_eq!(clock.after(Duration::MAX), None);
    }

    fn behind_of(clock: &HoldableClock) -> u64 {
        clock.0.behind.load(Ordering::Acquire)
    }

    fn spin_for(duration: Duration) {
        let until = Monotonic::after(duration);
        while Monotonic::now() < until {
            std::thread::yield_now();
        }
    }

    #[test]
    fn those_who_wait_go_on_with_the_clock() {
        let clock = HoldableClock::default();
        clock.wait_while_held();
        clock.hold();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                clock.wait_while_held();
                clock.is_held()
            });
            spin_for(Duration::from_millis(5));
            assert!(!waiter.is_finished());
            clock.go_on();
            assert!(!waiter.join().unwrap());
        });
    }
}
