//! Readings from `/proc`.
//!
//! `Dir` reads files below an open directory into one kept buffer. `LinuxSource` keeps what it knows about each process
//! from tick to tick (`known`), its open `stat` included (as many as `kept` allows), so that a tick costs little more than
//! one read per process; `pids` lists them only when there may be new ones. User, command line (with it the
//! name) and executable are read when a process appears, while it is young, when its name changes or the kernel tells of an exec or
//! another user, and in turn, so that none is older than `monitor::fact` allows.
//! `subject` knows through which thread a process is read whose first one has ended.
//! `detail` reads what a look asks for of one process below that process's own directory, which never becomes another's;
//! `own_io` tells what a process reads and writes from what its children did; `watch` keeps what its rates need, `cgroup` reads the bounds of control groups,
//! `awaited` finds who can end a wait,
//! `mounts` tells which files can be asked about without waiting for a file server,
//! `users` asks for names of users.
//! `connector` is the socket on which the kernel tells of births and ends, `listener` the thread that hears it.
//! The parsers (`parse`, `net`) are pure and take bytes.

mod awaited;
mod by_pid;
mod cgroup;
mod detail;
mod dir;
mod extra;
mod fds;
mod fields;
mod group_path;
mod kept;
mod known;
mod listener;
mod machine;
mod mounts;
mod net;
mod own_group;
mod own_io;
mod parse;
mod pids;
mod ports;
mod pressure;
mod priority;
mod rest;
mod subject;
mod syscall;
mod table;
mod tty;
mod users;
mod watch;

pub use table::{LinuxSource, OpenError};

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
