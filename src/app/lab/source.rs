//! Where the Lab's runs come from: main processes of their own, or a script in tests.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::run::client::{Message, RunClient, Waker};
use crate::run::config::RunConfig;
use crate::run::event::RunEvent;
use crate::run::request::Request;

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
    ) -> Result<Box<dyn RunSource>, String>;
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
    ) -> Result<Box<dyn RunSource>, String> {
        match RunClient::start(None, config, lesson, waker) {
            Ok(client) => Ok(Box::new(client)),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A run that tells what it is given, and remembers what it is asked. Its clones share both.
#[derive(Clone, Debug, Default)]
pub struct ScriptedRun {
    messages: Rc<RefCell<VecDeque<Message>>>,
    requests: Rc<RefCell<Vec<Request>>>,
    started: Rc<RefCell<Vec<RunConfig>>>,
}

impl ScriptedRun {
    /// Tells these events next.
    pub fn tell(&self, events: impl IntoIterator<Item = RunEvent>) {
        let events = events
            .into_iter()
            .map(|event| Message::Event(Box::new(event)));
        self.messages.borrow_mut().extend(events);
    }

    /// Tells that the main process has ended.
    pub fn end(&self, exit_code: i32, complaint: &str) {
        self.messages.borrow_mut().push_back(Message::Ended {
            exit_code: Some(exit_code),
            complaint: complaint.to_owned(),
        });
    }

    /// What was asked of it.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.borrow().clone()
    }

    /// What was to be started.
    pub fn started(&self) -> Vec<RunConfig> {
        self.started.borrow().clone()
    }
}

impl RunSource for ScriptedRun {
    fn try_next(&self) -> Option<Message> {
        self.messages.borrow_mut().pop_front()
    }

    fn request(&self, request: Request) -> bool {
        self.requests.borrow_mut().push(request);
        true
    }
}

impl RunStarter for ScriptedRun {
    fn start(
        &self,
        config: RunConfig,
        _lesson: Option<String>,
        _waker: Waker,
    ) -> Result<Box<dyn RunSource>, String> {
        self.started.borrow_mut().push(config);
        Ok(Box::new(self.clone()))
    }
}
