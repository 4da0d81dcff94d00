//! Proclab.
#[expect(
    clippy::print_stderr,
    clippy::exit,
    reason = "the one place that reports"
)]
fn main() {
    if let Err(error) = proclab::app::run_window() {
        eprintln!("proclab: {error}");
        std::process::exit(3);
    }
}
