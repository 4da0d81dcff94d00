//! Busy processes beside what is measured.

use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::Context as _;
use proclab::os::this;

/// The first argument by which this program knows that it is a hog.
const ARGUMENT: &str = "__hog";

/// Processes that do nothing but use a CPU, until dropped.
pub struct Hogs {
    children: Vec<Child>,
}

/// Turns round and round if this program was started as a hog; returns only for everybody else.
pub fn enter() -> Option<ExitCode> {
    if std::env::args_os().nth(1)? != ARGUMENT {
        return None;
    }
    if this::die_with_parent_thread().is_err() {
        return Some(ExitCode::FAILURE);
    }
    loop {
        std::hint::spin_loop();
    }
}

impl Hogs {
    /// Starts one a CPU.
    pub fn start() -> anyhow::Result<Self> {
        let mut hogs = Self {
            children: Vec::new(),
        };
        for _ in 0..Self::count() {
            let hog = Command::new(this::program())
                .arg(ARGUMENT)
                .stdin(Stdio::null())
                .spawn()
                .context("could not start a busy process")?;
            hogs.children.push(hog);
        }
        Ok(hogs)
    }

    /// How many there are.
    pub fn count() -> u32 {
        this::usable_cpus()
    }
}

impl Drop for Hogs {
    fn drop(&mut self) {
        for hog in &mut self.children {
            // One that has ended is as good.
            hog.kill().and_then(|()| hog.wait().map(|_status| ())).ok();
        }
    }
}
