//! From the first line of `main` to the exit code.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use super::channel::{Channel, orphaned};
use super::current::{Current, become_child};
use super::panics::{caught, keep_panics_as_text};
use super::{Context, Registry};
use crate::multiprocess::depot::Access;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::wire::{Bytes, Call, Duty, FromChild, Setup, Task, ToChild, VERSION};
use crate::os::{self, Monotonic, words_of_start_error};

/// The first argument by which a program knows that it was started as a worker.
pub const ARGUMENT: &str = "__worker";

/// What a worker's command line begins with: the path of a program that was started by descriptor says nothing.
pub const TITLE: &str = "proclab";

/// Tasks shorter than this have no CPU time of their own, nanoseconds.
const MEASURED_FROM_NANOS: u64 = 1_000_000;

/// Serves as a worker if this program was started as one, and returns its exit code; `None` for everybody else.
///
/// Call it first in `main`, before anything costs time or memory that every worker would pay for.
#[doc(alias = "freeze_support")]
pub fn enter<R: Registry + ?Sized>(registry: &R) -> Option<ExitCode> {
    if std::env::args_os().nth(1)? != ARGUMENT {
        return None;
    }
    let code = serve(registry).unwrap_or_else(|error| {
        writeln!(io::stderr(), "could not serve as a worker: {error}").ok();
        ExitCode::from(2)
    });
    Some(code)
}

fn serve<R: Registry + ?Sized>(registry: &R) -> io::Result<ExitCode> {
    let because = |what: &str, error: &io::Error| {
        io::Error::other(format!("{what}: {}", words_of_start_error(error)))
    };
    let mut channel = Channel::take_from_stdin()
        .map_err(|error| because("there is no channel to a parent", &error))?;
    os::this::die_with_parent_thread()?;
    os::signal::write_from_the_background();
    channel.send(&FromChild::Hello { version: VERSION })?;
    let ToChild::Setup(setup) = channel.receive()? else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    if os::this::parent_pid() != setup.parent {
        orphaned();
    }
    channel
        .start_watcher()
        .map_err(|error| because("could not watch the channel to the parent", &error))?;
    os::this::set_name(&setup.os_name);
    if let Some(limit) = setup.open_files {
        os::this::set_open_files_limit(limit);
    }
    keep_panics_as_text();
    become_child(Current {
        identity: setup.identity.clone(),
        name: setup.name.clone(),
        parent: setup.parent,
        daemon: setup.daemon,
    });
    let Setup {
        name,
        time_scale,
        seed,
        process,
        bay,
        duty,
        ..
    } = *setup;
    let depot = channel.take_depot();
    let depot = depot.map(|fd| Access::new(fd, bay)).transpose()?;
    let mut context = Context::new(channel, depot, name, time_scale, seed);
    let code = match duty {
        Duty::Worker { initializer } => serve_pool(registry, &mut context, initializer),
        Duty::Process { call } => serve_process(registry, &mut context, &call, process),
    };
    context.children.finish();
    // From here on the parent may be gone: there is nothing left to lose.
    Ok(code.unwrap_or_else(|_channel_broke| orphaned()))
}

