//! Shared libraries that are loaded while the program runs: whether one can be, and what is in the way.

use std::ffi::{CStr, CString};

use thiserror::Error;

/// Why a library cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    /// This file is nowhere: the library itself or one that it needs.
    #[error("{0} is missing")]
    Missing(String),
    /// The files are there, but the linker refuses one, in its own words.
    #[error("{0}")]
    Refused(String),
}

/// Loads a library by its file name, with all that it needs. It stays loaded: this is for what is about to be used.
pub fn load(name: &str) -> Result<(), LoadError> {
    let Ok(file) = CString::new(name) else {
        return Err(LoadError::Missing(name.to_owned()));
    };
    linked(&file).map_err(|words| reason(name, words.as_deref()))
}

/// `Err` with what the linker says, if it says anything.
#[expect(
    unsafe_code,
    reason = "only the linker itself knows all the places where it looks"
)]
fn linked(file: &CStr) -> Result<(), Option<String>> {
    // SAFETY: the name is a string with its NUL. The initialisers that run are those of the system's own libraries, in the
    // way in which their users would run them; the handle is never closed, so that nothing of them goes away again.
    let handle = unsafe { libc::dlopen(file.as_ptr(), libc::RTLD_LAZY | libc::RTLD_LOCAL) };
    if !handle.is_null() {
        return Ok(());
    }
    // SAFETY: takes nothing; the answer is null or a string that stands until this thread asks the linker again.
    let words = unsafe {
        let words = libc::dlerror();
        (!words.is_null()).then(|| CStr::from_ptr(words))
    };
    Err(words.map(|words| words.to_string_lossy().into_owned()))
}

/// Reads `libXau.so.6: cannot open shared object file: No such file or directory`.
fn reason(asked: &str, words: Option<&str>) -> LoadError {
    let Some(words) = words else {
        return LoadError::Missing(asked.to_owned());
    };
    match words.split_once(": ") {
        Some((file, rest)) if rest.starts_with("cannot open shared object file: No such file") => {
            LoadError::Missing(file.to_owned())
        }
        _ => LoadError::Refused(words.to_owned()),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(
            load("libnothere.so.7"),
            Err(LoadError::Missing("libnothere.so.7".into()))
        );
        // What the linker says when a library is there and one that it needs is not.
        let words = "libXau.so.6: cannot open shared object file: No such file or directory";
        assert_eq!(
            reason("libX11.so.6", Some(words)),
            LoadError::Missing("libXau.so.6".into())
        );
        let words = "/tmp/libXau.so.6: file too short";
        assert_eq!(
            reason("libX11.so.6", Some(words)),
            LoadError::Refused(words.into())
        );
    }
}
