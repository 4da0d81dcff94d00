//! Every message between a parent and its children, and how it is framed.
//!
//! Both ends are the same binary, so messages may change from version to version; the hello says which version speaks. The
//! payloads of calls, results and items are opaque bytes here.

mod bytes;
mod frame;
mod message;
mod queue;

pub use bytes::Bytes;
pub(crate) use bytes::{SHARED_FROM_BYTES, Writing};
pub(crate) use frame::Room;
pub use frame::{
    FrameError, FrameReader, MAX_FRAME_BYTES, MAX_PAYLOAD_BYTES, write_frame, write_frame_head,
};
pub use message::{Call, Chunk, Duty, FromChild, Relayed, Setup, Task, ToChild, VERSION};
pub use queue::{Payload, QueueAnswer, QueueCall};
