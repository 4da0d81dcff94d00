//! cli.

pub mod snapshot;
