//! The whole program: the real binary, real processes. Every wait has a deadline, and every test checks that nothing of
//! its runs is left over.

mod bad_input;
mod control;
mod driver;
mod faults;
mod lessons;
