//! What a child has of its main's signals and descriptors: nothing.

use std::fs::{read_dir, read_link, read_to_string};
use std::os::fd::AsRawFd as _;
use std::process::{Command, ExitCode};

use proclab::multiprocess::{Engine, EngineOptions, Pool, PoolOptions, Process};
use proclab::os::{Monotonic, processes};

use crate::driver::watched_engine;
use crate::functions::{PASS, SLATE};
use crate::gate::Gate;

/// What a child finds: the masks of its blocked and ignored signals, and the files behind its descriptors.
pub fn slate((): ()) -> (String, String, Vec<String>) {
    let status = read_to_string("/proc/self/status").unwrap();
    let mask = |name: &str| {
        let mask = status.lines().find_map(|line| line.strip_prefix(name));
        mask.unwrap().trim().to_owned()
    };
    let links = read_dir("/proc/self/fd").unwrap();
    let links = links.filter_map(|entry| read_link(entry.ok()?.path()).ok());
    let links = links.map(|link| link.to_string_lossy().into_owned());
    (mask("SigBlk:"), mask("SigIgn:"), links.collect())
}

/// The first argument by which this program knows that it is a main that was started with blocked and ignored signals.
pub const UNCLEAN_MAIN: &str = "__unclean-main";

/// SIGPIPE, which every program in Rust ignores from its first line on.
const ONLY_SIGPIPE: &str = "0000000000001000";

/// Such a main; it panics if anything is not as it should be.
pub fn be_unclean_main() -> ExitCode {
    // Without CLOEXEC, as C libraries open them.
    let (_reader, writer) = rustix::pipe::pipe().unwrap();
    let pipe = read_link(format!("/proc/self/fd/{}", writer.as_raw_fd())).unwrap();
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let options = PoolOptions {
        processes: Some(1),
        ..PoolOptions::default()
    };
    let pool = Pool::new(&engine, options).unwrap();
    let (blocked, ignored, links) = pool.apply(&SLATE, ()).unwrap();
    assert_eq!(
        (blocked.as_str(), ignored.as_str()),
        ("0000000000000000", ONLY_SIGPIPE)
    );
    assert!(
        !links.iter().any(|link| pipe.as_os_str() == link.as_str()),
        "{links:?}"
    );

    // At once: also what is sent before its main begins counts.
    let gate = Gate::new();
    let call = PASS.call((Some(gate.path()), 1)).unwrap();
    let mut waiting = Process::new(&engine, call);
    waiting.start().unwrap();
    waiting.terminate().unwrap();
    waiting.join(None).unwrap();
    assert_eq!(waiting.exitcode(), Ok(Some(-15)));

    let mut quick = Process::new(&engine, SLATE.call(()).unwrap());
    quick.start().unwrap();
    quick.join(None).unwrap();
    assert_eq!(quick.exitcode(), Ok(Some(0)));
    pool.close();
    pool.join().unwrap();
    ExitCode::SUCCESS
}

pub fn a_child_inherits_no_signals_and_no_descriptors() {
    let env = || {
        let mut env = Command::new("env");
        env.args(["--block-signal=TERM,USR2", "--ignore-signal=CHLD,HUP,INT"]);
        env
    };
    if !env()
        .arg("true")
        .output()
        .is_ok_and(|output| output.status.success())
    {
        return eprintln!("skipped: env can neither block nor ignore signals here");
    }
    let program = std::env::current_exe().unwrap();
    let output = env().arg(program).arg(UNCLEAN_MAIN).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

pub fn a_sentinel_is_readable_once_its_process_has_ended() {
    let (engine, _watcher) = watched_engine();
    let gate = Gate::new();
    let mut process = Process::new(&engine, PASS.call((Some(gate.path()), 1)).unwrap());
    process.start().unwrap();
    let at_the_gate = gate.arrived();
    let early = process.sentinel().unwrap();
    let now = Monotonic::now();
    assert!(!processes::wait_for_end(&early, now).unwrap());
    drop(at_the_gate);
    process.join(None).unwrap();
    // Its pid belongs to nobody now, or to somebody else.
    let late = process.sentinel().unwrap();
    for sentinel in [early, late] {
        assert!(processes::wait_for_end(&sentinel, now).unwrap());
    }
}
