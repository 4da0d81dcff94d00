//! What events change about processes and lanes.

use super::{Lane, LaneIx, Lanes, ProcessIx, ProcessState, RunState};
use crate::os::ChildKey;
use crate::run::event::{EventKind, Role, RunTime};
use crate::run::log::Note;

impl RunState {
    /// The process with this pid, made up as far as known if nobody introduced it.
    pub(super) fn process_ix(&mut self, pid: u32) -> ProcessIx {
        if let Some(ix) = self.processes.by_pid.get(&pid) {
            return *ix;
        }
        let lane = self.new_lane(None);
        self.new_process(pid, lane)
    }

    /// The process with this pid; `None` for the main.
    pub(super) fn actor(&mut self, pid: u32) -> Option<ProcessIx> {
        (self.main_pid() != Some(pid)).then(|| self.process_ix(pid))
    }

    pub(super) fn with_process(&mut self, pid: u32, change: impl FnOnce(&mut ProcessState)) {
        let ix = self.process_ix(pid);
        if let Some(process) = self.processes.all.get_mut(ix.0) {
            change(process);
        }
    }

    fn new_process(&mut self, pid: u32, lane: LaneIx) -> ProcessIx {
        let ix = ProcessIx(self.processes.all.len());
        let mut process = ProcessState::new(pid, lane);
        if let Some(lane) = self.lanes.all.get_mut(lane.0) {
            lane.processes.push(ix);
            process.nth = u32::try_from(lane.processes.len()).unwrap_or(u32::MAX);
        }
        self.processes.all.push(process);
        self.processes.by_pid.insert(pid, ix);
        ix
    }

    fn new_lane(&mut self, slot: Option<u32>) -> LaneIx {
        let ix = LaneIx(self.lanes.all.len());
        self.lanes.all.push(Lane {
            slot,
            ..Lane::default()
        });
        if let Some(slot) = slot {
            self.lanes.by_slot.insert(slot, ix);
        }
        self.lanes.order.push(ix);
        self.sort_lanes();
        ix
    }

    fn sort_lanes(&mut self) {
        let Lanes { all, order, .. } = &mut self.lanes;
        order.sort_by_key(|ix| {
            let slot = all.get(ix.0).and_then(|lane| lane.slot);
            (slot.is_none(), slot, *ix)
        });
    }

    pub(super) fn process_started(&mut self, t: RunTime, kind: &EventKind) {
        let EventKind::ProcessStarted {
            pid,
            start_ticks,
            label,
            name,
            role,
            daemon,
            slot,
            via,
        } = kind
        else {
            return;
        };
        let key = ChildKey {
            pid: *pid,
            start_ticks: *start_ticks,
        };
        let known = self.processes.by_pid.get(pid).copied();
        let met = known.filter(|ix| {
            self.processes
                .all
                .get(ix.0)
                .is_some_and(|process| match process.key {
                    None => true,
                    // Without a start time one that has ended is told from the next with its pid by its end.
                    Some(met) => {
                        met == key && (key.start_ticks.is_some() || process.exited.is_none())
                    }
                })
        });
        let ix = if let Some(ix) = met {
            // It was heard of before it was introduced: its own lane gets the number, if that is still free.
            let lane = self.processes.all.get(ix.0).map(|process| process.lane);
            if let Some(lane) = lane
                && !self.lanes.by_slot.contains_key(slot)
                && let Some(state) = self.lanes.all.get_mut(lane.0)
                && state.slot.is_none()
            {
                state.slot = Some(*slot);
                self.lanes.by_slot.insert(*slot, lane);
                self.sort_lanes();
            }
            ix
        } else {
            let lane = match self.lanes.by_slot.get(slot) {
                Some(lane) => *lane,
                None => self.new_lane(Some(*slot)),
            };
            self.new_process(*pid, lane)
        };
        let gap = self.gap_before(ix, t);
        if let Some(process) = self.processes.all.get_mut(ix.0)
            && process.started.is_none()
        {
            process.key = Some(key);
            process.label.clone_from(label);
            process.name.clone_from(name);
            process.role = *role;
            process.daemon = *daemon;
            process.via = *via;
            process.started = Some(t);
            process.replaced_after_micros = gap;
            if gap.is_some() {
                // The note of the end that it follows names the gap.
                self.log.note_rewritten();
            }
        }
    }

    fn gap_before(&self, ix: ProcessIx, t: RunTime) -> Option<u64> {
        let lane = self.lane(self.process(ix)?.lane)?;
        let place = lane.processes.iter().position(|other| *other == ix)?;
        let before = self.process(*lane.processes.get(place.checked_sub(1)?)?)?;
        Some(t.micros.saturating_sub(before.exited?.micros))
    }

    pub(super) fn process_exited(
        &mut self,
        t: RunTime,
        pid: u32,
        exit_code: Option<i32>,
        cpu_seconds: Option<f64>,
        max_rss_bytes: Option<u64>,
    ) {
        let ix = self.process_ix(pid);
        self.end_wait(ix, t);
        self.end_held(ix, t);
        self.end_suspension(ix, t);
        if let Some(process) = self.processes.all.get_mut(ix.0)
            && process.exited.is_none()
        {
            process.exited = Some(t);
            process.exit_code = exit_code;
            process.cpu_seconds = cpu_seconds;
            process.max_rss_bytes = max_rss_bytes;
            if let Some(task) = process.task {
                // Its bar ends here, whatever is told of the task later.
                self.end_bar(task, t);
            }
            if exit_code != Some(0) {
                self.note(t, pid, Note::Exited(exit_code), "");
            }
        }
    }

    /// Lanes of consumers: a consumer and those that replace it count once.
    pub fn consumer_lanes(&self) -> usize {
        self.lanes
            .all
            .iter()
            .filter_map(|lane| self.process(*lane.processes.first()?))
            .filter(|process| process.role == Role::Consumer)
            .count()
    }
}
