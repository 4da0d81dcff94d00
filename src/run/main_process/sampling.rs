//! Once a second, what each process of the run uses.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::multiprocess::Engine;
use crate::os::{self, processes};
use crate::run::event::EventKind;
use crate::run::stream::EventStream;

/// Samples until the other end of `stop` is dropped. Reaps adopted orphans that have ended, too.
pub(super) fn sample(engine: &Engine, stream: &EventStream, stop: &Receiver<()>) {
    while stop.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
        let keys = engine.children();
        for key in &keys {
            let usage = processes::usage_of(*key);
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
    }
}

/// Reaps what this process has adopted as subreaper and that has ended, all but `except`; only once the engine is quiet,
/// which reaps its own children itself.
pub(super) fn reap_adopted(except: u32) {
    for stat in processes::own_children() {
        if stat.pid != except && stat.state == b'Z' {
            // Reaped by somebody else meanwhile is as good.
            os::reap(stat.pid).ok();
        }
    }
}
