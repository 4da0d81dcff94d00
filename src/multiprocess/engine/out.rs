//! What is on its way to a child.

use std::collections::VecDeque;

use std::os::fd::BorrowedFd;
use std::sync::Arc;

use crate::multiprocess::wire::{
    Call, FrameError, Payload, QueueAnswer, ToChild, without_parcel, write_frame, write_frame_head,
};
use crate::os::Parcel;

/// Items from so many bytes on are written from where they are.
const LARGE_BYTES: usize = 16 << 10;

/// Room that is kept for frames, bytes.
const KEPT_BYTES: usize = 512 << 10;

/// What was sent and is not written yet.
#[derive(Debug, Default)]
pub(super) struct Out {
    /// Comes first.
    large: VecDeque<Large>,
    frames: Vec<u8>,
    /// How much of what comes first is written already.
    written: usize,
    /// How much was sent, and how much of that is written, since the beginning, bytes.
    sent_so_far: u64,
    written_so_far: u64,
    /// Where the last answer ends in all that was sent.
    answer_ends: u64,
}

/// What is written from where it is, or with a descriptor.
#[derive(Debug, Default)]
struct Large {
    /// Goes with the first byte of the frames.
    parcel: Option<Arc<Parcel>>,
    frames: Vec<u8>,
    /// What the last of the frames goes on with.
    item: Payload,
}

impl Large {
    fn bytes(&self) -> usize {
        self.frames.len() + self.item.sent_bytes()
    }
}

impl Out {
    pub(super) fn is_empty(&self) -> bool {
        self.rest().is_none()
    }

    /// Puts a message on its way; on an error nothing of it is.
    pub(super) fn push(&mut self, message: &ToChild) -> Result<(), FrameError> {
        let bytes = match message {
            // A message carries one parcel.
            ToChild::Run(tasks) if tasks.len() > 1 && carries_parcel(message) => {
                for task in tasks {
                    self.push(&ToChild::Run(vec![task.clone()]))?;
                }
                return Ok(());
            }
            ToChild::Queue(QueueAnswer::Got {
                ahead,
                item: item @ Payload::Bytes(_),
            }) if item.sent_bytes() >= LARGE_BYTES => {
                let before = self.frames.len();
                let answer: ToChild = ToChild::Queue(QueueAnswer::Got {
                    ahead: ahead.clone(),
                    item: Payload::default(),
                });
                write_frame_head(&answer, item.sent_bytes(), &mut self.frames)?;
                self.end_frames(item.clone());
                self.large.back().map_or(0, Large::bytes) - before
            }
            message => {
                if let Some((parcel, message)) = without_parcel(message) {
                    self.push_parcel(parcel, &message)?
                } else {
                    let before = self.frames.len();
                    write_frame(message, &mut self.frames)?;
                    self.frames.len() - before
                }
            }
        };
        self.sent_so_far += bytes as u64;
        if matches!(message, ToChild::Queue(_)) {
            self.answer_ends = self.sent_so_far;
        }
        Ok(())
    }

    /// Puts a parcel and the message that carries it on their way; how many bytes those are.
    fn push_parcel(&mut self, parcel: Arc<Parcel>, message: &ToChild) -> Result<usize, FrameError> {
        let mut frames = Vec::new();
        write_frame(&ToChild::<Call>::Parcel, &mut frames)?;
        write_frame(message, &mut frames)?;
        let bytes = frames.len();
        self.end_frames(Payload::default());
        self.large.push_back(Large {
            parcel: Some(parcel),
            frames,
            item: Payload::default(),
        });
        Ok(bytes)
    }

    /// What comes next comes after all frames so far, the last of which goes on with this.
    fn end_frames(&mut self, item: Payload) {
        if !self.frames.is_empty() {
            self.large.push_back(Large {
                parcel: None,
                frames: std::mem::take(&mut self.frames),
                item,
            });
        }
    }

    /// Puts whole frames on their way, none of which is an answer.
    pub(super) fn push_frames(&mut self, frames: &[u8]) {
        self.sent_so_far += frames.len() as u64;
        self.frames.extend_from_slice(frames);
    }

    /// Whether the last answer is written.
    pub(super) fn is_answered(&self) -> bool {
        self.answer_ends <= self.written_so_far
    }

    /// Nobody will read it.
    pub(super) fn give_up(&mut self) {
        *self = Self::default();
    }

    /// What is to be written next; `None` if all is.
    pub(super) fn rest(&self) -> Option<Rest<'_>> {
        let Some(large) = self.large.front() else {
            let bytes = self.frames.get(self.written..);
            return bytes.filter(|it| !it.is_empty()).map(Rest::from);
        };
        if self.written == 0
            && let Some(parcel) = &large.parcel
        {
            return Some(Rest {
                bytes: &large.frames,
                fd: Some(parcel.fd()),
            });
        }
        match self.written.checked_sub(large.frames.len()) {
            Some(written) => large.item.bytes()?.get(written..).map(Rest::from),
            None => large.frames.get(self.written..).map(Rest::from),
        }
    }

    /// So much of that is written.
    pub(super) fn written(&mut self, count: usize) {
        self.written += count;
        self.written_so_far += count as u64;
        if let Some(large) = self.large.front() {
            if self.written >= large.bytes() {
                self.large.pop_front();
                self.written = 0;
            }
        } else if self.written >= self.frames.len() {
            self.frames.clear();
            self.frames.shrink_to(KEPT_BYTES);
            self.written = 0;
        }
    }
}

/// Bytes to be written, and the descriptor that goes with the first of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) fd: Option<BorrowedFd<'a>>,
}

impl<'a> From<&'a [u8]> for Rest<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self { bytes, fd: None }
    }
}

fn carries_parcel(message: &ToChild) -> bool {
    match message {
        ToChild::Run(tasks) => tasks
            .iter()
            .any(|task| task.call.payload.parcel().is_some()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_in_pieces_is_what_was_sent() {
        let got = |ahead: &[usize], bytes| {
            let payload = |&bytes: &usize| Payload::from(vec![7; bytes]);
            let ahead = ahead.iter().map(payload).collect();
            let item = payload(&bytes);
            ToChild::Queue(QueueAnswer::Got { ahead, item })
        };
        let (large, small) = (got(&[3, 40_000], 50_000), got(&[1], 2));
        let (mut out, mut expected, mut seen) = (Out::default(), Vec::new(), Vec::new());
        for message in [&small, &large, &large, &small, &ToChild::Finish, &large] {
            out.push(message).unwrap();
            write_frame(message, &mut expected).unwrap();
            // Some of it leaves before the next comes.
            let piece = out.rest().unwrap().bytes;
            let piece = piece.get(..7_000).unwrap_or(piece).to_vec();
            out.written(piece.len());
            seen.extend(piece);
        }
        assert!(!out.is_answered());
        while let Some(rest) = out.rest() {
            let piece = rest.bytes.get(..7_000).unwrap_or(rest.bytes).to_vec();
            out.written(piece.len());
            seen.extend(piece);
        }
        assert!(seen == expected && out.is_empty() && out.is_answered());
        assert_eq!(out.sent_so_far, expected.len() as u64);
    }
}
