//! What holds a process up.
