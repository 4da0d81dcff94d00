//! Where readings come from.
//!
//! - `linux`: `/proc`, read by hand, because that is four times cheaper than any library.
//! - [`portable`]: sysinfo, for other systems; it knows less and says so.
//!
//! [`native`] picks the right one. Only these files, beside [`crate::os`], name `/proc` or sysinfo.

#[cfg(target_os = "linux")]
pub mod linux;
pub mod portable;
mod source_trait;

#[cfg(test)]
#[path = "../../tests/scripted/machine.rs"]
pub(crate) mod scripted;

pub use source_trait::{Source, SourceError, native};
