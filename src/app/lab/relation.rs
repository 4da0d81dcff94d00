//! How a selection and a thing in a pane belong together: what makes every pane answer to every selection.

use crate::app::command::RunSelection;
use crate::run::event::RunTime;
use crate::run::log::{LogLine, LogSource};
use crate::run::state::{ItemState, ProcessIx, QueueIx, RunState, TaskIx};

/// Lines looked at for the first one about an item.
const LOOKED_AT: usize = 20_000;

/// How closely a thing belongs to what is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// It has nothing to do with it.
    None,
    /// It has to do with it.
    Related,
    /// It is what is selected, or part of it.
    Same,
}

impl Relation {
    fn of(is_same: bool, is_related: bool) -> Self {
        match (is_same, is_related) {
            (true, _) => Self::Same,
            (false, true) => Self::Related,
            (false, false) => Self::None,
        }
    }
}

impl RunSelection {
    /// A task: itself, those of a line or a process, those that ran at a moment, those whose result is in the main.
    pub fn tie_to_task(self, state: &RunState, ix: TaskIx) -> Relation {
        let Some(task) = state.task(ix) else {
            return Relation::None;
        };
        let related = match self {
            Self::Main => task.callback.is_some() || task.end.is_some(),
            Self::Process(process) => task.ran_in(process),
            Self::Item(queue, place) => {
                let item = item(state, queue, place);
                task.process.is_some()
                    && item.is_some_and(|item| {
                        item.producer == task.process || item.consumer == task.process
                    })
            }
            Self::Moment(t) => spans(task.started, task.end.as_ref().map(|end| end.t), t),
            Self::Task(_) | Self::Line(_) => false,
        };
        Relation::of(self.holds_task(state, ix), related)
    }

    /// An item: itself, those of a line, those that a process put or got, those in the queue at a moment.
    pub fn tie_to_item(self, state: &RunState, queue: QueueIx, place: usize) -> Relation {
        let Some(item) = item(state, queue, place) else {
            return Relation::None;
        };
        let is_of = |process| item.producer == Some(process) || item.consumer == Some(process);
        let related = match self {
            Self::Main => item.producer_pid.is_some() && item.producer_pid == state.main_pid(),
            Self::Process(process) => is_of(process),
            Self::Task(task) => state
                .task(task)
                .and_then(|task| task.process)
                .is_some_and(is_of),
            Self::Moment(t) => spans(item.put, item.got, t),
            Self::Line(line) => item
                .producer
                .is_some_and(|process| state.line_that_started(process) == Some(line)),
            Self::Item(..) => false,
        };
        Relation::of(self.holds_item(state, queue, place), related)
    }

    /// A process: itself, that of a task, those of an item or a line, those alive at a moment, the main's children.
    pub fn tie_to_process(self, state: &RunState, ix: ProcessIx) -> Relation {
        let Some(process) = state.process(ix) else {
            return Relation::None;
        };
        let related = match self {
            Self::Main => process.via.is_none(),
            Self::Task(task) => state.task(task).is_some_and(|task| task.ran_in(ix)),
            Self::Item(queue, place) => item(state, queue, place)
                .is_some_and(|item| item.producer == Some(ix) || item.consumer == Some(ix)),
            Self::Moment(t) => spans(process.started, process.exited, t),
            Self::Line(line) => {
                state.line_that_started(ix) == Some(line)
                    || state.tasks().iter().take(LOOKED_AT).any(|task| {
                        task.process == Some(ix) && state.line_of_step(task.step) == Some(line)
                    })
            }
            Self::Process(_) => false,
        };
        Relation::of(self == Self::Process(ix), related)
    }

    /// The main process.
    pub fn tie_to_main(self, state: &RunState) -> Relation {
        let related = match self {
            Self::Line(_) | Self::Moment(_) => true,
            Self::Task(task) => state
                .task(task)
                .is_some_and(|task| task.step.is_some() || task.callback.is_some()),
            Self::Item(queue, place) => {
                item(state, queue, place).is_some_and(|item| item.producer_pid == state.main_pid())
            }
            Self::Process(_) | Self::Main => false,
        };
        Relation::of(self == Self::Main, related)
    }

