//! Opens the window and stays until it is closed.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui;

use super::display::{self, WindowError};
use super::lab::OwnProgram;
use super::logic::{App, Sources};
use super::monitor::ArrangerThread;
use super::monitor::actions::LocalActionRunner;
use super::monitor::export::ask_desktop;
use super::save_check;
use super::settings::Settings;
use super::text::Text;
use super::toolkit_start;
use crate::monitor::{Sampler, SamplerOptions};
use crate::os::this;

/// The application's name for the desktop, and of the folder of its settings.
const APP_ID: &str = "proclab";

/// Opens the window in this language; returns when it has been closed. Read-only, nothing can be done to a process from it.
pub fn run_window(text: Arc<Text>, is_read_only: bool) -> Result<(), WindowError> {
    let display = display::check()?;
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id(APP_ID)
            .with_title("Proclab")
            .with_icon(super::window_icon::emblem())
            .with_inner_size([1200.0, 760.0])
            .with_min_inner_size([960.0, 600.0]),
        renderer: eframe::Renderer::Glow,
        // It hides steps in gradients, of which there are none here, and is a quarter of what drawing without a GPU costs.
        dithering: false,
        ..eframe::NativeOptions::default()
    };
    let probe_save = || save_check::probe_save(eframe::storage_dir(APP_ID).as_deref());
    let result = toolkit_start::run(|start| {
        let create = move |creation: &eframe::CreationContext<'_>| -> Result<
            Box<dyn eframe::App>,
            Box<dyn std::error::Error + Send + Sync>,
        > {
            start.is_over();
            // The toolkit is a client of the display itself by now.
            drop(display);
            let settings = Settings::load(creation.storage);
            let ctx = creation.egui_ctx.clone();
            let arranger = ArrangerThread::start(ctx.clone())?;
            // For the sampler, which keeps files open; runs are started with the old limit.
            this::raise_open_files_limit();
            let sampler = Sampler::start(
                crate::monitor::source::native()?,
                SamplerOptions {
                    interval: Duration::from_millis(settings.interval_ms),
                    is_remembering: true,
                    ..SamplerOptions::default()
                },
                // With a delay of none, it would draw twice.
                Arc::new(move || ctx.request_repaint_after(Duration::from_millis(1))),
            )?;
            Ok(Box::new(App::new(
                creation,
                Sources {
                    text,
                    monitor: Box::new(sampler),
                    arranger: Box::new(arranger),
                    runs: Box::new(OwnProgram),
                    ask_file: ask_desktop,
                    open_source: Arc::new(crate::monitor::source::native),
                    probe_save: Arc::new(probe_save),
                    action_runner: Box::<LocalActionRunner>::default(),
                    is_read_only,
                },
            )))
        };
        eframe::run_native(APP_ID, options, Box::new(create))
    });
    // What was changed last was saved while the window closed, when there was no screen left to say it on.
    if let (Ok(()), Err(not_saved)) = (&result, probe_save()) {
        save_check::tell(&not_saved);
    }
    result
}
