//! A run that tests script.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use proclab::app::lab::{RunSource, RunStarter};
use proclab::run::client::{Message, Waker};
use proclab::run::config::RunConfig;
use proclab::run::event::RunEvent;
use proclab::run::request::Request;
use proclab::text::Sentence;

/// A run with scripted events that records requests. Clones share both.
#[derive(Clone, Debug, Default)]
pub struct ScriptedRun {
    messages: Rc<RefCell<VecDeque<Message>>>,
    requests: Rc<RefCell<Vec<Request>>>,
    started: Rc<RefCell<Vec<RunConfig>>>,
}

impl ScriptedRun {
    /// Queues these events.
    pub fn tell(&self, events: impl IntoIterator<Item = RunEvent>) {
        let events = events
            .into_iter()
            .map(|event| Message::Event(Box::new(event)));
        self.messages.borrow_mut().extend(events);
    }

    /// Queues the end of the main process.
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
    ) -> Result<Box<dyn RunSource>, Sentence> {
        self.started.borrow_mut().push(config);
        Ok(Box::new(self.clone()))
    }
}
