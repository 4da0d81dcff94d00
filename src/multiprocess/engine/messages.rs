//! What children say.

use thiserror::Error;

use super::child::Child;
use super::state::State;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::pool::core::{Finished, TaskUsage};
use crate::multiprocess::wire::{FromChild, VERSION};
use crate::os::Monotonic;

/// Why a child is not trusted any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum Distrust {
    /// What it said is no message, or none that it can say now.
    #[error("killed, because what it said made no sense")]
    Nonsense,
    /// It is a program that was built with another version of this library.
    #[error(
        "killed, because it speaks version {version} of the messages between parent and worker, and its parent version {VERSION}"
    )]
    Version { version: u32 },
}

/// Takes one message, which was read then.
pub(super) fn receive(
    state: &mut State,
    id: u64,
    child: &mut Child,
    message: FromChild,
    now: Monotonic,
) -> Result<(), Distrust> {
    if child.hello_until.is_some() && !matches!(message, FromChild::Hello { .. }) {
        return Err(Distrust::Nonsense);
    }
    let sound = match message {
        FromChild::Hello { version } => {
            check_version(version)?;
            child.hello_until = None;
            true
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
            let why = result.as_ref().ok().and_then(|value| value.open().err());
            let result = match why {
                None => result,
                Some(why) => Err(RemoteError::new("OSError", format!("the value: {why}"))),
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
        // Comes with a message only.
        FromChild::Parcel => false,
        FromChild::Leaving { max_rss_bytes } => {
            child.max_rss_bytes = max_rss_bytes;
            true
        }
    };
    sound.then_some(()).ok_or(Distrust::Nonsense)
}

fn check_version(version: u32) -> Result<(), Distrust> {
    if version == VERSION {
        Ok(())
    } else {
        Err(Distrust::Version { version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multiprocess::wire::FrameReader;

    /// The first frame of every version is a hello that every version reads.
    #[test]
    fn a_child_of_an_older_version_is_refused_by_the_version_it_says() {
        let frames = include_str!("../../../tests/data/wire-3-from-child.hex").trim_end();
        let bytes: Vec<u8> = (0..frames.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&frames[at..at + 2], 16).unwrap())
            .collect();
        let mut reader = FrameReader::default();
        reader.push(&bytes);
        let Ok(Some(FromChild::Hello { version })) = reader.next_message() else {
            panic!("no hello");
        };
        let refused = check_version(version).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "killed, because it speaks version 3 of the messages between parent and worker, and its parent version 4"
        );
        assert_eq!(check_version(VERSION), Ok(()));
    }
}
