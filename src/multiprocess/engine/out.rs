//! What is on its way to a child.

use std::collections::VecDeque;

use crate::multiprocess::wire::{
    FrameError, Payload, QueueAnswer, ToChild, write_frame, write_frame_head,
};

/// Items from so many bytes on are written from where they are.
const LARGE_BYTES: usize = 16 << 10;

/// Room that is kept for frames, bytes.
const KEPT_BYTES: usize = 512 << 10;

/// What was sent and is not written yet.
#[derive(Debug, Default)]
pub(super) struct Out {
    /// Comes first: frames, the last of which goes on with the item.
    large: VecDeque<(Vec<u8>, Payload)>,
    frames: Vec<u8>,
    /// How much of what comes first is written already.
    written: usize,
    /// How much was sent, and how much of that is written, since the beginning, bytes.
    sent_so_far: u64,
    written_so_far: u64,
    /// Where the last answer ends in all that was sent.
    answer_ends: u64,
}

impl Out {
    pub(super) fn is_empty(&self) -> bool {
        self.rest().is_none()
    }

    /// Puts a message on its way; on an error nothing of it is.
    pub(super) fn push(&mut self, message: &ToChild) -> Result<(), FrameError> {
        let before = self.frames.len();
        let bytes = match message {
            ToChild::Queue(QueueAnswer::Got { ahead, item })
                if item.sent_bytes() >= LARGE_BYTES =>
            {
                let answer: ToChild = ToChild::Queue(QueueAnswer::Got {
                    ahead: ahead.clone(),
                    item: Payload::default(),
                });
                write_frame_head(&answer, item.sent_bytes(), &mut self.frames)?;
                let frames = std::mem::take(&mut self.frames);
                let bytes = frames.len() - before + item.sent_bytes();
                self.large.push_back((frames, item.clone()));
                bytes
            }
            message => {
                write_frame(message, &mut self.frames)?;
                self.frames.len() - before
            }
        };
        self.sent_so_far += bytes as u64;
        if matches!(message, ToChild::Queue(_)) {
            self.answer_ends = self.sent_so_far;
        }
        Ok(())
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
    pub(super) fn rest(&self) -> Option<&[u8]> {
        let Some((frames, item)) = self.large.front() else {
            return self.frames.get(self.written..).filter(|it| !it.is_empty());
        };
        match self.written.checked_sub(frames.len()) {
            Some(written) => item.bytes()?.get(written..),
            None => frames.get(self.written..),
        }
    }

    /// So much of that is written.
    pub(super) fn written(&mut self, count: usize) {
        self.written += count;
        self.written_so_far += count as u64;
        if let Some((frames, item)) = self.large.front() {
            if self.written >= frames.len() + item.sent_bytes() {
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
            let piece = out.rest().unwrap();
            let piece = piece.get(..7_000).unwrap_or(piece).to_vec();
            out.written(piece.len());
            seen.extend(piece);
        }
        assert!(!out.is_answered());
        while let Some(rest) = out.rest() {
            let piece = rest.get(..7_000).unwrap_or(rest).to_vec();
            out.written(piece.len());
            seen.extend(piece);
        }
        assert!(seen == expected && out.is_empty() && out.is_answered());
        assert_eq!(out.sent_so_far, expected.len() as u64);
    }
}
