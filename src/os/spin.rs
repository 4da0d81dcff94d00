//! Waiting without sleeping, for as long as that is cheaper than to be woken.

use rustix::thread::sched_yield;

use super::Monotonic;

/// No longer than this, nanoseconds: about what waking a sleeping process costs.
const LONGEST_NANOS: u64 = 50_000;

/// Giving the CPU away should take a microsecond or so. If it takes this long, nanoseconds, somebody else needs the CPU more.
const CROWDED_NANOS: u64 = 60_000;

/// Then nobody spins for so long, nanoseconds.
const HOLD_OFF_NANOS: u64 = 100_000_000;

/// Looks again and again for a little while, unless the CPUs are busy with others.
#[derive(Debug, Default)]
pub struct Spin {
    held_off_until: Monotonic,
}

impl Spin {
    /// Calls `look` until it finds something or a sleep would have been cheaper; whether it found something.
    pub fn until(&mut self, mut look: impl FnMut() -> bool) -> bool {
        let begun = Monotonic::now();
        if begun < self.held_off_until {
            return look();
        }
        let mut now = begun;
        loop {
            if look() {
                return true;
            }
            let before = now;
            sched_yield();
            now = Monotonic::now();
            if now.nanos_since(before) > CROWDED_NANOS {
                self.held_off_until = now.plus_nanos(HOLD_OFF_NANOS);
                return look();
            }
            if now.nanos_since(begun) > LONGEST_NANOS {
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_or_gives_up() {
        let mut looks = 0;
        let found = Spin::default().until(|| {
            looks += 1;
            looks == 2
        });
        // On a crowded machine the second look is the last one, and it finds too.
        assert!(found && looks == 2);
        assert!(!Spin::default().until(|| false));
    }

    #[test]
    fn held_off_it_looks_once() {
        let mut looks = 0;
        let mut spin = Spin {
            held_off_until: Monotonic::now().plus_nanos(HOLD_OFF_NANOS),
        };
        assert!(!spin.until(|| {
            looks += 1;
            false
        }));
        assert_eq!(looks, 1);
    }
}
