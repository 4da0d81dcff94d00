//! The desktop's own dialog for the place of a new file.

use std::env;
use std::path::{Path, PathBuf};

use crate::os::library;

/// What came of asking for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChosenFile {
    /// This one.
    Path(PathBuf),
    /// The dialog was closed without one.
    Cancelled,
    /// There is nothing on this desktop that opens a dialog.
    NoDialog,
}

/// What the file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialogPurpose {
    /// One that is there is to be read.
    Read,
    /// One is to be written.
    Write,
}

/// Asks for a file with a dialog, given a suggested path and the dialog's title; waits for the answer.
pub type AskFile = fn(DialogPurpose, &Path, &str) -> ChosenFile;

/// Asks with the desktop's dialog: the portal's, or zenity's where there is no portal.
pub fn ask_desktop(purpose: DialogPurpose, suggested: &Path, title: &str) -> ChosenFile {
    let mut dialog = rfd::FileDialog::new().set_title(title);
    if let Some(extension) = suggested
        .extension()
        .and_then(|extension| extension.to_str())
    {
        dialog = dialog.add_filter(extension.to_uppercase(), &[extension]);
    }
    if let Some(folder) = suggested.parent() {
        dialog = dialog.set_directory(folder);
    }
    if let Some(name) = suggested.file_name() {
        dialog = dialog.set_file_name(name.to_string_lossy());
    }
    let chosen = match purpose {
        DialogPurpose::Read => dialog.pick_file(),
        DialogPurpose::Write => dialog.save_file(),
    };
    match chosen {
        Some(path) => ChosenFile::Path(path),
        // The same answer for both: whether anybody could cancel it is found out afterwards, so that no dialog waits for it.
        None if has_portal() || has_program("zenity", env::var_os("PATH")) => ChosenFile::Cancelled,
        None => ChosenFile::NoDialog,
    }
}

/// Whether the desktop portal answers and knows file dialogs: it may run without a part that draws them.
fn has_portal() -> bool {
    // The dialog speaks to it through this library.
    library::load("libdbus-1.so.3").is_ok() && file_chooser_version().is_ok()
}

fn file_chooser_version() -> zbus::Result<u32> {
    let bus = zbus::blocking::Connection::session()?;
    let chooser = zbus::blocking::Proxy::new(
        &bus,
        "org.freedesktop.portal.Desktop",
        "/org/freedesktop/portal/desktop",
        "org.freedesktop.portal.FileChooser",
    )?;
    chooser.get_property("version")
}

fn has_program(name: &str, path: Option<std::ffi::OsString>) -> bool {
    path.is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_looked_for_where_the_shell_does() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("zenity"), "").unwrap();
        let path = env::join_paths([Path::new("/nowhere"), folder.path()]).unwrap();
        assert!(has_program("zenity", Some(path)));
        assert!(!has_program("zenity", Some("/nowhere".into())));
        assert!(!has_program("zenity", None));
    }
}