fn serve_pool<R: Registry + ?Sized>(
    registry: &R,
    context: &mut Context,
    initializer: Option<Call>,
) -> io::Result<ExitCode> {
    if let Some(call) = initializer
        && let Err(error) = run(registry, context, &call)
    {
        context.channel.send(&FromChild::InitializerFailed {
            at: Monotonic::now(),
            error,
        })?;
        return Ok(ExitCode::FAILURE);
    }
    context.channel.send(&FromChild::Ready {
        at: Monotonic::now(),
    })?;
    let mut tasks = VecDeque::new();
    let mut cpu = CpuMeter::default();
    loop {
        if let Some(task) = tasks.pop_front() {
            run_task(registry, context, &task, &mut cpu)?;
            if context.channel.outbox().board().is_condemned(task.seat) {
                // Too late: this process is about to be ended for it, and nobody else's task must end with it.
                break;
            }
            continue;
        }
        let message = if let Some(message) = context.channel.arrived()? {
            message
        } else {
            // There is nothing to do: nothing must wait.
            context.channel.outbox().flush()?;
            context.channel.receive()?
        };
        match message {
            ToChild::Run(more) => tasks.extend(more),
            ToChild::Finish => break,
            // Answers to a question that nobody asked.
            ToChild::Setup(_) | ToChild::Queue(_) | ToChild::Parcel => {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
    }
    leave(context)
}

fn run_task<R: Registry + ?Sized>(
    registry: &R,
    context: &mut Context,
    task: &Task,
    cpu: &mut CpuMeter,
) -> io::Result<()> {
    let outbox = Arc::clone(context.channel.outbox());
    outbox.leave_to_watcher();
    let begun = Monotonic::now();
    if !outbox.board().claim(task.seat, begun) {
        // Taken back: somebody else runs it.
        return Ok(());
    }
    context.begin_task(task.task);
    cpu.begin(begun);
    let result = run(registry, context, &task.call);
    context.let_go_of_items();
    // What the task wrote comes before its result.
    io::stdout().flush().ok();
    let at = Monotonic::now();
    let measured = at.nanos_since(begun) >= MEASURED_FROM_NANOS;
    let cpu_nanos = measured.then(|| cpu.end(at));
    let max_rss_bytes = if measured {
        os::this::peak_rss_bytes()
    } else {
        None
    };
    let finished = |result| FromChild::Finished {
        at,
        begun,
        task: task.task,
        result,
        cpu_nanos,
        max_rss_bytes,
    };
    outbox
        .post(&finished(result), task.seat, at)
        .or_else(|error| {
            // A value over the frame limit: nothing of it was sent.
            let error = RemoteError::too_large(&error);
            outbox.post(&finished(Err(error)), task.seat, at)
        })
        .map_err(io::Error::other)?
}

/// CPU time of one task after the other. To ask for it is a system call, which costs more than many a task: it is asked for
/// only when so much time has passed that it could matter.
#[derive(Debug, Default)]
struct CpuMeter {
    read_at: Monotonic,
    nanos: u64,
}

/// What passes unasked may count towards the wrong task, nanoseconds.
const CPU_MATTERS_NANOS: u64 = 50_000;

impl CpuMeter {
    fn begin(&mut self, now: Monotonic) {
        if now.nanos_since(self.read_at) > CPU_MATTERS_NANOS {
            self.read(now);
        }
    }

    /// What the process has used since the task began.
    fn end(&mut self, now: Monotonic) -> u64 {
        let before = self.nanos;
        self.read(now);
        self.nanos.saturating_sub(before)
    }

    fn read(&mut self, now: Monotonic) {
        self.nanos = os::own_cpu_nanos();
        self.read_at = now;
    }
}

fn serve_process<R: Registry + ?Sized>(
    registry: &R,
    context: &mut Context,
    call: &Call,
    process: u64,
) -> io::Result<ExitCode> {
    context.begin_process(process);
    context.channel.send(&FromChild::Ready {
        at: Monotonic::now(),
    })?;
    let result = run(registry, context, call);
    io::stdout().flush().ok();
    if let Err(error) = result {
        let mut stderr = io::stderr().lock();
        writeln!(stderr, "Process {}:", context.name()).ok();
        for line in error.traceback.lines() {
            writeln!(stderr, "{line}").ok();
        }
        writeln!(stderr, "{error}").ok();
        return Ok(ExitCode::FAILURE);
    }
    leave(context)
}

fn leave(context: &mut Context) -> io::Result<ExitCode> {
    context.channel.send(&FromChild::Leaving {
        max_rss_bytes: os::this::peak_rss_bytes(),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Runs a call; a panic becomes its error.
fn run<R: Registry + ?Sized>(
    registry: &R,
    context: &mut Context,
    call: &Call,
) -> Result<Bytes, RemoteError> {
    caught(|| {
        let out_of_reach = |why| RemoteError::new("OSError", format!("the arguments: {why}"));
        let payload = call.payload.open().map_err(out_of_reach)?;
        let value = if let Some(chunk) = call.chunk {
            // Each item's value was looked at by itself.
            let mut values = registry.call_chunk(&call.target, payload, chunk, context)?;
            values.pack();
            values.check_unpacked().map(|()| values)
        } else {
            let mut value = registry.call(&call.target, payload, context)?;
            value.make_sendable().map(|()| value)
        };
        value.map_err(|error| RemoteError::too_large(&error))
    })
}
