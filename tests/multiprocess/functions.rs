//! Typed functions for the tests.

use std::num::ParseIntError;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use proclab::multiprocess::error::{QueueError, RemoteError};
use proclab::multiprocess::worker::Context;
use proclab::multiprocess::{Callable, Function, Run, current_process, parent_process};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::clean_slate::slate;
use crate::gate::wait_at;
use crate::held::GET_IN_TIME;
use crate::large::{COUNT, GIVE, GIVE_RAW, LENGTH, TAKE, TAKE_RAW, TEXT, ZEROS};
use crate::reaped::DIE_AT_GATE;
use crate::terminal::{ask_at_terminal, say};
use crate::values::{CHECK, Checker, GIVE_PORT, PASS_ON, TAKE_PORT};

fn square(n: i64) -> i64 {
    n * n
}

fn check_even(n: i64) -> Result<i64, String> {
    if n % 2 == 0 {
        Ok(n)
    } else {
        Err(format!("{n} is odd"))
    }
}

fn name_of_worker(context: &mut Context, (): ()) -> String {
    context.name().to_owned()
}

/// What a worker knows of itself: its name, its pid, whether it is a daemon, its parent's pid.
fn who((): ()) -> (String, u32, bool, Option<u32>) {
    let own = current_process();
    (own.name, own.pid, own.daemon, parent_process())
}

/// Waits at the gate, if there is one.
fn pass((gate, n): (Option<PathBuf>, i64)) -> i64 {
    if let Some(gate) = gate {
        wait_at(&gate);
    }
    n
}

/// Panics, with the number.
fn panic_with(n: i64) -> i64 {
    panic!("the number is {n}")
}

/// Becomes another program, which says nothing to the engine.
fn become_sleep(seconds: u32) -> i64 {
    use std::os::unix::process::CommandExt as _;
    let error = std::process::Command::new("sleep")
        .arg(seconds.to_string())
        .exec();
    panic!("{error}")
}

/// Ends its worker if the number is negative.
fn survive(n: i64) -> i64 {
    if n < 0 {
        std::process::abort();
    }
    n
}

/// Can be written but not read.
#[derive(Debug)]
pub struct OneWay;

impl Serialize for OneWay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(1)
    }
}

impl<'de> Deserialize<'de> for OneWay {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("one way only"))
    }
}

/// Can be read but not written.
#[derive(Debug)]
pub struct Mute;

impl Serialize for Mute {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("says nothing"))
    }
}

impl<'de> Deserialize<'de> for Mute {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

/// Writes its name into a file; the tutorial's subclass of `Process`.
#[derive(Serialize, Deserialize)]
pub struct Greeter {
    pub name: String,
    pub file: PathBuf,
}

impl Run for Greeter {
    const NAME: &'static str = "Greeter";

    fn run(self, context: &mut Context) -> Result<(), RemoteError> {
        let line = format!("{} greets {}", context.name(), self.name);
        std::fs::write(self.file, line).map_err(RemoteError::raised)
    }
}

/// Fails the first time.
fn second_time(file: PathBuf) -> Result<(), String> {
    if file.exists() {
        return Ok(());
    }
    std::fs::write(file, "").unwrap();
    Err("not yet".to_owned())
}

fn write_file((file, words): (PathBuf, String)) -> Result<(), std::io::Error> {
    std::fs::write(file, words)
}

pub static SQUARE: Function<i64, i64> = Function::new("square", square);
pub static ADD: Function<(i64, i64), i64> = Function::new("add", |(a, b)| a + b);
pub static PARSE: Function<String, i64, ParseIntError> =
    Function::fallible("parse", |text| text.parse());
pub static CHECK_EVEN: Function<i64, i64, String> = Function::fallible("check_even", check_even);
pub static NAME_OF_WORKER: Function<(), String> =
    Function::with_context("name_of_worker", name_of_worker);
pub static PUT_NOWHERE: Function<(), (), QueueError> =
    Function::fallible_with_context("put_nowhere", |context, ()| {
        context.put("nowhere", Vec::new())
    });
/// Puts so many numbers into the queue of that name.
pub static PUT_NUMBERS: Function<(String, u64), (), QueueError> =
    Function::fallible_with_context("put_numbers", |context, (queue, count)| {
        (0..count).try_for_each(|number| context.queue(&queue).put(&number))
    });
/// A number, and what came of asking for another one.
pub type TwoNumbers = (u64, Result<u64, QueueError>);
/// Gets a number from the queue of that name, waits at the gate, and asks for another one.
pub static GET_TWICE: Function<(String, PathBuf), TwoNumbers, QueueError> =
    Function::fallible_with_context("get_twice", |context, (queue, gate)| {
        let first = context.queue(&queue).get()?;
        wait_at(&gate);
        Ok((first, context.queue(&queue).get()))
    });
pub static WHO: Function<(), (String, u32, bool, Option<u32>)> = Function::new("who", who);
pub static PASS: Function<(Option<PathBuf>, i64), i64> = Function::new("pass", pass);
pub static PANIC: Function<i64, i64> = Function::new("panic", panic_with);
pub static BECOME_SLEEP: Function<u32, i64> = Function::new("become_sleep", become_sleep);
pub static SURVIVE: Function<i64, i64> = Function::new("survive", survive);
pub static ONE_WAY: Function<(), OneWay> = Function::new("one_way", |()| OneWay);
pub static MUTE: Function<(), Mute> = Function::new("mute", |()| Mute);
/// Of its values, too many are said to have come: see `Tasks::call_chunk`.
pub static MISCOUNT: Function<(), ()> = Function::new("miscount", |()| ());
pub static SECOND_TIME: Function<PathBuf, (), String> =
    Function::fallible("second_time", second_time);
pub static WRITE_FILE: Function<(PathBuf, String), (), std::io::Error> =
    Function::fallible("write_file", write_file);

/// Values of 64 KiB.
pub static LARGE: Function<i64, String> = Function::new("large", |_| "x".repeat(64 << 10));
pub static SLOW: Function<i64, ()> = Function::new("slow", |_| sleep(Duration::from_millis(5)));

pub static SLATE: Function<(), (String, String, Vec<String>)> = Function::new("slate", slate);

pub static SAY: Function<String, ()> = Function::new("say", |words| say(&words));
pub static ASK_AT_TERMINAL: Function<(), String, std::io::Error> =
    Function::fallible("ask_at_terminal", ask_at_terminal);

/// In no list.
pub static UNKNOWN: Function<i64, i64> = Function::new("unknown", square);

pub static FUNCTIONS: &[&dyn Callable] = &[
    &LARGE,
    &SLATE,
    &SAY,
    &ASK_AT_TERMINAL,
    &SLOW,
    &SQUARE,
    &ADD,
    &PARSE,
    &CHECK_EVEN,
    &NAME_OF_WORKER,
    &PUT_NOWHERE,
    &PUT_NUMBERS,
    &GET_TWICE,
    &PASS,
    &WHO,
    &PANIC,
    &SURVIVE,
    &BECOME_SLEEP,
    &DIE_AT_GATE,
    &GET_IN_TIME,
    &ONE_WAY,
    &MUTE,
    &SECOND_TIME,
    &WRITE_FILE,
    Greeter::CLASS,
    &CHECK,
    &TAKE_PORT,
    &GIVE_PORT,
    &PASS_ON,
    Checker::CLASS,
    &LENGTH,
    &TEXT,
    &TAKE,
    &TAKE_RAW,
    &GIVE,
    &GIVE_RAW,
    &COUNT,
    &ZEROS,
];
