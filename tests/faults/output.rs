//! What workers write: without an end, without a form, or through somebody who outlives them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use proclab::multiprocess::observer::{Event, Observer};
use proclab::multiprocess::{AsyncResult, Engine, EngineOptions, Pool, PoolOptions};
use proclab::os::{Monotonic, this};
use proclab::selftest::{Misdeed, Observed, PATIENCE, ask, expect, number};

use crate::alone::{alone, alone_without_engine, program};

#[test]
fn a_line_without_an_end_comes_in_pieces() {
    const BYTES: usize = 20 << 20;
    alone(|trial| {
        let pool = trial.pool(1)?;
        let endless = Misdeed::Write(vec![b'x'; 64 << 10], BYTES as u64 >> 16);
        expect(number(&ask(&pool, &endless)?)? == 0, || {
            "the value".to_owned()
        })?;
        pool.close();
        pool.join()?;
        let told = trial.story.so_far();
        let pieces = told.iter().filter_map(|told| match told {
            Observed::Line { bytes, .. } => Some(*bytes),
            _ => None,
        });
        let (count, sum, longest) = pieces.fold((0, 0, 0), |(count, sum, longest), bytes| {
            (count + 1, sum + bytes, bytes.max(longest))
        });
        expect(sum == BYTES && longest <= 64 << 10, || {
            format!("{sum} bytes in {count} pieces of at most {longest}")
        })
    });
}

#[test]
fn bytes_that_are_no_text_stay_whole() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let odd = b"nul\0 \xff\xfe \x1b[31mred\x1b[0m 10%\r20%\r\n".to_vec();
        let bytes = odd.len() - 1;
        expect(number(&ask(&pool, &Misdeed::Write(odd, 3))?)? == 0, || {
            "the value".to_owned()
        })?;
        pool.close();
        pool.join()?;
        let told = trial.story.so_far();
        let lines = told.iter().filter(|told| {
            matches!(told, Observed::Line { bytes: found, text, .. } if *found == bytes && text.starts_with("nul\0"))
        });
        let lines = lines.count();
        expect(lines == 3, || format!("{told:?}"))
    });
}

#[test]
fn whoever_holds_the_pipes_after_the_end_is_told_of_and_not_waited_for() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        // Longer than anybody waits for pipes, and so long that it is over before this test checks what is left.
        let leave = ask(&pool, &Misdeed::LeavePipes(1500))?;
        expect(number(&leave)? == 0, || "the value".to_owned())?;
        let begun = std::time::Instant::now();
        pool.close();
        pool.join()?;
        let seconds = begun.elapsed().as_secs_f64();
        expect(seconds < 1.4, || format!("the end took {seconds} s"))?;
        trial.wait_for("a leak", |told| {
            matches!(told, Observed::PipeLeaked { .. }).then_some(())
        })?;
        // What it writes later reaches nobody, and harms nobody.
        let late = trial
            .story
            .wait_for(std::time::Instant::now() + Duration::from_secs(2), |told| {
                matches!(told, Observed::Line { .. }).then_some(())
            });
        expect(late.is_none() && begun.elapsed() < PATIENCE, || {
            "late output".to_owned()
        })
    });
}

/// Counts what was written, and keeps nothing.
#[derive(Default)]
struct Counter {
    bytes: AtomicU64,
    lines: AtomicU64,
}

impl Observer for Counter {
    fn observe(&self, _at: Monotonic, event: Event<'_>) {
        if let Event::Output { lines, .. } = event {
            self.lines.fetch_add(lines.len() as u64, Ordering::Relaxed);
            let bytes: usize = lines.iter().map(|line| line.bytes.len()).sum();
            self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_flood_is_counted_whole_fills_no_memory_and_holds_up_nobody() {
    const LINE: u64 = 100;
    const LINES: u64 = 300_000;
    const WORKERS: u64 = 2;
    alone_without_engine(|| {
        let counter = Arc::new(Counter::default());
        let engine = Engine::start(EngineOptions {
            program: program(),
            observer: Some(Arc::clone(&counter) as _),
            ..EngineOptions::default()
        })?;
        let pool = |processes| {
            let options = PoolOptions {
                processes: Some(processes),
                ..PoolOptions::default()
            };
            Pool::new(&engine, options)
        };
        let (flooding, other) = (pool(WORKERS as usize)?, pool(1)?);
        number(&ask(&other, &Misdeed::Return(1))?)?;
        let before = this::peak_rss_bytes().unwrap_or_default();
        let line = [vec![b'y'; LINE as usize], b"\n".to_vec()].concat();
        let floods: Vec<_> = (0..WORKERS)
            .map(|_| ask(&flooding, &Misdeed::Write(line.clone(), LINES)))
            .collect::<Result<_, _>>()?;
        let mut answers = 0;
        while !floods.iter().all(AsyncResult::ready) {
            let begun = Instant::now();
            number(&ask(&other, &Misdeed::Return(answers))?)?;
            answers += 1;
            expect(begun.elapsed() < Duration::from_secs(2), || {
                format!("an answer took {:?}", begun.elapsed())
            })?;
        }
        expect(answers > 10, || format!("{answers} answers"))?;
        for flood in &floods {
            number(flood)?;
        }
        // Told before the task's end: all of it is there.
        let (bytes, lines) = (&counter.bytes, &counter.lines);
        let (bytes, lines) = (bytes.load(Ordering::Relaxed), lines.load(Ordering::Relaxed));
        expect(
            (bytes, lines) == (WORKERS * LINES * LINE, WORKERS * LINES),
            || format!("{bytes} bytes in {lines} lines"),
        )?;
        let grown = this::peak_rss_bytes().unwrap_or_default() - before;
        expect(grown < 16 << 20, || format!("{grown} bytes more memory"))
    });
}
