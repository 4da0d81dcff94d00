//! Children on a terminal, of which only their main is in the foreground.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Command, ExitCode, Stdio};

use proclab::multiprocess::{Engine, EngineOptions, Pool, PoolOptions};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use crate::functions::{ASK_AT_TERMINAL, SAY};

/// Prints.
pub fn say(words: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{words}").unwrap();
    out.flush().unwrap();
}

/// Reads a line from the terminal, as what asks for a password does.
pub fn ask_at_terminal((): ()) -> Result<String, std::io::Error> {
    let mut terminal = OpenOptions::new().read(true).open("/dev/tty")?;
    let mut line = [0; 16];
    let count = terminal.read(&mut line)?;
    Ok(String::from_utf8_lossy(&line[..count]).into_owned())
}

/// The first argument by which this program knows that it is a main on a terminal.
pub const MAIN_ON_TERMINAL: &str = "__main-on-terminal";

/// Such a main: what its workers print and are refused is on the terminal.
pub fn be_main_on_terminal() -> ExitCode {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let options = PoolOptions {
        processes: Some(1),
        ..PoolOptions::default()
    };
    let pool = Pool::new(&engine, options).unwrap();
    for number in 0..3 {
        pool.apply(&SAY, format!("line {number}")).unwrap();
    }
    say(&pool.apply(&ASK_AT_TERMINAL, ()).unwrap_err().to_string());
    pool.apply(&SAY, "the end".to_owned()).unwrap();
    ExitCode::SUCCESS
}

fn terminal_that_stops_the_background() -> (File, OwnedFd) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let terminal = rustix::fs::open(name, flags, Mode::empty()).unwrap();
    let mut modes = tcgetattr(&terminal).unwrap();
    modes.local_modes |= LocalModes::TOSTOP;
    tcsetattr(&terminal, OptionalActions::Now, &modes).unwrap();
    (File::from(master), terminal)
}

pub fn workers_print_and_are_told_when_they_may_not_read() {
    let (mut master, terminal) = terminal_that_stops_the_background();
    let mut main = Command::new("setsid");
    main.args(["--ctty", "--wait"])
        .arg(std::env::current_exe().unwrap())
        .arg(MAIN_ON_TERMINAL)
        .stdin(terminal.try_clone().unwrap())
        .stdout(terminal.try_clone().unwrap())
        .stderr(Stdio::from(terminal));
    let Ok(mut child) = main.spawn() else {
        return eprintln!("skipped: there is no setsid here");
    };
    // The last who have the terminal.
    drop(main);
    let mut text = Vec::new();
    // Its end is an error once nobody has it any more.
    master.read_to_end(&mut text).ok();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(child.wait().unwrap().success(), "{text}");
    for words in ["line 0", "line 1", "line 2", "(SIGTTIN)", "the end"] {
        assert!(text.contains(words), "no {words} in {text}");
    }
}
