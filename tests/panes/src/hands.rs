//! What carries out actions on processes, told by hand.

use std::cell::RefCell;
use std::rc::Rc;

use eframe::egui;
use proclab::app::monitor::actions::Hands;
use proclab::monitor::control::{Request, RequestId, Told, Us};

/// Hands that do nothing but keep what they were asked for and tell what they are given. Clones share it.
#[derive(Clone)]
pub struct ScriptedHands {
    us: Us,
    script: Rc<RefCell<Script>>,
}

#[derive(Default)]
struct Script {
    asked: Vec<(RequestId, Request)>,
    told: Vec<(RequestId, Told)>,
}

impl ScriptedHands {
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

    /// Tells something with the next picture.
    pub fn tell(&self, id: RequestId, told: Told) {
        self.script.borrow_mut().told.push((id, told));
    }
}

impl Hands for ScriptedHands {
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
