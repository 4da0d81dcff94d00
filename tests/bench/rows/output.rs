//! Lines that a worker writes, kept by whoever watches.

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use parking_lot::Mutex;
use proclab::multiprocess::EngineOptions;
use proclab::multiprocess::observer::{Event, Observer};
use proclab::os::Monotonic;

use super::{Bench, RATE, rate};
use crate::harness::figure::{Figure, Figures};
use crate::harness::row::{Rival, Row, Size};
use crate::tasks;

/// The first argument by which this program knows that it writes lines for a peer.
const WRITER: &str = "__writer";

/// The lines of one round.
const LINES: u64 = 1_000_000;

/// Lines that come in large blocks: what is measured is whoever reads.
pub const LOG: Row = Row {
    name: "log",
    what: "1,000,000 lines of 59 bytes, written in blocks of 64 KiB, read and kept where older lines stood",
    ours: |count| lines("write_lines", count),
    rivals: &[Rival::Python("python"), Rival::Python("python-64k")],
    size: Size::Fixed(LINES),
    figures: &[Figure {
        ratio: Some(2.0),
        ..RATE
    }],
    alone: false,
    beside_hogs: false,
};

/// Lines as tasks print them.
pub const LOG_PRINT: Row = Row {
    name: "log-print",
    what: "lines of 59 bytes, printed one by one, read and kept",
    ours: |count| lines("print_lines", count),
    size: Size::Timed {
        least: 10_000,
        most: LINES,
    },
    figures: &[RATE],
    ..LOG
};

/// Keeps every line, as a log does: bytes, and where each line ends.
#[derive(Default)]
struct Log {
    kept: Mutex<Vec<Block>>,
}

/// What arrived together, which is not moved again.
#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// The room of lines that are kept no longer. A log is bounded, so that it writes where older lines stood: room that the system
/// has to give first costs more than all the rest.
static ROOM: Mutex<Vec<Block>> = Mutex::new(Vec::new());

impl Observer for Log {
    fn observe(&self, _at: Monotonic, event: Event<'_>) {
        if let Event::Output { lines, .. } = event {
            let mut block = ROOM.lock().pop().unwrap_or_default();
            for line in lines.iter() {
                block.bytes.extend_from_slice(line.bytes);
                block.ends.push(block.bytes.len());
            }
            self.kept.lock().push(block);
        }
    }
}

fn lines(target: &'static str, count: u64) -> anyhow::Result<Figures> {
    let log = Arc::new(Log::default());
    let options = EngineOptions {
        observer: Some(Arc::clone(&log) as _),
        ..EngineOptions::default()
    };
    let bench = Bench::warm(options, 1)?;
    let begun = Monotonic::now();
    // What a task wrote is told of before its result.
    bench.apply::<()>(target, &count)?;
    let figures = rate(count, begun);
    let mut kept = log.kept.lock();
    let lines: usize = kept.iter().map(|block| block.ends.len()).sum();
    let bytes: usize = kept.iter().map(|block| block.bytes.len()).sum();
    anyhow::ensure!(
        lines as u64 == count && bytes == lines * (tasks::LINE.len() - 1),
        "lines are missing"
    );
    let mut room = ROOM.lock();
    for mut block in kept.drain(..) {
        block.bytes.clear();
        block.ends.clear();
        room.push(block);
    }
    Ok(figures)
}

/// Writes lines for a peer, if this program was started to: says that it is ready, and begins when it is told to.
pub fn enter() -> Option<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next()? != WRITER {
        return None;
    }
    let written = arguments
        .next()
        .and_then(|count| count.parse().ok())
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
        .and_then(|count| {
            io::stdout().write_all(b"ready\n")?;
            io::stdin().lock().read_line(&mut String::new())?;
            tasks::write_lines(count)
        });
    Some(match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(_reader_gone) => ExitCode::FAILURE,
    })
}
