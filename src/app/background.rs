//! Work beside the window's thread: named threads that answer once.

use std::io;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

use eframe::egui;

/// A job under way on a thread of its own.
#[derive(Debug)]
pub struct BackgroundJob<T> {
    answer: Receiver<T>,
}

/// How far a job is.
#[derive(Debug, PartialEq, Eq)]
pub enum JobProgress<T> {
    /// Still at work.
    Running,
    /// Done; returned once.
    Done(T),
    /// The thread ended without an answer.
    Lost,
}

impl<T: Send + 'static> BackgroundJob<T> {
    /// Starts `work` on a thread of that name and wakes the window when it has an answer.
    pub fn start(
        name: &str,
        ctx: &egui::Context,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, answer) = sync_channel(1);
        let ctx = ctx.clone();
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                // The window may have closed meanwhile and dropped the receiver.
                sender.send(work()).ok();
                ctx.request_repaint();
            })?;
        Ok(Self { answer })
    }

    /// Waits for the end of the work, at most so long, without its answer.
    pub fn wait(&self, timeout: Duration) {
        self.answer.recv_timeout(timeout).ok();
    }

    /// Looks for the answer without waiting.
    pub fn poll(&self) -> JobProgress<T> {
        match self.answer.try_recv() {
            Ok(answer) => JobProgress::Done(answer),
            Err(TryRecvError::Empty) => JobProgress::Running,
            Err(TryRecvError::Disconnected) => JobProgress::Lost,
        }
    }
}
