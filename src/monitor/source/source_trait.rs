//! What every source can do, and which one reads this machine.

use thiserror::Error;

use crate::monitor::detail::{Look, ProcessDetail};
use crate::monitor::event::Heard;
use crate::monitor::extra::Wanted;
use crate::monitor::snapshot::{Snapshot, Tick};
use crate::os::ProcKey;
use crate::os::connector::Refusal;
use crate::text::{Sentence, Worded, worded};

/// Somewhere that processes can be read from. Lives on the sampler's thread.
pub trait Source: Send {
    /// Reads every process.
    fn sample(&mut self, tick: Tick) -> Snapshot;

    /// Says what rows shall have beyond what they always have; sources that read no more than that need not listen.
    fn want(&mut self, _wanted: Wanted) {}

    /// Says which rows are in sight: what they show is kept fresher than what nobody looks at. Sources that read everything with
    /// every look need not listen.
    fn show(&mut self, _in_sight: &[ProcKey]) {}

    /// Listens, or no longer does, to what the system tells as it happens, and takes out what was heard since the last call;
    /// never waits. Sources whose system tells nothing need not listen.
    fn hear(&mut self, is_wanted: bool) -> Heard {
        if is_wanted {
            Heard::refused(Refusal::Unsupported)
        } else {
            Heard::default()
        }
    }

    /// Reads what a look asks for of one process; if it has ended, every field says `Gone`.
    fn detail(&mut self, key: ProcKey, look: Look, tick: Tick) -> ProcessDetail;
}

/// Why this machine's processes cannot be read at all.
#[derive(Debug, Error)]
pub enum SourceError {
    /// `/proc` is missing or closed.
    #[cfg(target_os = "linux")]
    Linux(#[from] super::linux::OpenError),
    /// sysinfo does not know this system.
    Portable(#[from] sysinfo::Error),
}

impl Worded for SourceError {
    fn sentence(&self) -> Sentence {
        match self {
            #[cfg(target_os = "linux")]
            Self::Linux(error) => error.sentence(),
            Self::Portable(error) => {
                Sentence::new("source-failed").with("reason", error.to_string())
            }
        }
    }
}

worded!(SourceError);

/// The source for the machine we run on.
#[cfg(target_os = "linux")]
pub fn native() -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(super::linux::LinuxSource::open()?))
}

/// The source for the machine we run on.
#[cfg(not(target_os = "linux"))]
pub fn native() -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(super::portable::PortableSource::open()?))
}
