//! Checks whether settings can be saved: the toolkit saves them itself and reports no failure.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui;
use thiserror::Error;

use super::background::{BackgroundJob, JobProgress};
use super::settings::Settings;
use super::text::Text;
use super::toast::Toasts;

/// The file in which the toolkit saves them.
const FILE: &str = "app.ron";
/// More than settings take.
static ROOM: [u8; 32 << 10] = [b' '; 32 << 10];

/// Why settings cannot be saved.
#[derive(Debug, Error)]
pub enum SaveError {
    /// There is no folder for them.
    #[error("settings cannot be saved: neither XDG_DATA_HOME nor a home folder is set")]
    NoFolder,
    /// The folder is not writable.
    #[error("settings cannot be saved in {}: {error}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's error.
        error: io::Error,
    },
}

/// Checks whether settings can be saved now; not called on the window's thread.
pub type SaveProbe = Arc<dyn Fn() -> Result<(), SaveError> + Send + Sync>;

/// Checks it in the toolkit's folder, without changing what is there.
pub fn probe_save(folder: Option<&Path>) -> Result<(), SaveError> {
    let folder = folder.ok_or(SaveError::NoFolder)?;
    write_into(folder).map_err(|error| SaveError::Folder {
        folder: folder.to_owned(),
        error,
    })
}

fn write_into(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let file = folder.join(FILE);
    if file.exists() {
        OpenOptions::new().append(true).open(&file)?;
    }
    // Only writing shows whether there is space.
    let trial = folder.join(format!(".{FILE}.{}", std::process::id()));
    if let Err(error) = fs::write(&trial, ROOM) {
        // Why it could not be written is what matters, and there may be nothing to remove.
        fs::remove_file(&trial).ok();
        return Err(error);
    }
    fs::remove_file(&trial)
}

/// Reports on standard error why settings cannot be saved.
pub fn tell(not_saved: &SaveError) {
    // Standard error may be closed.
    writeln!(io::stderr(), "proclab: {not_saved}").ok();
}

/// Runs the probe and holds its last result.
pub(super) struct SaveCheck {
    probe_save: SaveProbe,
    trial: Option<BackgroundJob<Result<(), SaveError>>>,
    is_due: bool,
    /// As last handed to the toolkit.
    saved: Option<Settings>,
    not_saved: Option<SaveError>,
}

impl SaveCheck {
    /// Checks with this probe, first at once.
    pub(super) fn new(probe_save: SaveProbe) -> Self {
        Self {
            probe_save,
            trial: None,
            is_due: true,
            saved: None,
            not_saved: None,
        }
    }

    /// Settings are being saved: if they differ from the last ones, the next check is due.
    pub(super) fn note_saved(&mut self, settings: Settings) {
        self.is_due |= self.saved.as_ref().is_some_and(|saved| *saved != settings);
        self.saved = Some(settings);
    }

    /// Why they cannot be saved, if known.
    pub(super) fn not_saved(&self) -> Option<&SaveError> {
        self.not_saved.as_ref()
    }

    /// Checks when due, and reports a failure once.
    pub(super) fn logic(&mut self, ctx: &egui::Context, text: &Text, toasts: &mut Toasts) {
        match self.trial.as_ref().map(BackgroundJob::poll) {
            Some(JobProgress::Done(result)) => {
                self.trial = None;
                let was_known = self.not_saved.is_some();
                self.not_saved = result.err();
                if let (Some(not_saved), false) = (&self.not_saved, was_known) {
                    tell(not_saved);
                    toasts.warn(words(not_saved, text));
                }
            }
            Some(JobProgress::Lost) => self.trial = None,
            Some(JobProgress::Running) | None => {}
        }
        if self.is_due && self.trial.is_none() {
            self.is_due = false;
            let probe_save = Arc::clone(&self.probe_save);
            self.trial = BackgroundJob::start("settings", ctx, move || probe_save()).ok();
        }
    }
}

/// The same sentence in the window's language.
pub(super) fn words(not_saved: &SaveError, text: &Text) -> String {
    match not_saved {
        SaveError::NoFolder => text.get("settings-not-saved-no-folder").to_owned(),
        SaveError::Folder { folder, error } => text.with(
            "settings-not-saved-folder",
            &[
                ("folder", folder.display().to_string().into()),
                ("reason", error.to_string().into()),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_takes_them_is_left_as_it_was() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("new").join("proclab");
        probe_save(Some(&folder)).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::write(folder.join(FILE), "(version: 1)").unwrap();
        probe_save(Some(&folder)).unwrap();
        let kept = fs::read_to_string(folder.join(FILE)).unwrap();
        assert_eq!(kept, "(version: 1)");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn the_reason_is_that_of_the_writing() {
        // Not even root may create files there.
        let folder = Path::new("/sys/kernel");
        if !folder.is_dir() {
            eprintln!("skipped: /sys is not there");
            return;
        }
        let Err(SaveError::Folder { error, .. }) = probe_save(Some(folder)) else {
            panic!("nothing is written there");
        };
        assert_ne!(error.kind(), io::ErrorKind::NotFound, "{error}");
    }

    #[test]
    fn what_stands_in_the_way_is_named() {
        let words = |folder: Option<&Path>| probe_save(folder).unwrap_err().to_string();
        assert!(words(None).contains("XDG_DATA_HOME"));
        let place = tempfile::tempdir().unwrap();
        // A file where the folder should be: root may write anywhere else.
        let file = place.path().join("taken");
        fs::write(&file, "").unwrap();
        let said = words(Some(&file.join("proclab")));
        assert!(said.contains("taken/proclab: "), "{said}");
        // And a folder where the file should be.
        fs::create_dir(place.path().join(FILE)).unwrap();
        let said = words(Some(place.path()));
        assert!(said.contains("directory"), "{said}");
    }
}