    /// A line of the listing: itself, the one that caused what is selected, the one at which the main was.
    pub fn tie_to_code(self, state: &RunState, line: u32) -> Relation {
        let related = match self {
            Self::Main => state.line_at(state.now()),
            Self::Process(process) => state.line_that_started(process),
            Self::Task(_) => self.line(state),
            Self::Item(queue, place) => self.line(state).or_else(|| {
                // What a producer puts was caused by the line that started it.
                state.line_that_started(item(state, queue, place)?.producer?)
            }),
            Self::Moment(t) => state.line_at(t),
            Self::Line(_) => None,
        };
        Relation::of(self == Self::Line(line), related == Some(line))
    }

    /// A line of the log: those of a process, those written during a task, those about an item, those of a moment.
    pub fn tie_to_log(self, state: &RunState, line: &LogLine) -> Relation {
        let task = line.task.and_then(|task| state.task_of_number(task));
        let is_main = state.main_pid() == Some(line.pid);
        let process = || state.process_of_pid(line.pid);
        let related = match self {
            Self::Main => is_main,
            Self::Process(selected) => process() == Some(selected),
            Self::Task(_) => task.is_some_and(|task| self.holds_task(state, task)),
            Self::Item(queue, place) => {
                item(state, queue, place).is_some_and(|item| is_about(state, line, item))
            }
            Self::Moment(t) => line.t == t,
            Self::Line(number) => {
                task.is_some_and(|task| self.holds_task(state, task))
                    || (is_main && state.line_at(line.t) == Some(number))
                    || process().is_some_and(|ix| state.line_that_started(ix) == Some(number))
            }
        };
        Relation::of(false, related)
    }

    /// The first line of the log that has to do with it.
    pub fn first_log_line(self, state: &RunState) -> Option<u64> {
        let log = state.log();
        let first_of = |pid| log.number_at(LogSource::Pid(pid), 0);
        let first_of_task = |ix| {
            let task = state.task(ix)?;
            let process = state.process(task.process?)?;
            log.first_of_task(process.pid, task.number)
        };
        match self {
            Self::Main => first_of(state.main_pid()?),
            Self::Process(ix) => first_of(state.process(ix)?.pid),
            Self::Task(ix) => first_of_task(ix),
            Self::Item(queue, place) => {
                let item = item(state, queue, place)?;
                let pids = [item.producer_pid, consumer_pid(state, item)];
                pids.into_iter().flatten().find_map(|pid| {
                    let source = LogSource::Pid(pid);
                    (0..log.len(source).min(LOOKED_AT))
                        .filter_map(|row| log.number_at(source, row))
                        .find(|number| {
                            log.line(*number)
                                .is_some_and(|line| is_about(state, line, item))
                        })
                })
            }
            Self::Moment(t) => log.number_from(t),
            Self::Line(_) => (0..state.tasks().len())
                .map(TaskIx)
                .filter(|ix| self.holds_task(state, *ix))
                .filter_map(first_of_task)
                .min()
                .or_else(|| {
                    (log.first()..log.end()).take(LOOKED_AT).find(|number| {
                        log.line(*number)
                            .is_some_and(|line| self.tie_to_log(state, line) != Relation::None)
                    })
                }),
        }
    }
}

fn item(state: &RunState, queue: QueueIx, place: usize) -> Option<&ItemState> {
    state.queue(queue)?.items.get(place)
}

fn consumer_pid(state: &RunState, item: &ItemState) -> Option<u32> {
    Some(state.process(item.consumer?)?.pid)
}

/// Whether a line that an item's producer or consumer wrote names it.
fn is_about(state: &RunState, line: &LogLine, item: &ItemState) -> bool {
    let is_party =
        item.producer_pid == Some(line.pid) || consumer_pid(state, item) == Some(line.pid);
    is_party && !item.text.is_empty() && line.text.contains(&item.text)
}

