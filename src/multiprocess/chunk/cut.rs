//! Items into chunks, read no further than asked.

use std::borrow::Borrow;
use std::marker::PhantomData;

use serde::Serialize;

use crate::multiprocess::codec::{self, Types};
use crate::multiprocess::error::{PoolError, TooLarge, Unencodable};
use crate::multiprocess::wire::{Bytes, Chunk, MAX_PAYLOAD_BYTES, Room as _, Writing};

/// Encodes items and cuts them into chunks of so many: fewer at the end, before an item that cannot be sent, and where
/// more would be too large for one frame.
pub(crate) struct Chunks<I, A> {
    items: I,
    /// Of the function that is called with them.
    types: Types,
    size: usize,
    each: bool,
    limit_bytes: usize,
    /// The place of the next item that was not given out.
    next: u64,
    /// An item that was read already: encoded, but too large for the chunk before it, or not to be sent.
    held: Option<Result<Writing, Refusal>>,
    /// How large the last chunk was: the next one is likely to be as large. Bytes.
    last_bytes: usize,
    arguments: PhantomData<fn(A)>,
}

/// What becomes of the next items.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Some of them, with their arguments encoded.
    Chunk(Chunk, Bytes),
    /// One that cannot be sent.
    Refused(Refusal),
}

/// Why an item cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unencodable(Unencodable),
    TooLarge(TooLarge),
}

impl From<Refusal> for PoolError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unencodable(error) => error.into(),
            Refusal::TooLarge(error) => error.into(),
        }
    }
}

impl<I, A> Chunks<I, A>
where
    I: Iterator,
    I::Item: Borrow<A>,
    A: Serialize,
{
    /// Chunks of `size` items, which is at least 1.
    pub(crate) fn new(items: I, types: Types, size: usize, each: bool) -> Self {
        Self {
            items,
            types,
            size,
            each,
            limit_bytes: MAX_PAYLOAD_BYTES,
            next: 0,
            held: None,
            last_bytes: 0,
            arguments: PhantomData,
        }
    }

    /// The next piece; `None` after the last item.
    pub(crate) fn next_piece(&mut self) -> Option<Piece> {
        let held = match self.held.take() {
            Some(Err(refusal)) => {
                self.next += 1;
                return Some(Piece::Refused(refusal));
            }
            Some(Ok(item)) => Some(item),
            None => None,
        };
        let mut payload = Writing::with_capacity(self.last_bytes);
        self.types.begin(&mut payload);
        let mut count = 0;
        if let Some(item) = held {
            payload.extend(item.written(0));
            count = 1;
        }
        while count < self.size {
            let Some(item) = self.items.next() else {
                break;
            };
            let before = payload.filled();
            if let Err(refusal) = self.encode(item.borrow(), &mut payload) {
                payload.take_back(before);
                if count == 0 {
                    self.next += 1;
                    return Some(Piece::Refused(refusal));
                }
                self.held = Some(Err(refusal));
                break;
            }
            if payload.filled() - Types::BYTES > self.limit_bytes && count > 0 {
                self.held = Some(Ok(payload.split_off(before)));
                break;
            }
            count += 1;
        }
        if count == 0 {
            return None;
        }
        let chunk = Chunk {
            first: self.next,
            count: count as u64,
            each: self.each,
        };
        self.next += chunk.count;
        self.last_bytes = payload.filled();
        Some(Piece::Chunk(chunk, payload.finish()))
    }

    fn encode(&self, item: &A, payload: &mut Writing) -> Result<(), Refusal> {
        let before = payload.filled();
        codec::append(item, payload).map_err(|error| Refusal::Unencodable(error.into()))?;
        let bytes = payload.filled() - before;
        if bytes > self.limit_bytes {
            return Err(Refusal::TooLarge(TooLarge { bytes }));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::Serializer;
    use serde::ser::Error as _;

    use super::*;

    /// Pieces as (first, count), refused items as None.
    fn cut<A: Serialize>(items: &[A], size: usize, limit_bytes: usize) -> Vec<Option<(u64, u64)>> {
        let mut chunks = Chunks::<_, A> {
            limit_bytes,
            ..Chunks::new(items.iter(), Types::of::<A, ()>(), size, false)
        };
        std::iter::from_fn(|| chunks.next_piece())
            .map(|piece| match piece {
                Piece::Chunk(chunk, payload) => {
                    assert!(payload.len() <= Types::BYTES + limit_bytes);
                    Some((chunk.first, chunk.count))
                }
                Piece::Refused(_) => None,
            })
            .collect()
    }

    #[test]
    fn chunks_are_as_long_as_asked_and_the_last_is_what_is_left() {
        assert_eq!(
            cut(&["a"; 7], 3, 100),
            [Some((0, 3)), Some((3, 3)), Some((6, 1))]
        );
        assert_eq!(cut::<u8>(&[], 3, 100), []);
    }

    #[test]
    fn a_chunk_too_large_for_a_frame_is_two() {
        let items = ["aaaa", "bbbb", "cccc", "d"];
        assert_eq!(cut(&items, 4, 12), [Some((0, 2)), Some((2, 2))]);
    }

    #[test]
    fn an_item_too_large_for_a_frame_is_refused_alone() {
        let items = ["a", "far too large", "b", "c", "also too large"];
        assert_eq!(cut(&items, 3, 10), [Some((0, 1)), None, Some((2, 2)), None]);
    }

    struct Stubborn(bool);

    impl Serialize for Stubborn {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            if self.0 {
                Err(S::Error::custom("never"))
            } else {
                serializer.serialize_u8(1)
            }
        }
    }

    #[test]
    fn an_item_that_does_not_encode_is_refused_alone() {
        let items = [true, false, false, true, true, false].map(Stubborn);
        assert_eq!(
            cut(&items, 10, 10),
            [None, Some((1, 2)), None, None, Some((5, 1))]
        );
    }

    #[test]
    fn no_more_is_read_than_asked_for() {
        let mut read = 0;
        let mut chunks = {
            let items = (0..).inspect(|_| read += 1);
            Chunks::<_, i32>::new(items, Types::of::<i32, ()>(), 4, false)
        };
        chunks.next_piece();
        chunks.next_piece();
        assert_eq!(read, 8);
    }
}
