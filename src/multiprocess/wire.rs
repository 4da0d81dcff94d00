//! Every message between a parent and its children, and how it is framed.
//!
//! Both ends are mostly the same binary, so messages may change from version to version; the hello says which version speaks. The
//! payloads of calls, results and items are opaque bytes here. `PROTOCOL.md` beside this folder describes all of it for
//! workers that are not built with this library.

mod bytes;
mod frame;
mod incoming;
mod message;
mod parcels;
mod queue;
mod writing;

pub use bytes::Bytes;
pub(crate) use bytes::SHARED_FROM_BYTES;
pub(crate) use frame::MAX_INLINE_BYTES;
pub(crate) use frame::Room;
pub use frame::{
    FrameError, FrameReader, MAX_FRAME_BYTES, MAX_PAYLOAD_BYTES, write_frame, write_frame_head,
};
pub(crate) use incoming::Incoming;
pub use message::{Call, Chunk, Duty, FromChild, Relayed, Setup, Task, ToChild, VERSION};
pub(crate) use parcels::without_parcel;
pub use queue::{Payload, QueueAnswer, QueueCall};
pub(crate) use writing::Writing;
