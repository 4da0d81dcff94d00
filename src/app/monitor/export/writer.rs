//! The writing itself, beside the window's thread: how far it is, and stopping it.

use std::io::{self, ErrorKind, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use eframe::egui;

use super::choices::ExportChoices;
use super::content::ExportContent;
use super::{ExportError, OpenSource, Written};
use crate::app::background::{BackgroundJob, JobProgress};
use crate::monitor::document::{Readers, WriteError, write_file, write_new_file};

/// Number of processes between two updates of the progress.
const TOLD_EVERY: usize = 25;

/// How long a window that closes waits until what is half written is gone.
const FAREWELL: Duration = Duration::from_secs(2);

/// What is to be written.
pub(super) struct WriteRequest {
    pub content: ExportContent,
    pub choices: ExportChoices,
    pub path: PathBuf,
    /// Whether a file that is there may be replaced.
    pub may_replace: bool,
}

/// A file that is being written.
pub(super) struct FileWriting {
    job: BackgroundJob<Result<Written, ExportError>>,
    state: Arc<WriteState>,
}

#[derive(Default)]
struct WriteState {
    /// How many processes have been read.
    read: AtomicUsize,
    is_stopped: AtomicBool,
}

impl FileWriting {
    /// Begins; an error if there is no thread to be had.
    pub(super) fn start(
        ctx: &egui::Context,
        order: WriteRequest,
        open: &OpenSource,
    ) -> io::Result<Self> {
        let state = Arc::new(WriteState::default());
        let (known, open, waker) = (Arc::clone(&state), Arc::clone(open), ctx.clone());
        let work = move || write(order, &open, &known, &waker);
        let job = BackgroundJob::start("export", ctx, work)?;
        Ok(Self { job, state })
    }

    /// How many processes have been read.
    pub(super) fn read(&self) -> usize {
        self.state.read.load(Ordering::Relaxed)
    }

    /// Stops it; the result arrives as usual, and may have done so already.
    pub(super) fn stop(&self) {
        self.state.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop and has not ended yet.
    pub(super) fn is_stopping(&self) -> bool {
        self.state.is_stopped()
    }

    /// Ends it and waits a while for that: threads end with the program, wherever they are, and its temporary file would
    /// stay.
    pub(super) fn take_leave(&self) {
        self.stop();
        self.job.wait(FAREWELL);
    }

    /// What came of it.
    pub(super) fn poll(&self) -> JobProgress<Result<Written, ExportError>> {
        self.job.poll()
    }
}

impl Drop for FileWriting {
    fn drop(&mut self) {
        self.stop();
    }
}

impl WriteState {
    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }
}

/// Writes the document wholly or not at all.
fn write(
    order: WriteRequest,
    open: &OpenSource,
    state: &WriteState,
    ctx: &egui::Context,
) -> Result<Written, ExportError> {
    let WriteRequest {
        content,
        choices,
        path,
        may_replace,
    } = order;
    // Devices and pipes are written to directly, without replacing them.
    if !may_replace && path.is_file() {
        return Err(ExportError::IsThere(path));
    }
    let request = choices.request();
    let mut source = open().map_err(ExportError::Source)?;
    let done = || {
        let read = state.read.fetch_add(1, Ordering::Relaxed);
        if read.is_multiple_of(TOLD_EVERY) {
            ctx.request_repaint();
        }
        if state.is_stopped() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let document = content.document(&mut *source, &request, done);
    let document = document.ok_or(ExportError::Stopped)?;
    let readers = match choices.environ {
        Some(_) => Readers::Owner,
        None => Readers::Usual,
    };
    let write = |out: &mut dyn Write| {
        let mut out = Stoppable { out, state };
        let cells = choices.cells();
        let fields = &request.fields;
        choices.format.write(&document, fields, cells, &mut out)
    };
    let written = if may_replace {
        write_file(&path, readers, write)
    } else {
        // One that has come meanwhile is asked about, too.
        write_new_file(&path, readers, write)
    };
    match written {
        Err(_) if state.is_stopped() => {
            // A file appears wholly or not at all.
            let is_within = path.exists() && !path.is_file();
            return Err(if is_within {
                ExportError::StoppedWithin(path)
            } else {
                ExportError::Stopped
            });
        }
        Err(WriteError::File { path, source }) if source.kind() == ErrorKind::AlreadyExists => {
            return Err(ExportError::IsThere(path));
        }
        written => written.map_err(ExportError::File)?,
    }
    Ok(Written {
        count: content.count(),
        path,
    })
}

/// Writes until it is stopped.
struct Stoppable<'a> {
    out: &'a mut dyn Write,
    state: &'a WriteState,
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.state.is_stopped() {
            return Err(io::Error::other("stopped"));
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::monitor::source::scripted::{ScriptedSource, row, snapshot_of};

    fn order(path: PathBuf, may_replace: bool) -> WriteRequest {
        let snapshot = Arc::new(snapshot_of((1..200).map(|pid| row(pid, "p")).collect()));
        WriteRequest {
            content: ExportContent::new(snapshot, Vec::new(), &[]),
            choices: ExportChoices::default(),
            path,
            may_replace,
        }
    }

    fn write_order(order: WriteRequest, state: &WriteState) -> Result<Written, ExportError> {
        let open: OpenSource = Arc::new(|| Ok(Box::new(ScriptedSource::new(50, 1))));
        write(order, &open, state, &egui::Context::default())
    }

    #[test]
    fn what_is_stopped_leaves_the_file_that_was_there_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::write(&path, "before").unwrap();
        let state = WriteState::default();
        state.is_stopped.store(true, Ordering::Relaxed);
        let stopped = write_order(order(path.clone(), true), &state);
        assert!(matches!(stopped, Err(ExportError::Stopped)));
        // In the middle of the writing, too: what refuses is the same.
        let mut out = Vec::new();
        let mut stoppable = Stoppable {
            out: &mut out,
            state: &state,
        };
        assert!(stoppable.write_all(b"{").is_err() && out.is_empty());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn of_what_is_stopped_within_a_pipe_a_part_may_be_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let state = WriteState::default();
        let stopped = std::thread::scope(|scope| {
            // More than a pipe holds: writing blocks until it is read.
            scope.spawn(|| {
                let mut pipe = std::fs::File::open(&path).unwrap();
                pipe.read_exact(&mut [0]).unwrap();
                state.is_stopped.store(true, Ordering::Relaxed);
                io::copy(&mut pipe, &mut io::sink()).unwrap();
            });
            write_order(order(path.clone(), false), &state)
        });
        assert!(matches!(stopped, Err(ExportError::StoppedWithin(within)) if within == path));
    }

    #[test]
    fn a_file_that_is_there_is_replaced_only_if_that_was_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let state = WriteState::default();
        assert!(write_order(order(path.clone(), false), &state).is_ok());
        std::fs::write(&path, "before").unwrap();
        let refused = write_order(order(path.clone(), false), &state);
        assert!(matches!(refused, Err(ExportError::IsThere(there)) if there == path));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
        assert!(write_order(order(path.clone(), true), &state).is_ok());
        assert!(std::fs::read_to_string(&path).unwrap().starts_with('{'));
        // Into what is no file is written without asking.
        assert!(write_order(order("/dev/null".into(), false), &state).is_ok());
    }
}
