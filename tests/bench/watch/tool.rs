//! Monitors for the terminal as a whole, drawing included, against the product's sampler, both once a second.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use proclab::monitor::source::native;
use proclab::monitor::{Sampler, SamplerOptions};
use proclab::os::{own_cpu_nanos, processes};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::{CPU, N_2000, WATCHED, ensure};
use crate::harness::figure::{Figure, Figures, Unit};
use crate::harness::row::{Rival, Row, Size};

/// A round, seconds.
const ROUND: u64 = 10;

/// First looks cost more than all others: not measured.
const WARM_UP: Duration = Duration::from_secs(3);

const PER_SECOND: Figure = Figure {
    unit: Unit::Milliseconds,
    ..CPU
};

pub const HTOP: Row = Row {
    name: "htop",
    what: "2,000 processes, once a second; htop as a whole: CPU time a second",
    ours: sampler,
    rivals: &[Rival::Program("htop", |seconds| {
        tool("htop", &["-d", "10"], seconds)
    })],
    size: Size::Fixed(ROUND),
    figures: &[Figure {
        ratio: Some(5.0),
        ..PER_SECOND
    }],
    alone: false,
    beside_hogs: false,
};

pub const BTM: Row = Row {
    name: "btm",
    what: "2,000 processes, once a second; btm as a whole: CPU time a second",
    rivals: &[Rival::Program("btm", |seconds| {
        tool("btm", &["--rate", "1000"], seconds)
    })],
    figures: &[Figure {
        ratio: Some(4.0),
        ..PER_SECOND
    }],
    ..HTOP
};

fn figures(cpu_seconds: f64, seconds: u64) -> Figures {
    [("cpu".to_owned(), cpu_seconds * 1e3 / seconds as f64)].into()
}

fn sampler(seconds: u64) -> anyhow::Result<Figures> {
    ensure(&mut WATCHED.lock(), &N_2000)?;
    let sampler = Sampler::start(native()?, SamplerOptions::default(), Arc::new(|| {}))?;
    thread::sleep(WARM_UP);
    let begun = own_cpu_nanos();
    thread::sleep(Duration::from_secs(seconds));
    let nanos = own_cpu_nanos().saturating_sub(begun);
    drop(sampler);
    Ok(figures(nanos as f64 / 1e9, seconds))
}

fn tool(program: &str, arguments: &[&str], seconds: u64) -> anyhow::Result<Figures> {
    ensure(&mut WATCHED.lock(), &N_2000)?;
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let size = Winsize {
        ws_row: 60,
        ws_col: 200,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&master, size)?;
    let name = ptsname(&master, Vec::new())?;
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let terminal = rustix::fs::open(name, flags, Mode::empty())?;
    let mut child = Command::new(program)
        .args(arguments)
        .env("TERM", "xterm-256color")
        .stdin(terminal.try_clone()?)
        .stdout(terminal)
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("could not start {program}"))?;
    // Somebody has to take what it draws; it ends with the terminal.
    let mut screen = std::fs::File::from(master);
    let reader = thread::Builder::new().spawn(move || {
        let mut drawn = vec![0; 64 << 10];
        while screen.read(&mut drawn).is_ok_and(|count| count > 0) {}
    })?;
    let used = || {
        let key = processes::key_of(child.id())?;
        Some(processes::usage_of(key)?.cpu_seconds)
    };
    thread::sleep(WARM_UP);
    let begun = used();
    thread::sleep(Duration::from_secs(seconds));
    let ended = used();
    child.kill()?;
    child.wait()?;
    reader.join().ok();
    let (begun, ended) = begun
        .zip(ended)
        .with_context(|| format!("{program} ended by itself"))?;
    Ok(figures(ended - begun, seconds))
}
