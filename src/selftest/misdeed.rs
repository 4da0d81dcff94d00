//! What a faulty task does to its worker.
//!
//! Only the self-test and the tests ask for it: nothing here is listed anywhere.

mod channel;

use std::fs::OpenOptions;
use std::hint::black_box;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};
use serde::ser::{SerializeSeq as _, Serializer};
use serde::{Deserialize, Serialize};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

pub use self::channel::Junk;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::wire::Call;
use crate::os::this;

/// The name by which a worker knows that it is asked for a misdeed.
pub(super) const TARGET: &str = "__misdeed";

/// So long sleeps what is to be ended by somebody else.
const FOR_EVER: Duration = Duration::from_mins(10);

/// What a task, or an initializer, does. The first ones are good, for comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Misdeed {
    /// Returns the number.
    Return(u64),
    /// Sleeps so many milliseconds, and returns their number.
    Sleep(u64),
    /// Never gives up its CPU for so many microseconds, and returns their number.
    Spin(u64),
    /// Appends a line with the number to a file, and goes on.
    Noted(PathBuf, u64, Box<Self>),
    /// Returns so many bytes.
    Bytes(u64),
    /// Returns so many zeros, none of which it touches.
    Zeros(u64),
    /// Writes these bytes to standard output, so many times, and returns 0.
    Write(Vec<u8>, u64),
    /// Ends the process with this exit code.
    Exit(i32),
    /// Aborts the process.
    Abort,
    /// Takes a SIGSEGV.
    Segfault,
    /// Calls itself until the stack is full.
    Overflow,
    /// Raises.
    Raise,
    /// Panics.
    Panic,
    /// Panics while it panics.
    PanicTwice,
    /// Raises an error that cannot even say what it is.
    ErrorWithoutWords,
    /// Returns something that has no encoding.
    Unencodable,
    /// Raises if the file has so many lines, or a multiple of that.
    RaiseEvery(PathBuf, usize),
    /// Is killed so many microseconds later, wherever it is then, and goes on.
    DieAfter(u64, Box<Self>),
    /// Ignores every request to end; sleeps.
    IgnoreRequests,
    /// Starts a process in its group; sleeps.
    Grandchild,
    /// Ignores every request to end, starts a process in its group and a daemon in a session of its own; sleeps.
    Cling,
    /// Leaves a process behind that holds the pipes for so many milliseconds and then writes; returns 0.
    LeavePipes(u64),
    /// Closes the descriptors 0 to 20, the channel to the parent among them; returns 0.
    CloseDescriptors,
    /// Writes something into the channel to the parent that does not belong there, and goes on.
    Say(Junk, Box<Self>),
}

impl Misdeed {
    /// The call that asks a worker for it.
    pub fn call(&self) -> Call {
        // Encoding into memory fails only for sequences of unknown length, of which there is none.
        Call::new(TARGET, postcard::to_stdvec(self).unwrap_or_default())
    }

    /// What [`Self::Return`] and its like give.
    pub fn value(number: u64) -> Vec<u8> {
        number.to_le_bytes().to_vec()
    }

