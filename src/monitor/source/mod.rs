//! Where readings come from.
//!
//! - `linux`: `/proc`, read by hand, because that is four times cheaper than any library.
//! - `portable`: sysinfo, for systems without `/proc`; it knows less and says so.
//! - [`scripted`]: an invented machine for tests and demonstrations; the same every time.
//!
//! Only these files, beside [`crate::os`], name `/proc` or sysinfo.

pub mod scripted;

use super::detail::ProcessDetail;
use super::snapshot::{Snapshot, Tick};
use crate::os::ProcKey;

/// Somewhere that processes can be read from. Lives on the sampler's thread.
pub trait Source: Send {
    /// Reads every process.
    fn sample(&mut self, tick: Tick) -> Snapshot;

    /// Reads everything about one process; if it has ended, every field says `Gone`.
    fn detail(&mut self, key: ProcKey, tick: Tick) -> ProcessDetail;
}
