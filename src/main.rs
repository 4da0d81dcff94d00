//! Proclab.
fn main() {}
