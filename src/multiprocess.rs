//! `Process`, `Queue` and `Pool` in real operating-system processes, with the names and the order of Python's
//! `multiprocessing`.
//!
//! One's own functions get a name and stand in a list; [`worker::enter`] with that list is the first line of `main`. A
//! child is this program started again, so it finds them there.
//!
//! ```standalone_crate
//! use std::process::ExitCode;
//!
//! use proclab::multiprocess::{Callable, Engine, EngineOptions, Function, Pool, PoolOptions, worker};
//!
//! fn square(n: i64) -> i64 {
//!     n * n
//! }
//!
//! static SQUARE: Function<i64, i64> = Function::new("square", square);
//! static FUNCTIONS: &[&dyn Callable] = &[&SQUARE];
//!
//! fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
//!     if let Some(code) = worker::enter(FUNCTIONS) {
//!         return Ok(code);
//!     }
//!     let engine = Engine::start(EngineOptions::default())?;
//!     let pool = Pool::new(&engine, PoolOptions::default())?;
//!     assert_eq!(pool.apply(&SQUARE, 7)?, 49);
//!     assert_eq!(pool.map(&SQUARE, 0..5, None)?, [0, 1, 4, 9, 16]);
//!     Ok(ExitCode::SUCCESS)
//! }
//! ```
//!
//! The rooms, from what people hold to what moves the bytes:
//!
//! - [`Engine`] is where everything is made. [`Process`] and [`Run`], [`Queue`] and [`TypedQueue`], [`Pool`], its
//!   [`AsyncResult`]s and [`Imap`] are Python's; [`function`] gives one's own functions their names; [`family`] says who
//!   is who.
//! - [`pool`]: `pool/core` decides who runs what, [`queue`]: `queue/core` who gets what. Both are state machines without
//!   I/O, lock or clock: what happened goes in, what to do comes out, so that every order of events is a unit test.
//!   [`chunk`] cuts a map's items into tasks and joins their results.
//! - [`engine`] carries out what they decide. Whoever waits for something drives it, round by round, and so hears of it
//!   without a switch of threads; its own thread drives when nobody waits, and alone starts children.
//! - [`worker`] is the child's side: [`worker::enter`], [`worker::Context`], its end of the channel.
//! - [`wire`]: every message between the two, over one private socket a child. [`board`]: the memory that the two share
//!   beside it, on which a worker claims each task before it begins it, so that a death costs exactly the running one
//!   and nothing runs twice; [`allowance`] is a word on it by which a child puts and gets without asking.
//! - [`observer`]: what is told of all this, and [`error`]: every way in which it can fail.
//!
//! A library in its own right: it knows only [`crate::os`]. Below its typed functions, what is called with what is
//! opaque bytes ([`wire::Call`]), and whoever has a form of values of their own brings a [`worker::Registry`]. Each
//! child has one private channel.

mod allowance;
mod awaited;
mod board;
mod chunk;
mod codec;
mod depot;
mod engine;
pub mod error;
mod family;
mod function;
pub mod observer;
mod pages;
mod pool;
mod process;
mod queue;
mod result;
mod spawn;
pub mod wire;
pub mod worker;

pub use engine::{Engine, EngineError, EngineOptions};
pub use family::{ActiveChild, CurrentProcess, cpu_count, current_process, parent_process};
pub use function::{Callable, Function, Run};
pub use pool::{ApplyError, ApplyOptions, Imap, Pool, PoolOptions, Worker, WorkerState};
pub use process::Process;
pub use queue::{Queue, TypedQueue};
pub use result::{AsyncResult, GetError, NotReady};
