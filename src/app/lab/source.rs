//! Where the Lab's runs come from.

use crate::run::client::{Message, RunClient, Waker};
use crate::run::config::RunConfig;
use crate::run::request::Request;
use crate::text::{Sentence, Worded as _};

/// A run under way. Nothing here waits.
pub trait RunSource {
    /// The next message, if there is one.
    fn try_next(&self) -> Option<Message>;
    /// Asks something of the run; false if it no longer takes requests.
    fn request(&self, request: Request) -> bool;
}

impl RunSource for RunClient {
    fn try_next(&self) -> Option<Message> {
        Self::try_next(self)
    }

    fn request(&self, request: Request) -> bool {
        Self::request(self, request)
    }
}

/// Starts runs.
pub trait RunStarter {
    /// Starts a run; the error is a sentence for people.
    fn start(
        &self,
        config: RunConfig,
        lesson: Option<String>,
        waker: Waker,
    ) -> Result<Box<dyn RunSource>, Sentence>;
}

/// Starts this program again as the run's main process.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnProgram;

impl RunStarter for OwnProgram {
    fn start(
        &self,
        config: RunConfig,
        lesson: Option<String>,
        waker: Waker,
    ) -> Result<Box<dyn RunSource>, Sentence> {
        match RunClient::start(None, config, lesson, waker) {
            Ok(client) => Ok(Box::new(client)),
            Err(error) => Err(error.sentence()),
        }
    }
}
