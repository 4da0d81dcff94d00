//! Keeps a guard over the run: one that is killed is replaced.

use std::io::{self, PipeWriter};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use rustix::event::{PollFd, PollFlags, poll};

use crate::run::event::Stream;
use crate::run::event_translator::EventTranslator;
use crate::run::guard::{Guard, Mark};

/// Whoever kills more guards than this means it, or they cannot live here.
const MOST_GUARDS: usize = 10;

/// The thread that looks after the guard. Dropping it ends both.
#[derive(Debug)]
pub(super) struct Guarding {
    /// Closed to end the thread.
    go_on: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Guarding {
    /// Looks after a guard that was started.
    pub(super) fn begin(
        guard: Guard,
        mark: Mark,
        translator: Arc<EventTranslator>,
    ) -> io::Result<Self> {
        let (stop, go_on) = io::pipe()?;
        let look_after = move || {
            let mut guard = guard;
            for number in 1.. {
                let mut fds = [
                    PollFd::new(guard.pidfd(), PollFlags::IN),
                    PollFd::new(&stop, PollFlags::IN),
                ];
                while poll(&mut fds, None).is_err() {
                    // Interrupted: taken up again.
                }
                if !fds[1].revents().is_empty() {
                    return;
                }
                let replaced = if number < MOST_GUARDS {
                    Guard::start(&mark).map_err(|error| error.to_string())
                } else {
                    Err("too many were".to_owned())
                };
                match replaced {
                    Ok(new) => {
                        guard = new;
                        say(
                            &translator,
                            "the guard was killed; another one takes its place",
                        );
                    }
                    Err(why) => {
                        let unguarded = "the guard was killed, and no other takes its place";
                        say(&translator, &format!("{unguarded}: {why}"));
                        return;
                    }
                }
            }
        };
        let thread = Builder::new()
            .name("guarding".to_owned())
            .spawn(look_after)?;
        Ok(Self {
            go_on: Some(go_on),
            thread: Some(thread),
        })
    }
}

fn say(translator: &EventTranslator, text: &str) {
    translator.print(Stream::Stderr, &format!("main: {text}"));
}

impl Drop for Guarding {
    fn drop(&mut self) {
        drop(self.go_on.take());
        if let Some(thread) = self.thread.take() {
            // One that panicked has let go of its guard as well.
            thread.join().ok();
        }
    }
}
