//! The messages.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::bytes::Bytes;
use super::queue::{Payload, QueueAnswer, QueueCall};
pub use crate::multiprocess::board::Seat;
use crate::multiprocess::error::{RemoteError, TooLarge};
use crate::os::lines::{Line, Pipe};
use crate::os::{ChildKey, Monotonic, Reaped};

/// The version of the messages; a child of another version is refused.
pub const VERSION: u32 = 4;

/// What to run: the name of a registered function and its arguments, opaque here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The function's name in the registry.
    pub target: Cow<'static, str>,
    /// Its arguments, encoded by whoever knows them; with a chunk, those of each item, one after the other.
    pub payload: Bytes,
    /// Set where one task stands for many calls.
    pub chunk: Option<Chunk>,
}

impl Call {
    /// One call.
    pub fn new(target: impl Into<Cow<'static, str>>, payload: impl Into<Bytes>) -> Self {
        Self {
            target: target.into(),
            payload: payload.into(),
            chunk: None,
        }
    }

    /// Packs its arguments if they are very many bytes; refused if they are more than can be sent.
    #[inline]
    pub(crate) fn make_sendable(&mut self) -> Result<(), TooLarge> {
        self.payload.make_sendable()
    }
}

/// Some of a map's items, which follow each other: one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// The place of its first item among all items of the map, from 0.
    pub first: u64,
    /// How many items; never 0.
    pub count: u64,
    /// Whether every item has a result of its own, be it an error; else the chunk ends with its first error, as in Python's
    /// `map`.
    pub each: bool,
}

/// One task on its way to a worker. Who sends it keeps the call, and only borrows it here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task<C = Call> {
    /// Its number within the pool.
    pub task: u64,
    /// From 1.
    pub attempt: u32,
    /// Where it is claimed before it begins.
    pub seat: Seat,
    /// What to run.
    pub call: C,
}

impl<C> Task<C> {
    /// The same with another call.
    pub(crate) fn with<D>(&self, call: D) -> Task<D> {
        Task {
            task: self.task,
            attempt: self.attempt,
            seat: self.seat,
            call,
        }
    }
}

/// What a child is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Duty {
    /// Run tasks until told to finish.
    Worker {
        /// Run once, before the first task.
        initializer: Option<Call>,
    },
    /// Run one call and end: exit code 0, or 1 with the error on stderr.
    Process {
        /// What to run.
        call: Call,
    },
}

/// The first message to every child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// Python's name for it, such as `SpawnPoolWorker-1`.
    pub name: String,
    /// The name for `ps`, at most 15 bytes.
    pub os_name: String,
    /// Its number among its parent's children, from 1, after its parent's own: `1:2`.
    pub identity: String,
    /// Whether it is a daemon in Python's sense.
    pub daemon: bool,
    /// The pid of its parent: a child that finds another one is an orphan and ends.
    pub parent: u32,
    /// The limit of open files that its parent had before it raised its own; `None` to leave it.
    pub open_files: Option<u64>,
    /// Built-in sleeps take so many times as long; not negative, 0 for none.
    pub time_scale: f64,
    /// What its random numbers follow from, together with its task's number or, for a process of its own, `process`.
    pub seed: u64,
    /// Counts the children of the engine from 1, replacements included.
    pub process: u64,
    /// Which bay of the depot is its own.
    pub bay: Option<u32>,
    /// What it is for.
    pub duty: Duty,
}

/// From the parent to a child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToChild<C = Call> {
    /// Comes first.
    Setup(Box<Setup>),
    /// Run these, one after the other.
    Run(Vec<Task<C>>),
    /// There is nothing more to run: end with exit code 0.
    Finish,
    /// The answer to the last call of a queue.
    Queue(QueueAnswer),
    /// The bytes of the next message, which has none itself, are in the memory whose descriptor comes with this.
    Parcel,
}

