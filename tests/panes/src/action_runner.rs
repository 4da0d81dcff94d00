//! An action runner that the tests script.

use std::cell::RefCell;
use std::rc::Rc;

use eframe::egui;
use proclab::app::monitor::actions::ActionRunner;
use proclab::monitor::control::{Request, RequestId, Told, Us};

/// Records requests and returns scripted replies. Clones share both.
#[derive(Clone)]
pub struct ScriptedActionRunner {
    us: Us,
    script: Rc<RefCell<Script>>,
}

#[derive(Default)]
struct Script {
    asked: Vec<(RequestId, Request)>,
    told: Vec<(RequestId, Told)>,
}

impl ScriptedActionRunner {
    /// For a user with these rights.
    pub fn new(us: Us) -> Self {
        Self {
            us,
            script: Rc::default(),
        }
    }

    /// Takes out what was asked for.
    pub fn asked(&self) -> Vec<(RequestId, Request)> {
        std::mem::take(&mut self.script.borrow_mut().asked)
    }

    /// Queues a reply for the next frame.
    pub fn tell(&self, id: RequestId, told: Told) {
        self.script.borrow_mut().told.push((id, told));
    }
}

impl ActionRunner for ScriptedActionRunner {
    fn us(&self) -> Us {
        self.us
    }

    fn ask(&mut self, _ctx: &egui::Context, id: RequestId, request: Request) -> bool {
        self.script.borrow_mut().asked.push((id, request));
        true
    }

    fn told(&mut self) -> Vec<(RequestId, Told)> {
        std::mem::take(&mut self.script.borrow_mut().told)
    }
}
