//! What the workers of the benchmark run: the same as the workers of `peers.py`.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::os::fd::AsFd as _;
use std::path::PathBuf;

use proclab::multiprocess::error::RemoteError;
use proclab::multiprocess::wire::{Bytes, Call, Chunk};
use proclab::multiprocess::worker::{Context, Registry};
use proclab::multiprocess::{Callable as _, Function};
use proclab::os::{Monotonic, this};
use proclab::task;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A line of output, 59 bytes with its end.
pub const LINE: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n";

/// The queue that producers and consumers use.
pub const QUEUE: &str = "items";

/// A small item as producers and consumers have it; `None` is the sentinel. The sentinel of large ones is an empty one.
pub type Small = Option<(String, u64)>;

/// Longer than any round: a victim is killed before.
const VICTIM_SECONDS: f64 = 60.0;

/// The only one that is mapped.
pub static SQUARE: Function<u64, u64> = Function::new("square", |n| n * n);

/// The tasks by their names; after them, those of the library's own programs.
pub struct Tasks;

/// A call of one of them.
pub fn call(target: &'static str, arguments: &impl Serialize) -> anyhow::Result<Call> {
    Ok(Call::new(target, postcard::to_stdvec(arguments)?))
}

impl Registry for Tasks {
    fn call(
        &self,
        target: &str,
        payload: &[u8],
        context: &mut Context,
    ) -> Result<Bytes, RemoteError> {
        match target {
            "nothing" => encode(&()),
            "square" => {
                let n: u64 = decode(payload)?;
                encode(&(n * n))
            }
            "pid_after" => {
                context.sleep(decode(payload)?);
                encode(&context.pid())
            }
            "victim" => {
                tell_pid(&decode::<PathBuf>(payload)?).map_err(|error| failed(&error))?;
                context.sleep(VICTIM_SECONDS);
                encode(&())
            }
            "write_lines" => {
                write_lines(decode(payload)?).map_err(|error| failed(&error))?;
                encode(&())
            }
            "print_lines" => {
                print_lines(decode(payload)?).map_err(|error| failed(&error))?;
                encode(&())
            }
            "produce" => {
                let (count, bytes) = decode(payload)?;
                encode(&produce(context, count, bytes)?)
            }
            "consume" => encode(&consume(context, decode(payload)?)?),
            _ => task::TASKS.call(target, payload, context),
        }
    }

    fn call_chunk(
        &self,
        _target: &str,
        payload: &[u8],
        chunk: Chunk,
        context: &mut Context,
    ) -> Result<Bytes, RemoteError> {
        SQUARE.run_chunk(payload, chunk, context)
    }
}

/// Writes who runs this into a file that appears whole.
fn tell_pid(path: &std::path::Path) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    std::fs::write(&unfinished, this::pid().to_string())?;
    std::fs::rename(unfinished, path)
}

/// Writes so many lines to standard output, in as few writes as a program does that cares.
pub fn write_lines(count: u64) -> io::Result<()> {
    let stdout = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let mut out = BufWriter::with_capacity(64 << 10, stdout);
    for _ in 0..count {
        out.write_all(LINE.as_bytes())?;
    }
    out.flush()
}

/// Prints so many lines, as any task does that has something to say.
fn print_lines(count: u64) -> io::Result<()> {
    let line = LINE.trim_end();
    for _ in 0..count {
        writeln!(io::stdout(), "{line}")?;
    }
    Ok(())
}

/// Puts so many items of so many bytes, or small ones for 0; returns when it began.
fn produce(context: &mut Context, count: u64, bytes: usize) -> Result<Monotonic, RemoteError> {
    let begun = Monotonic::now();
    if bytes == 0 {
        for number in 0..count {
            let item = Some(("xxx".to_owned(), number));
            context.queue::<Small>(QUEUE).put(&item)?;
        }
    } else {
        let payload = vec![b'x'; bytes];
        for _ in 0..count {
            context.put(QUEUE, payload.clone())?;
        }
    }
    Ok(begun)
}

/// Gets items until the sentinel comes; returns how many there were before, and when it came.
fn consume(context: &mut Context, bytes: usize) -> Result<(u64, Monotonic), RemoteError> {
    let mut count = 0;
    if bytes == 0 {
        while context.queue::<Small>(QUEUE).get()?.is_some() {
            count += 1;
        }
    } else {
        while !context.get(QUEUE)?.is_empty() {
            count += 1;
        }
    }
    Ok((count, Monotonic::now()))
}

fn encode(value: &impl Serialize) -> Result<Bytes, RemoteError> {
    postcard::to_stdvec(value)
        .map(Bytes::from)
        .map_err(|error| failed(&error))
}

fn decode<T: DeserializeOwned>(payload: &[u8]) -> Result<T, RemoteError> {
    postcard::from_bytes(payload).map_err(|error| failed(&error))
}

fn failed(error: &dyn std::error::Error) -> RemoteError {
    RemoteError::new("BenchError", error.to_string())
}
