//! Every wait of a run goes through here: it can be held, and it has the run's scale.
//!
//! What waits for a moment of the gate's [clock](Gate::clock) stands still while the gate is held, and goes on with the rest of its
//! wait: the sleeps of the main, the timeouts at its handles and at queues, starts that are put off, the ladder by which
//! children are ended, and the interval of samples. An engine moves on the timeouts of its tasks itself, by
//! [`Children::hold`] and [`Children::go_on`]. While it is held, the main begins no further call.
//!
//! The scale is that of waits that the run's program asks for: its sleeps and the timeouts of its tasks, and so the sleeps of its
//! children, which have the scale that they are started with. A wait has the scale that it begins with. Limits of Proclab's own
//! (a start that takes too long, the grace of a child that is asked to end) are not scaled.

use std::time::Duration;

use super::children::Children;
use crate::os::{self, HoldableClock};

/// The gate of one run.
#[derive(Debug)]
pub struct Gate {
    clock: HoldableClock,
    time_scale: f64,
}

impl Gate {
    /// A gate that is open. Waits take so many times as long, 0 for no time at all.
    pub fn new(time_scale: f64) -> Self {
        Self {
            clock: HoldableClock::default(),
            time_scale,
        }
    }

    /// What deadlines of the run are reckoned by.
    pub fn clock(&self) -> &HoldableClock {
        &self.clock
    }

    /// Waits that the program asks for take so many times as long.
    pub fn time_scale(&self) -> f64 {
        self.time_scale
    }

    /// How long the program's wait of so many seconds takes.
    pub fn scaled(&self, seconds: f64) -> Duration {
        os::seconds(seconds * self.time_scale)
    }

    /// Holds all waits, those of the children's clocks among them; this signal is about to stop the processes themselves.
    pub fn hold(&self, signal: i32, children: &dyn Children) {
        self.clock.hold();
        children.hold(signal);
    }

    /// Lets all go on.
    pub fn go_on(&self, children: &dyn Children) {
        children.go_on();
        self.clock.go_on();
    }

    /// Returns once the gate is open.
    pub fn pass(&self) {
        self.clock.wait_while_held();
    }
}
