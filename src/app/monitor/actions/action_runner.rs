//! Carries out the window's actions on processes.

use std::sync::Arc;

use eframe::egui;

use crate::monitor::control::{ActionEvent, ActionThread, Actor, Request, RequestId};

/// Carries out actions on processes. No method blocks.
pub trait ActionRunner {
    /// The process and user that act.
    fn actor(&self) -> Actor;
    /// Sends a request; false if it cannot be accepted now.
    fn ask(&mut self, ctx: &egui::Context, id: RequestId, request: Request) -> bool;
    /// The replies since the last call.
    fn events(&mut self) -> Vec<(RequestId, ActionEvent)>;
}

/// Acts on this machine. Its thread starts with the first request, so that a window that only watches has none.
pub struct LocalActionRunner {
    actor: Actor,
    hand: Option<ActionThread>,
}

impl Default for LocalActionRunner {
    fn default() -> Self {
        Self {
            actor: Actor::now(),
            hand: None,
        }
    }
}

impl ActionRunner for LocalActionRunner {
    fn actor(&self) -> Actor {
        self.actor
    }

    fn ask(&mut self, ctx: &egui::Context, id: RequestId, request: Request) -> bool {
        if self.hand.is_none() {
            let ctx = ctx.clone();
            self.hand = ActionThread::start(Arc::new(move || ctx.request_repaint())).ok();
        }
        let asked = self.hand.as_ref().map(|hand| hand.ask(id, request));
        asked.is_some_and(|asked| asked.is_ok())
    }

    fn events(&mut self) -> Vec<(RequestId, ActionEvent)> {
        self.hand
            .as_ref()
            .map(ActionThread::events)
            .unwrap_or_default()
    }
}
