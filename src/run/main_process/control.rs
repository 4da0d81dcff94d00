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
use crate::run::request::Request;
use crate::run::stream::EventStream;
use crate::run::validate::MAX_PROCESSES;

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
            Err(error) => Err(refusal(RefusalCode::NotARequest, error.to_string())),
        };
        if let Err(Refusal { code, reason }) = done {
            self.stream.emit_now(EventKind::RequestRefused {
                request: cut(line),
                code: Some(code),
                reason: cut(&reason),
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
                let runs_it = self.translator.process_that_runs(task).ok_or_else(|| {
                    let reason = format!("no process runs task {task} now");
                    refusal(RefusalCode::WrongTaskState, reason)
                })?;
                self.kill(runs_it)?;
            }
            Request::Cancel { task } => {
                if !self.pool()?.cancel(task) {
                    let reason = format!("task {task} neither waits nor runs");
                    return Err(refusal(RefusalCode::WrongTaskState, reason));
                }
            }
            Request::Suspend { pid } => known(self.children.suspend(pid), pid)?,
            Request::Resume { pid } => known(self.children.resume(pid), pid)?,
            Request::Resize { processes } => self.resize(processes as usize)?,
        }
        Ok(())
    }

    fn kill(&self, pid: u32) -> Result<(), Refusal> {
        let children = self.children.living();
        let Some(key) = children.into_iter().find(|key| key.pid == pid) else {
            return known(false, pid);
        };
        if !self.children.is_direct(pid) && key.proc_key().is_none() {
            let reason = format!(
                "{pid} was started by a child and cannot be told from others: /proc does not show this pid namespace"
            );
            return Err(refusal(RefusalCode::CannotIdentify, reason));
        }
        self.stream.emit_now(EventKind::SignalSent {
            pid,
            signal: Signal::Kill.name().to_owned(),
        });
        if !self.children.kill(pid) {
            // By its identity; one that has ended meanwhile is as good.
            return processes::kill(key).map_err(|error| {
                let reason = format!("process {pid} cannot be killed: {error}");
                refusal(RefusalCode::System, reason)
            });
        }
        Ok(())
    }

    fn resize(&self, processes: usize) -> Result<(), Refusal> {
        let pool = self.pool()?;
        if !(1..=MAX_PROCESSES).contains(&processes) {
            let reason = format!("{processes} workers: choose 1 to {MAX_PROCESSES}");
            return Err(refusal(RefusalCode::OutOfRange, reason));
        }
        if pool.processes() == processes {
            let reason = format!("the pool has {processes} workers already");
            return Err(refusal(RefusalCode::NoChange, reason));
        }
        pool.resize(processes).map_err(|error| match error {
            PoolError::NotRunning => refusal(
                RefusalCode::PoolClosed,
                "the pool is closed and no task waits for a worker",
            ),
            error => refusal(RefusalCode::System, error.to_string()),
        })
    }

    fn pool(&self) -> Result<Arc<Pool>, Refusal> {
        let pool = self.pool.get();
        pool.ok_or_else(|| refusal(RefusalCode::NoPool, "there is no pool at this moment"))
    }
}

/// Why a request is not carried out.
struct Refusal {
    code: RefusalCode,
    reason: String,
}

fn refusal(code: RefusalCode, reason: impl Into<String>) -> Refusal {
    let reason = reason.into();
    Refusal { code, reason }
}

fn known(found: bool, pid: u32) -> Result<(), Refusal> {
    found.then_some(()).ok_or_else(|| {
        let reason = format!("no living process of this run has the pid {pid}");
        refusal(RefusalCode::NoSuchProcess, reason)
    })
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
