//! Arguments, values and items of hundreds of megabytes: they arrive, and take little more memory than themselves.

use std::io::Write as _;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use proclab::multiprocess::error::{PoolError, QueueError, TaskError, TooLarge};
use proclab::multiprocess::wire::{Call, MAX_PAYLOAD_BYTES};
use proclab::multiprocess::{
    ApplyError, Engine, EngineOptions, Function, GetError, Pool, PoolOptions, TypedQueue,
};
use serde_bytes::ByteBuf;

use crate::driver::DEADLINE;

/// More than is sent within a frame.
const BYTES: usize = 300 << 20;

/// The first argument by which this program knows that it is a main that measures its memory and its workers'.
pub const MEASURED: &str = "__measured";

const ITEMS: &str = "large items";
const LENGTHS: &str = "lengths";

pub static LENGTH: Function<String, usize> = Function::new("length", |text| text.len());
pub static TEXT: Function<usize, String> = Function::new("text", |bytes| "x".repeat(bytes));
/// Gets an item and tells how long it is.
pub static TAKE: Function<(), (), QueueError> =
    Function::fallible_with_context("take_large", |context, ()| {
        let item = context.queue::<String>(ITEMS).get()?;
        context.queue::<usize>(LENGTHS).put(&item.len())
    });
pub static TAKE_RAW: Function<(), (), QueueError> =
    Function::fallible_with_context("take_raw", |context, ()| {
        let item = context.get(ITEMS)?;
        context.queue::<usize>(LENGTHS).put(&item.len())
    });
/// Puts an item of so many bytes.
pub static GIVE: Function<usize, (), QueueError> =
    Function::fallible_with_context("give_large", |context, bytes| {
        context.queue::<String>(ITEMS).put(&"x".repeat(bytes))
    });
pub static GIVE_RAW: Function<usize, (), QueueError> =
    Function::fallible_with_context("give_raw", |context, bytes| {
        context.put(ITEMS, vec![7; bytes])
    });
pub static COUNT: Function<ByteBuf, usize> = Function::new("count", |bytes| bytes.len());
/// As many bytes as one says, without touching them.
pub static ZEROS: Function<usize, ByteBuf> =
    Function::new("zeros", |bytes| ByteBuf::from(vec![0; bytes]));

struct Stage {
    pool: Pool,
    items: TypedQueue<String>,
    lengths: TypedQueue<usize>,
    _engine: Engine,
}

impl Stage {
    fn new(processes: usize) -> Self {
        let engine = Engine::start(EngineOptions::default()).unwrap();
        let options = PoolOptions {
            processes: Some(processes),
            ..PoolOptions::default()
        };
        Self {
            pool: Pool::new(&engine, options).unwrap(),
            items: TypedQueue::new(&engine, ITEMS, 0).unwrap(),
            lengths: TypedQueue::new(&engine, LENGTHS, 0).unwrap(),
            _engine: engine,
        }
    }

    /// One large thing on its way, by its name; how long it was when it arrived.
    fn carry(&self, what: &str, bytes: usize) -> usize {
        let text = || "x".repeat(bytes);
        match what {
            "argument" => self.pool.apply(&LENGTH, text()).unwrap(),
            "value" => self.pool.apply(&TEXT, bytes).unwrap().len(),
            "item" => {
                self.items.put(&text()).unwrap();
                self.pool.apply(&TAKE, ()).unwrap();
                self.lengths.get_timeout(DEADLINE).unwrap()
            }
            "raw item" => {
                self.items.queue().put(vec![7; bytes]).unwrap();
                self.pool.apply(&TAKE_RAW, ()).unwrap();
                self.lengths.get_timeout(DEADLINE).unwrap()
            }
            "item of a child" => {
                self.pool.apply(&GIVE, bytes).unwrap();
                self.items.get_timeout(DEADLINE).unwrap().len()
            }
            "raw item of a child" => {
                self.pool.apply(&GIVE_RAW, bytes).unwrap();
                self.items.queue().get_timeout(DEADLINE).unwrap().len()
            }
            what => panic!("{what}"),
        }
    }
}

const ALL: [&str; 6] = [
    "argument",
    "value",
    "item",
    "raw item",
    "item of a child",
    "raw item of a child",
];

/// Resident memory of a process, bytes.
fn resident(pid: u32) -> usize {
    let statm = std::fs::read_to_string(format!("/proc/{pid}/statm")).unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|it| it.parse().ok());
    pages.unwrap_or(0) * rustix::param::page_size()
}

