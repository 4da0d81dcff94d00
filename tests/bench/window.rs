//! What a frame of Monitor costs the window's thread: `cargo bench -p panes --bench window`.
//!
//! Layout, reading of the model and tessellation of a whole frame, without a display; what the graphics card does comes on
//! top. The limit is a screen's: 60 frames a second leave 16.7 ms for each. What other threads work out is waited for, frame by
//! frame, and the longest frame counts: its CPU time on the window's thread (the median), and its time by the clock, which on a
//! busy machine is mostly others'.

#[expect(dead_code, reason = "the tests of panes use the rest of it")]
#[path = "../panes/tests/panes/window.rs"]
mod window;

use std::io::{self, Write as _};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use eframe::egui::{Event, Modifiers, MouseWheelSource, MouseWheelUnit, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use panes::ScriptedFeed;
use proclab::app::App;
use proclab::app::command::Command;
use proclab::os::thread_cpu_time;

/// Processes on the invented machine.
const POPULATIONS: [u32; 3] = [250, 2_000, 10_000];

/// Frames that are measured of each kind, and the first ones that are not.
const FRAMES: usize = 120;
const WARM_UP: usize = 10;

/// What a frame may take at 60 a second.
const LIMIT: Duration = Duration::from_nanos(16_666_667);

/// What happens before a frame.
type Prepare = fn(&mut Harness<'static, App>, &ScriptedFeed, usize);

const KINDS: [(&str, Prepare); 4] = [
    ("nothing new", |_window, _feed, _frame| {}),
    ("a new picture", |_window, feed, _frame| feed.advance()),
    ("scrolling", |window, _feed, frame| {
        let turn = if frame / 30 % 2 == 0 { -60.0 } else { 60.0 };
        window.event(Event::PointerMoved(pos2(500.0, 400.0)));
        window.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, turn),
            phase: TouchPhase::Move,
            source: MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        });
    }),
    ("another filter", |window, _feed, frame| {
        let filter = ["a", "user:ana", "cpu>1 | mem>100M", ""];
        let text = filter.get(frame % filter.len()).copied();
        let command = Command::SetFilter(text.unwrap_or_default().to_owned());
        window.state().commands().send(command);
    }),
];

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:>9}  {:<14}  {:>9}  {:>9}  {:>9}  {:>9}  60 a second",
        "processes", "before it", "CPU", "median", "p99", "longest"
    )?;
    for processes in POPULATIONS {
        let feed = ScriptedFeed::new(processes);
        let mut window = window::window_with_thread(&feed);
        let woken = woken_by(&window);
        for (name, prepare) in KINDS {
            let (mut cpu, mut times): (Vec<_>, Vec<_>) = (0..WARM_UP + FRAMES)
                .map(|frame| {
                    prepare(&mut window, &feed, frame);
                    longest_of_frames(&mut window, &woken)
                })
                .skip(WARM_UP)
                .unzip();
            cpu.sort_unstable();
            times.sort_unstable();
            let at = |times: &[Duration], share: usize| {
                let place = (times.len() - 1) * share / 100;
                times.get(place).copied().unwrap_or_default()
            };
            let cpu = at(&cpu, 50);
            let [median, p99, longest] = [50, 99, 100].map(|share| at(&times, share));
            let verdict = if p99 <= LIMIT { "kept" } else { "not kept" };
            writeln!(
                out,
                "{processes:>9}  {name:<14}  {cpu:>9.2?}  {median:>9.2?}  {p99:>9.2?}  {longest:>9.2?}  {verdict}"
            )?;
        }
    }
    Ok(())
}

/// Rings when another thread asks the window for its next frame.
fn woken_by(window: &Harness<'static, App>) -> Receiver<()> {
    let (sender, woken) = sync_channel(1);
    window.ctx.set_request_repaint_callback(move |_| {
        // One ring is enough; at the end of a population nobody listens any more.
        sender.try_send(()).ok();
    });
    woken
}

/// The longest of the frames from what happened up to the one that shows all that came of it, by the thread's CPU time and by
/// the clock: rows are arranged on another thread, which wakes the window.
fn longest_of_frames(
    window: &mut Harness<'static, App>,
    woken: &Receiver<()>,
) -> (Duration, Duration) {
    let mut longest = time_of_a_frame(window);
    while !window.state().monitor().is_settled() {
        let answer = woken.recv_timeout(Duration::from_secs(20));
        answer.expect("rows are arranged within 20 s");
        let (cpu, time) = time_of_a_frame(window);
        longest = (longest.0.max(cpu), longest.1.max(time));
    }
    longest
}

fn time_of_a_frame(window: &mut Harness<'static, App>) -> (Duration, Duration) {
    let (begun, cpu) = (Instant::now(), thread_cpu_time());
    window.step();
    let output = window.output();
    let meshes = window
        .ctx
        .tessellate(output.shapes.clone(), output.pixels_per_point);
    let taken = (thread_cpu_time().saturating_sub(cpu), begun.elapsed());
    assert!(!meshes.is_empty(), "a frame that shows nothing");
    taken
}
