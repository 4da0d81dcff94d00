//! What a worker can be asked to run.
//!
//! One file a task, one line in [`TASKS`]; its parameters are declared once, and forms, help, validation and the worker
//! read them there. Knows only the child's side of `multiprocess`.

pub mod parameter;
pub mod value;
