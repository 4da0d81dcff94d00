//! One run that the Lab shows: its source, what its events add up to, and its clock.

use std::time::{Duration, Instant};

use super::source::RunSource;
use crate::run::client::{Message, exit_sentence, was_stopped};
use crate::run::event::RunTime;
use crate::run::request::Request;
use crate::run::state::RunState;
use crate::text::Sentence;

/// Maximum time per frame for taking in messages.
const BUDGET: Duration = Duration::from_millis(10);

/// Messages taken in between two looks at the clock.
const AT_ONCE: usize = 64;

/// A run.
pub struct Session {
    state: RunState,
    /// Where its messages come from; `None` once it has ended.
    source: Option<Box<dyn RunSource>>,
    /// A moment of the run and when it was here: the present moment follows from it while the run is silent.
    anchor: Option<(Instant, RunTime)>,
    /// How often it was asked to stop.
    stops: u32,
    /// Why it ended without an end event.
    failure: Option<Sentence>,
    /// It was stopped before all its events arrived.
    is_cut_short: bool,
    /// Lines that were no events.
    garbled: u64,
}

impl Session {
    /// A run that has just been started.
    pub fn new(source: Box<dyn RunSource>) -> Self {
        Self {
            state: RunState::default(),
            source: Some(source),
            anchor: None,
            stops: 0,
            failure: None,
            is_cut_short: false,
            garbled: 0,
        }
    }

    /// What its events add up to.
    pub fn state(&self) -> &RunState {
        &self.state
    }

    /// Takes in what has come; true if there may be more at once.
    pub fn take_in(&mut self, here: Instant) -> bool {
        loop {
            for _ in 0..AT_ONCE {
                let Some(message) = self.source.as_ref().and_then(|s| s.try_next()) else {
                    return false;
                };
                self.take_message(message, here);
            }
            if here.elapsed() > BUDGET {
                return true;
            }
        }
    }

    fn take_message(&mut self, message: Message, here: Instant) {
        match message {
            Message::Event(event) => {
                self.state.apply(&event);
                if self.now(here) <= event.t {
                    self.anchor = Some((here, event.t));
                }
            }
            Message::Garbled { .. } => self.garbled += 1,
            Message::Ended {
                exit_code,
                complaint,
            } => {
                self.source = None;
                self.state.close();
                if self.state.finish().is_some() {
                    return;
                }
                self.is_cut_short = was_stopped(exit_code);
                if !self.is_cut_short {
                    self.failure = Some(if complaint.is_empty() {
                        exit_sentence(exit_code)
                    } else {
                        Sentence::Verbatim(complaint)
                    });
                }
            }
        }
    }

    /// The present moment of the run; that of the last event once it is over.
    pub fn now(&self, here: Instant) -> RunTime {
        let last = self.state.now();
        match self.anchor {
            Some((then, t)) if self.state.is_live() => {
                let since = here.saturating_duration_since(then).as_micros();
                let micros = t
                    .micros
                    .saturating_add(u64::try_from(since).unwrap_or(u64::MAX));
                last.max(RunTime { micros })
            }
            _ => last,
        }
    }

    /// How long the run's program took; of one that is live or was cut off, how far it is known to have come.
    pub fn program_time(&self, here: Instant) -> RunTime {
        let ended = self.state.program_ended();
        ended.unwrap_or_else(|| self.now(here))
    }

    /// Whether more events may come; true before the first one.
    pub fn is_live(&self) -> bool {
        self.state.is_live()
            || (self.state.header().is_none() && self.failure.is_none() && !self.state.is_cut_off())
    }

    /// Whether it was asked to stop, here or elsewhere, and has not ended yet.
    pub fn is_stopping(&self) -> bool {
        self.is_live() && (self.stops > 0 || !self.state.stops().is_empty())
    }

    /// Whether it was stopped before all its events arrived.
    pub fn is_cut_short(&self) -> bool {
        self.is_cut_short
    }

    /// Why it ended without an end event.
    pub fn failure(&self) -> Option<&Sentence> {
        self.failure.as_ref()
    }

    /// Lines of its stream that were no events.
    pub fn garbled(&self) -> u64 {
        self.garbled
    }

    /// How often it was asked to stop.
    pub fn stops(&self) -> u32 {
        self.stops
    }

    /// Asks it to stop; asked again, at once.
    pub fn stop(&mut self) {
        let request = if self.stops == 0 {
            Request::Stop
        } else {
            Request::Terminate
        };
        self.stops += 1;
        if let Some(source) = &self.source {
            source.request(request);
        }
    }

    /// Asks something of it; false if it no longer takes requests.
    pub fn ask(&self, request: Request) -> bool {
        let source = self.source.as_ref();
        source.is_some_and(|source| source.request(request))
    }
}
