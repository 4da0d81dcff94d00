//! The window under test.

use std::sync::Arc;

use eframe::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use proclab::app::feed::ScriptedFeed;
use proclab::app::lab::ScriptedRun;
use proclab::app::settings::Settings;
use proclab::app::{App, ChosenFile, Sources, theme};
use proclab::monitor::source::scripted::ScriptedSource;

/// A window of the usual size that looks at `feed`; runs that it starts tell nothing.
pub fn window(feed: &ScriptedFeed) -> Harness<'static, App> {
    window_with(feed, &ScriptedRun::default())
}

/// A window that looks at `feed` and whose runs tell what `run` is given.
pub fn window_with(feed: &ScriptedFeed, run: &ScriptedRun) -> Harness<'static, App> {
    window_as_left(feed, run, Settings::default())
}

/// A window as it was left.
pub fn window_as_left(
    feed: &ScriptedFeed,
    run: &ScriptedRun,
    settings: Settings,
) -> Harness<'static, App> {
    let (feed, run) = (feed.clone(), run.clone());
    let mut harness = Harness::builder()
        .with_size([1200.0, 760.0])
        .with_context_setup(theme::install)
        .build_eframe(move |creation| {
            let sources = Sources {
                monitor: Box::new(feed),
                runs: Box::new(run),
                // A desktop without dialogs, as in a test.
                ask_file: |_suggested, _title| ChosenFile::NoDialog,
                // The machine that the feed invents.
                open_source: Arc::new(|| Ok(Box::new(ScriptedSource::new(100, 7)))),
            };
            App::with_settings(&creation.egui_ctx, sources, settings)
        });
    harness.run();
    harness
}

/// The table's rows on screen, from above: name, pid, user, state.
pub fn rows(harness: &Harness<'_, App>) -> Vec<String> {
    let mut rows: Vec<(f32, String)> = harness
        .get_all_by_role(egui::Role::Row)
        .map(|node| {
            let label = node.accesskit_node().label().unwrap_or_default();
            (node.rect().top(), label)
        })
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows.into_iter().map(|(_, label)| label).collect()
}

/// One second passes on the machine and in the window.
pub fn second_passes(harness: &mut Harness<'_, App>, feed: &ScriptedFeed) {
    feed.advance();
    harness.run();
}
