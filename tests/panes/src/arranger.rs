//! An arranger without a thread.

use std::time::Duration;

use eframe::egui;
use proclab::app::background::JobProgress;
use proclab::app::monitor::{ArrangeRequest, Arrangement, Arranger, arrange};

/// Works when asked for the answer, one frame after the request, without a thread.
#[derive(Debug)]
pub struct SteppedArranger {
    asked: Option<ArrangeRequest>,
    ctx: egui::Context,
}

impl SteppedArranger {
    /// One that asks the window for its next picture.
    pub fn new(ctx: egui::Context) -> Self {
        Self { asked: None, ctx }
    }
}

impl Arranger for SteppedArranger {
    fn ask(&mut self, request: ArrangeRequest) {
        self.asked = Some(request);
        self.ctx.request_repaint();
    }

    fn answer(&mut self, patience: Duration) -> JobProgress<Arrangement> {
        match self.asked.take_if(|_| patience.is_zero()) {
            Some(request) => JobProgress::Done(arrange(&request)),
            None => JobProgress::Running,
        }
    }
}
