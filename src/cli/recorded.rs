//! A run that is recorded while it is read.

use std::io;

use super::output::tell;
use crate::run::main_process::Reader;
use crate::run::record::Recorder;
use crate::run::stream::EventBatch;

/// A reader's events go into a recording first.
pub(super) struct Recorded<R> {
    reader: R,
    recorder: Recorder,
    /// The reader has gone; the recording goes on to the run's end.
    reader_gone: bool,
}

impl<R> Recorded<R> {
    pub(super) fn new(reader: R, recorder: Recorder) -> Self {
        Self {
            reader,
            recorder,
            reader_gone: false,
        }
    }
}

impl<R: Reader> Reader for Recorded<R> {
    fn read(&mut self, mut batch: EventBatch) -> io::Result<()> {
        if let Err(error) = self.recorder.record(batch.lines()) {
            tell(format_args!("{error}; the run goes on"));
        }
        if self.reader_gone {
            return Ok(());
        }
        let read = self.reader.read(batch);
        self.reader_gone = read.is_err();
        read
    }

    fn goes_on(&self) -> bool {
        true
    }
}
