//! How a run is stopped.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::run::children::Children;
use crate::run::event::EventKind;
use crate::run::gate::Gate;
use crate::run::stream::EventStream;

/// Exit code of a run that SIGINT or whoever watches it has stopped.
pub const INTERRUPTED: u8 = 130;

/// Exit code of a run that SIGTERM or a hang-up has stopped.
pub const TERMINATED: u8 = 143;

/// Who or what wants the run to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::run) enum Cause {
    /// Ctrl+C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// The terminal has gone.
    HangUp,
    /// The request `stop`.
    StopRequest,
    /// The request `terminate`.
    TerminateRequest,
    /// The requests' channel has ended.
    EndOfInput,
    /// Nobody reads the events any more.
    ReaderGone,
}

/// The word of events for a run that stops because its requests have ended.
pub const END_OF_INPUT: &str = "end of input";

/// The word of events for a run that stops because its events are not read any more.
pub const READER_GONE: &str = "reader gone";

impl Cause {
    fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::HangUp => "SIGHUP",
            Self::StopRequest => "stop",
            Self::TerminateRequest => "terminate",
            Self::EndOfInput => END_OF_INPUT,
            Self::ReaderGone => READER_GONE,
        }
    }

    fn exit_code(self) -> u8 {
        match self {
            Self::Terminate | Self::HangUp => TERMINATED,
            _ => INTERRUPTED,
        }
    }
}

/// Stops the run when told to: in order the first time, at once the second.
pub(in crate::run) struct Stopper {
    children: Arc<dyn Children>,
    stream: Arc<EventStream>,
    gate: Arc<Gate>,
    state: Mutex<State>,
    stopped: Condvar,
}

#[derive(Default)]
struct State {
    first: Option<Cause>,
    /// Until when the reader of a stopped run is waited for.
    patience: Option<Instant>,
}

/// How long a stopped run waits for a reader that stands still (a paused terminal) once everything has ended.
const PATIENCE: Duration = Duration::from_secs(3);

/// The same when it was told twice.
const LAST_PATIENCE: Duration = Duration::from_millis(500);

impl Stopper {
    pub(in crate::run) fn new(
        children: Arc<dyn Children>,
        stream: Arc<EventStream>,
        gate: Arc<Gate>,
    ) -> Self {
        Self {
            children,
            stream,
            gate,
            state: Mutex::default(),
            stopped: Condvar::new(),
        }
    }

    pub(in crate::run) fn stop(&self, cause: Cause) {
        let mut state = self.state.lock();
        let again = state.first.is_some();
        state.first.get_or_insert(cause);
        let at_once = match cause {
            Cause::TerminateRequest => true,
            Cause::Interrupt | Cause::Terminate | Cause::HangUp | Cause::StopRequest => again,
            // Follows of its own accord when a stopped run's window closes; says nothing new.
            Cause::EndOfInput | Cause::ReaderGone if again => return,
            Cause::EndOfInput | Cause::ReaderGone => false,
        };
        state.patience = Some(Instant::now() + if at_once { LAST_PATIENCE } else { PATIENCE });
        drop(state);
        self.stopped.notify_all();
        // First the deed: telling of it must hold up nothing.
        self.children.end_all(at_once);
        // What is held could not end.
        self.gate.go_on(&*self.children);
        self.stream.stop_waiting();
        self.stream.emit_now(EventKind::StopRequested {
            by: cause.name().to_owned(),
            at_once,
        });
    }

    /// Sleeps for so many seconds of the program, or until the run is stopped.
    pub(in crate::run) fn sleep(&self, seconds: f64) {
        let clock = self.gate.clock();
        let deadline = clock.after(self.gate.scaled(seconds));
        let mut state = self.state.lock();
        while state.first.is_none() {
            match deadline.map(|deadline| clock.wait_time(deadline)) {
                Some(Duration::ZERO) => return,
                Some(left) => {
                    self.stopped.wait_for(&mut state, left);
                }
                // Beyond all times.
                None => self.stopped.wait(&mut state),
            }
        }
    }

    pub(in crate::run) fn is_stopped(&self) -> bool {
        self.state.lock().first.is_some()
    }

    /// The exit code of a stopped run.
    pub(in crate::run) fn exit_code(&self) -> Option<u8> {
        self.state.lock().first.map(Cause::exit_code)
    }

    /// Until when the reader of a stopped run is waited for; `None` for one that goes on.
    pub(in crate::run) fn patience(&self) -> Option<Instant> {
        self.state.lock().patience
    }

    /// Everything has ended: from here on a stopped run's reader has its time.
    pub(in crate::run) fn begin_patience(&self) {
        let mut state = self.state.lock();
        if let Some(patience) = &mut state.patience {
            *patience = (*patience).max(Instant::now() + LAST_PATIENCE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::{ChildKey, Monotonic};

    /// A run whose main has not started anything.
    #[derive(Default)]
    struct NoChildren;

    impl Children for NoChildren {
        fn living(&self) -> Vec<ChildKey> {
            Vec::new()
        }

        fn is_direct(&self, _pid: u32) -> bool {
            false
        }

        fn suspend(&self, _pid: u32) -> bool {
            false
        }

        fn resume(&self, _pid: u32) -> bool {
            false
        }

        fn kill(&self, _pid: u32) -> bool {
            false
        }

        fn hold(&self, _signal: i32) {}

        fn go_on(&self) {}

        fn finish(&self) {}

        fn end_all(&self, _at_once: bool) {}

        fn wait_until_none(&self, _timeout: Duration) -> bool {
            true
        }
    }

    fn stopper(gate: &Arc<Gate>) -> Stopper {
        let stream = EventStream::new(Monotonic::now());
        Stopper::new(Arc::new(NoChildren), Arc::new(stream), Arc::clone(gate))
    }

    /// How long the main's sleep of so many seconds takes.
    fn slept(stopper: &Stopper, seconds: f64) -> Duration {
        let begun = Instant::now();
        stopper.sleep(seconds);
        begun.elapsed()
    }

    #[test]
    fn a_sleep_has_the_scale_of_the_run() {
        let slept = |scale: f64| slept(&stopper(&Arc::new(Gate::new(scale))), 0.05);
        assert!(slept(2.0) >= Duration::from_millis(100));
        let half = slept(0.5);
        assert!(half >= Duration::from_millis(25), "{half:?}");
        assert!(slept(0.0) < Duration::from_millis(50));
    }

    #[test]
    fn a_sleep_that_is_held_has_its_rest_afterwards() {
        let gate = Arc::new(Gate::new(2.0));
        let stopper = stopper(&gate);
        gate.hold(20, &NoChildren);
        std::thread::scope(|scope| {
            let main = scope.spawn(|| {
                stopper.sleep(0.05);
                Instant::now()
            });
            let held = Instant::now();
            while held.elapsed() < Duration::from_millis(300) {
                std::thread::yield_now();
            }
            assert!(!main.is_finished(), "held");
            let goes_on = Instant::now();
            gate.go_on(&NoChildren);
            let rest = main.join().unwrap() - goes_on;
            assert!(rest >= Duration::from_millis(100), "{rest:?}");
        });
    }

    #[test]
    fn a_run_that_is_stopped_is_held_no_more() {
        let gate = Arc::new(Gate::new(1.0));
        let stopper = stopper(&gate);
        gate.hold(20, &NoChildren);
        std::thread::scope(|scope| {
            let main = scope.spawn(|| {
                gate.pass();
                stopper.sleep(3600.0);
            });
            stopper.stop(Cause::StopRequest);
            main.join().unwrap();
        });
        assert!(!gate.clock().is_held());
    }
}
