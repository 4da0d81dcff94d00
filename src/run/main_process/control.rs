//! The control channel: what whoever watches the run asks of it.

use std::io::{self, BufRead, Read as _};
use std::sync::Arc;
use std::thread::Builder;

use super::stop::{Cause, Stopper};
use crate::multiprocess::Engine;
use crate::os::processes;
use crate::os::signal::Send as Signal;
use crate::run::event::EventKind;
use crate::run::preview::cut;
use crate::run::request::Request;
use crate::run::stream::EventStream;

/// No request is longer, bytes.
const LONGEST_REQUEST: u64 = 64 << 10;

/// Where requests come from.
pub type Control = Box<dyn BufRead + Send>;

/// Carries out requests as they come; the end of input stops the run.
pub(super) fn watch_control(
    mut control: Control,
    engine: &Engine,
    stream: &Arc<EventStream>,
    stopper: &Arc<Stopper>,
) -> io::Result<()> {
    let (engine, stream, stopper) = (engine.clone(), Arc::clone(stream), Arc::clone(stopper));
    let watch = move || {
        let mut line = Vec::new();
        loop {
            line.clear();
            match control
                .by_ref()
                .take(LONGEST_REQUEST)
                .read_until(b'\n', &mut line)
            {
                Ok(count) if count > 0 => {
                    let text = String::from_utf8_lossy(&line);
                    if !text.trim().is_empty() {
                        carry_out(text.trim(), &engine, &stream, &stopper);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => break,
            }
        }
        stopper.stop(Cause::EndOfInput);
    };
    // Never joined: it may wait for input for ever, and ends with the process.
    Builder::new().name("requests".to_owned()).spawn(watch)?;
    Ok(())
}

fn carry_out(line: &str, engine: &Engine, stream: &EventStream, stopper: &Stopper) {
    let refuse = |reason: String| {
        let (request, reason) = (cut(line), cut(&reason));
        stream.emit_now(EventKind::RequestRefused { request, reason });
    };
    match Request::from_json(line) {
        Ok(Request::Stop) => stopper.stop(Cause::StopRequest),
        Ok(Request::Terminate) => stopper.stop(Cause::TerminateRequest),
        Ok(Request::KillWorker { pid }) => {
            match engine.children().into_iter().find(|key| key.pid == pid) {
                Some(key) => {
                    stream.emit_now(EventKind::SignalSent {
                        pid,
                        signal: Signal::Kill.name().to_owned(),
                    });
                    // By its identity: also a process that a child has started, which is not the engine's own.
                    processes::kill(key).ok();
                }
                None => refuse(format!("no living process of this run has the pid {pid}")),
            }
        }
        Err(error) => refuse(error.to_string()),
    }
}
