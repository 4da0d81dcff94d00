//! How much of the time something waited, and what goes to and from the disks: kept files of the whole machine.

use std::time::Instant;

use super::dir::{Dir, KeptFile, unread_of_machine};
use super::parse::lines;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::snapshot::{DiskRates, Pressure};

/// A file that stays open; once it was not there, it is not asked for again.
type Opened = Option<Result<KeptFile, Unread>>;

/// What must be remembered from one tick to the next.
#[derive(Debug, Default)]
pub struct PressureReader {
    cpu: Opened,
    memory: Opened,
    io: Opened,
    vmstat: Opened,
    /// When, and how many KiB had been read and written by then.
    last: Option<(Instant, [u64; 2])>,
    is_keeping: bool,
}

impl PressureReader {
    /// Keeps the files open that it reads, or no longer.
    pub fn keep_files(&mut self, is_keeping: bool) {
        self.is_keeping = is_keeping;
        for file in [
            &mut self.cpu,
            &mut self.memory,
            &mut self.io,
            &mut self.vmstat,
        ] {
            file.take_if(|file| file.is_ok());
        }
    }

    /// The share of the last ten seconds in which some task waited.
    pub fn pressure(&mut self, proc: &mut Dir) -> Pressure {
        Pressure {
            cpu_percent: share(kept(&mut self.cpu, proc, "pressure/cpu", self.is_keeping)),
            memory_percent: share(kept(
                &mut self.memory,
                proc,
                "pressure/memory",
                self.is_keeping,
            )),
            io_percent: share(kept(&mut self.io, proc, "pressure/io", self.is_keeping)),
        }
    }

    /// What went to and from all disks since the tick before.
    pub fn disk(&mut self, proc: &mut Dir) -> Reading<DiskRates> {
        let bytes = kept(&mut self.vmstat, proc, "vmstat", self.is_keeping)?;
        let counted = kilobytes_moved(bytes).ok_or(Unread::Unsupported)?;
        let now = Instant::now();
        let Some((at, before)) = self.last.replace((now, counted)) else {
            return Err(Unread::NotSampled);
        };
        let seconds = now.saturating_duration_since(at).as_secs_f64();
        if seconds <= 0.0 {
            return Err(Unread::NotSampled);
        }
        let rate = |now: u64, before: u64| {
            (now.saturating_sub(before) as f64 * 1024.0 / seconds).round() as u64
        };
        let ([read, written], [read_before, written_before]) = (counted, before);
        Ok(DiskRates {
            read_bytes_per_second: rate(read, read_before),
            written_bytes_per_second: rate(written, written_before),
        })
    }
}

fn kept<'a>(
    place: &mut Opened,
    proc: &'a mut Dir,
    path: &str,
    is_keeping: bool,
) -> Result<&'a [u8], Unread> {
    let opened = place.take();
    match opened.unwrap_or_else(|| proc.keep(path).map_err(unread_of_machine)) {
        Ok(file) => {
            let bytes = proc.reread(&file).map_err(unread_of_machine);
            *place = is_keeping.then_some(Ok(file));
            bytes
        }
        // Later there may be a descriptor to open it by.
        Err(Unread::NoDescriptors) => Err(Unread::NoDescriptors),
        Err(reason) => {
            *place = Some(Err(reason));
            Err(reason)
        }
    }
}

/// `some avg10=1.23 avg60=…`: the first average.
pub fn share(bytes: Result<&[u8], Unread>) -> Reading<f32> {
    match bytes {
        Ok(bytes) => lines(bytes)
            .find_map(|line| {
                let average = line.strip_prefix("some avg10=")?;
                average.split_ascii_whitespace().next()?.parse().ok()
            })
            .ok_or(Unread::Unsupported),
        Err(reason @ (Unread::Denied | Unread::NoDescriptors)) => Err(reason),
        // A kernel without this accounting has no such files, or refuses to fill them.
        Err(_) => Err(Unread::Unsupported),
    }
}

/// What all disks together have read and written since boot, KiB.
fn kilobytes_moved(bytes: &[u8]) -> Option<[u64; 2]> {
    let number = |key: &str| {
        lines(bytes).find_map(|line| line.strip_prefix(key)?.trim().parse::<u64>().ok())
    };
    Some([number("pgpgin ")?, number("pgpgout ")?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_average_of_the_first_line_counts() {
        let text = b"some avg10=41.25 avg60=3.00 avg300=1.00 total=12\nfull avg10=9.00 avg60=0 avg300=0 total=1\n";
        assert_eq!(share(Ok(text)), Ok(41.25));
        assert_eq!(share(Ok(b"")), Err(Unread::Unsupported));
        assert_eq!(share(Err(Unread::Gone)), Err(Unread::Unsupported));
        assert_eq!(share(Err(Unread::Denied)), Err(Unread::Denied));
    }

    #[test]
    fn disks_are_read_from_the_totals_of_the_machine() {
        let text = b"nr_free_pages 7\npgpgin 100\npgpgout 2000\npswpin 5\n";
        assert_eq!(kilobytes_moved(text), Some([100, 2000]));
        assert_eq!(kilobytes_moved(b"pgpgin 100\n"), None);
    }
}
