//! Items into chunks, read no further than asked.

use std::borrow::Borrow;
use std::marker::PhantomData;

use serde::Serialize;

use crate::multiprocess::codec::{self, Types};
use crate::multiprocess::error::{PoolError, TooLarge, Unencodable};
use crate::multiprocess::wire::{Bytes, Chunk, MAX_INLINE_BYTES, Room as _, Writing};

/// A chunk of so many bytes is not made larger: it would keep its worker busy for long, and be in memory as a whole.
const ENOUGH_BYTES: usize = 64 << 20;

/// Encodes items and cuts them into chunks of so many: fewer at the end, before an item that cannot be sent, and where
/// there are enough bytes, or more would be too large for one frame.
pub(crate) struct Chunks<I, A> {
    items: I,
    /// Of the function that is called with them.
    types: Types,
    size: usize,
    each: bool,
    /// So much travels within a frame: what is not packed and larger is cut.
    inline_bytes: usize,
    /// With so much, a chunk is large enough.
    enough_bytes: usize,
    /// The place of the next item that was not given out.
    next: u64,
    /// The chunk that is being made: how many items, and how many bytes those have.
    payload: Writing,
    count: usize,
    whole: usize,
    /// An item that was read already: encoded, but too large for the chunk before it, or not to be sent.
    held: Option<Result<Writing, Refusal>>,
    /// So many items that were in a chunk for which there was no memory, and what each of them is told.
    unsent: Option<(u64, Refusal)>,
    /// How many items were read.
    read: u64,
    /// No more items are read.
    ended: bool,
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
            inline_bytes: MAX_INLINE_BYTES,
            enough_bytes: ENOUGH_BYTES,
            next: 0,
            payload: Writing::default(),
            count: 0,
            whole: 0,
            held: None,
            unsent: None,
            read: 0,
            ended: false,
            last_bytes: 0,
            arguments: PhantomData,
        }
    }

    /// The next piece; `None` after the last item. If the input panics, what was read before stays for the next call.
    pub(crate) fn next_piece(&mut self) -> Option<Piece> {
        if let Some(refused) = self.refuse_unsent() {
            return Some(refused);
        }
        if self.payload.filled() == 0 {
            let held = match self.held.take() {
                Some(Err(refusal)) => return Some(self.refuse(refusal)),
                Some(Ok(item)) => Some(item),
                None => None,
            };
            self.begin(held.as_ref());
        }
        // What an item has written that panicked half way.
        self.payload.take_back(self.whole);
        while self.count < self.size && !self.ended {
            let Some(item) = self.items.next() else {
                break;
            };
            self.read += 1;
            if let Err(refusal) = self.encode(item.borrow()) {
                self.payload.take_back(self.whole);
                if self.count == 0 {
                    return Some(self.refuse(refusal));
                }
                self.held = Some(Err(refusal));
                break;
            }
            if self.is_over_frame() && self.count > 0 {
                self.held = Some(Ok(self.payload.split_off(self.whole)));
                break;
            }
            self.take_in();
            if self.whole >= self.enough_bytes {
                break;
            }
        }
        if self.count == 0 {
            return None;
        }
        let chunk = Chunk {
            first: self.next,
            count: std::mem::take(&mut self.count) as u64,
            each: self.each,
        };
        self.next += chunk.count;
        self.last_bytes = self.whole;
        match codec::finish::<A>(&mut self.payload) {
            Ok(payload) => Some(Piece::Chunk(chunk, payload)),
            Err(error) => {
                self.next -= chunk.count;
                self.unsent = Some((chunk.count, Refusal::Unencodable(error.into())));
                self.refuse_unsent()
            }
        }
    }

    /// How many items were read so far.
    pub(crate) fn read(&self) -> u64 {
        self.read
    }

    /// Reads no more items; those that were read still come.
    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    fn begin(&mut self, held: Option<&Writing>) {
        self.payload.reserve(self.last_bytes);
        self.types.begin(&mut self.payload);
        self.whole = self.payload.filled();
        if let Some(item) = held {
            self.payload.extend(&item.copy_from(0));
            self.take_in();
        }
    }

    /// Writes an item after the others.
    fn encode(&mut self, item: &A) -> Result<(), Refusal> {
        codec::append(item, &mut self.payload).map_err(|error| match error.too_large {
            Some(error) => Refusal::TooLarge(error),
            None => Refusal::Unencodable(error.into()),
        })?;
        let bytes = self.payload.filled() - self.whole;
        if !self.payload.is_packed() && bytes > self.inline_bytes {
            return Err(Refusal::TooLarge(TooLarge { bytes }));
        }
        Ok(())
    }

    /// Whether it travels within a frame and is too large for one.
    fn is_over_frame(&self) -> bool {
        !self.payload.is_packed() && self.payload.filled() - Types::BYTES > self.inline_bytes
    }

    /// What was written last is an item of this chunk.
    fn take_in(&mut self) {
        self.count += 1;
        self.whole = self.payload.filled();
    }

    fn refuse_unsent(&mut self) -> Option<Piece> {
        let (count, refusal) = self.unsent.take()?;
        if count > 1 {
            self.unsent = Some((count - 1, refusal.clone()));
        }
        Some(self.refuse(refusal))
    }

    fn refuse(&mut self, refusal: Refusal) -> Piece {
        self.next += 1;
        Piece::Refused(refusal)
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use serde::Serializer;
    use serde::ser::{Error as _, SerializeTuple as _};

    use super::*;

    /// Pieces as (first, count), refused items as None.
    fn cut<A: Serialize>(items: &[A], size: usize, limit_bytes: usize) -> Vec<Option<(u64, u64)>> {
        let mut chunks = Chunks::<_, A> {
            inline_bytes: limit_bytes,
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
    fn what_was_read_before_a_panic_comes_after_it() {
        struct Unlucky(i64);

        impl Serialize for Unlucky {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                let mut tuple = to.serialize_tuple(2)?;
                tuple.serialize_element(&self.0)?;
                assert_ne!(self.0, 5, "half way");
                tuple.serialize_element(&self.0)?;
                tuple.end()
            }
        }

        let items = (0..8).map(|n| {
            assert_ne!(n, 2, "between");
            Unlucky(n)
        });
        let types = Types::of::<Unlucky, ()>();
        let mut chunks = Chunks::<_, Unlucky>::new(items, types, 4, false);
        let mut read = Vec::new();
        let mut panics = 0;
        loop {
            let next = AssertUnwindSafe(|| chunks.next_piece());
            match catch_unwind(next) {
                Ok(Some(Piece::Chunk(_, payload))) => {
                    let mut rest = types.check(&payload).unwrap();
                    while !rest.is_empty() {
                        let (pair, after) = codec::take::<(i64, i64)>(rest).unwrap();
                        read.push(pair.0);
                        rest = after;
                    }
                }
                Ok(Some(Piece::Refused(refusal))) => panic!("{refusal:?}"),
                Ok(None) => break,
                Err(_panic) => panics += 1,
            }
        }
        assert_eq!((read, panics), (vec![0, 1, 3, 4, 6, 7], 2));
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

    #[test]
    fn each_item_of_a_chunk_without_memory_is_refused() {
        let mut chunks = Chunks::new(0..3_u8, Types::of::<u8, u8>(), 2, true);
        chunks.payload = Writing::failed();
        chunks.count = 2;
        chunks.size = 0;
        chunks.payload.extend(b"some");
        for next in 1..=2 {
            let refused = chunks.next_piece();
            assert!(matches!(
                refused,
                Some(Piece::Refused(Refusal::Unencodable(_)))
            ));
            assert_eq!(chunks.next, next);
        }
        chunks.size = 3;
        let Some(Piece::Chunk(chunk, _)) = chunks.next_piece() else {
            panic!("the next items come");
        };
        assert_eq!((chunk.first, chunk.count), (2, 3));
    }
}
