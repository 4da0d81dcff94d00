//! Whether a window can open here, found out before the toolkit starts: it would panic.
//!
//! The toolkit loads its libraries while it runs (winit: X11, Xcursor, Xi, xkbcommon or the Wayland client; glutin: EGL or
//! GL), so that a program that starts may still miss them.

use std::env;
use std::ffi::OsString;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

/// How long a display on another machine may take to answer.
const DEADLINE: Duration = Duration::from_secs(3);

/// What works without a window; the end of every message.
const WITHOUT: &str = "Without a window: `proclab run pool-callback` runs a pool in this terminal, \
                       `proclab snapshot` prints all processes, `proclab --help` lists the rest. \
                       `xvfb-run proclab` opens the window in a virtual display (apt-get install xvfb)";

/// Why no window can open: what is missing, how to get it, what works without.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum WindowError {
    /// Neither `DISPLAY` nor `WAYLAND_DISPLAY` is set.
    #[error(
        "there is no display: neither WAYLAND_DISPLAY nor DISPLAY is set. Start Proclab from a desktop session, or over \
         ssh with `ssh -X`. {WITHOUT}"
    )]
    NoDisplay,
    /// Nobody answers there.
    #[error(
        "the display does not answer: {variable}={value}. Is its server still running? {WITHOUT}"
    )]
    DeadDisplay {
        /// Which variable names it.
        variable: &'static str,
        /// Its value.
        value: String,
    },
    /// Libraries that the toolkit loads are not installed.
    #[error(
        "system libraries are missing: {}. Install them: `sudo apt-get install {}`. {WITHOUT}",
        libraries.join(", "),
        packages.join(" ")
    )]
    MissingLibraries {
        /// Their file names.
        libraries: Vec<&'static str>,
        /// The packages of Debian and Ubuntu that hold them.
        packages: Vec<&'static str>,
    },
    /// The toolkit could not open the window, for a reason of its own.
    #[error(
        "could not open the window: {0}. If it is OpenGL that is missing: `sudo apt-get install libegl1 libgl1 \
         libgl1-mesa-dri`. {WITHOUT}"
    )]
    Toolkit(String),
}

/// A library: any of its file names will do; the package that holds it.
struct Library {
    names: &'static [&'static str],
    package: &'static str,
}

const XKBCOMMON: Library = Library {
    names: &["libxkbcommon.so.0"],
    package: "libxkbcommon0",
};
const EGL_OR_GL: Library = Library {
    names: &["libEGL.so.1", "libGL.so.1"],
    package: "libegl1 libgl1 libgl1-mesa-dri",
};

const FOR_X11: [Library; 7] = [
    Library {
        names: &["libX11.so.6"],
        package: "libx11-6",
    },
    Library {
        names: &["libX11-xcb.so.1"],
        package: "libx11-xcb1",
    },
    Library {
        names: &["libXcursor.so.1"],
        package: "libxcursor1",
    },
    Library {
        names: &["libXi.so.6"],
        package: "libxi6",
    },
    XKBCOMMON,
    Library {
        names: &["libxkbcommon-x11.so.0"],
        package: "libxkbcommon-x11-0",
    },
    EGL_OR_GL,
];

const FOR_WAYLAND: [Library; 4] = [
    Library {
        names: &["libwayland-client.so.0"],
        package: "libwayland-client0",
    },
    Library {
        names: &["libwayland-egl.so.1"],
        package: "libwayland-egl1",
    },
    XKBCOMMON,
    Library {
        names: &["libEGL.so.1"],
        package: "libegl1 libgl1-mesa-dri",
    },
];

/// Whether a window can open.
pub fn check() -> Result<(), WindowError> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    // The order is winit's: Wayland wins, and it does not turn to X11 if that fails.
    if let Some(value) = set("WAYLAND_DISPLAY") {
        let folder = set("XDG_RUNTIME_DIR")
            .map(PathBuf::from)
            .unwrap_or_default();
        let is_alive = UnixStream::connect(folder.join(&value)).is_ok();
        alive(is_alive, "WAYLAND_DISPLAY", &value)?;
        check_libraries(&FOR_WAYLAND)
    } else if set("WAYLAND_SOCKET").is_some() {
        check_libraries(&FOR_WAYLAND)
    } else if let Some(value) = set("DISPLAY") {
        let is_alive = x11_answers(&value.to_string_lossy());
        alive(is_alive, "DISPLAY", &value)?;
        check_libraries(&FOR_X11)
    } else {
        Err(WindowError::NoDisplay)
    }
}

fn alive(is_alive: bool, variable: &'static str, value: &OsString) -> Result<(), WindowError> {
    if is_alive {
        Ok(())
    } else {
        Err(WindowError::DeadDisplay {
            variable,
            value: value.to_string_lossy().into_owned(),
        })
    }
}

