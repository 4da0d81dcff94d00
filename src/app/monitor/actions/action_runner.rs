//! Carries out the window's actions on processes.

use std::sync::Arc;

use eframe::egui;

use crate::monitor::control::{ActionThread, Request, RequestId, Told, Us};

/// Carries out actions on processes. No method blocks.
pub trait ActionRunner {
    /// The process and user that act.
    fn us(&self) -> Us;
    /// Sends a request; false if it cannot be accepted now.
    fn ask(&mut self, ctx: &egui::Context, id: RequestId, request: Request) -> bool;
    /// The replies since the last call.
    fn told(&mut self) -> Vec<(RequestId, Told)>;
}

/// Acts on this machine. Its thread starts with the first request, so that a window that only watches has none.
pub struct LocalActionRunner {
    us: Us,
    hand: Option<ActionThread>,
}

impl Default for LocalActionRunner {
    fn default() -> Self {
        Self {
            us: Us::now(),
            hand: None,
        }
    }
}

impl ActionRunner for LocalActionRunner {
    fn us(&self) -> Us {
        self.us
    }

    fn ask(&mut self, ctx: &egui::Context, id: RequestId, request: Request) -> bool {
        if self.hand.is_none() {
            let ctx = ctx.clone();
            self.hand = ActionThread::start(Arc::new(move || ctx.request_repaint())).ok();
        }
        let asked = self.hand.as_ref().map(|hand| hand.ask(id, request));
        asked.is_some_and(|asked| asked.is_ok())
    }

    fn told(&mut self) -> Vec<(RequestId, Told)> {
        self.hand
            .as_ref()
            .map(ActionThread::told)
            .unwrap_or_default()
    }
}
