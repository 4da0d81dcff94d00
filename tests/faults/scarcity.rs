//! Too little of what the system gives out: processes, memory, and CPUs for many processes at a time.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use proclab::multiprocess::error::TaskError;
use proclab::multiprocess::{
    ApplyOptions, Engine, EngineOptions, GetError, Pool, PoolOptions, Process, WorkerState,
};
use proclab::os::processes::Presence;
use proclab::os::signal::Send;
use proclab::os::{Held, processes, this};
use proclab::selftest::{Asked, Misdeed, Observed, PATIENCE, Surprise, Trial, ask, expect, number};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::alone::{alone, alone_without_engine, program, terminate};

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
fn few_descriptors_from_the_start_are_enough_or_told_of() {
    alone_without_engine(|| {
        let folder = tempfile::tempdir()?;
        let mut refused = 0;
        for limit in (4..26).chain([32, 64]) {
            let limited = format!("ulimit -n {limit}");
            let output = run_under(&limited, &program(), folder.path())?.output()?;
            let said = words(&output);
            match output.status.code() {
                Some(0) => {}
                Some(1 | 3) if limit < 32 => {
                    refused += 1;
                    expect(said.contains("see ulimit -n"), || {
                        format!("{limit}: {said}")
                    })?;
                }
                _ => return Err(Surprise(format!("{limit}: {}: {said}", output.status))),
            }
        }
        expect(refused >= 10, || format!("only {refused} limits were felt"))
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
            .filter(|told| matches!(told, Observed::Exited { .. }));
        expect(exits.count() == COUNT, || "exits".to_owned())
    });
}

/// Every descriptor that this process may have, until it is dropped.
fn take_all_descriptors() -> Result<Vec<File>, Surprise> {
    let limits = getrlimit(Resource::Nofile);
    let current = Some(256);
    setrlimit(Resource::Nofile, Rlimit { current, ..limits })?;
    let mut taken = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        taken.push(file);
    }
    let error = File::open("/dev/null").err();
    let is_full = error.is_some_and(|error| processes::is_out_of_descriptors(&error));
    expect(is_full, || {
        "something else than descriptors is short".to_owned()
    })?;
    Ok(taken)
}

fn ended_as(result: &Asked, wanted: &TaskError) -> Result<(), Surprise> {
    let end = result.get(Some(PATIENCE)).map(drop);
    expect(end == Err(GetError::Task(wanted.clone())), || {
        format!("{end:?} instead of {wanted:?}")
    })
}

#[test]
fn without_descriptors_a_task_is_ended_by_its_time_and_by_hand() {
    alone(|trial| {
        let pool = trial.pool(2)?;
        let timeout = Duration::from_millis(200);
        let options = ApplyOptions::new().timeout(timeout);
        let late = pool.apply_call_async(Misdeed::IgnoreRequests.call(), options)?;
        let unwanted = ask(&pool, &Misdeed::IgnoreRequests)?;
        let workers = [trial.runner_of(&late)?, trial.runner_of(&unwanted)?];
        let taken = take_all_descriptors()?;
        ended_as(&late, &TaskError::TimedOut { timeout })?;
        expect(unwanted.cancel(), || "not cancelled".to_owned())?;
        ended_as(&unwanted, &TaskError::Cancelled)?;
        drop(taken);
        let living = workers.map(processes::presence);
        expect(living == [Presence::Gone; 2], || format!("{living:?}"))
    });
}

#[test]
fn without_descriptors_a_pool_is_terminated_and_joined() {
    alone(|trial| {
        let pool = trial.pool(2)?;
        let results = [
            ask(&pool, &Misdeed::IgnoreRequests)?,
            ask(&pool, &Misdeed::Sleep(600_000))?,
        ];
        for result in &results {
            trial.runner_of(result)?;
        }
        let taken = take_all_descriptors()?;
        let seconds = terminate(&pool, &results)?;
        drop(taken);
        expect(seconds < 5.0, || format!("took {seconds} s"))
    });
}

/// The pids of this pool's workers, once there are two that wait for tasks and none that leaves, other than those before.
fn pids_of_two(pool: &Pool, before: &[u32]) -> Result<Vec<u32>, Surprise> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let workers = pool.workers();
        let pids: Vec<_> = workers.iter().map(|worker| worker.key.pid).collect();
        let all_idle = workers.iter().all(|it| it.state == WorkerState::Idle);
        if pids.len() == 2 && all_idle && pids != before {
            return Ok(pids);
        }
        std::thread::yield_now();
    }
    Err(Surprise(format!("{:?}", pool.workers())))
}

