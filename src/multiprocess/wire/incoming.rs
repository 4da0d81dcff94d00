//! What comes through a channel: frames, and the descriptors of parcels with them.

use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};

use rustix::net::RecvFlags;
use serde::de::DeserializeOwned;

use super::bytes::Bytes;
use super::frame::{FrameError, FrameReader};
use super::parcels::Carrier;
use crate::os::{Parcel, receive};

/// With no message left that announces one, so many are kept: who sends more without saying what for sends them for nothing.
const MOST_FDS: usize = 8;

/// Puts together what comes through a channel, in whatever pieces it comes.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    reader: FrameReader,
    /// Descriptors in the order in which they came; none in the place of one for which there was no room.
    fds: VecDeque<Option<OwnedFd>>,
    /// The parcel for the next message.
    parcel: Option<Bytes>,
}

/// How much was read at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    /// Bytes; 0 at the channel's end.
    pub(crate) bytes: usize,
    /// Whether there may be more: there was no room for it, or a descriptor came before it.
    pub(crate) may_be_more: bool,
}

impl Incoming {
    /// Reads what there is; an error if there is nothing.
    pub(crate) fn read(
        &mut self,
        channel: impl AsFd,
        flags: RecvFlags,
    ) -> rustix::io::Result<Read> {
        let room = self.reader.room();
        let most = room.len();
        let received = receive(channel, room, flags)?;
        self.reader.filled(received.bytes);
        let may_be_more = received.bytes == most || received.fd.is_some();
        self.fds.extend(received.fd);
        Ok(Read {
            bytes: received.bytes,
            may_be_more,
        })
    }

