//! Whether a window can open here, found out before the toolkit starts: it would hang, or panic, or say it in its own way.
//!
//! [`check`] asks the display ([`probe`]) and loads the libraries ([`libraries`]); what goes wrong later, inside the toolkit,
//! is caught and put into words by [`super::toolkit_start`]. The end of it all is one message ([`WindowError`]) on the terminal.

mod libraries;
mod probe;

use std::env;
use std::path::PathBuf;

use thiserror::Error;
use x11rb::rust_connection::RustConnection;

use libraries::{DRIVERS, FOR_WAYLAND, FOR_X11};
pub use probe::DisplayProblem;

/// What works without a window; the end of every message.
const WITHOUT: &str = "Without a window: `proclab run pool-callback` runs a pool in this terminal, `proclab snapshot` \
                       prints all processes, `proclab --help` lists the rest.";

/// A display that is always to be had.
const VIRTUAL: &str =
    "In a virtual display: `xvfb-run -a proclab` (sudo apt-get install -y xvfb xauth).";

/// The same where a Wayland display would be taken before it.
const VIRTUAL_BESIDE_WAYLAND: &str = "In a virtual display: `env -u WAYLAND_DISPLAY xvfb-run -a proclab` \
                                      (sudo apt-get install -y xvfb xauth).";

/// Why no window can open: what is missing, how to get it, what works without. A line for each.
#[derive(Debug, Error)]
pub enum WindowError {
    /// Neither `DISPLAY` nor `WAYLAND_DISPLAY` is set.
    #[error(
        "there is no display: neither WAYLAND_DISPLAY nor DISPLAY is set.\n\
         Start Proclab in a desktop session, or over ssh with `ssh -X`.\n{VIRTUAL}\n{WITHOUT}"
    )]
    NoDisplay,
    /// No window can open on the display that is named.
    #[error("the display {variable}={value} {trouble}.\n{}\n{WITHOUT}", elsewhere(variable, other.as_deref()))]
    DeadDisplay {
        /// Which variable names it.
        variable: &'static str,
        /// Its value.
        value: String,
        /// What is wrong with it.
        trouble: DisplayProblem,
        /// The X11 display that could be used instead.
        other: Option<String>,
    },
    /// Libraries that the toolkit loads are not installed.
    #[error(
        "system libraries are missing: {}.\n\
         On Debian or Ubuntu: sudo apt-get update && sudo apt-get install -y {}\n{WITHOUT}",
        libraries.join(", "),
        packages.join(" ")
    )]
    MissingLibraries {
        /// Their file names, and for which of ours if they are needed by one.
        libraries: Vec<String>,
        /// The packages of Debian and Ubuntu that hold them.
        packages: Vec<String>,
    },
    /// A library that the toolkit loads is there and cannot be used.
    #[error(
        "a system library cannot be loaded: {0}.\nInstall the package that holds it anew.\n{WITHOUT}"
    )]
    BrokenLibrary(String),
    /// Nothing can be drawn.
    #[error(
        "OpenGL does not work here: {0}.\n\
         Its drivers may be missing. On Debian or Ubuntu: sudo apt-get update && sudo apt-get install -y {DRIVERS}\n\
         Drawing without the graphics card: LIBGL_ALWAYS_SOFTWARE=1 proclab\n{WITHOUT}"
    )]
    OpenGl(String),
    /// The toolkit could not open the window, for a reason of its own.
    #[error("the window could not be opened: {0}.\n{VIRTUAL_BESIDE_WAYLAND}\n{WITHOUT}")]
    Toolkit(String),
    /// It is not the window that failed, but what it is to show.
    #[error("could not start: {0}.")]
    Own(String),
}

/// Where else a window could open. Wayland goes first, and the toolkit does not turn to X11 if it fails.
fn elsewhere(variable: &str, other: Option<&str>) -> String {
    if variable == "DISPLAY" {
        return VIRTUAL.to_owned();
    }
    other.map_or_else(
        || VIRTUAL_BESIDE_WAYLAND.to_owned(),
        |display| {
            format!(
                "In the display {display}: `env -u WAYLAND_DISPLAY proclab`.\n{VIRTUAL_BESIDE_WAYLAND}"
            )
        },
    )
}

/// A display that has answered.
#[must_use = "an X server may reset itself when its only client leaves: keep this until the toolkit is connected"]
pub struct Display {
    _client: Option<RustConnection>,
}

/// Whether a window can open.
pub fn check() -> Result<Display, WindowError> {
    let set = |name: &str| {
        let value = env::var_os(name).filter(|value| !value.is_empty())?;
        Some(value.to_string_lossy().into_owned())
    };
    let other = set("DISPLAY");
    // The order is that of winit and of Wayland's own library.
    if set("WAYLAND_SOCKET").is_some() {
        // A connection that we were given: asking on it would spoil it.
        libraries::check(FOR_WAYLAND)?;
        Ok(Display { _client: None })
    } else if let Some(value) = set("WAYLAND_DISPLAY") {
        let folder = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let socket = folder.unwrap_or_default().join(&value);
        probe::wayland(socket).map_err(|trouble| WindowError::DeadDisplay {
            variable: "WAYLAND_DISPLAY",
            value,
            trouble,
            other,
        })?;
        libraries::check(FOR_WAYLAND)?;
        Ok(Display { _client: None })
    } else if let Some(value) = other {
        let client = probe::x11(value.clone()).map_err(|trouble| WindowError::DeadDisplay {
            variable: "DISPLAY",
            value,
            trouble,
            other: None,
        })?;
        libraries::check(FOR_X11)?;
        Ok(Display { _client: client })
    } else {
        Err(WindowError::NoDisplay)
    }
}
