//! The runs of this window: the one under way, and the last few that are over.

use std::time::Instant;

use super::session::Session;
use super::source::RunSource;

/// Maximum number of runs kept.
pub const RUNS_KEPT: usize = 5;

/// Maximum memory of all runs, bytes; finished runs are dropped beyond it.
const BYTES_KEPT: usize = 192 << 20;

/// A run of this window.
pub struct LabRun {
    /// Counts the runs of this window from 1.
    pub number: u32,
    /// Its lesson; `None` for a run of one's own.
    pub lesson: Option<String>,
    /// Its state and where its events come from.
    pub session: Session,
}

/// The runs of this window, in order of their start; at most one of them is under way.
#[derive(Default)]
pub struct RunHistory {
    list: Vec<LabRun>,
    /// The number of the run that is shown.
    shown: Option<u32>,
    started: u32,
}

impl RunHistory {
    /// A run that has just been started; it is shown.
    pub fn start(&mut self, source: Box<dyn RunSource>, lesson: Option<String>) {
        self.started += 1;
        self.list.push(LabRun {
            number: self.started,
            lesson,
            session: Session::new(source),
        });
        self.shown = Some(self.started);
        self.let_go();
    }

    /// The oldest runs that are over go where there are too many or too large ones.
    fn let_go(&mut self) {
        let is_too_much = |list: &[LabRun]| {
            let bytes: usize = list
                .iter()
                .map(|run| run.session.state().approximate_bytes())
                .sum();
            list.len() > RUNS_KEPT || bytes > BYTES_KEPT
        };
        while is_too_much(&self.list) {
            let shown = self.shown;
            let is_free = |run: &LabRun| !run.session.is_live() && Some(run.number) != shown;
            let Some(place) = self.list.iter().position(is_free) else {
                return;
            };
            self.list.remove(place);
        }
    }

    /// Takes in what has come from all runs; true if there may be more at once.
    pub fn take_in(&mut self, here: Instant) -> bool {
        let mut has_more = false;
        for run in &mut self.list {
            has_more |= run.session.take_in(here);
        }
        has_more
    }

    /// All of them, the latest first.
    pub fn iter(&self) -> impl Iterator<Item = &LabRun> {
        self.list.iter().rev()
    }

    /// The number of the latest run of a lesson, or of one's own.
    pub fn latest_of(&self, lesson: Option<&str>) -> Option<u32> {
        let mut latest = self.iter();
        let run = latest.find(|run| run.lesson.as_deref() == lesson)?;
        Some(run.number)
    }

    /// The one that is shown.
    pub fn shown(&self) -> Option<&LabRun> {
        let number = self.shown?;
        self.list.iter().find(|run| run.number == number)
    }

    /// The session of the run that is shown.
    pub fn session(&self) -> Option<&Session> {
        self.shown().map(|run| &run.session)
    }

    /// The one that is under way.
    pub fn live(&self) -> Option<&Session> {
        let mut sessions = self.list.iter().map(|run| &run.session);
        sessions.rfind(|session| session.is_live())
    }

    /// The one that is under way.
    pub fn live_mut(&mut self) -> Option<&mut Session> {
        let mut sessions = self.list.iter_mut().map(|run| &mut run.session);
        sessions.rfind(|session| session.is_live())
    }

    /// Shows another one, or none; false if it is kept no longer.
    pub fn show(&mut self, number: Option<u32>) -> bool {
        let is_kept = number.is_none_or(|n| self.list.iter().any(|run| run.number == n));
        if is_kept {
            self.shown = number;
        }
        is_kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    use super::super::source::RunSource;
    use crate::run::client::Message;
    use crate::run::request::Request;

    /// A run that says once that it has ended, or never.
    struct Scripted(Cell<bool>);

    impl RunSource for Scripted {
        fn try_next(&self) -> Option<Message> {
            self.0.take().then(|| Message::Ended {
                exit_code: Some(0),
                complaint: String::new(),
            })
        }

        fn request(&self, _request: Request) -> bool {
            true
        }
    }

    fn numbers(runs: &RunHistory) -> Vec<u32> {
        runs.iter().map(|run| run.number).collect()
    }

    #[test]
    fn the_last_few_runs_are_kept() {
        let mut runs = RunHistory::default();
        for _ in 0..7 {
            runs.start(Box::new(Scripted(Cell::new(true))), None);
            runs.take_in(Instant::now());
            assert!(runs.live().is_none());
        }
        assert_eq!(numbers(&runs), [7, 6, 5, 4, 3]);
        assert!(runs.show(Some(3)) && !runs.show(Some(1)));
        assert_eq!(runs.shown().map(|run| run.number), Some(3));
        runs.start(Box::new(Scripted(Cell::new(false))), None);
        assert_eq!(numbers(&runs), [8, 7, 6, 5, 4]);
        assert!(runs.live().is_some());
    }
}