/// What a child tells of the processes that it starts itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Relayed {
    /// It was started.
    Started {
        /// Its identity.
        key: ChildKey,
        /// Its number among its parent's children, from 1.
        id: u64,
        /// Python's name for it.
        name: String,
        /// Whether it is a daemon.
        daemon: bool,
        /// Which descendant of the child started it; `None` for the child itself.
        via: Option<u32>,
    },
    /// It has connected.
    Ready {
        /// Which.
        pid: u32,
    },
    /// It wrote a line.
    Output {
        /// Which.
        pid: u32,
        /// Where to.
        pipe: Pipe,
        /// The line.
        line: Line,
    },
    /// It has ended, but something else holds its pipe open.
    PipeLeaked {
        /// Which.
        pid: u32,
        /// Which of its pipes.
        pipe: Pipe,
    },
    /// It has ended and was reaped.
    Exited {
        /// Which.
        pid: u32,
        /// How.
        reaped: Reaped,
        /// Whether it was told to end.
        asked: bool,
        /// Peak resident memory as it told itself, bytes.
        max_rss_bytes: Option<u64>,
    },
}

/// From a child to its parent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromChild {
    /// Comes first.
    Hello {
        /// [`VERSION`].
        version: u32,
    },
    /// The initializer, if any, has succeeded.
    Ready {
        /// When.
        at: Monotonic,
    },
    /// The initializer failed; the child ends.
    InitializerFailed {
        /// When.
        at: Monotonic,
        /// What it raised.
        error: RemoteError,
    },
    /// A task has ended; everything it wrote is in the pipes.
    Finished {
        /// When.
        at: Monotonic,
        /// When it began.
        begun: Monotonic,
        /// Which.
        task: u64,
        /// Its value, opaque here, or what it raised.
        result: Result<Bytes, RemoteError>,
        /// CPU time it used, nanoseconds; `None` for one of under a millisecond.
        cpu_nanos: Option<u64>,
        /// Peak resident memory of the process so far, bytes.
        max_rss_bytes: Option<u64>,
    },
    /// Asks something of a queue, and waits for the answer.
    Queue {
        /// The queue's name.
        queue: String,
        /// The child's account there; `None` if it has too many already.
        account: Option<u8>,
        /// What.
        call: QueueCall,
    },
    /// Puts an item into a queue, in a place that the child has there; it does not wait for an answer.
    Put {
        /// The child's account at the queue.
        account: u8,
        /// The item.
        item: Payload,
    },
    /// Something happened to a process that the child started, or that one of those started.
    Relayed {
        /// When.
        at: Monotonic,
        /// What.
        event: Relayed,
    },
    /// The child is about to end by itself.
    Leaving {
        /// Peak resident memory of its life, bytes.
        max_rss_bytes: Option<u64>,
    },
    /// The bytes of the next message, which has none itself, are in the memory whose descriptor comes with this.
    Parcel,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multiprocess::depot::Lot;
    use crate::multiprocess::error::QueueError;
    use crate::multiprocess::wire::{FrameReader, write_frame};
    use crate::os::Exit;

    const AT: Monotonic = Monotonic { nanos: 1_000 };

    const LOT: Lot = Lot {
        bay: 3,
        offset: 20_480,
        bytes: 70_000,
    };

    fn to_child() -> Vec<ToChild> {
        let call = Call::new("work", vec![1, 2]);
        let chunk = Call {
            chunk: Some(Chunk {
                first: 200,
                count: 2,
                each: true,
            }),
            ..call.clone()
        };
        let setup = Setup {
            name: "SpawnPoolWorker-1".into(),
            os_name: "pool-W1".into(),
            identity: "1".into(),
            daemon: true,
            parent: 4711,
            open_files: Some(1024),
            time_scale: 0.5,
            seed: 7,
            process: 1,
            bay: Some(3),
            duty: Duty::Worker {
                initializer: Some(call.clone()),
            },
        };
        let process = Setup {
            duty: Duty::Process { call: call.clone() },
            ..setup.clone()
        };
        vec![
            ToChild::Setup(Box::new(setup)),
            ToChild::Setup(Box::new(process)),
            ToChild::Run(vec![Task {
                task: 3,
                attempt: 1,
                seat: Seat { place: 2, turn: 5 },
                call,
            }]),
            ToChild::Run(vec![Task {
                task: 4,
                attempt: 1,
                seat: Seat {
                    place: 700,
                    turn: 5,
                },
                call: chunk,
            }]),
            ToChild::Finish,
            ToChild::Queue(QueueAnswer::Done),
            ToChild::Queue(QueueAnswer::Got {
                ahead: vec![vec![8].into(), LOT.into()],
                item: vec![9].into(),
            }),
            ToChild::Queue(QueueAnswer::Size {
                items: 3,
                maxsize: 4,
            }),
            ToChild::Queue(QueueAnswer::Refused(QueueError::Full)),
            ToChild::Queue(QueueAnswer::Refused(QueueError::Closed {
                queue: "food".into(),
            })),
            ToChild::Parcel,
            ToChild::Queue(QueueAnswer::Got {
                ahead: vec![],
                item: Payload::Large(Box::default()),
            }),
        ]
    }

    fn relayed(event: Relayed) -> FromChild {
        FromChild::Relayed { at: AT, event }
    }

    fn asked(call: QueueCall) -> FromChild {
        FromChild::Queue {
            queue: "food".into(),
            account: Some(2),
            call,
        }
    }

    fn from_child() -> Vec<FromChild> {
        let error = RemoteError {
            kind: "ValueError".into(),
            message: "no".into(),
            traceback: String::new(),
        };
        let finished = |result| FromChild::Finished {
            at: AT,
            begun: AT,
            task: 3,
            result,
            cpu_nanos: Some(5),
            max_rss_bytes: None,
        };
        vec![
            FromChild::Hello { version: VERSION },
            FromChild::Ready { at: AT },
            FromChild::InitializerFailed {
                at: AT,
                error: error.clone(),
            },
            finished(Ok(vec![4].into())),
            finished(Err(error)),
            asked(QueueCall::Put {
                item: vec![9].into(),
                until: Some(AT),
            }),
            asked(QueueCall::Get { until: None }),
            asked(QueueCall::TaskDone),
            asked(QueueCall::Join { until: None }),
            asked(QueueCall::Close),
            asked(QueueCall::Look),
            FromChild::Put {
                account: 2,
                item: vec![9].into(),
            },
            FromChild::Put {
                account: 2,
                item: LOT.into(),
            },
            relayed(Relayed::Started {
                key: ChildKey {
                    pid: 4713,
                    start_ticks: Some(9),
                },
                id: 1,
                name: "Process-1:1".into(),
                daemon: false,
                via: None,
            }),
            relayed(Relayed::Ready { pid: 4713 }),
            relayed(Relayed::Output {
                pid: 4713,
                pipe: Pipe::Stderr,
                line: Line {
                    bytes: vec![65],
                    continued: false,
                    partial: true,
                },
            }),
            relayed(Relayed::PipeLeaked {
                pid: 4713,
                pipe: Pipe::Stdout,
            }),
            relayed(Relayed::Exited {
                pid: 4713,
                reaped: Reaped {
                    exit: Exit::Signalled { signal: 9 },
                    cpu_seconds: Some(0.5),
                },
                asked: true,
                max_rss_bytes: None,
            }),
            FromChild::Leaving {
                max_rss_bytes: Some(1024),
            },
            FromChild::Parcel,
            asked(QueueCall::Put {
                item: Payload::Large(Box::default()),
                until: None,
            }),
        ]
    }

    fn hex<T: Serialize>(messages: &[T]) -> String {
        use std::fmt::Write as _;
        let mut frames = Vec::new();
        messages
            .iter()
            .for_each(|message| write_frame(message, &mut frames).unwrap());
        frames.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    }

    /// If one of these changes, raise [`VERSION`] and write the new frames down.
    #[test]
    fn the_frames_of_this_version_are_as_written_down() {
        assert_eq!(VERSION, 4);
        let document = include_str!("../PROTOCOL.md");
        assert!(document.contains(&format!("\nVersion {VERSION} ")));
        assert_eq!(
            hex(&to_child()),
            include_str!("../../../tests/data/wire-4-to-child.hex").trim_end()
        );
        assert_eq!(
            hex(&from_child()),
            include_str!("../../../tests/data/wire-4-from-child.hex").trim_end()
        );
    }

    #[test]
    fn every_message_comes_back_as_it_went() {
        let mut frames = Vec::new();
        to_child()
            .iter()
            .for_each(|message| write_frame(message, &mut frames).unwrap());
        let mut reader = FrameReader::default();
        reader.push(&frames);
        for message in to_child() {
            assert_eq!(reader.next_message::<ToChild>().unwrap(), Some(message));
        }
        let mut frames = Vec::new();
        from_child()
            .iter()
            .for_each(|message| write_frame(message, &mut frames).unwrap());
        reader.push(&frames);
        for message in from_child() {
            assert_eq!(reader.next_message::<FromChild>().unwrap(), Some(message));
        }
    }
}
