//! Values of every shape that serde has, on every way that they go; and what is of another type.

use std::collections::BTreeMap;
use std::fs::read_to_string;
use std::path::PathBuf;

use proclab::multiprocess::error::{QueueError, RemoteError};
use proclab::multiprocess::worker::Context;
use proclab::multiprocess::{
    ApplyError, Engine, EngineOptions, Function, GetError, Pool, PoolOptions, Process, Run,
    TypedQueue,
};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use tempfile::TempDir;

use crate::driver::{DEADLINE, exit_code};
use crate::functions::SQUARE;

/// Has all that serde can leave out, fold or tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    note: Option<u8>,
    id: u64,
    #[serde(skip)]
    unsaved: u8,
    items: Vec<Item>,
    #[serde(flatten)]
    place: Place,
    wide: i128,
    by_key: BTreeMap<(u8, char), Option<f64>>,
    rest: serde_json::Value,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Place {
    x: i64,
    y: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Item {
    Counted { n: i64 },
    Placed(Place),
    Either { value: Either },
    None,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Text(String),
}

fn order() -> Order {
    Order {
        note: None,
        id: u64::MAX,
        unsaved: 0,
        items: vec![
            Item::Counted { n: -1 },
            Item::Placed(Place { x: 1, y: -0.5 }),
            Item::Either {
                value: Either::Text("t".into()),
            },
            Item::None,
        ],
        place: Place { x: 2, y: 1e300 },
        wide: i128::MIN,
        by_key: BTreeMap::from([((1, 'a'), Some(0.1)), ((2, 'b'), None)]),
        rest: json!({"a": [1, -1, 0.5, null, {"b": "c"}]}),
    }
}

/// Checks what it gets before it gives it back.
fn check(order: Order) -> Result<Order, String> {
    if order == self::order() {
        Ok(order)
    } else {
        Err(format!("{order:?}"))
    }
}

/// Port 0 can be written, but not read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Port(u16);

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match u16::deserialize(from)? {
            0 => Err(D::Error::custom("port 0 is reserved")),
            port => Ok(Self(port)),
        }
    }
}

/// Writes into the file what it got.
#[derive(Serialize, Deserialize)]
pub struct Checker {
    order: Order,
    file: PathBuf,
}

impl Run for Checker {
    const NAME: &'static str = "Checker";

    fn run(self, _context: &mut Context) -> Result<(), RemoteError> {
        std::fs::write(self.file, format!("{:?}", self.order)).map_err(RemoteError::raised)
    }
}

const ORDERS: &str = "orders";
const CHECKED: &str = "checked";

pub static CHECK: Function<Order, Order, String> = Function::fallible("check", check);
pub static TAKE_PORT: Function<Port, u16> = Function::new("take_port", |Port(port)| port);
pub static GIVE_PORT: Function<u16, Port> = Function::new("give_port", Port);
pub static PASS_ON: Function<(), (), QueueError> =
    Function::fallible_with_context("pass_on", |context, ()| {
        let order = context.queue::<Order>(ORDERS).get()?;
        context.queue::<Order>(CHECKED).put(&order)
    });

fn engine() -> Engine {
    Engine::start(EngineOptions::default()).unwrap()
}

fn pool_of(engine: &Engine, options: PoolOptions) -> Pool {
    let one = PoolOptions {
        processes: Some(1),
        ..options
    };
    Pool::new(engine, one).unwrap()
}

pub fn a_value_comes_back_as_it_went() {
    let engine = engine();
    let initializer = Some(CHECK.call(order()).unwrap());
    let options = PoolOptions {
        initializer,
        ..PoolOptions::default()
    };
    let pool = pool_of(&engine, options);
    assert_eq!(pool.apply(&CHECK, order()), Ok(order()));
    assert_eq!(
        pool.map(&CHECK, [order(), order()], None),
        Ok(vec![order(), order()])
    );
    let all: Result<Vec<_>, _> = pool.imap(&CHECK, vec![order(); 5], 2).unwrap().collect();
    assert_eq!(all, Ok(vec![order(); 5]));
    let orders = TypedQueue::<Order>::new(&engine, ORDERS, 0).unwrap();
    let checked = TypedQueue::<Order>::new(&engine, CHECKED, 0).unwrap();
    orders.put(&order()).unwrap();
    pool.apply(&PASS_ON, ()).unwrap();
    assert_eq!(checked.get_timeout(DEADLINE), Ok(order()));

    let folder = TempDir::new().unwrap();
    let checker = Checker {
        order: order(),
        file: folder.path().join("file"),
    };
    let mut process = Process::of(&engine, &checker).unwrap();
    process.start().unwrap();
    assert_eq!(exit_code(&process), 0);
    assert_eq!(
        read_to_string(checker.file).unwrap(),
        format!("{:?}", order())
    );
}

