//! What the machine is short of, and who takes the most of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::extra::Need;
use super::figure::FigureId;
use super::process::ProcState;
use super::snapshot::Snapshot;
use super::totals::Totals;

/// A pressure above this is felt, percent.
pub const FELT: f32 = 20.0;
/// It must last that long before anything is said: short waits are normal.
pub const LASTING: Duration = Duration::from_secs(10);
/// With less traffic to and from the disk, bytes a second, nobody asks whose it is: to know costs a file more of every
/// process.
const TRAFFIC: u64 = 1 << 20;

/// What one can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A CPU.
    Cpu,
    /// Memory: what was swapped out or dropped must come back.
    Memory,
    /// The disk.
    Disk,
}

const RESOURCES: [Resource; 3] = [Resource::Cpu, Resource::Memory, Resource::Disk];

/// A program and what its processes take together.
#[derive(Clone, Debug, PartialEq)]
pub struct Leader {
    /// Its name.
    pub program: Arc<str>,
    /// Its sums.
    pub totals: Totals,
}

/// The programs that take the most.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leaders {
    /// CPU; `None` while nobody uses any.
    pub cpu: Option<Leader>,
    /// Resident memory.
    pub memory: Option<Leader>,
    /// The program with the most processes that wait for a disk now, and how many they are.
    pub waiting: Option<(Arc<str>, u32)>,
    /// The disk, to and from it; `None` too while nobody asks.
    pub disk: Option<Leader>,
}

impl Leader {
    /// Whether it rather writes or reads.
    pub fn disk_column(&self) -> FigureId {
        let rate = |column| self.totals.amount(column).unwrap_or(0.0);
        if rate(FigureId::IoRead) > rate(FigureId::IoWrite) {
            FigureId::IoRead
        } else {
            FigureId::IoWrite
        }
    }
}

impl Leaders {
    /// Those of a snapshot.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut programs: FxHashMap<&str, (Totals, u32)> = FxHashMap::default();
        for row in snapshot.rows.iter().filter(|row| !row.is_kernel_thread) {
            let (totals, waiting) = programs.entry(row.program()).or_default();
            totals.add(&Totals::of(row));
            *waiting += u32::from(row.state == ProcState::DiskSleep);
        }
        // Between equals the name decides, so that nothing flickers.
        let most = |amount: &dyn Fn(&(Totals, u32)) -> f64| {
            programs
                .iter()
                .map(|(name, program)| (*name, program, amount(program)))
                .filter(|(.., amount)| *amount > 0.0)
                .max_by(|(a, _, x), (b, _, y)| x.total_cmp(y).then_with(|| b.cmp(a)))
                .map(|(name, program, _)| (Arc::<str>::from(name), *program))
        };
        let leader = |columns: &[FigureId]| {
            let amount = |(totals, _): &(Totals, u32)| {
                let amounts = columns.iter().filter_map(|&column| totals.amount(column));
                amounts.sum()
            };
            most(&amount).map(|(program, (totals, _))| Leader { program, totals })
        };
        Self {
            cpu: leader(&[FigureId::Cpu]),
            memory: leader(&[FigureId::Memory]),
            disk: leader(&[FigureId::IoRead, FigureId::IoWrite]),
            waiting: most(&|(_, waiting)| f64::from(*waiting))
                .map(|(program, (_, waiting))| (program, waiting)),
        }
    }
}

/// Since when which pressure has been felt.
#[derive(Clone, Debug, Default)]
pub struct Shortages {
    since: [Option<Instant>; RESOURCES.len()],
    now: Option<Instant>,
    shares: [Option<f32>; RESOURCES.len()],
    /// When the disk was last busy, or waited for.
    disk_at: Option<Instant>,
}

impl Shortages {
    /// Takes a snapshot in.
    pub fn record(&mut self, snapshot: &Snapshot) {
        let now = snapshot.tick.instant;
        let pressure = &snapshot.machine.pressure;
        self.now = Some(now);
        self.shares = [
            pressure.cpu_percent.ok(),
            pressure.memory_percent.ok(),
            pressure.io_percent.ok(),
        ];
        for (since, share) in self.since.iter_mut().zip(self.shares) {
            *since = match share {
                Some(share) if share > FELT => since.or(Some(now)),
                _ => None,
            };
        }
        let traffic = snapshot.machine.disk.as_ref().map_or(0, |disk| {
            disk.read_bytes_per_second
                .saturating_add(disk.written_bytes_per_second)
        });
        let is_waited_for = self.shares.last().is_some_and(|share| *share > Some(FELT));
        if traffic >= TRAFFIC || is_waited_for {
            self.disk_at = Some(now);
        }
    }

