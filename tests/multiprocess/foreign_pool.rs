//! A pool's worker that uses none of the library's code for workers and messages: it speaks the documented bytes and claims its
//! tasks on the board. Its payloads are text.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use proclab::multiprocess::error::TaskError;
use proclab::multiprocess::wire::Call;
use proclab::multiprocess::{ApplyOptions, Engine, EngineOptions, GetError, Pool, PoolOptions};
use proclab::os::{Monotonic, SharedFile, receive_fds};

use crate::driver::DEADLINE;
use crate::held::HELD;

/// The variable by which this program knows that it is such a worker.
pub const VARIABLE: &str = "FOREIGN_POOL_WORKER";

/// The board, bytes.
const BOARD: usize = 86_016;

const CLAIMED: u64 = 1;
const TAKEN_BACK: u64 = 2;
const DONE: u64 = 3;
const MISSED: u64 = 5;

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.take(1)[0];
            number |= u64::from(byte & 127) << shift;
            shift += 7;
            if byte < 128 {
                return number;
            }
        }
    }

    fn sized(&mut self) -> &'a [u8] {
        let count = self.number() as usize;
        self.take(count)
    }

    /// A call without a chunk: its target and its payload.
    fn call(&mut self) -> (&'a [u8], &'a [u8]) {
        let call = (self.sized(), self.sized());
        assert_eq!(self.take(1), [0], "no chunk");
        call
    }
}

fn number(mut number: u64, to: &mut Vec<u8>) {
    while number > 127 {
        to.push(number as u8 | 128);
        number >>= 7;
    }
    to.push(number as u8);
}

fn sized(bytes: &[u8], to: &mut Vec<u8>) {
    number(bytes.len() as u64, to);
    to.extend_from_slice(bytes);
}

fn send(mut channel: &UnixStream, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).unwrap().to_le_bytes();
    channel.write_all(&[&length, message].concat())
}

fn receive(mut channel: &UnixStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    channel.read_exact(&mut length)?;
    let mut message = vec![0; u32::from_le_bytes(length) as usize];
    channel.read_exact(&mut message)?;
    Ok(message)
}

/// Such a worker, from its start to its end.
pub fn serve() -> ExitCode {
    match try_to_serve() {
        Ok(()) => ExitCode::SUCCESS,
        // The parent is gone.
        Err(_) => ExitCode::FAILURE,
    }
}

fn try_to_serve() -> io::Result<()> {
    let channel = UnixStream::from(rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?);
    let board = receive_fds(&channel)?.swap_remove(0);
    let board = SharedFile::open(board, BOARD)?.map(0, BOARD)?;
    let words = board.words(BOARD / 8);
    let mut hello = vec![0];
    number(4, &mut hello);
    send(&channel, &hello)?;
    let setup = receive(&channel)?;
    assert_eq!(setup[0], 0);
    let mut ready = vec![1];
    number(Monotonic::now().nanos, &mut ready);
    send(&channel, &ready)?;
    loop {
        let message = receive(&channel)?;
        let mut message = Reader(&message);
        match message.number() {
            1 => {
                for _ in 0..message.number() {
                    run_task(&channel, words, &mut message)?;
                }
            }
            2 => return send(&channel, &[7, 0]),
            other => panic!("message {other}"),
        }
    }
}

fn run_task(channel: &UnixStream, words: &[AtomicU64], message: &mut Reader<'_>) -> io::Result<()> {
    let (task, _attempt) = (message.number(), message.number());
    let (place, turn) = (message.number() as usize, message.number());
    let (target, payload) = message.call();
    let (state, began) = (&words[2 + 2 * place], &words[3 + 2 * place]);
    let begun = Monotonic::now().nanos;
    began.store(begun, Ordering::Relaxed);
    let change = |from: u64, to: u64| {
        let (acquire, release) = (Ordering::Acquire, Ordering::AcqRel);
        state.compare_exchange(from, to, release, acquire).is_ok()
    };
    let now = state.load(Ordering::Acquire);
    let in_turn = |state: u64| turn << 8 | state;
    if now >> 8 >= turn || !change(now, in_turn(CLAIMED)) {
        change(in_turn(TAKEN_BACK), in_turn(MISSED));
        return Ok(());
    }
    let mut finished = vec![3];
    let result = match target {
        b"upper" => Ok(payload.to_ascii_uppercase()),
        b"wait" => loop {
            std::thread::park();
        },
        other => Err(other),
    };
    number(Monotonic::now().nanos, &mut finished);
    number(begun, &mut finished);
    number(task, &mut finished);
    match result {
        Ok(value) => {
            finished.push(0);
            sized(&value, &mut finished);
        }
        Err(target) => {
            finished.push(1);
            let words: [&[u8]; 3] = [b"NameError", target, b""];
            words.iter().for_each(|word| sized(word, &mut finished));
        }
    }
    finished.extend([0, 0]);
    send(channel, &finished)?;
    change(in_turn(CLAIMED), in_turn(DONE));
    Ok(())
}

pub fn a_foreign_worker_serves_a_pool() {
    let options = EngineOptions {
        environment: vec![(VARIABLE.to_owned(), String::new())],
        ..EngineOptions::default()
    };
    let engine = Engine::start(options).unwrap();
    let options = PoolOptions {
        processes: Some(2),
        ..PoolOptions::default()
    };
    let pool = Pool::new(&engine, options).unwrap();
    let submit = |target: &'static str, payload: &str, limits: ApplyOptions<Vec<u8>>| {
        pool.apply_call_async(Call::new(target, payload.as_bytes()), limits)
            .unwrap()
    };
    let words: Vec<_> = (0..500).map(|n| format!("word {n}")).collect();
    let results: Vec<_> = words
        .iter()
        .map(|word| submit("upper", word, ApplyOptions::new()))
        .collect();
    for (word, result) in words.iter().zip(results) {
        let value = result.get(Some(DEADLINE)).unwrap();
        assert_eq!(value, word.to_uppercase().into_bytes());
    }
    let unknown = submit("lower", "", ApplyOptions::new());
    let error = unknown.get(Some(DEADLINE)).unwrap_err();
    assert!(error.to_string().contains("NameError: lower"), "{error}");
    // The claim says since when it runs.
    let endless = submit("wait", "", ApplyOptions::new().timeout(Some(HELD)));
    let expected = TaskError::TimedOut { timeout: HELD };
    assert_eq!(endless.get(Some(DEADLINE)), Err(GetError::Task(expected)));
    pool.close();
    pool.join().unwrap();
}
