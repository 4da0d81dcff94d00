//! Typed functions: what stands between one's own `fn` and the bytes that cross to a worker.
//!
//! [`Function`] gives a `fn` its name and its types, [`Run`] makes a type the work of a process, and a list of both is
//! what [`worker::enter`](super::worker::enter) takes.

use std::convert::Infallible;
use std::fmt;
use std::fmt::Display;
use std::marker::PhantomData;
use std::sync::OnceLock;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::chunk::run_chunk;
use super::codec::{self, Mismatch, Types};
use super::error::{RemoteError, Unencodable};
use super::wire::{Bytes, Call, Chunk, Writing};
use super::worker::{Context, Registry};

/// A function that workers can run, with its name, its arguments `A` and its value `R`.
///
/// Both are any types that serde knows; several arguments are a tuple. Where the `fn` returns `Result<R, E>`, `E` is the
/// third parameter: an error crosses to the caller as its words, as an exception does in Python, and so do panics. What stands for Python's
/// traceback is a panic's line, or of an error that was returned the function and the worker: Rust keeps no line of those.
///
/// A value crosses as what it is: numbers by their value, fields and variants by their names, so that what serde can leave
/// out, fold or tag (`skip_serializing_if`, `default`, `flatten`, `tag`, `untagged`) comes back as with JSON, or is an error.
///
/// The name is how a worker finds the function; it has to be unique in the program. A call by the same name with arguments
/// or a value of other types is refused, `TypeError`, before anything runs; types are told apart by their names without the
/// modules, as one compiler writes them. Closures that capture nothing are functions too.
///
/// ```
/// use proclab::multiprocess::Function;
/// use proclab::multiprocess::worker::Context;
///
/// fn square(n: i64) -> i64 {
///     n * n
/// }
///
/// fn parse(text: String) -> Result<i64, std::num::ParseIntError> {
///     text.parse()
/// }
///
/// fn greet(context: &mut Context, name: String) {
///     let pid = context.pid();
///     context.print(format_args!("{pid}: hello, {name}"));
/// }
///
/// static SQUARE: Function<i64, i64> = Function::new("square", square);
/// static ADD: Function<(i64, i64), i64> = Function::new("add", |(a, b)| a + b);
/// static PARSE: Function<String, i64, std::num::ParseIntError> = Function::fallible("parse", parse);
/// static GREET: Function<String, ()> = Function::with_context("greet", greet);
/// # assert_eq!(SQUARE.name(), "square");
/// ```
pub struct Function<A, R, E = Infallible> {
    name: &'static str,
    body: Body<A, R, E>,
    /// Found out at the first call.
    types: OnceLock<Types>,
}

impl<A, R, E> fmt::Debug for Function<A, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

enum Body<A, R, E> {
    Plain(fn(A) -> R),
    Fallible(fn(A) -> Result<R, E>),
    WithContext(fn(&mut Context, A) -> R),
    FallibleWithContext(fn(&mut Context, A) -> Result<R, E>),
}

impl<A, R> Function<A, R> {
    /// A function of its arguments alone, by this name.
    pub const fn new(name: &'static str, function: fn(A) -> R) -> Self {
        Self::with_body(name, Body::Plain(function))
    }

    /// A function that also uses what a [`Context`] offers: its worker's pid and name, sleeps, random numbers, queues.
    pub const fn with_context(name: &'static str, function: fn(&mut Context, A) -> R) -> Self {
        Self::with_body(name, Body::WithContext(function))
    }
}

impl<A, R, E> Function<A, R, E> {
    /// A function that may fail.
    pub const fn fallible(name: &'static str, function: fn(A) -> Result<R, E>) -> Self {
        Self::with_body(name, Body::Fallible(function))
    }

    /// A function that may fail and uses a [`Context`].
    pub const fn fallible_with_context(
        name: &'static str,
        function: fn(&mut Context, A) -> Result<R, E>,
    ) -> Self {
        Self::with_body(name, Body::FallibleWithContext(function))
    }