fn words<T: std::fmt::Debug>(result: Result<T, ApplyError>) -> String {
    result.unwrap_err().to_string()
}

pub fn a_types_own_words_arrive() {
    let engine = engine();
    let pool = pool_of(&engine, PoolOptions::default());
    let reserved = |words: &str| assert!(words.ends_with("Port: port 0 is reserved"), "{words}");
    reserved(&words(pool.apply(&TAKE_PORT, Port(0))));
    reserved(&words(pool.apply(&GIVE_PORT, 0)));
    reserved(&words(pool.map(&TAKE_PORT, [Port(1), Port(0)], None)));
    let ports = [Port(1), Port(0), Port(2)];
    let taken: Vec<_> = pool.imap(&TAKE_PORT, ports, 3).unwrap().collect();
    assert!(
        matches!(&taken[..], [Ok(1), Err(_), Ok(2)]),
        "the others are there: {taken:?}"
    );
    let given: Vec<_> = pool.imap(&GIVE_PORT, [1, 0, 2], 3).unwrap().collect();
    assert!(
        matches!(&given[..], [Ok(Port(1)), Err(_), Ok(Port(2))]),
        "{given:?}"
    );
    let ports = TypedQueue::<Port>::new(&engine, "ports", 0).unwrap();
    ports.put(&Port(0)).unwrap();
    reserved(&ports.get_timeout(DEADLINE).unwrap_err().to_string());
}

/// As [`Port`], by another name.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Weight(u16);

pub fn a_call_with_other_types_is_refused() {
    static OTHER_ARGUMENT: Function<u32, i64> = Function::new("square", |_| 0);
    static OTHER_VALUE: Function<i64, u64> = Function::new("square", |_| 0);
    static OTHER_NEWTYPE: Function<Weight, u16> = Function::new("take_port", |_| 0);
    let engine = engine();
    let pool = pool_of(&engine, PoolOptions::default());
    let refusal = "TypeError: square() takes i64 and returns i64, and was called with other types";
    let refused = |words: &str| assert!(words.starts_with(refusal), "{words}");
    refused(&words(pool.apply(&OTHER_ARGUMENT, 5)));
    refused(&words(pool.apply(&OTHER_VALUE, 5)));
    refused(&words(pool.map(&OTHER_ARGUMENT, 0..5, None)));
    let mut all = pool.imap(&OTHER_VALUE, 0..5, None).unwrap();
    refused(&words(all.next().unwrap()));
    let other = words(pool.apply(&OTHER_NEWTYPE, Weight(5)));
    assert!(other.contains("other types"), "{other}");
    assert_eq!(pool.apply(&SQUARE, 5), Ok(25));
}

pub fn an_item_is_the_same_or_an_error() {
    let engine = engine();
    let put = TypedQueue::<(u16, f32)>::new(&engine, "items", 0).unwrap();
    let wider = TypedQueue::<(i64, f32)>::from(put.queue().clone());
    let other = TypedQueue::<(u16, u32)>::from(put.queue().clone());
    put.put(&(7, 0.5)).unwrap();
    assert_eq!(wider.get_timeout(DEADLINE), Ok((7, 0.5)));
    put.put(&(7, 0.5)).unwrap();
    let error = other.get_timeout(DEADLINE).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the item is no (u16, u32): invalid type: a number of type f32, expected u32"
    );
}

pub fn a_worker_ends_its_item_when_it_is_of_another_type() {
    let engine = engine();
    let pool = pool_of(&engine, PoolOptions::default());
    let orders = TypedQueue::<(u8, u8)>::new(&engine, ORDERS, 0).unwrap();
    orders.put(&(1, 2)).unwrap();
    let result = pool.apply_async(&PASS_ON, ()).unwrap();
    let error = result.get(Some(DEADLINE)).unwrap_err();
    assert!(matches!(error, GetError::Task(_)), "{error:?}");
    assert!(error.to_string().contains("the item is no "), "{error}");
}
