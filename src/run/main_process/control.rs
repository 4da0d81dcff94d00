//! The control channel: what whoever watches the run asks of it.

use std::io::{self, BufRead, Read as _};
use std::sync::{Arc, Weak};
use std::thread::Builder;

use parking_lot::Mutex;

use super::stop::{Cause, Stopper};
use crate::multiprocess::error::PoolError;
use crate::multiprocess::{Engine, Pool};
use crate::os::processes;
use crate::os::signal::Send as Signal;
use crate::run::event::EventKind;
use crate::run::preview::cut;
use crate::run::request::Request;
use crate::run::stream::EventStream;
use crate::run::validate::MAX_PROCESSES;
use crate::run::witness::Witness;

/// No request is longer, bytes.
const LONGEST_REQUEST: u64 = 64 << 10;

/// Where requests come from.
pub type Control = Box<dyn BufRead + Send>;

/// What requests are carried out with.
pub(super) struct Desk {
    engine: Engine,
    stream: Arc<EventStream>,
    stopper: Arc<Stopper>,
    witness: Arc<Witness>,
    /// The run's pool, while it has one.
    pool: Mutex<Weak<Pool>>,
}

impl Desk {
    pub(super) fn new(
        engine: Engine,
        stream: Arc<EventStream>,
        stopper: Arc<Stopper>,
        witness: Arc<Witness>,
    ) -> Self {
        Self {
            engine,
            stream,
            stopper,
            witness,
            pool: Mutex::default(),
        }
    }

    /// From now on there is a pool.
    pub(super) fn know_pool(&self, pool: &Arc<Pool>) {
        *self.pool.lock() = Arc::downgrade(pool);
    }

    fn carry_out(&self, line: &str) {
        let done = match Request::from_json(line) {
            Ok(request) => self.try_to(&request),
            Err(error) => Err(error.to_string()),
        };
        if let Err(reason) = done {
            let (request, reason) = (cut(line), cut(&reason));
            self.stream
                .emit_now(EventKind::RequestRefused { request, reason });
        }
    }

    /// Does what was asked, of which an event tells; or says why not.
    fn try_to(&self, request: &Request) -> Result<(), String> {
        match *request {
            Request::Stop => self.stopper.stop(Cause::StopRequest),
            Request::Terminate => self.stopper.stop(Cause::TerminateRequest),
            Request::KillWorker { pid } => self.kill(pid)?,
            Request::KillTask { task } => {
                let runs_it = self.witness.process_that_runs(task);
                self.kill(runs_it.ok_or_else(|| format!("no process runs task {task} now"))?)?;
            }
            Request::Cancel { task } => {
                if !self.pool()?.cancel(task) {
                    return Err(format!("task {task} neither waits nor runs"));
                }
            }
            Request::Suspend { pid } => known(self.engine.suspend(pid), pid)?,
            Request::Resume { pid } => known(self.engine.resume(pid), pid)?,
            Request::Resize { processes } => self.resize(processes as usize)?,
        }
        Ok(())
    }

    fn kill(&self, pid: u32) -> Result<(), String> {
        let children = self.engine.children();
        let Some(key) = children.into_iter().find(|key| key.pid == pid) else {
            return known(false, pid);
        };
        if !self.engine.is_own_child(pid) && key.proc_key().is_none() {
            return Err(format!(
                "{pid} was started by a child and cannot be told from others: /proc does not show this pid namespace"
            ));
        }
        self.stream.emit_now(EventKind::SignalSent {
            pid,
            signal: Signal::Kill.name().to_owned(),
        });
        if !self.engine.kill(pid) {
            // By its identity; one that has ended meanwhile is as good.
            return processes::kill(key)
                .map_err(|error| format!("process {pid} cannot be killed: {error}"));
        }
        Ok(())
    }

    fn resize(&self, processes: usize) -> Result<(), String> {
        let pool = self.pool()?;
        if !(1..=MAX_PROCESSES).contains(&processes) {
            return Err(format!("{processes} workers: choose 1 to {MAX_PROCESSES}"));
        }
        if pool.processes() == processes {
            return Err(format!("the pool has {processes} workers already"));
        }
        pool.resize(processes).map_err(|error| match error {
            PoolError::NotRunning => "the pool is closed and no task waits for a worker".to_owned(),
            error => error.to_string(),
        })
    }

    fn pool(&self) -> Result<Arc<Pool>, String> {
        let pool = self.pool.lock().upgrade();
        pool.ok_or_else(|| "there is no pool at this moment".to_owned())
    }
}

fn known(found: bool, pid: u32) -> Result<(), String> {
    found
        .then_some(())
        .ok_or_else(|| format!("no living process of this run has the pid {pid}"))
}

/// Carries out requests as they come; the end of input stops the run.
pub(super) fn watch_control(mut control: Control, desk: Arc<Desk>) -> io::Result<()> {
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
                        desk.carry_out(text.trim());
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => break,
            }
        }
        desk.stopper.stop(Cause::EndOfInput);
    };
    // Never joined: it may wait for input for ever, and ends with the process.
    Builder::new().name("requests".to_owned()).spawn(watch)?;
    Ok(())
}
