//! Who does what the window asks for: the thread `control`, or a script that tests step by hand.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use eframe::egui;

use crate::monitor::control::{Hand, Request, RequestId, Told, Us};

/// What the window asks of whoever acts. Nothing here waits.
pub trait Hands {
    /// Who acts.
    fn us(&self) -> Us;
    /// Asks for something; false if it cannot be done now.
    fn ask(&mut self, ctx: &egui::Context, id: RequestId, request: Request) -> bool;
    /// What was told since the last call.
    fn told(&mut self) -> Vec<(RequestId, Told)>;
}

/// This machine. The thread starts with the first request, so that a window that only watches has none.
pub struct OwnHands {
    us: Us,
    hand: Option<Hand>,
}

impl Default for OwnHands {
    fn default() -> Self {
        Self {
            us: Us::now(),
            hand: None,
        }
    }
}

impl Hands for OwnHands {
    fn us(&self) -> Us {
        self.us
    }

    fn ask(&mut self, ctx: &egui::Context, id: RequestId, request: Request) -> bool {
        if self.hand.is_none() {
            let ctx = ctx.clone();
            self.hand = Hand::start(Arc::new(move || ctx.request_repaint())).ok();
        }
        let asked = self.hand.as_ref().map(|hand| hand.ask(id, request));
        asked.is_some_and(|asked| asked.is_ok())
    }

    fn told(&mut self) -> Vec<(RequestId, Told)> {
        self.hand.as_ref().map(Hand::told).unwrap_or_default()
    }
}

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
