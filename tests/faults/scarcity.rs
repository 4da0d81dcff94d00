//! Too little of what the system gives out: processes, memory, and CPUs for many processes at a time.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use proclab::multiprocess::{Engine, EngineOptions, Pool, PoolOptions, Process};
use proclab::os::this;
use proclab::selftest::{Misdeed, Surprise, Told, expect};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::alone::{alone, alone_without_engine, program};

/// Fewer than the system gives to anybody, so that nothing else runs as one of these users.
const FRESH_UIDS: u32 = 61_000;

/// A run of a small pool under a limit that a shell sets.
fn run_under(limit: &str, program: &Path, folder: &Path) -> Result<Command, Surprise> {
    let config = folder.join("pool.toml");
    let tasks =
        r#"[{ target = "count_primes", args = [10] }, { target = "count_primes", args = [20] }]"#;
    let text = format!("version = 1\nkind = \"pool\"\nprocesses = 3\ntasks = {tasks}\n");
    fs::write(&config, text)?;
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{limit}; exec \"$0\" run \"$1\"")])
        .args([program, &config])
        .current_dir("/")
        .stdin(Stdio::null());
    Ok(command)
}

fn words(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    String::from_utf8_lossy(&[out.as_slice(), err].concat()).into_owned()
}

#[test]
fn too_few_processes_are_told_of_and_never_waited_for() {
    alone_without_engine(|| {
        if !rustix::process::getuid().is_root() {
            // Whoever is no root cannot become somebody whose processes are counted alone.
            writeln!(
                std::io::stderr(),
                "skipped: only root can become a fresh user"
            )?;
            return Ok(());
        }
        let folder = tempfile::tempdir()?;
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let copy = folder.path().join("proclab");
        fs::copy(program(), &copy)?;
        let uid = FRESH_UIDS + this::pid() % 1000;
        let mut refused = 0;
        // The main needs some threads, then a guard, then workers that have some each.
        for limit in [1, 3, 6, 8, 9, 11, 30] {
            let mut command = run_under(&format!("ulimit -p {limit}"), &copy, folder.path())?;
            let output = command.uid(uid).gid(uid).output()?;
            let said = words(&output);
            match output.status.code() {
                Some(0) => {}
                Some(1 | 3) if limit < 30 => {
                    refused += 1;
                    expect(said.contains("see ulimit -u"), || {
                        format!("{limit}: {said}")
                    })?;
                }
                _ => return Err(Surprise(format!("{limit}: {}: {said}", output.status))),
            }
        }
        expect(refused >= 3, || format!("only {refused} limits were felt"))
    });
}

#[test]
fn too_little_memory_is_told_of_and_never_waited_for() {
    alone_without_engine(|| {
        let folder = tempfile::tempdir()?;
        // From where the program can just be loaded to where all is well, KiB.
        for limit in (12_000..60_000).step_by(1500).chain([2_000_000]) {
            let limited = format!("ulimit -v {limit}");
            let output = run_under(&limited, &program(), folder.path())?.output()?;
            let said = words(&output);
            let fine = match output.status.code() {
                Some(0) => said.contains("2 tasks (2 ok, 0 failed)"),
                Some(1 | 3) => said.contains("see ulimit -") || said.contains("failed"),
                // Not even loaded, or no room for an allocation: the system's or Rust's own end.
                _ => limit < 60_000,
            };
            expect(fine && (limit < 60_000 || output.status.success()), || {
                format!("{limit}: {}: {said}", output.status)
            })?;
        }
        Ok(())
    });
}

#[test]
fn two_hundred_and_fifty_six_processes_live_at_a_time() {
    const COUNT: usize = 256;
    alone(|trial| {
        this::raise_open_files_limit();
        let call = Misdeed::Sleep(600_000).call();
        let mut processes: Vec<_> = (0..COUNT)
            .map(|_| Process::new(&trial.engine, call.clone()))
            .collect();
        for process in &mut processes {
            process.start()?;
        }
        trial.ready(COUNT)?;
        expect(trial.engine.children().len() == COUNT, || {
            format!("{} live", trial.engine.children().len())
        })?;
        trial.engine.end_all(false);
        for process in &processes {
            process.join(None)?;
            let code = process.exitcode()?;
            expect(code == Some(-15), || format!("{code:?}"))?;
        }
        let told = trial.story.so_far();
        let exits = told
            .iter()
            .filter(|told| matches!(told, Told::Exited { .. }));
        expect(exits.count() == COUNT, || "exits".to_owned())
    });
}

#[test]
fn a_limit_of_file_sizes_is_no_end_of_who_shares_memory() {
    alone_without_engine(|| {
        let limit_to = |bytes| {
            let limits = getrlimit(Resource::Fsize);
            let current = Some(bytes);
            setrlimit(Resource::Fsize, Rlimit { current, ..limits })
        };
        // Enough for a worker's board, and not for what engines that nobody observes have besides.
        limit_to(1 << 20)?;
        let engine = Engine::start(EngineOptions {
            program: program(),
            ..EngineOptions::default()
        })?;
        let one = PoolOptions {
            processes: Some(1),
            ..PoolOptions::default()
        };
        let pool = Pool::new(&engine, one.clone())?;
        let result = pool.apply_call(Misdeed::Return(7).call());
        expect(result == Ok(Misdeed::value(7)), || format!("{result:?}"))?;
        limit_to(16 << 10)?;
        let pool = Pool::new(&engine, one)?;
        let result = pool.apply_call(Misdeed::Return(7).call());
        expect(format!("{result:?}").contains("see ulimit -f"), || {
            format!("{result:?}")
        })
    });
}
