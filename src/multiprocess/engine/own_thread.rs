//! The engine's own thread: the only one that starts children, since they die with the thread that started them; it drives
//! when nobody else does.

use std::sync::Arc;
use std::time::Duration;

use super::driver::Patience;
use super::handle::Shared;
use super::state::{Start, StartFailure};
use super::turns::Standby;
use crate::multiprocess::spawn::spawn;
use crate::os::Monotonic;

/// Serves until told to end and the last child is gone.
pub(super) fn serve(shared: &Arc<Shared>) {
    loop {
        start_due(shared);
        let mut state = shared.state.lock();
        // Under the lock under which it goes to sleep below: whoever says later that it is to end, wakes it.
        if state.may_end() {
            return;
        }
        let now = Monotonic::now();
        let next_start = state.starts.iter().map(|start| start.not_before).min();
        let next_nap = next_start.map(|next| shared.clock.wait_time(next));
        if next_nap == Some(Duration::ZERO) {
            continue;
        }
        let standby = state.turns.standby(now);
        let nap = match standby {
            Standby::Drive => None,
            Standby::Park => Some(next_nap),
            Standby::Nap(nap) => Some(Some(next_nap.map_or(nap, |next| next.min(nap)))),
        };
        match nap {
            None => {
                state.turns.take();
                drop(state);
                let patience = Patience::OwnThread { until: next_start };
                shared.driver.lock().round(shared, patience);
                shared.state.lock().turns.leave();
            }
            Some(nap) => {
                state.turns.set_parked(standby == Standby::Park);
                match nap {
                    None => shared.own_thread.wait(&mut state),
                    Some(nap) => {
                        shared.own_thread.wait_for(&mut state, nap);
                    }
                }
                state.turns.set_parked(false);
            }
        }
    }
}

/// Starts those whose time has come, and hands them over to whoever drives.
fn start_due(shared: &Shared) {
    loop {
        let now = shared.clock.now();
        let mut state = shared.state.lock();
        let Some(due) = state
            .starts
            .iter()
            .position(|start| start.not_before <= now)
        else {
            if state.starts.is_empty() {
                state.reserve.give_back();
            }
            return;
        };
        let Some(Start { child, setup, .. }) = state.starts.remove(due) else {
            return;
        };
        let room = state.reserve.take_for_start();
        drop(state);
        let (depot, reads_output) = (shared.depot.as_deref(), shared.observer.is_some());
        drop(room);
        let spawned = spawn(&shared.program, &shared.environment, depot, reads_output);
        let spawned = spawned.map_err(|error| {
            let what = format!("could not start {}", shared.program.display());
            StartFailure::new(&what, &error)
        });
        let mut state = shared.state.lock();
        state.reserve.after_start(spawned.is_ok());
        state.arrivals.push((child, spawned, setup));
        drop(state);
        shared.interrupt();
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use crate::multiprocess::{Engine, EngineOptions};

    #[test]
    fn an_engine_that_is_dropped_at_any_moment_ends_at_once() {
        for step in 0..2_000 {
            let engine = Engine::start(EngineOptions::default()).unwrap();
            let until = Instant::now() + Duration::from_nanos(step * 50);
            // A sleep takes too long to hit a moment.
            while Instant::now() < until {}
            let begun = Instant::now();
            drop(engine);
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(4), "{took:?} after step {step}");
        }
    }
}