    const fn with_body(name: &'static str, body: Body<A, R, E>) -> Self {
        Self {
            name,
            body,
            types: OnceLock::new(),
        }
    }

    /// Its name in every worker.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn types(&self) -> Types {
        *self.types.get_or_init(Types::of::<A, R>)
    }

    /// The arguments of a call, if it is one with this function's types.
    fn arguments<'p>(&self, payload: &'p [u8]) -> Result<&'p [u8], RemoteError> {
        let arguments = self.types().check(payload);
        arguments.ok_or_else(|| RemoteError::other_types::<A, R>(self.name))
    }
}

impl<A: Serialize, R, E> Function<A, R, E> {
    /// The call of this function with these arguments, for [`Process::new`](super::Process::new), a pool's initializer or
    /// [`Context::start_process`].
    pub fn call(&self, arguments: A) -> Result<Call, Unencodable> {
        Ok(self.encoded_call(&arguments)?)
    }

    pub(super) fn encoded_call(&self, arguments: &A) -> Result<Call, Mismatch> {
        encoded_call(self.name, self.types(), arguments)
    }
}

impl<A, R, E: Display + 'static> Function<A, R, E> {
    fn run(&self, context: &mut Context, arguments: A) -> Result<R, RemoteError> {
        match self.body {
            Body::Plain(function) => Ok(function(arguments)),
            Body::WithContext(function) => Ok(function(context, arguments)),
            Body::Fallible(function) => function(arguments).map_err(RemoteError::raised),
            Body::FallibleWithContext(function) => {
                function(context, arguments).map_err(RemoteError::raised)
            }
        }
        .map_err(|error| returned_by(self.name, context, error))
    }
}

/// Something that a worker finds by its name and runs: a [`Function`], or the [`class`](Run::CLASS) of a [`Run`].
pub trait Callable: Sync {
    /// Its name, unique in the program.
    fn name(&self) -> &'static str;

    /// Runs it with encoded arguments; returns its encoded value, [`Bytes`] made `from` a `Vec<u8>` or a slice.
    fn run_encoded(&self, payload: &[u8], context: &mut Context) -> Result<Bytes, RemoteError>;

    /// Runs it once for each item of a map's chunk; returns the encoded results. Refused if it says nothing else.
    fn run_chunk(
        &self,
        _payload: &[u8],
        _chunk: Chunk,
        _context: &mut Context,
    ) -> Result<Bytes, RemoteError> {
        Err(RemoteError::unmappable(self.name()))
    }
}

impl<A, R, E> Callable for Function<A, R, E>
where
    A: DeserializeOwned,
    R: Serialize,
    E: Display + 'static,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn run_encoded(&self, payload: &[u8], context: &mut Context) -> Result<Bytes, RemoteError> {
        let arguments = decoded(self.arguments(payload)?)?;
        let value = self.run(context, arguments)?;
        codec::encode(&value).map_err(|mismatch| RemoteError::unencodable_value(&mismatch))
    }

    fn run_chunk(
        &self,
        payload: &[u8],
        chunk: Chunk,
        context: &mut Context,
    ) -> Result<Bytes, RemoteError> {
        let payload = self.arguments(payload)?;
        run_chunk(payload, chunk, |arguments| self.run(context, arguments))
    }
}

/// What a process of its own does, as a type: in Python, a subclass of `Process` with a `run` of its own.
///
/// Its fields are what the process is given. [`Process::of`](super::Process::of) makes a process of one.
pub trait Run: Serialize + DeserializeOwned + 'static {
    /// Its name, unique among all functions and classes of the program; the process is called after it.
    const NAME: &'static str;

    /// What is put into the list for [`worker::enter`](super::worker::enter).
    const CLASS: &'static dyn Callable = &Class::<Self>(PhantomData);

    /// What the process does. An error ends it with exit code 1, with the error on its stderr.
    fn run(self, context: &mut Context) -> Result<(), RemoteError>;

    /// The call that runs this.
    fn call(&self) -> Result<Call, Unencodable> {
        Ok(encoded_call(Self::NAME, Types::of::<Self, ()>(), self)?)
    }
}

