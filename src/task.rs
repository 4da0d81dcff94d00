//! What a worker can be asked to run.
//!
//! One file a task, one line in [`TASKS`]; its parameters are declared once, and forms, help, validation and the worker
//! read them there. Knows only the child's side of `multiprocess`.

mod announce;
mod consumer;
mod count_primes;
mod crash;
mod declaration;
mod fail;
mod list;
mod nap;
pub mod parameter;
mod parent;
mod producer;
mod run;
mod sha256_file;
mod shown;
pub mod value;
mod work;

pub use declaration::{
    TaskDeclaration, TaskKind, arguments_from_bytes, bytes_from_value, value_from_bytes,
};
pub(crate) use list::call_with;
pub use list::{TASKS, call, find};
#[cfg(test)]
pub(crate) use shown::tests as shown_tests;
pub(crate) use shown::{ShownArguments, ShownValue};
