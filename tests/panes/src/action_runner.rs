//! An action runner that the tests script.

use std::cell::RefCell;
use std::rc::Rc;

use eframe::egui;
use proclab::app::monitor::actions::ActionRunner;
use proclab::monitor::control::{ActionEvent, Actor, Request, RequestId};

/// Records requests and returns scripted replies. Clones share both.
#[derive(Clone)]
pub struct ScriptedActionRunner {
    actor: Actor,
    script: Rc<RefCell<Script>>,
}

#[derive(Default)]
struct Script {
    asked: Vec<(RequestId, Request)>,
    told: Vec<(RequestId, ActionEvent)>,
}

impl ScriptedActionRunner {
    /// For a user with these rights.
    pub fn new(actor: Actor) -> Self {
        Self {
            actor,
            script: Rc::default(),
        }
    }

    /// Takes out what was asked for.
    pub fn asked(&self) -> Vec<(RequestId, Request)> {
        std::mem::take(&mut self.script.borrow_mut().asked)
    }

    /// Queues a reply for the next frame.
    pub fn tell(&self, id: RequestId, told: ActionEvent) {
        self.script.borrow_mut().told.push((id, told));
    }
}

impl ActionRunner for ScriptedActionRunner {
    fn actor(&self) -> Actor {
        self.actor
    }

    fn ask(&mut self, _ctx: &egui::Context, id: RequestId, request: Request) -> bool {
        self.script.borrow_mut().asked.push((id, request));
        true
    }

    fn events(&mut self) -> Vec<(RequestId, ActionEvent)> {
        std::mem::take(&mut self.script.borrow_mut().told)
    }
}
