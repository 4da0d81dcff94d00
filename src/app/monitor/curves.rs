//! The curves of Monitor: made once per picture of the machine, so that drawing one again costs no copying.

use crate::app::widgets::Curve;
use crate::monitor::history::Series;
use crate::monitor::{History, Snapshot};
use crate::os::ProcKey;

/// The curves that are drawn.
#[derive(Debug, Default)]
pub struct Curves {
    /// CPU use of the machine, percent.
    pub machine_cpu: Curve,
    /// Memory in use, bytes.
    pub machine_memory: Curve,
    /// CPU use of the selected process, percent of one core.
    pub process_cpu: Curve,
    /// Its resident memory, bytes.
    pub process_memory: Curve,
    /// What it fetches from disk, bytes a second.
    pub process_read: Curve,
    /// What it sends to disk, bytes a second.
    pub process_write: Curve,
    /// Of which picture and which process.
    made_of: Option<(u64, Option<ProcKey>)>,
}

impl Curves {
    /// Takes other points if there is another picture or another process.
    pub fn refresh(&mut self, history: &History, snapshot: &Snapshot, shown: Option<ProcKey>) {
        let source = Some((snapshot.tick.number, shown));
        if self.made_of == source {
            return;
        }
        self.made_of = source;
        let nothing = Series::default();
        let process = shown.and_then(|key| history.process(key));
        for (curve, series) in [
            (&mut self.machine_cpu, history.cpu_percent()),
            (&mut self.machine_memory, history.memory_used_bytes()),
            (
                &mut self.process_cpu,
                process.map_or(&nothing, |process| &process.cpu_percent),
            ),
            (
                &mut self.process_memory,
                process.map_or(&nothing, |process| &process.rss_bytes),
            ),
            (
                &mut self.process_read,
                process.map_or(&nothing, |process| &process.read_rate),
            ),
            (
                &mut self.process_write,
                process.map_or(&nothing, |process| &process.write_rate),
            ),
        ] {
            curve.refill(series.points(snapshot.tick.instant));
        }
    }
}