/// Carries one large thing, and says how much memory this process and its worker had together at most.
pub fn measure() -> ExitCode {
    let mut arguments = std::env::args().skip(2);
    let (what, bytes) = (arguments.next().unwrap(), arguments.next().unwrap());
    let bytes: usize = bytes.parse().unwrap();
    let stage = Stage::new(1);
    stage.pool.wait_until_ready(Some(DEADLINE));
    let mut pids: Vec<_> = stage.pool.workers().iter().map(|it| it.key.pid).collect();
    pids.push(std::process::id());
    let over = AtomicBool::new(false);
    let peak = std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = 0;
            while !over.load(Ordering::Relaxed) {
                peak = peak.max(pids.iter().map(|pid| resident(*pid)).sum());
                std::thread::sleep(Duration::from_millis(1));
            }
            peak
        });
        assert_eq!(stage.carry(&what, bytes), bytes, "{what}");
        over.store(true, Ordering::Relaxed);
        watch.join().unwrap()
    });
    let mut out = std::io::stdout().lock();
    writeln!(out, "peak {peak}").unwrap();
    ExitCode::SUCCESS
}

pub fn what_is_large_takes_little_more_than_itself() {
    for what in ALL {
        let program = std::env::current_exe().unwrap();
        let output = Command::new(program)
            .args([MEASURED, what, &BYTES.to_string()])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let peak = said.trim().strip_prefix("peak ");
        let peak: usize = peak.and_then(|it| it.parse().ok()).unwrap_or_else(|| {
            panic!("{what}: {}", String::from_utf8_lossy(&output.stderr));
        });
        // Once as a value and once encoded, and what the two processes have anyway.
        let most = BYTES / 10 * 22 + (64 << 20);
        assert!(peak > BYTES && peak <= most, "{what}: {peak} bytes");
    }
}

pub fn a_map_loses_no_result_for_its_size() {
    let stage = Stage::new(2);
    // Two chunks of 4 values of 50 MiB, and more: more than a frame holds each.
    let sizes = [50 << 20; 48];
    let all = stage.pool.map(&TEXT, sizes, 12).unwrap();
    assert!(all.len() == 48 && all.iter().all(|text| text.len() == 50 << 20));
    drop(all);
    let all = stage.pool.imap(&TEXT, sizes, 12).unwrap();
    assert!(all.map(Result::unwrap).all(|text| text.len() == 50 << 20));
    let texts = (0..10).map(|_| "x".repeat(40 << 20));
    let lengths = stage.pool.map(&LENGTH, texts, 10).unwrap();
    assert_eq!(lengths, [40 << 20; 10]);
}

/// What the system could give, bytes; as much as one likes if it does not say.
fn available() -> usize {
    let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = meminfo
        .lines()
        .find_map(|it| it.strip_prefix("MemAvailable:"));
    let kib = line.and_then(|it| it.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    kib.map_or(usize::MAX, |kib| kib << 10)
}

pub fn more_than_is_supported_is_a_typed_error() {
    // What is packed until the limit is found to be passed is in memory, and so may be a copy of what was not.
    let needed = MAX_PAYLOAD_BYTES + (2 << 30);
    if available() < needed {
        writeln!(
            std::io::stderr(),
            "skipped: more_than_is_supported_is_a_typed_error needs {} GiB of available memory",
            needed >> 30
        )
        .ok();
        return;
    }
    let stage = Stage::new(1);
    let pool = &stage.pool;
    let bytes = MAX_PAYLOAD_BYTES + 1;
    let is_too_large = |error: &TooLarge| error.bytes >= bytes;
    let raw = stage.items.queue().put(vec![0; bytes]);
    assert!(
        matches!(&raw, Err(QueueError::TooLarge(it)) if is_too_large(it)),
        "{raw:?}"
    );
    let typed = TypedQueue::from(stage.items.queue().clone());
    let typed = typed.put(&ByteBuf::from(vec![0; bytes]));
    assert!(
        matches!(&typed, Err(QueueError::TooLarge(it)) if is_too_large(it)),
        "{typed:?}"
    );
    let refused = |result: Result<usize, ApplyError>| match result {
        Err(ApplyError::Pool(PoolError::TooLarge(error))) => is_too_large(&error),
        other => panic!("{other:?}"),
    };
    let argument = || ByteBuf::from(vec![0; bytes]);
    assert!(refused(pool.apply(&COUNT, argument())));
    assert!(refused(
        pool.map(&COUNT, [argument()], None).map(|all| all.len())
    ));
    let raw = Call::new("count", vec![0; bytes]);
    assert!(refused(pool.apply_call(raw).map(|value| value.len())));
    match pool.apply(&ZEROS, bytes).map(|value| value.len()) {
        Err(ApplyError::Task(GetError::Task(TaskError::Raised(error)))) => {
            assert_eq!(error.kind, "ResultTooLarge", "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(pool.apply(&TEXT, 3), Ok("xxx".to_owned()), "it goes on");
}
