//! What events change about queues, waits and items.

use super::{Held, ProcessIx, QueueIx, QueueState, RunState, Wait, WaitReason};
use crate::run::event::{ItemData, RunTime, WaitData};
use crate::run::log::Note;

impl RunState {
    pub(super) fn queue_ix(&mut self, name: &str) -> QueueIx {
        if let Some(ix) = self.queues.by_name.get(name) {
            return *ix;
        }
        let ix = QueueIx(self.queues.all.len());
        self.queues.all.push(QueueState::new(name.to_owned()));
        self.queues.by_name.insert(name.to_owned(), ix);
        ix
    }

    pub(super) fn end_wait(&mut self, ix: ProcessIx, t: RunTime) {
        if let Some(process) = self.processes.all.get_mut(ix.0)
            && let Some((span, _)) = process.wait.take()
            && let Some(lane) = self.lanes.all.get_mut(process.lane.0)
        {
            lane.waits.end(span, t);
        }
    }

    pub(super) fn end_held(&mut self, ix: ProcessIx, t: RunTime) {
        if let Some(process) = self.processes.all.get_mut(ix.0)
            && let Some(span) = process.held.take()
            && let Some(lane) = self.lanes.all.get_mut(process.lane.0)
        {
            lane.held.end(span, t);
        }
    }

    pub(super) fn wait_began(&mut self, t: RunTime, data: &WaitData, why: WaitReason) {
        let queue = self.queue_ix(&data.queue);
        let Some(ix) = self.actor(data.pid) else {
            return;
        };
        self.end_wait(ix, t);
        if why == WaitReason::QueueEmpty {
            self.end_held(ix, t);
        }
        let wait = Wait {
            queue,
            why,
            process: ix,
        };
        if let Some(process) = self.processes.all.get_mut(ix.0)
            && process.exited.is_none()
            && let Some(lane) = self.lanes.all.get_mut(process.lane.0)
        {
            process.wait = Some((lane.waits.begin(t, wait), wait));
        }
    }

    pub(super) fn wait_refused(&mut self, t: RunTime, data: &WaitData) {
        if let Some(ix) = self.actor(data.pid) {
            self.end_wait(ix, t);
        }
    }

    pub(super) fn item_put(&mut self, t: RunTime, data: &ItemData) {
        let queue = self.queue_ix(&data.queue);
        let by = self.actor(data.pid);
        if let Some(by) = by {
            self.end_wait(by, t);
        }
        if let Some(queue) = self.queues.all.get_mut(queue.0) {
            queue.put(t, data, by);
        }
    }

    pub(super) fn item_got(&mut self, t: RunTime, data: &ItemData) {
        let ix = self.queue_ix(&data.queue);
        let by = self.actor(data.pid);
        let Some(queue) = self.queues.all.get_mut(ix.0) else {
            return;
        };
        let item = queue.got(t, data, by);
        let is_sentinel = queue.items.get(item).is_some_and(|item| item.is_sentinel);
        let Some(by) = by else {
            return;
        };
        self.end_wait(by, t);
        self.end_held(by, t);
        let Some(process) = self.processes.all.get_mut(by.0) else {
            return;
        };
        if is_sentinel {
            process.sentinel.get_or_insert(t);
        }
        if process.exited.is_none()
            && let Some(lane) = self.lanes.all.get_mut(process.lane.0)
        {
            process.held = Some(lane.held.begin(
                t,
                Held {
                    queue: ix,
                    item,
                    process: by,
                },
            ));
        }
    }

    pub(super) fn item_returned(&mut self, t: RunTime, data: &ItemData) {
        let ix = self.queue_ix(&data.queue);
        if let Some(holder) = self.actor(data.pid) {
            self.end_held(holder, t);
        }
        if let Some(queue) = self.queues.all.get_mut(ix.0) {
            let place = queue.returned(t, data);
            let item = queue.items.get(place);
            let text = item.map(|item| item.text.clone()).unwrap_or_default();
            let name = queue.name.as_str().into();
            self.note(t, data.pid, Note::ItemReturned { queue: name }, &text);
        }
    }
}
