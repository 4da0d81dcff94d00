//! The libraries that the toolkit loads while it starts (winit: X11 and its kin or Wayland; glutin: GL or EGL), so that a
//! program that starts may still miss them.
//!
//! They are loaded here as the toolkit will load them: only so is it known whether those that they need are there too.

use std::path::Path;

use super::WindowError;
use crate::os::library::{LoadError, load};

/// A library: any of these files will do, the first is the usual one.
type Library = &'static [&'static str];

const XKBCOMMON: Library = &["libxkbcommon.so.0"];

pub(super) const FOR_X11: &[Library] = &[
    &["libX11.so.6"],
    &["libX11-xcb.so.1"],
    &["libXcursor.so.1"],
    &["libXi.so.6"],
    XKBCOMMON,
    &["libxkbcommon-x11.so.0"],
    &["libGL.so.1", "libEGL.so.1"],
];

pub(super) const FOR_WAYLAND: &[Library] = &[
    &["libwayland-client.so.0"],
    &["libwayland-egl.so.1"],
    XKBCOMMON,
    &["libEGL.so.1"],
];

/// The packages of Debian and Ubuntu that draw.
pub(super) const DRIVERS: &str = "libegl1 libgl1 libgl1-mesa-dri";

/// Whether all can be loaded.
pub(super) fn check(wanted: &[Library]) -> Result<(), WindowError> {
    // Without the linker's cache this is no system of the usual kind (Nix, musl): the toolkit may know other places.
    if !Path::new("/etc/ld.so.cache").exists() {
        return Ok(());
    }
    check_with(wanted, load)
}

fn check_with(
    wanted: &[Library],
    load: impl Fn(&str) -> Result<(), LoadError>,
) -> Result<(), WindowError> {
    let mut missing: Vec<(String, &str)> = Vec::new();
    let mut refused = None;
    for library in wanted {
        let failures: Vec<_> = library.iter().map_while(|name| load(name).err()).collect();
        if failures.len() < library.len() {
            continue;
        }
        match (failures.into_iter().next(), library.first()) {
            (Some(LoadError::Missing(file)), Some(asked)) => {
                // Many need the same one.
                if !missing.iter().any(|(known, _)| *known == file) {
                    missing.push((file, asked));
                }
            }
            (Some(LoadError::Refused(words)), _) => refused = Some(words),
            (None, _) | (_, None) => {}
        }
    }
    if missing.is_empty() {
        return refused.map_or(Ok(()), |words| Err(WindowError::BrokenLibrary(words)));
    }
    let mut packages = Vec::new();
    for package in missing.iter().map(|(file, _)| package_of(file)) {
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    let named = |(file, asked): (String, &str)| {
        if file == asked {
            file
        } else {
            format!("{file} (for {asked})")
        }
    };
    Err(WindowError::MissingLibraries {
        libraries: missing.into_iter().map(named).collect(),
        packages,
    })
}

/// The package of Debian and Ubuntu that holds a library: their rule, `libXau.so.6` is in `libxau6` and
/// `libxkbcommon-x11.so.0` in `libxkbcommon-x11-0`, and where the rule does not lead.
fn package_of(file: &str) -> String {
    match file {
        // Each comes with what draws behind it: alone it would open no window.
        "libGL.so.1" | "libEGL.so.1" => return DRIVERS.to_owned(),
        "libGLdispatch.so.0" => return "libglvnd0".to_owned(),
        _ => {}
    }
    let (name, version) = file.split_once(".so").unwrap_or((file, ""));
    let version = version.trim_start_matches('.');
    let dash = if name.ends_with(|c: char| c.is_ascii_digit()) {
        "-"
    } else {
        ""
    };
    format!("{name}{dash}{version}")
        .to_lowercase()
        .replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(file: &str) -> Result<(), LoadError> {
        Err(LoadError::Missing(file.to_owned()))
    }

    #[test]
    fn packages_are_named_as_debian_does() {
        for (file, package) in [
            ("libX11.so.6", "libx11-6"),
            ("libX11-xcb.so.1", "libx11-xcb1"),
            ("libXau.so.6", "libxau6"),
            ("libxcb.so.1", "libxcb1"),
            ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
            ("libwayland-client.so.0", "libwayland-client0"),
            ("libGLX_mesa.so.0", "libglx-mesa0"),
            ("libGLdispatch.so.0", "libglvnd0"),
        ] {
            assert_eq!(package_of(file), package);
        }
    }

    #[test]
    fn missing_libraries_are_named_with_their_packages() {
        assert!(check_with(FOR_X11, |_| Ok(())).is_ok());
        let error = check_with(FOR_X11, |name| match name {
            "libXi.so.6" | "libGL.so.1" | "libEGL.so.1" => missing(name),
            _ => Ok(()),
        });
        let sentence = error.unwrap_err().to_string();
        assert!(sentence.contains("libXi.so.6, libGL.so.1"), "{sentence}");
        assert!(
            sentence.contains("apt-get install -y libxi6 libegl1 libgl1 libgl1-mesa-dri"),
            "{sentence}"
        );
        assert!(sentence.contains("proclab run"), "{sentence}");
    }

    #[test]
    fn either_of_two_is_enough() {
        for gone in ["libGL.so.1", "libEGL.so.1"] {
            let load = |name: &str| if name == gone { missing(name) } else { Ok(()) };
            assert!(check_with(FOR_X11, load).is_ok());
        }
    }

    #[test]
    fn what_a_library_needs_is_named_once_and_with_it() {
        let error = check_with(FOR_X11, |name| match name {
            "libX11.so.6" | "libXi.so.6" => missing("libxcb.so.1"),
            _ => Ok(()),
        });
        let sentence = error.unwrap_err().to_string();
        assert!(
            sentence.contains("missing: libxcb.so.1 (for libX11.so.6)."),
            "{sentence}"
        );
        assert!(
            sentence.contains("apt-get install -y libxcb1\n"),
            "{sentence}"
        );
    }

    #[test]
    fn a_library_that_the_linker_refuses_is_told_in_its_words() {
        let words = "/opt/libX11.so.6: file too short";
        let error = check_with(FOR_X11, |_| Err(LoadError::Refused(words.to_owned())));
        assert!(error.unwrap_err().to_string().contains(words));
    }

    #[test]
    fn the_readme_installs_them_all() {
        let readme = include_str!("../../../README.md");
        let line = readme
            .lines()
            .find(|line| line.contains("apt-get install"))
            .unwrap_or_default();
        for file in FOR_X11.iter().chain(FOR_WAYLAND).copied().flatten() {
            for package in package_of(file).split(' ') {
                assert!(
                    line.split(' ').any(|word| word == package),
                    "{package} is not in: {line}"
                );
            }
        }
    }
}
