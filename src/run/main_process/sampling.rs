//! Once a second, what each process of the run uses.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::os::{self, HoldableClock, ProcKey, processes};
use crate::run::children::Children;
use crate::run::event::EventKind;
use crate::run::stream::EventStream;

/// How often.
const INTERVAL: Duration = Duration::from_secs(1);

/// Samples until the other end of `stop` is dropped. Reaps adopted orphans that have ended, too.
pub(super) fn sample(
    children: &dyn Children,
    stream: &EventStream,
    clock: &HoldableClock,
    stop: &Receiver<()>,
) {
    let mut ended_before = BTreeSet::new();
    while goes_on_after(INTERVAL, clock, stop) {
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

/// Waits for so long, or until the other end of `stop` is dropped; false then.
fn goes_on_after(interval: Duration, clock: &HoldableClock, stop: &Receiver<()>) -> bool {
    let next = clock.after(interval);
    loop {
        let left = next.map_or(interval, |next| clock.wait_time(next));
        if stop.recv_timeout(left) != Err(RecvTimeoutError::Timeout) {
            return false;
        }
        if next.is_none_or(|next| clock.is_over(next)) {
            return true;
        }
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