    /// Does it.
    pub(super) fn commit(self) -> Result<Vec<u8>, RemoteError> {
        let mut returned = 0;
        match self {
            Self::Return(number) => returned = number,
            Self::Sleep(millis) => {
                thread::sleep(Duration::from_millis(millis));
                returned = millis;
            }
            Self::Spin(micros) => {
                let begun = std::time::Instant::now();
                while begun.elapsed() < Duration::from_micros(micros) {
                    std::hint::spin_loop();
                }
                returned = micros;
            }
            Self::Noted(path, number, then) => {
                note(&path, number)?;
                return then.commit();
            }
            Self::Bytes(count) => return Ok(vec![7; usize::try_from(count).unwrap_or(0)]),
            Self::Zeros(count) => return Ok(vec![0; usize::try_from(count).unwrap_or(0)]),
            Self::Write(bytes, times) => {
                let mut out = std::io::stdout().lock();
                for _ in 0..times {
                    attempt(out.write_all(&bytes))?;
                }
            }
            Self::RaiseEvery(path, nth) => {
                let lines = attempt(std::fs::read_to_string(path))?;
                if lines.lines().count() % nth == 0 {
                    return Self::Raise.commit();
                }
            }
            Self::DieAfter(micros, then) => {
                attempt(die_after(Duration::from_micros(micros)))?;
                return then.commit();
            }
            Self::Raise => return Err(RemoteError::new("ValueError", "on purpose")),
            Self::ErrorWithoutWords => {
                return Err(RemoteError::new("OddError", Wordless.to_string()));
            }
            Self::Unencodable => {
                return postcard::to_stdvec(&Endless)
                    .map_err(|error| RemoteError::new("TypeError", error.to_string()));
            }
            Self::IgnoreRequests => {
                attempt(ignore_requests())?;
                announce("ignoring");
                thread::sleep(FOR_EVER);
            }
            Self::Grandchild => {
                attempt(start("sleep", &["600"]))?;
                announce("has a child");
                thread::sleep(FOR_EVER);
            }
            Self::Cling => {
                attempt(ignore_requests())?;
                attempt(start("sh", &["-c", "trap '' TERM HUP INT; exec sleep 600"]))?;
                let daemon = "trap '' TERM HUP INT; exec setsid -f sleep 600";
                attempt(start("sh", &["-c", daemon]).and_then(|mut forker| forker.wait()))?;
                announce("clinging");
                thread::sleep(FOR_EVER);
            }
            Self::LeavePipes(millis) => {
                let late = format!("sleep {}.{:03}; echo late", millis / 1000, millis % 1000);
                attempt(start("sh", &["-c", &late]))?;
            }
            Self::CloseDescriptors => this::close_descriptors(0..=20),
            Self::Say(junk, then) => {
                attempt(channel::say(&junk))?;
                return then.commit();
            }
            Self::Exit(_)
            | Self::Abort
            | Self::Segfault
            | Self::Overflow
            | Self::Panic
            | Self::PanicTwice => self.die(),
        }
        Ok(Self::value(returned))
    }

    /// Ends the process, or the task by a panic.
    #[expect(clippy::panic, reason = "it is the misdeed")]
    fn die(&self) {
        match self {
            Self::Exit(code) => std::process::exit(*code),
            Self::Segfault => loop {
                // The standard library's handler lets the first one pass: it looks for an overflow of the stack.
                kill_process(getpid(), Signal::SEGV).ok();
            },
            Self::Overflow => {
                black_box(deeper(1));
            }
            Self::Panic => panic!("on purpose"),
            Self::PanicTwice => {
                let _panics_too = PanicsWhenDropped;
                panic!("on purpose")
            }
            _ => std::process::abort(),
        }
    }
}

fn attempt<T>(result: std::io::Result<T>) -> Result<T, RemoteError> {
    result.map_err(|error| RemoteError::new("OSError", error.to_string()))
}

/// Lines of several processes do not mix: each is appended by one write.
fn note(path: &PathBuf, number: u64) -> Result<(), RemoteError> {
    let open = OpenOptions::new().append(true).create(true).open(path);
    attempt(open.and_then(|mut file| file.write_all(format!("{number}\n").as_bytes())))
}

fn announce(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).ok();
}

fn start(program: &str, arguments: &[&str]) -> std::io::Result<std::process::Child> {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .spawn()
}

fn ignore_requests() -> std::io::Result<()> {
    for signal in [SIGTERM, SIGHUP, SIGINT] {
        signal_hook::flag::register(signal, Arc::default())?;
    }
    Ok(())
}

fn die_after(delay: Duration) -> std::io::Result<()> {
    let die = move || {
        thread::sleep(delay);
        kill_process(getpid(), Signal::KILL).ok();
    };
    thread::Builder::new()
        .name("death".to_owned())
        .spawn(die)
        .map(|_never_joined| ())
}

fn deeper(depth: u64) -> u64 {
    let frame = black_box([depth; 512]);
    if black_box(depth) == 0 {
        return 0;
    }
    deeper(depth + 1) + frame[0]
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    #[expect(clippy::panic, reason = "it is the misdeed")]
    fn drop(&mut self) {
        panic!("again")
    }
}

/// An error whose words panic.
struct Wordless;

impl std::fmt::Display for Wordless {
    #[expect(clippy::panic, reason = "it is the misdeed")]
    fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("no words")
    }
}

/// A sequence that does not know its length, which has no encoding.
struct Endless;

impl Serialize for Endless {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_seq(None)?.end()
    }
}