    /// What must be read of processes to say whose doing it is: while the disk is busy, and for a while longer.
    pub fn needs(&self) -> Option<Need> {
        let since = self.now?.saturating_duration_since(self.disk_at?);
        (since < LASTING).then_some(Need::Io)
    }

    /// Whether any pressure is known at all.
    pub fn is_known(&self) -> bool {
        self.shares.iter().any(Option::is_some)
    }

    /// Whether any pressure is felt, be it only for a moment so far.
    pub fn is_felt(&self) -> bool {
        self.since.iter().any(Option::is_some)
    }

    /// What has been short for long enough, the worst of it, and the share of time in which something waited for it.
    pub fn worst(&self) -> Option<(Resource, f32)> {
        let now = self.now?;
        RESOURCES
            .into_iter()
            .zip(self.since)
            .zip(self.shares)
            .filter(|((_, since), _)| {
                since.is_some_and(|at| now.saturating_duration_since(at) >= LASTING)
            })
            .filter_map(|((resource, _), share)| Some((resource, share?)))
            .max_by(|(_, a), (_, b)| a.total_cmp(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::reading::Unread;
    use crate::monitor::snapshot::DiskRates;
    use crate::monitor::source::scripted::{row, snapshot_of};

    #[test]
    fn only_what_lasts_is_short_and_the_worst_is_named() {
        let begun = Instant::now();
        let mut shortages = Shortages::default();
        let mut told = Vec::new();
        for second in 0..=30 {
            let mut snapshot = snapshot_of(Vec::new());
            snapshot.tick.instant = begun + Duration::from_secs(second);
            let pressure = &mut snapshot.machine.pressure;
            pressure.cpu_percent = Ok(if second < 5 { 90.0 } else { 3.0 });
            pressure.memory_percent = Ok(25.0);
            pressure.io_percent = Ok(if second < 10 { 0.0 } else { 63.0 });
            shortages.record(&snapshot);
            assert!(shortages.is_felt());
            told.push(shortages.worst().map(|(resource, _)| resource));
        }
        assert!(told[..10].iter().all(Option::is_none));
        assert!(
            told[10..20]
                .iter()
                .all(|told| *told == Some(Resource::Memory))
        );
        assert!(told[20..].iter().all(|told| *told == Some(Resource::Disk)));
    }

    #[test]
    fn whose_traffic_it_is_is_asked_only_while_there_is_some() {
        let begun = Instant::now();
        let mut shortages = Shortages::default();
        let needs: Vec<_> = [0, 1 << 19, 3 << 20, 0, 0, 0]
            .into_iter()
            .zip([0, 1, 2, 3, 11, 12])
            .map(|(bytes, second)| {
                let mut snapshot = snapshot_of(Vec::new());
                snapshot.tick.instant = begun + Duration::from_secs(second);
                snapshot.machine.disk = Ok(DiskRates {
                    read_bytes_per_second: bytes / 2,
                    written_bytes_per_second: bytes / 2,
                });
                shortages.record(&snapshot);
                shortages.needs().is_some()
            })
            .collect();
        assert_eq!(needs, [false, false, true, true, true, false]);
    }

    #[test]
    fn where_the_kernel_tells_nothing_nothing_is_claimed() {
        let mut snapshot = snapshot_of(Vec::new());
        snapshot.machine.pressure.cpu_percent = Err(Unread::Unsupported);
        snapshot.machine.pressure.memory_percent = Err(Unread::Unsupported);
        snapshot.machine.pressure.io_percent = Err(Unread::Unsupported);
        let mut shortages = Shortages::default();
        shortages.record(&snapshot);
        assert!(!shortages.is_known() && !shortages.is_felt());
        assert_eq!(shortages.worst(), None);
    }

    #[test]
    fn programs_lead_by_their_sums() {
        let mut rows = vec![
            row(1, "one"),
            row(2, "many"),
            row(3, "many"),
            row(4, "idle"),
        ];
        for (row, cpu) in rows.iter_mut().zip([60.0, 40.0, 40.0, 0.0]) {
            row.cpu_percent = Ok(cpu);
        }
        rows[0].state = ProcState::DiskSleep;
        rows[0].extra.io_read_rate = Ok(7e6);
        rows[0].extra.io_write_rate = Ok(1e6);
        rows[3].extra.io_write_rate = Ok(7.5e6);
        let leaders = Leaders::of(&snapshot_of(rows));
        let cpu = leaders.cpu.unwrap();
        assert_eq!((&*cpu.program, cpu.totals.count), ("many", 2));
        assert_eq!(leaders.memory, None, "no memory is known");
        assert_eq!(leaders.waiting, Some(("one".into(), 1)));
        let disk = leaders.disk.unwrap();
        assert_eq!(
            (&*disk.program, disk.disk_column()),
            ("one", FigureId::IoRead)
        );
    }
}
