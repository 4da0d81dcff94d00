//! The window under test.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eframe::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedActionRunner;
use panes::ScriptedFeed;
use panes::ScriptedRun;
use panes::ScriptedSource;
use panes::SteppedArranger;
use proclab::app::monitor::{Arranger, ArrangerThread};
use proclab::app::settings::Settings;
use proclab::app::{App, ChosenFile, OpenSource, SaveProbe, Sources, theme};
use proclab::monitor::control::Actor;
use proclab::monitor::{Look, ProcessDetail, ProcessRow, Snapshot, Source, Tick, Unread};
use proclab::os::{ProcFs, ProcKey};
use proclab::text::Text;

thread_local! {
    /// The language of this test's windows; English if it has chosen none.
    static TEXT: RefCell<Option<Arc<Text>>> = const { RefCell::new(None) };
}

/// The windows of this test are in this language from now on.
pub fn speak(text: Arc<Text>) {
    TEXT.set(Some(text));
}

/// A window of the usual size that shows `feed`; its runs have no events.
pub fn window(feed: &ScriptedFeed) -> Harness<'static, App> {
    window_with(feed, &ScriptedRun::default())
}

/// A window that shows `feed` and whose runs have the events of `run`.
pub fn window_with(feed: &ScriptedFeed, run: &ScriptedRun) -> Harness<'static, App> {
    window_as_left(feed, run, Settings::default())
}

/// A window as it was left.
pub fn window_as_left(
    feed: &ScriptedFeed,
    run: &ScriptedRun,
    settings: Settings,
) -> Harness<'static, App> {
    window_of(feed, run, settings, &ScriptedActionRunner::new(ANA), false)
}

/// An ordinary user; Proclab is process 4000.
pub const ANA: Actor = Actor {
    pid: 4_000,
    proc_fs: ProcFs::Own,
    uid: 1_000,
    may_signal_anyone: false,
    may_favour: false,
};

/// A window with these hands, started so that nothing can be done with them if so wished.
pub fn window_of(
    feed: &ScriptedFeed,
    run: &ScriptedRun,
    settings: Settings,
    action_runner: &ScriptedActionRunner,
    is_read_only: bool,
) -> Harness<'static, App> {
    let doors = (later_and_later(), keeps());
    built(
        doors,
        feed,
        run,
        settings,
        action_runner,
        is_read_only,
        stepped,
    )
}

/// A window with this save probe.
pub fn window_that_keeps(kept: SaveProbe) -> Harness<'static, App> {
    let (feed, run) = (ScriptedFeed::new(100), ScriptedRun::default());
    let (action_runner, settings) = (ScriptedActionRunner::new(ANA), Settings::default());
    let doors = (later_and_later(), kept);
    built(doors, &feed, &run, settings, &action_runner, false, stepped)
}

/// A window that opens sources in this way.
pub fn window_that_opens(open_source: OpenSource, feed: &ScriptedFeed) -> Harness<'static, App> {
    let (run, action_runner) = (ScriptedRun::default(), ScriptedActionRunner::new(ANA));
    let settings = Settings::default();
    built(
        (open_source, keeps()),
        feed,
        &run,
        settings,
        &action_runner,
        false,
        stepped,
    )
}

/// A window whose rows are arranged on a thread, as in the program.
pub fn window_with_thread(feed: &ScriptedFeed) -> Harness<'static, App> {
    let thread = |ctx: &egui::Context| -> Box<dyn Arranger> {
        Box::new(ArrangerThread::start(ctx.clone()).expect("a thread"))
    };
    let (run, action_runner) = (ScriptedRun::default(), ScriptedActionRunner::new(ANA));
    let (source, settings) = (later_and_later(), Settings::default());
    built(
        (source, keeps()),
        feed,
        &run,
        settings,
        &action_runner,
        false,
        thread,
    )
}

fn stepped(ctx: &egui::Context) -> Box<dyn Arranger> {
    Box::new(SteppedArranger::new(ctx.clone()))
}

/// Settings are kept.
fn keeps() -> SaveProbe {
    Arc::new(|| Ok(()))
}

fn built(
    (open_source, probe_save): (OpenSource, SaveProbe),
    feed: &ScriptedFeed,
    run: &ScriptedRun,
    settings: Settings,
    action_runner: &ScriptedActionRunner,
    is_read_only: bool,
    arranger: fn(&egui::Context) -> Box<dyn Arranger>,
) -> Harness<'static, App> {
    let (feed, run, action_runner) = (feed.clone(), run.clone(), action_runner.clone());
    let mut harness = Harness::builder()
        .with_size([1200.0, 760.0])
        .with_context_setup(theme::install)
        .build_eframe(move |creation| {
            let sources = Sources {
                text: TEXT.with_borrow(|text| text.clone().unwrap_or_else(Text::english)),
                monitor: Box::new(feed),
                arranger: arranger(&creation.egui_ctx),
                runs: Box::new(run),
                // A desktop without dialogs, as in a test.
                ask_file: |_purpose, _suggested, _title| ChosenFile::NoDialog,
                open_source,
                probe_save,
                action_runner: Box::new(action_runner),
                is_read_only,
            };
            App::with_settings(&creation.egui_ctx, sources, settings)
        });
    harness.run();
    harness
}

/// The machine that the feed invents, twenty seconds later each time that it is opened.
fn later_and_later() -> OpenSource {
    let opened = AtomicU64::new(0);
    Arc::new(move || {
        let later = 20 * opened.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(Later(ScriptedSource::new(100, 7), later)))
    })
}

/// The invented machine as it is so many seconds later; details are asked for by those who know when.
struct Later(ScriptedSource, u64);

impl Source for Later {
    fn sample(&mut self, tick: Tick) -> Snapshot {
        let number = tick.number + self.1;
        self.0.sample(Tick { number, ..tick })
    }

    fn detail(&mut self, key: ProcKey, look: Look, tick: Tick) -> ProcessDetail {
        self.0.detail(key, look, tick)
    }
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

/// A process of the picture on screen.
pub fn key_where(harness: &Harness<'_, App>, is_meant: impl Fn(&ProcessRow) -> bool) -> ProcKey {
    let snapshot = harness.state().monitor().snapshot().expect("a picture");
    let row = snapshot.rows.iter().find(|row| is_meant(row));
    row.expect("a process of that kind").key
}

/// Another user's process, whose files may not be read.
pub fn foreign_process(harness: &Harness<'_, App>) -> ProcKey {
    key_where(harness, |row| row.exe == Err(Unread::Denied))
}

/// A process of our own, not one of those that begin with the machine.
pub fn ours(harness: &Harness<'_, App>) -> ProcKey {
    key_where(harness, |row| {
        row.exe.is_ok() && row.rss_bytes.is_ok() && row.key.pid > 40
    })
}
