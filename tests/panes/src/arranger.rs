//! An arranger without a thread.

use std::time::Duration;

use eframe::egui;
use proclab::app::background::Progress;
use proclab::app::monitor::{ArrangeRequest, Arrangement, Arranger, arrange};

/// Works when it is asked for the answer, one picture after the request, however patient who asks is: for tests, which have no threads.
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

    fn answer(&mut self, patience: Duration) -> Progress<Arrangement> {
        match self.asked.take_if(|_| patience.is_zero()) {
            Some(request) => Progress::Done(arrange(&request)),
            None => Progress::Running,
        }
    }
}