fn spans(from: Option<RunTime>, until: Option<RunTime>, t: RunTime) -> bool {
    from.is_some_and(|from| from <= t) && until.is_none_or(|until| t <= until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::event::RunEvent;

    fn state(stream: &str) -> RunState {
        let mut state = RunState::default();
        for line in stream.lines() {
            state.apply(&RunEvent::from_json(line).unwrap());
        }
        state
    }

    /// How many things of each pane answer: tasks, items, processes with the main, lines of code, lines of the log.
    fn answers(state: &RunState, selection: RunSelection) -> [usize; 5] {
        let count = |relations: Vec<Relation>| {
            relations
                .into_iter()
                .filter(|tie| *tie != Relation::None)
                .count()
        };
        let tasks = (0..state.tasks().len()).map(TaskIx);
        let items = (0..state.queue(QueueIx(0)).map_or(0, |queue| queue.items.len())).collect();
        let items: Vec<usize> = items;
        let code = 1..=state.header().unwrap().listing.len() as u32;
        let log = state.log();
        let mut processes: Vec<Relation> = (0..state.processes().len())
            .map(|ix| selection.tie_to_process(state, ProcessIx(ix)))
            .collect();
        processes.push(selection.tie_to_main(state));
        [
            count(tasks.map(|ix| selection.tie_to_task(state, ix)).collect()),
            count(
                items
                    .into_iter()
                    .map(|place| selection.tie_to_item(state, QueueIx(0), place))
                    .collect(),
            ),
            count(processes),
            count(code.map(|n| selection.tie_to_code(state, n)).collect()),
            count(
                (log.first()..log.end())
                    .map(|n| selection.tie_to_log(state, log.line(n).unwrap()))
                    .collect(),
            ),
        ]
    }

    #[test]
    fn every_pane_answers_to_every_selection_in_a_pool() {
        let state = state(include_str!(
            "../../../tests/data/scripted/pool-callback.jsonl"
        ));
        let printed = state.log().line(4).unwrap().t;
        let submitting = state.line_of_step(state.task(TaskIx(0)).unwrap().step);
        for selection in [
            RunSelection::Main,
            RunSelection::Process(ProcessIx(1)),
            RunSelection::Task(TaskIx(1)),
            RunSelection::Moment(printed),
            RunSelection::Line(submitting.unwrap()),
        ] {
            let [tasks, _, processes, code, log] = answers(&state, selection);
            assert!(
                tasks > 0 && processes > 0 && code > 0 && log > 0,
                "{selection:?}: {tasks} {processes} {code} {log}"
            );
            assert!(selection.first_log_line(&state).is_some(), "{selection:?}");
        }
        assert_eq!(
            RunSelection::Task(TaskIx(1)).tie_to_task(&state, TaskIx(1)),
            Relation::Same
        );
        assert_eq!(
            RunSelection::Task(TaskIx(1)).tie_to_task(&state, TaskIx(0)),
            Relation::None
        );
    }

    #[test]
    fn every_pane_answers_to_every_selection_with_a_queue() {
        let state = state(include_str!(
            "../../../tests/data/scripted/producer-consumer.jsonl"
        ));
        let put = state.queue(QueueIx(0)).unwrap().items[1].put.unwrap();
        let printed = state.log().line(state.log().number_from(put).unwrap());
        let starting = state.line_that_started(ProcessIx(0)).unwrap();
        for selection in [
            RunSelection::Main,
            RunSelection::Process(ProcessIx(0)),
            RunSelection::Item(QueueIx(0), 1),
            RunSelection::Line(starting),
        ] {
            let [_, items, processes, code, log] = answers(&state, selection);
            // The main of this run prints nothing.
            let is_silent = selection == RunSelection::Main;
            assert!(
                items > 0 && processes > 0 && code > 0 && (log > 0 || is_silent),
                "{selection:?}: {items} {processes} {code} {log}"
            );
        }
        let moment = RunSelection::Moment(printed.unwrap().t);
        let [_, _, processes, code, log] = answers(&state, moment);
        assert!(processes > 0 && code > 0 && log > 0);
    }
}
