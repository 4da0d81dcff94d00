//! The main's calls as steps of its listing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::os::Monotonic;
use crate::run::children::Children;
use crate::run::event::{EventKind, Phase};
use crate::run::event_translator::EventTranslator;
use crate::run::gate::Gate;
use crate::run::listing::Listing;
use crate::run::stream::{EventStream, Note, StepRef};

/// Tells of each call of the main.
pub(in crate::run) struct Steps<'a> {
    pub(in crate::run) stream: &'a EventStream,
    pub(in crate::run) translator: &'a Arc<EventTranslator>,
    pub(in crate::run) listing: &'a Listing,
    gate: &'a Gate,
    last: AtomicU32,
    /// The line of the last step; 0 for none.
    last_line: AtomicU32,
}

impl<'a> Steps<'a> {
    pub(in crate::run) fn new(
        stream: &'a EventStream,
        translator: &'a Arc<EventTranslator>,
        listing: &'a Listing,
        gate: &'a Gate,
    ) -> Self {
        Self {
            stream,
            translator,
            listing,
            gate,
            last: AtomicU32::new(0),
            last_line: AtomicU32::new(0),
        }
    }

    /// Carries out one call, which stands in the listing where `key` does.
    pub(in crate::run) fn call<T>(
        &self,
        key: &str,
        call: &str,
        args: &str,
        body: impl FnOnce() -> T,
    ) -> T {
        self.stream.wait_for_room();
        self.gate.pass();
        let step = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        self.translator.set_step(step);
        let line = self.listing.line_of(key);
        self.last_line.store(line.unwrap_or(0), Ordering::Relaxed);
        let step = StepRef {
            step,
            line,
            call,
            args,
        };
        self.tell(step, Phase::Entered);
        let result = body();
        self.tell(step, Phase::Returned);
        result
    }

    /// The last line of the main's code is done.
    pub(in crate::run) fn finish(&self) {
        let step = self.last.load(Ordering::Relaxed);
        let line = Some(self.last_line.load(Ordering::Relaxed)).filter(|&line| line != 0);
        self.stream.emit_now(EventKind::MainCodeFinished {
            step,
            line,
            call: None,
            args: None,
            phase: None,
        });
    }

    /// What Python adds after the last line: daemons are ended, all others are waited for. A step without a line.
    pub(in crate::run) fn wait_for_children(&self, children: &dyn Children) {
        if children.living().is_empty() {
            children.finish();
        } else {
            self.call("", "join", "non-daemon children", || children.finish());
        }
    }

    fn tell(&self, step: StepRef<'_>, phase: Phase) {
        self.stream
            .emit_note(Monotonic::now(), Note::Step { step, phase });
    }
}
