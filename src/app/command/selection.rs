//! The one selection of the Lab: every pane shows it, each in its own way.

use crate::run::event::RunTime;
use crate::run::state::{ProcessIx, QueueIx, RunState, TaskIx};

/// What is selected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RunSelection {
    /// The main process.
    Main,
    /// A process of the run.
    Process(ProcessIx),
    /// A task.
    Task(TaskIx),
    /// An item: its queue and its place in that queue's list.
    Item(QueueIx, usize),
    /// A moment.
    Moment(RunTime),
    /// A line of the listing, from 1: everything that it caused.
    Line(u32),
}

impl RunSelection {
    /// Whether a task is selected, itself or by the line that submitted it.
    pub fn holds_task(self, state: &RunState, task: TaskIx) -> bool {
        match self {
            Self::Task(selected) => selected == task,
            Self::Line(line) => {
                let step = state.task(task).and_then(|task| task.step);
                state.line_of_step(step) == Some(line)
            }
            _ => false,
        }
    }

    /// Whether an item is selected, itself or by the line that put it.
    pub fn holds_item(self, state: &RunState, queue: QueueIx, item: usize) -> bool {
        match self {
            Self::Item(selected, place) => (selected, place) == (queue, item),
            Self::Line(line) => {
                let queue = state.queue(queue);
                let step = queue.and_then(|queue| queue.items.get(item)?.step);
                state.line_of_step(step) == Some(line)
            }
            _ => false,
        }
    }

    /// The process that is selected, or the one that runs or ran what is.
    pub fn process(self, state: &RunState) -> Option<ProcessIx> {
        match self {
            Self::Process(process) => Some(process),
            Self::Task(task) => state.task(task)?.process,
            Self::Item(queue, item) => {
                let item = state.queue(queue)?.items.get(item)?;
                item.consumer.or(item.producer)
            }
            Self::Main | Self::Moment(_) | Self::Line(_) => None,
        }
    }

    /// The line of the listing that is selected, or that caused what is.
    pub fn line(self, state: &RunState) -> Option<u32> {
        match self {
            Self::Line(line) => Some(line),
            Self::Task(task) => state.line_of_step(state.task(task)?.step),
            Self::Item(queue, item) => {
                state.line_of_step(state.queue(queue)?.items.get(item)?.step)
            }
            Self::Main | Self::Process(_) | Self::Moment(_) => None,
        }
    }
}
