//! Misuse of a worker's private channel.

use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
use serde::{Deserialize, Serialize};

use crate::multiprocess::wire::{FrameError, FromChild, QueueCall, write_frame};
use crate::os::Monotonic;

/// What does not belong into a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Junk {
    /// A frame of which no message can be made.
    NoMessage,
    /// A frame longer than any may be.
    TooLong,
    /// The first half of a frame of so many bytes.
    Half(u32),
    /// A result of this task, whoever has it.
    ResultOf(u64),
    /// A second greeting.
    Hello,
    /// The end of the channel, though the worker lives on.
    End,
    /// So many questions, without waiting for the answers.
    Questions(u32),
    /// So many processes of other groups that write zeros into it for as long as somebody reads them.
    Flood(u32),
}

impl Junk {
    fn bytes(&self) -> Result<Vec<u8>, FrameError> {
        let mut bytes = Vec::new();
        match self {
            Self::NoMessage => {
                bytes.extend_from_slice(&8_u32.to_le_bytes());
                bytes.extend_from_slice(&[0xff; 8]);
            }
            Self::TooLong => bytes.extend_from_slice(&[0xff; 64]),
            Self::Half(length) => {
                bytes.extend_from_slice(&length.to_le_bytes());
                bytes.resize(4 + usize::try_from(length / 2).unwrap_or(0), 0);
            }
            Self::ResultOf(task) => {
                let now = Monotonic::now();
                let message = FromChild::Finished {
                    at: now,
                    begun: now,
                    task: *task,
                    result: Ok(super::Misdeed::value(666).into()),
                    cpu_nanos: None,
                    max_rss_bytes: None,
                };
                write_frame(&message, &mut bytes)?;
            }
            Self::Hello => write_frame(&FromChild::Hello { version: 99 }, &mut bytes)?,
            Self::Questions(count) => {
                let question = FromChild::Queue {
                    queue: "nowhere".to_owned(),
                    account: None,
                    call: QueueCall::Look,
                };
                for _ in 0..*count {
                    write_frame(&question, &mut bytes)?;
                }
            }
            Self::End | Self::Flood(_) => {}
        }
        Ok(bytes)
    }
}

/// Writes it into the channel of this worker.
pub(super) fn say(junk: &Junk) -> io::Result<()> {
    let bytes = junk.bytes().map_err(io::Error::other)?;
    let mut channel = UnixStream::from(find()?);
    if let Junk::Flood(count) = *junk {
        for _ in 0..count {
            Command::new("cat")
                .arg("/dev/zero")
                .process_group(0)
                .stdout(OwnedFd::from(channel.try_clone()?))
                .spawn()?;
        }
    }
    channel.write_all(&bytes)?;
    if *junk == Junk::End {
        channel.shutdown(std::net::Shutdown::Both)?;
    }
    Ok(())
}

/// A copy of the only socket that a worker has.
fn find() -> io::Result<OwnedFd> {
    let own = pidfd_open(getpid(), PidfdFlags::empty())?;
    (3..64)
        .filter_map(|number| pidfd_getfd(&own, number, PidfdGetfdFlags::empty()).ok())
        .find(|fd| rustix::net::sockopt::socket_type(fd).is_ok())
        .ok_or_else(|| io::ErrorKind::NotFound.into())
}