/// Workers end by their time and with their tasks, while no descriptor is free and whatever becomes free is taken.
fn replaces_workers_without_descriptors(engine: &Engine) -> Result<(), Surprise> {
    let options = PoolOptions {
        processes: Some(2),
        max_tasks_per_child: Some(1),
        ..PoolOptions::default()
    };
    let pool = Pool::new(engine, options)?;
    let mut pids = pids_of_two(&pool, &[])?;
    let mut taken = take_all_descriptors()?;
    let count = taken.len();
    let timeout = Duration::from_millis(200);
    let options = ApplyOptions::new().timeout(timeout);
    let late = pool.apply_call_async(Misdeed::Sleep(600_000).call(), options)?;
    ended_as(&late, &TaskError::TimedOut { timeout })?;
    for round in 0..6 {
        pids = pids_of_two(&pool, &pids)?;
        while let Ok(file) = File::open("/dev/null") {
            taken.push(file);
        }
        expect(taken.len() == count, || {
            format!(
                "round {round}: {} descriptors were given up",
                taken.len() - count
            )
        })?;
        let result = ask(&pool, &Misdeed::Return(round))?;
        expect(number(&result)? == round, || format!("{round}"))?;
    }
    drop(taken);
    pool.terminate();
    Ok(pool.join()?)
}

#[test]
fn without_descriptors_a_worker_is_replaced() {
    alone(|trial| replaces_workers_without_descriptors(&trial.engine));
}

#[test]
fn without_descriptors_a_worker_whose_output_is_not_read_is_replaced() {
    alone_without_engine(|| {
        let engine = Engine::start(EngineOptions {
            program: program(),
            ..EngineOptions::default()
        })?;
        replaces_workers_without_descriptors(&engine)
    });
}

#[test]
fn a_pool_outlasts_a_while_without_descriptors() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let worker = trial.ready(1)?[0];
        let held = Held::open(worker).map_err(|error| Surprise(error.to_string()))?;
        let limits = getrlimit(Resource::Nofile);
        // Not one more, whatever is closed.
        let current = Some(3);
        setrlimit(Resource::Nofile, Rlimit { current, ..limits })?;
        held.send(Send::Kill)?;
        let result = ask(&pool, &Misdeed::Return(3))?;
        // As long as a pool that has never served would take to give up, several times.
        let none_yet = result.get(Some(Duration::from_millis(500)));
        expect(none_yet == Err(GetError::Timeout), || {
            format!("{none_yet:?}")
        })?;
        setrlimit(Resource::Nofile, limits)?;
        drop(held);
        expect(number(&result)? == 3, || "a task".to_owned())
    });
}

#[test]
fn results_keep_no_descriptors_of_an_engine_that_is_gone() {
    alone_without_engine(|| {
        let before = this::open_descriptors();
        let mut kept = Vec::new();
        for value in 0..20 {
            let trial = Trial::begin(Some(program()), false)?;
            let result = ask(&trial.pool(1)?, &Misdeed::Return(value));
            kept.push(result?);
        }
        let deadline = Instant::now() + PATIENCE;
        // The engines' threads end a moment after their engines.
        while this::open_descriptors() != before && Instant::now() < deadline {
            std::thread::yield_now();
        }
        let now = this::open_descriptors();
        expect(now == before, || {
            format!(
                "{before} descriptors, then {now} with {} results",
                kept.len()
            )
        })
    });
}

#[test]
fn without_descriptors_a_process_is_ended_and_joined() {
    alone(|trial| {
        let mut processes = [(); 4].map(|()| {
            let call = Misdeed::Sleep(600_000).call();
            Process::new(&trial.engine, call)
        });
        for process in &mut processes {
            process.start()?;
        }
        trial.ready(4)?;
        let taken = take_all_descriptors()?;
        let [asked, killed, ended, by_pid] = &processes;
        asked.terminate()?;
        killed.kill()?;
        ended.end()?;
        let pid = by_pid.pid()?.unwrap_or_default();
        expect(trial.engine.kill(pid), || format!("{pid} is no child"))?;
        for (process, code) in processes.iter().zip([-15, -9, -15, -9]) {
            process.join(Some(PATIENCE))?;
            let exit = process.exitcode()?;
            expect(exit == Some(code), || format!("{exit:?}"))?;
        }
        drop(taken);
        Ok(())
    });
}

#[test]
fn without_descriptors_an_engine_is_dropped_and_leaves_nobody() {
    alone_without_engine(|| {
        let trial = Trial::begin(Some(program()), false)?;
        let pool = trial.pool(1)?;
        let result = ask(&pool, &Misdeed::IgnoreRequests)?;
        let worker = trial.runner_of(&result)?;
        let taken = take_all_descriptors()?;
        let begun = Instant::now();
        drop((result, pool, trial));
        let took = begun.elapsed();
        drop(taken);
        expect(took < Duration::from_secs(4), || format!("took {took:?}"))?;
        let left = processes::presence(worker);
        expect(left == Presence::Gone, || format!("{left:?}"))
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
