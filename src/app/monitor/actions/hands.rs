//! Who does what the window asks for.

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
