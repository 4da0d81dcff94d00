//! The curves of Monitor: made once per picture of the machine, so that drawing one again costs no copying.

use std::time::Instant;

use crate::app::widgets::Curve;
use crate::monitor::history::Series;
use crate::monitor::{FigureId, History, Snapshot};
use crate::os::ProcKey;

/// The curves that are drawn.
#[derive(Debug, Default)]
pub struct Curves {
    /// How many seconds ago the machine's curves end, while a moment of before is looked at; `None` if that is now.
    pub machine_ago: Option<f64>,
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
    inputs: Option<CurvesInputs>,
}

/// Of which picture, of which moment of before, and of which process.
type CurvesInputs = (u64, Option<Instant>, Option<ProcKey>);

impl Curves {
    /// Takes other points if there is another picture, another moment of the machine or another process.
    pub fn refresh(
        &mut self,
        history: &History,
        snapshot: &Snapshot,
        looking_at: Option<Instant>,
        shown: Option<ProcKey>,
    ) {
        let source = Some((snapshot.tick.number, looking_at, shown));
        if self.inputs == source {
            return;
        }
        self.inputs = source;
        let now = snapshot.tick.instant;
        self.machine_ago = looking_at.map(|at| now.saturating_duration_since(at).as_secs_f64());
        let until = looking_at.unwrap_or(now);
        for (curve, series) in [
            (&mut self.machine_cpu, history.cpu_percent()),
            (&mut self.machine_memory, history.memory_used_bytes()),
        ] {
            curve.refill(series.points_until(until));
        }
        let nothing = Series::default();
        let process = shown.and_then(|key| history.process(key));
        for (curve, id) in [
            (&mut self.process_cpu, FigureId::Cpu),
            (&mut self.process_memory, FigureId::Memory),
            (&mut self.process_read, FigureId::IoRead),
            (&mut self.process_write, FigureId::IoWrite),
        ] {
            let series = process.and_then(|process| process.of(id));
            let series = series.unwrap_or(&nothing);
            curve.refill(series.points(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    use crate::monitor::source::scripted::snapshot_of;

    #[test]
    fn the_machine_is_drawn_up_to_the_moment_that_is_looked_at() {
        let mut snapshot = snapshot_of(Vec::new());
        let begun = snapshot.tick.instant;
        let mut history = History::default();
        for second in 1..=60 {
            snapshot.tick.number = second;
            snapshot.tick.instant = begun + Duration::from_secs(second);
            snapshot.machine.cpu_percent = Ok(second as f32);
            history.record(&snapshot);
        }
        let mut curves = Curves::default();
        let mut last = |looking_at: Option<Instant>| {
            curves.refresh(&history, &snapshot, looking_at, None);
            let last = curves.machine_cpu.at(0.0).map(|point| point.y as u64);
            (last, curves.machine_cpu.max() as u64, curves.machine_ago)
        };
        assert_eq!(last(None), (Some(60), 60, None));
        let at = begun + Duration::from_secs(20);
        assert_eq!(last(Some(at)), (Some(20), 20, Some(40.0)));
        assert_eq!(last(None), (Some(60), 60, None));
    }
}