/// Where an X11 display listens.
#[derive(Debug, PartialEq, Eq)]
enum X11Address {
    Local(u16),
    Remote(String, u16),
}

/// Reads `:0`, `unix:0.0`, `host:10.0`; `None` for anything else.
fn x11_address(display: &str) -> Option<X11Address> {
    let (host, rest) = display.rsplit_once(':')?;
    let number: u16 = rest.split('.').next()?.parse().ok()?;
    Some(match host {
        "" | "unix" | "unix/" => X11Address::Local(number),
        host => X11Address::Remote(host.to_owned(), number),
    })
}

fn x11_answers(display: &str) -> bool {
    match x11_address(display) {
        Some(X11Address::Local(number)) => {
            let path = format!("/tmp/.X11-unix/X{number}");
            let hidden =
                SocketAddr::from_abstract_name(&path).and_then(|at| UnixStream::connect_addr(&at));
            hidden.is_ok() || UnixStream::connect(path).is_ok() || tcp_answers("localhost", number)
        }
        Some(X11Address::Remote(host, number)) => tcp_answers(&host, number),
        None => false,
    }
}

fn tcp_answers(host: &str, number: u16) -> bool {
    let Some(port) = number.checked_add(6000) else {
        return false;
    };
    (host, port).to_socket_addrs().is_ok_and(|mut addresses| {
        addresses.any(|address| TcpStream::connect_timeout(&address, DEADLINE).is_ok())
    })
}

fn check_libraries(wanted: &[Library]) -> Result<(), WindowError> {
    let Some(linker) = Linker::of_this_machine() else {
        return Ok(());
    };
    missing(wanted, |name| linker.finds(name))
}

fn missing(wanted: &[Library], is_there: impl Fn(&str) -> bool) -> Result<(), WindowError> {
    let missing: Vec<&Library> = wanted
        .iter()
        .filter(|library| !library.names.iter().any(|name| is_there(name)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(WindowError::MissingLibraries {
        libraries: missing
            .iter()
            .filter_map(|library| library.names.first().copied())
            .collect(),
        packages: missing.iter().map(|library| library.package).collect(),
    })
}

/// Where the dynamic linker looks: `LD_LIBRARY_PATH`, its cache, the folders of old.
struct Linker {
    folders: Vec<PathBuf>,
    cache: Vec<u8>,
}

impl Linker {
    /// `None` where there is no cache (musl, Nix): there we cannot know and let the toolkit try.
    fn of_this_machine() -> Option<Self> {
        let cache = std::fs::read("/etc/ld.so.cache").ok()?;
        let mut folders: Vec<PathBuf> = env::var_os("LD_LIBRARY_PATH")
            .map(|paths| env::split_paths(&paths).collect())
            .unwrap_or_default();
        folders.extend(["/lib64", "/usr/lib64", "/lib", "/usr/lib"].map(PathBuf::from));
        Some(Self { folders, cache })
    }

    fn finds(&self, name: &str) -> bool {
        let entry = [name.as_bytes(), b"\0"].concat();
        memchr::memmem::find(&self.cache, &entry).is_some()
            || self
                .folders
                .iter()
                .any(|folder| Path::new(folder).join(name).exists())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_are_read_as_x11_does() {
        assert_eq!(x11_address(":90"), Some(X11Address::Local(90)));
        assert_eq!(x11_address("unix:0.0"), Some(X11Address::Local(0)));
        assert_eq!(
            x11_address("hall.example:10.0"),
            Some(X11Address::Remote("hall.example".into(), 10))
        );
        assert_eq!(x11_address("nonsense"), None);
    }

    #[test]
    fn nobody_answers_at_an_unused_number() {
        assert!(!x11_answers(":59123"));
        assert!(!x11_answers(""));
    }

    #[test]
    fn missing_libraries_are_named_with_their_packages() {
        assert_eq!(missing(&FOR_X11, |_| true), Ok(()));
        let error = missing(&FOR_X11, |name| {
            name != "libXi.so.6" && !name.contains("GL")
        })
        .unwrap_err();
        let sentence = error.to_string();
        assert!(sentence.contains("libXi.so.6, libEGL.so.1"), "{sentence}");
        assert!(
            sentence.contains("apt-get install libxi6 libegl1 libgl1 libgl1-mesa-dri"),
            "{sentence}"
        );
        assert!(sentence.contains("proclab run"), "{sentence}");
        // One of the two is enough.
        assert_eq!(missing(&FOR_X11, |name| name != "libEGL.so.1"), Ok(()));
    }
}
