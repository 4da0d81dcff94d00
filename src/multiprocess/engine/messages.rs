//! What children say.

use super::child::Child;
use super::state::State;
use crate::multiprocess::pool::core::{Finished, TaskUsage};
use crate::multiprocess::wire::{FromChild, VERSION};
use crate::os::Monotonic;

/// Takes one message, which was read then; false if it makes no sense.
pub(super) fn receive(
    state: &mut State,
    id: u64,
    child: &mut Child,
    message: FromChild,
    now: Monotonic,
) -> bool {
    if child.hello_until.is_some() && !matches!(message, FromChild::Hello { .. }) {
        return false;
    }
    match message {
        FromChild::Hello { version } => {
            child.hello_until = None;
            version == VERSION
        }
        FromChild::Ready { at } => {
            state.on_ready(id, at);
            true
        }
        FromChild::InitializerFailed { at, error } => {
            state.on_initializer_failed(id, at, &error);
            true
        }
        FromChild::Finished {
            at,
            begun,
            task,
            result,
            cpu_nanos,
            max_rss_bytes,
        } => {
            let usage = TaskUsage {
                at: Some(at),
                pid: Some(child.key.pid),
                cpu_nanos,
                max_rss_bytes,
            };
            let finished = Finished {
                task,
                begun,
                result,
                usage,
            };
            state.let_go_of_items(id, finished.result.is_ok());
            state.on_task_finished(id, finished, now)
        }
        FromChild::Queue {
            queue,
            account,
            call,
        } => child.begins_to_ask() && state.on_queue_call(id, &queue, account, call),
        FromChild::Put { account, item } => state.on_posted(id, account, item),
        FromChild::Relayed { at, event } => {
            state.on_relayed(id, at, &event);
            true
        }
        FromChild::Leaving { max_rss_bytes } => {
            child.max_rss_bytes = max_rss_bytes;
            true
        }
    }
}
