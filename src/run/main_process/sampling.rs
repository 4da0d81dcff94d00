//! Once a second, what each process of the run uses.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::os::{self, ProcKey, processes};
use crate::run::children::Children;
use crate::run::event::EventKind;
use crate::run::stream::EventStream;

/// Samples until the other end of `stop` is dropped. Reaps adopted orphans that have ended, too.
pub(super) fn sample(children: &dyn Children, stream: &EventStream, stop: &Receiver<()>) {
    let mut ended_before = BTreeSet::new();
    while stop.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
        let keys = children.living();
        for key in &keys {
            let usage = key.proc_key().and_then(processes::usage_of);
            let (cpu_seconds, rss_bytes) = (
                usage.map(|usage| usage.cpu_seconds),
                usage.map(|usage| usage.rss_bytes),
            );
            stream.emit_now(EventKind::ProcessSampled {
                pid: key.pid,
                cpu_seconds,
                rss_bytes,
            });
        }
        let ended = ended_children();
        // One that has been dead for a second is none of the engine's, which reaps its own at once, and no guard.
        for key in ended
            .intersection(&ended_before)
            .filter(|&&key| !keys.contains(&key.into()))
        {
            os::reap(key.pid).ok();
        }
        ended_before = ended;
    }
}

/// Reaps what this process has adopted as subreaper and that has ended; only once the engine is quiet, which reaps its own
/// children itself.
pub(super) fn reap_adopted() {
    os::reap_all_ended();
}

/// Children of this process that have ended and were not reaped.
fn ended_children() -> BTreeSet<ProcKey> {
    let children = processes::own_children().into_iter();
    children
        .filter(|stat| stat.state == b'Z')
        .map(|stat| stat.key())
        .collect()
}
