//! What the C library's allocator does with memory that is free.

use std::hint::black_box;
use std::sync::Once;

/// Large enough for what passes through a channel at a time, bytes.
const BLOCK_BYTES: usize = 4 << 20;

/// Has the allocator keep some megabytes that become free, where it gives them back to the system at once and asks for them
/// again: with buffers of 64 KiB that come and go, as items of queues do, half of the time went into that.
///
/// glibc learns it from what is freed: it keeps twice as much as the largest block it ever gave back. So this frees one, of
/// which no page was touched. Another allocator does as it likes.
pub fn keep_freed_memory() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| drop(black_box(Vec::<u8>::with_capacity(BLOCK_BYTES))));
}