struct Class<T>(PhantomData<fn(T)>);

impl<T: Run> Callable for Class<T> {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn run_encoded(&self, payload: &[u8], context: &mut Context) -> Result<Bytes, RemoteError> {
        let fields = Types::of::<T, ()>().check(payload);
        let fields = fields.ok_or_else(|| RemoteError::other_types::<T, ()>(T::NAME))?;
        let this: T = decoded(fields)?;
        this.run(context).map(|()| Bytes::default())
    }
}

/// An error that a function returned, with the function and the process: there is no more to say where it was.
fn returned_by(function: &str, context: &Context, error: RemoteError) -> RemoteError {
    let (name, pid) = (context.name(), context.pid());
    error.with_place(&format!("  in {function}(), in {name} (pid {pid})"))
}

/// One's own functions are found by their names.
impl Registry for [&dyn Callable] {
    fn call(
        &self,
        target: &str,
        payload: &[u8],
        context: &mut Context,
    ) -> Result<Bytes, RemoteError> {
        find(self, target)?.run_encoded(payload, context)
    }

    fn call_chunk(
        &self,
        target: &str,
        payload: &[u8],
        chunk: Chunk,
        context: &mut Context,
    ) -> Result<Bytes, RemoteError> {
        find(self, target)?.run_chunk(payload, chunk, context)
    }
}

/// A name that stands for two functions stands for none: their arguments may well decode as each other's.
fn find<'a>(list: &[&'a dyn Callable], name: &str) -> Result<&'a dyn Callable, RemoteError> {
    let mut found = list.iter().filter(|callable| callable.name() == name);
    match (found.next(), found.next()) {
        (Some(callable), None) => Ok(*callable),
        (Some(_), Some(_)) => Err(RemoteError::new(
            "NameError",
            format!("two functions have the name '{name}'"),
        )),
        (None, _) => Err(RemoteError::new(
            "NameError",
            format!(
                "there is no function '{name}': it is not in the list given to worker::enter()"
            ),
        )),
    }
}

fn encoded_call<A: Serialize>(
    name: &'static str,
    types: Types,
    arguments: &A,
) -> Result<Call, Mismatch> {
    let mut payload = Writing::default();
    types.begin(&mut payload);
    codec::append(arguments, &mut payload)?;
    Ok(Call::new(name, codec::finish::<A>(&mut payload)?))
}

fn decoded<A: DeserializeOwned>(payload: &[u8]) -> Result<A, RemoteError> {
    codec::decode(payload).map_err(|mismatch| RemoteError::undecodable_arguments(&mismatch))
}

#[cfg(test)]
mod tests {
    use super::*;

    static DOUBLE: Function<i64, i64> = Function::new("double", |n| n * 2);
    static ADD: Function<(i64, i64), i64> = Function::new("add", |(a, b)| a + b);
    static SAME: Function<i64, i64> = Function::new("add", |n| n);

    fn found(list: &[&dyn Callable], name: &str) -> Result<&'static str, String> {
        find(list, name)
            .map(Callable::name)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_stands_for_one_function_or_for_none() {
        let list: &[&dyn Callable] = &[&DOUBLE, &ADD];
        assert_eq!(found(list, "add"), Ok("add"));
        assert_eq!(
            found(list, "halve"),
            Err("NameError: there is no function 'halve': it is not in the list given to worker::enter()".to_owned())
        );
        assert_eq!(
            found(&[&DOUBLE, &ADD, &SAME], "add"),
            Err("NameError: two functions have the name 'add'".to_owned())
        );
    }

    #[test]
    fn a_call_carries_its_arguments() {
        let call = ADD.call((1, -1)).unwrap();
        let arguments = ADD.arguments(&call.payload).unwrap();
        assert_eq!(codec::decode::<(i64, i64)>(arguments).unwrap(), (1, -1));
        assert_eq!(call.target, "add");
    }
}