    /// Adds what was read elsewhere.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.reader.push(bytes);
    }

    /// The next whole message; `None` until more bytes come.
    #[inline]
    pub(crate) fn next_message<M: Carrier + DeserializeOwned>(
        &mut self,
    ) -> Result<Option<M>, FrameError> {
        loop {
            let mut next = self.reader.next_message::<M>()?;
            let Some(message) = &mut next else {
                break;
            };
            if message.is_announcement() {
                self.parcel = Some(self.take_parcel());
                continue;
            }
            if self.parcel.is_some()
                && let (Some(parcel), Some(place)) = (self.parcel.take(), message.place())
            {
                *place = parcel;
            }
            return Ok(next);
        }
        // Only now: however much was read at a time, each of those that were announced has found its message.
        self.fds.truncate(MOST_FDS);
        Ok(None)
    }

    fn take_parcel(&mut self) -> Bytes {
        match self.fds.pop_front() {
            Some(Some(fd)) => Parcel::receive(fd).map_or_else(Bytes::lost, Bytes::from),
            Some(None) => Bytes::lost("no more files may be open in this process"),
            None => Bytes::lost("its descriptor did not come"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use rustix::net::SendFlags;
    use serde::Serialize;

    use super::*;
    use crate::multiprocess::error::RemoteError;
    use crate::multiprocess::wire::{FromChild, Payload, QueueAnswer, ToChild, write_frame};
    use crate::os::{Monotonic, send_fds, send_with_fd};

    fn finished(task: u64, result: Result<Bytes, RemoteError>) -> FromChild {
        FromChild::Finished {
            at: Monotonic::default(),
            begun: Monotonic::default(),
            task,
            result,
            cpu_nanos: None,
            max_rss_bytes: None,
        }
    }

    fn read_all(incoming: &mut Incoming, channel: &UnixStream) -> Vec<FromChild> {
        let mut messages = Vec::new();
        while incoming.read(channel, RecvFlags::DONTWAIT).is_ok() {
            while let Some(message) = incoming.next_message().unwrap() {
                messages.push(message);
            }
        }
        messages
    }

    #[test]
    fn a_parcel_is_the_bytes_of_the_message_that_it_comes_before() {
        let (here, there) = UnixStream::pair().unwrap();
        let parcel = Parcel::of(b"many").unwrap();
        let mut frames = Vec::new();
        let small = finished(1, Ok(Bytes::copied(b"few")));
        write_frame(&small, &mut frames).unwrap();
        std::io::Write::write_all(&mut &here, &frames).unwrap();
        frames.clear();
        write_frame(&FromChild::Parcel, &mut frames).unwrap();
        write_frame(&finished(2, Ok(Bytes::default())), &mut frames).unwrap();
        write_frame(&small, &mut frames).unwrap();
        let sent = send_with_fd(&here, &frames, parcel.fd(), SendFlags::NOSIGNAL).unwrap();
        assert_eq!(sent, frames.len());
        let large = finished(2, Ok(Bytes::from(Parcel::of(b"many").unwrap())));
        let mut incoming = Incoming::default();
        let messages = read_all(&mut incoming, &there);
        assert_eq!(messages, [small.clone(), large, small]);
    }

    /// All that was sent is read before the first message is taken.
    fn all_parcels_come<M: Carrier + Serialize + DeserializeOwned>(
        parcel: &M,
        of: impl Fn(u64) -> M,
    ) {
        const COUNT: u64 = 100;
        let (here, there) = UnixStream::pair().unwrap();
        let mut incoming = Incoming::default();
        for number in 0..COUNT {
            let bytes = Parcel::of(&number.to_le_bytes()).unwrap();
            let mut frames = Vec::new();
            write_frame(parcel, &mut frames).unwrap();
            write_frame(&of(number), &mut frames).unwrap();
            send_with_fd(&here, &frames, bytes.fd(), SendFlags::NOSIGNAL).unwrap();
            incoming.read(&there, RecvFlags::DONTWAIT).unwrap();
        }
        for number in 0..COUNT {
            let message = incoming.next_message::<M>().unwrap().unwrap();
            let bytes = message.bytes().unwrap().open();
            assert_eq!(bytes, Ok(&number.to_le_bytes()[..]));
        }
        assert!(incoming.next_message::<M>().unwrap().is_none());
        assert!(incoming.fds.is_empty());
    }

    #[test]
    fn parcels_come_however_many_are_read_at_a_time() {
        all_parcels_come(&FromChild::Parcel, |task| {
            finished(task, Ok(Bytes::default()))
        });
        all_parcels_come(&ToChild::Parcel, |_| {
            ToChild::Queue(QueueAnswer::Got {
                ahead: Vec::new(),
                item: Payload::Large(Box::default()),
            })
        });
    }

    #[test]
    fn descriptors_for_nothing_are_not_kept() {
        let (here, there) = UnixStream::pair().unwrap();
        let mut incoming = Incoming::default();
        for _ in 0..20 {
            send_with_fd(&here, &[0], here.as_fd(), SendFlags::NOSIGNAL).unwrap();
            incoming.read(&there, RecvFlags::DONTWAIT).unwrap();
            // No more than the head of a frame: none is whole.
            incoming.reader = FrameReader::default();
            assert!(incoming.next_message::<FromChild>().unwrap().is_none());
        }
        assert!(incoming.fds.len() <= MOST_FDS);
    }

    #[test]
    fn a_parcel_that_did_not_come_is_an_error() {
        let (here, there) = UnixStream::pair().unwrap();
        let mut frames = Vec::new();
        write_frame(&FromChild::Parcel, &mut frames).unwrap();
        write_frame(&finished(1, Ok(Bytes::default())), &mut frames).unwrap();
        std::io::Write::write_all(&mut &here, &frames).unwrap();
        let mut incoming = Incoming::default();
        let messages = read_all(&mut incoming, &there);
        let [
            FromChild::Finished {
                result: Ok(lost), ..
            },
        ] = &messages[..]
        else {
            panic!("{messages:?}");
        };
        assert!(lost.open().unwrap_err().contains("did not come"));
        // Nor is what could still change one.
        send_fds(&here, &[here.as_fd()]).unwrap();
        assert!(incoming.read(&there, RecvFlags::DONTWAIT).is_ok());
        assert!(incoming.take_parcel().open().is_err());
    }
}
