//! The basement: what the operating system offers about processes, as safe calls.
//!
//! Knows nothing of the rest of the house. The only place, beside `monitor/source`, that reads `/proc`, and the only one,
//! beside `monitor/source/linux`, that may hold `unsafe` code.

mod clock;
#[cfg(target_os = "linux")]
pub mod connector;
mod exit;
mod held;
mod key;
pub mod ladder;
pub mod library;
mod limit;
pub mod lines;
#[cfg(test)]
pub(crate) mod lives_on;
mod memory;
pub(crate) mod output;
mod parcel;
pub mod priority;
pub mod processes;
mod procfs;
#[cfg(test)]
pub(crate) mod refusal;
mod shared_memory;
pub mod signal;
mod spin;
mod start;
mod stat;
pub mod terminal;
pub mod this;
#[cfg(target_os = "linux")]
pub mod unix_peer;
mod user;

pub use clock::{HoldableClock, Monotonic, own_cpu_nanos, seconds, thread_cpu_time};
pub use exit::{
    Exit, Halt, Reaped, halt_of, is_unreaped, kill_and_reap, kill_and_reap_held, reap,
    reap_all_ended,
};
pub use held::{Held, HoldError};
pub use key::{ChildKey, ProcKey};
pub use limit::{is_shortage, words_of_start_error};
pub use memory::keep_freed_memory;
pub use parcel::{Packing, Parcel};
pub use procfs::{ProcFs, check_proc_shows_us, proc_fs};
pub use shared_memory::{
    Received, SharedFile, SharedMemory, receive, receive_fds, send_fds, send_with_fd,
};
pub use spin::Spin;
pub use start::{CleanStart, Place};
pub use stat::{Comm, Stat, StatError};
pub use user::user_name;
