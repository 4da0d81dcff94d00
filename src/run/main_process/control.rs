//! The control channel: what whoever watches the run asks of it.

use std::io::{self, BufRead, Read as _};
use std::sync::Arc;
use std::thread::Builder;

use crate::multiprocess::Pool;
use crate::multiprocess::error::PoolError;
use crate::os::processes;
use crate::os::signal::Send as Signal;
use crate::run::children::Children;
use crate::run::event::{EventKind, RefusalCode};
use crate::run::event_translator::EventTranslator;
use crate::run::preview::cut;
use crate::run::program::{Cause, CurrentPool, Stopper};
use crate::run::refusal::Refusal;
use crate::run::request::Request;
use crate::run::stream::EventStream;
use crate::run::validate::MAX_PROCESSES;
use crate::text::Sentence;

/// No request is longer, bytes.
const LONGEST_REQUEST: u64 = 64 << 10;

/// Where requests come from.
pub type Control = Box<dyn BufRead + Send>;

/// What requests are carried out with.
pub(super) struct RequestHandler {
    children: Arc<dyn Children>,
    stream: Arc<EventStream>,
    stopper: Arc<Stopper>,
    translator: Arc<EventTranslator>,
    pool: Arc<CurrentPool>,
}

impl RequestHandler {
    pub(super) fn new(
        children: Arc<dyn Children>,
        stream: Arc<EventStream>,
        stopper: Arc<Stopper>,
        translator: Arc<EventTranslator>,
        pool: Arc<CurrentPool>,
    ) -> Self {
        Self {
            children,
            stream,
            stopper,
            translator,
            pool,
        }
    }

    fn carry_out(&self, line: &str) {
        let done = match Request::from_json(line) {
            Ok(request) => self.try_to(&request),
            Err(error) => Err(Refusal::NotARequest(error.to_string())),
        };
        if let Err(refusal) = done {
            self.stream.emit_now(EventKind::RequestRefused {
                request: cut(line),
                code: Some(refusal.code()),
                reason: cut(&refusal.to_string()),
            });
        }
    }

    /// Does what was asked, of which an event tells; or says why not.
    fn try_to(&self, request: &Request) -> Result<(), Refusal> {
        match *request {
            Request::Stop => self.stopper.stop(Cause::StopRequest),
            Request::Terminate => self.stopper.stop(Cause::TerminateRequest),
            Request::KillWorker { pid } => self.kill(pid)?,
            Request::KillTask { task } => {
                let runs_it = self.translator.process_that_runs(task);
                self.kill(runs_it.ok_or(Refusal::NotRunning { task })?)?;
            }
            Request::Cancel { task } => {
                if !self.pool()?.cancel(task) {
                    return Err(Refusal::TaskOver { task });
                }
            }
            Request::Suspend { pid } => known(self.children.suspend(pid), pid)?,
            Request::Resume { pid } => known(self.children.resume(pid), pid)?,
            Request::Resize { processes } => self.resize(processes)?,
        }
        Ok(())
    }

    fn kill(&self, pid: u32) -> Result<(), Refusal> {
        let children = self.children.living();
        let Some(key) = children.into_iter().find(|key| key.pid == pid) else {
            return known(false, pid);
        };
        if !self.children.is_direct(pid) && key.proc_key().is_none() {
            return Err(Refusal::CannotIdentify { pid });
        }
        self.stream.emit_now(EventKind::SignalSent {
            pid,
            signal: Signal::Kill.name().to_owned(),
        });
        if !self.children.kill(pid) {
            // By its identity; one that has ended meanwhile is as good.
            return processes::kill(key).map_err(|error| Refusal::KillFailed {
                pid,
                reason: Sentence::of_io(&error),
            });
        }
        Ok(())
    }

    fn resize(&self, processes: u32) -> Result<(), Refusal> {
        let pool = self.pool()?;
        let count = processes as usize;
        if !(1..=MAX_PROCESSES).contains(&count) {
            return Err(Refusal::OutOfRange { found: processes });
        }
        if pool.processes() == count {
            return Err(Refusal::NoChange { workers: processes });
        }
        pool.resize(count).map_err(|error| match error {
            PoolError::NotRunning => Refusal::PoolClosed,
            error => Refusal::Other {
                code: RefusalCode::System,
                reason: error.to_string(),
            },
        })
    }

    fn pool(&self) -> Result<Arc<Pool>, Refusal> {
        self.pool.get().ok_or(Refusal::NoPool)
    }
}

fn known(found: bool, pid: u32) -> Result<(), Refusal> {
    found.then_some(()).ok_or(Refusal::NoSuchProcess { pid })
}

/// Carries out requests as they come; the end of input stops the run.
pub(super) fn watch_control(mut control: Control, handler: Arc<RequestHandler>) -> io::Result<()> {
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
                        handler.carry_out(text.trim());
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => break,
            }
        }
        handler.stopper.stop(Cause::EndOfInput);
    };
    // Never joined: it may wait for input for ever, and ends with the process.
    Builder::new().name("requests".to_owned()).spawn(watch)?;
    Ok(())
}
