//! The toolkit's start: what goes wrong in it becomes one message, be it an error or a panic.

use std::error::Error;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use parking_lot::Mutex;

use super::display::WindowError;

/// Whether the toolkit is still starting.
#[derive(Clone, Debug)]
pub struct ToolkitStart {
    is_under_way: Arc<AtomicBool>,
}

impl ToolkitStart {
    /// The toolkit stands: from now on a panic is a mistake of ours and shows as one.
    pub fn is_over(&self) {
        self.is_under_way.store(false, Ordering::Relaxed);
    }

    fn is_under_way(&self) -> bool {
        self.is_under_way.load(Ordering::Relaxed)
    }
}

/// Runs the toolkit on this thread. A panic before [`ToolkitStart::is_over`] is an error; a later one goes on as a panic.
pub fn run(toolkit: impl FnOnce(ToolkitStart) -> eframe::Result) -> Result<(), WindowError> {
    let start = ToolkitStart {
        is_under_way: Arc::new(AtomicBool::new(true)),
    };
    let last_words = catch_words(&start);
    let result = panic::catch_unwind(AssertUnwindSafe(|| toolkit(start.clone())));
    let was_under_way = start.is_under_way();
    start.is_over();
    match result {
        Ok(result) => result.map_err(in_words),
        Err(_) if was_under_way => Err(last_words
            .lock()
            .take()
            .unwrap_or_else(|| WindowError::Toolkit("the toolkit panicked".to_owned()))),
        Err(panic) => panic::resume_unwind(panic),
    }
}

/// Keeps what a panic of this thread says, instead of printing it, as long as the toolkit starts.
fn catch_words(start: &ToolkitStart) -> Arc<Mutex<Option<WindowError>>> {
    let last_words = Arc::new(Mutex::new(None));
    let (start, kept) = (start.clone(), Arc::clone(&last_words));
    let this_thread = thread::current().id();
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if start.is_under_way() && thread::current().id() == this_thread {
            *kept.lock() = Some(words_of(panic));
        } else {
            usual(panic);
        }
    }));
    last_words
}

fn words_of(panic: &PanicHookInfo<'_>) -> WindowError {
    let words = panic.payload_as_str().unwrap_or("the toolkit panicked");
    let is_graphics = panic.location().is_some_and(|at| {
        ["glutin", "glow"]
            .iter()
            .any(|name| at.file().contains(name))
    });
    if is_graphics {
        WindowError::OpenGl(sentence(words))
    } else {
        WindowError::Toolkit(sentence(words))
    }
}

/// The toolkit's error without its debug dumps and the places in its source.
fn in_words(error: eframe::Error) -> WindowError {
    match error {
        eframe::Error::AppCreation(error) => WindowError::Own(sentence(&error.to_string())),
        eframe::Error::Glutin(error) => WindowError::OpenGl(unnumbered(&error.to_string())),
        eframe::Error::NoGlutinConfigs(_, error) => {
            WindowError::OpenGl(unnumbered(&error.to_string()))
        }
        eframe::Error::OpenGL(error) => WindowError::OpenGl(sentence(&error.to_string())),
        eframe::Error::Winit(error) => WindowError::Toolkit(reason(&error)),
        eframe::Error::WinitEventLoop(error) => WindowError::Toolkit(reason(&error)),
    }
}

/// Winit's words begin with `os error at FILE:LINE: `.
fn reason(error: &impl Error) -> String {
    let words = error.to_string();
    let bare = words
        .strip_prefix("os error at ")
        .and_then(|rest| rest.split_once(": "));
    sentence(bare.map_or(words.as_str(), |(_place, reason)| reason))
}

/// Glutin's words may begin with the number of the error: `[a7] GLXBadFBConfig`.
fn unnumbered(words: &str) -> String {
    let bare = words
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "));
    sentence(bare.map_or(words, |(_number, name)| name))
}

/// Without the full stop that the message has itself.
fn sentence(words: &str) -> String {
    words.trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_start_is_an_error_and_a_later_one_a_panic() {
        let error = run(|_start| panic!("failed to query {}", "XRandR"));
        let words = error.unwrap_err().to_string();
        assert!(
            words.starts_with("the window could not be opened: failed to query XRandR.\n"),
            "{words}"
        );
        let later = panic::catch_unwind(|| {
            run(|start| {
                start.is_over();
                panic!("a mistake of ours, as this test wants it")
            })
        });
        assert!(later.is_err());
    }

    #[test]
    fn errors_of_the_toolkit_say_no_more_than_needed() {
        let error = run(|_start| Err(eframe::Error::AppCreation("no /proc".into())));
        assert_eq!(error.unwrap_err().to_string(), "could not start: no /proc.");
        let place = std::io::Error::other("os error at src/linux/mod.rs:786: could not connect.");
        assert_eq!(reason(&place), "could not connect");
        assert_eq!(unnumbered("[a7] GLXBadFBConfig"), "GLXBadFBConfig");
    }
}
