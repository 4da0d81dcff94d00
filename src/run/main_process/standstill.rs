//! A run that the terminal stops (Ctrl+Z) stands still as a whole, and goes on as a whole.

use std::collections::BTreeSet;

use signal_hook::consts::{SIGTSTP, SIGTTIN, SIGTTOU};

use crate::os::signal::{self, Send};
use crate::os::{Held, processes, this};
use crate::run::children::Children;
use crate::run::gate::Gate;
use crate::run::guard::Mark;

/// The signals by which a terminal stops a program: by its key, and for reading or writing from the background.
pub(super) const STOPPING: [i32; 3] = [SIGTSTP, SIGTTIN, SIGTTOU];

/// How often those are looked for that were started while others were being stopped.
const LOOKS: usize = 16;

/// Stops everything of the run and then this process; returns once all of it goes on. The workers are in groups of their own,
/// which the terminal does not reach.
pub(super) fn stand_still(signal: i32, mark: &Mark, gate: &Gate, children: &dyn Children) {
    // One who is in the foreground by now may read and write.
    if signal != SIGTSTP && this::is_in_foreground() {
        return;
    }
    gate.hold(signal, children);
    let stopped = stop_all(mark);
    signal::stop_as_by_default(signal);
    for held in stopped {
        // One that has ended meanwhile is as good.
        held.send(Send::Continue).ok();
    }
    gate.go_on(children);
}

/// Stops what carries the run's mark and does not stand still already.
fn stop_all(mark: &Mark) -> Vec<Held> {
    let mut stopped = Vec::new();
    let mut met = BTreeSet::new();
    for _ in 0..LOOKS {
        let known = stopped.len();
        for key in mark.carriers() {
            let goes_on = processes::stat_of(key.pid).is_some_and(|stat| stat.state != b'T');
            if goes_on
                && met.insert(key)
                && let Ok(held) = Held::open_listed(key)
                && held.send(Send::Stop).is_ok()
            {
                stopped.push(held);
            }
        }
        if stopped.len() == known {
            break;
        }
    }
    stopped
}
