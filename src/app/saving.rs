//! Whether settings can be kept: the toolkit saves them by itself and says nothing where it cannot.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui;
use thiserror::Error;

use super::background::{Job, Progress};
use super::settings::Settings;
use super::text::Text;
use super::toast::Toasts;

/// The file in which the toolkit keeps them.
const FILE: &str = "app.ron";
/// More than settings take.
static ROOM: [u8; 32 << 10] = [b' '; 32 << 10];

/// Why settings cannot be kept.
#[derive(Debug, Error)]
pub enum Unkept {
    /// There is no folder for them.
    #[error("settings cannot be saved: neither XDG_DATA_HOME nor a home folder is set")]
    NoFolder,
    /// Nothing can be written there.
    #[error("settings cannot be saved in {}: {error}", folder.display())]
    Folder {
        /// Where they would stand.
        folder: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// Tries whether settings could be saved now; not on a thread that draws.
pub type TryToKeep = Arc<dyn Fn() -> Result<(), Unkept> + Send + Sync>;

/// Tries it in the folder of the toolkit: what is there stays as it is.
pub fn try_to_keep(folder: Option<&Path>) -> Result<(), Unkept> {
    let folder = folder.ok_or(Unkept::NoFolder)?;
    write_into(folder).map_err(|error| Unkept::Folder {
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
    // Whether there is room only writing tells.
    let trial = folder.join(format!(".{FILE}.{}", std::process::id()));
    if let Err(error) = fs::write(&trial, ROOM) {
        // Why it could not be written is what matters, and there may be nothing to remove.
        fs::remove_file(&trial).ok();
        return Err(error);
    }
    fs::remove_file(&trial)
}

/// Says on standard error why settings cannot be kept.
pub fn tell(unkept: &Unkept) {
    // Who has closed it does not want to read it.
    writeln!(io::stderr(), "proclab: {unkept}").ok();
}

/// What is known of it.
pub(super) struct Keeping {
    try_to_keep: TryToKeep,
    trial: Option<Job<Result<(), Unkept>>>,
    is_due: bool,
    /// As they were handed to the toolkit last.
    saved: Option<Settings>,
    unkept: Option<Unkept>,
}

impl Keeping {
    /// One that tries in this way, first at once.
    pub(super) fn new(try_to_keep: TryToKeep) -> Self {
        Self {
            try_to_keep,
            trial: None,
            is_due: true,
            saved: None,
            unkept: None,
        }
    }

    /// Settings are being saved: if they are others than before, it is tried whether that goes well.
    pub(super) fn note_saved(&mut self, settings: Settings) {
        self.is_due |= self.saved.as_ref().is_some_and(|saved| *saved != settings);
        self.saved = Some(settings);
    }

    /// Why they cannot be kept, if that is known.
    pub(super) fn unkept(&self) -> Option<&Unkept> {
        self.unkept.as_ref()
    }

    /// Tries when it is due, and says what stands in the way once.
    pub(super) fn logic(&mut self, ctx: &egui::Context, text: &Text, toasts: &mut Toasts) {
        match self.trial.as_ref().map(Job::poll) {
            Some(Progress::Done(result)) => {
                self.trial = None;
                let was_known = self.unkept.is_some();
                self.unkept = result.err();
                if let (Some(unkept), false) = (&self.unkept, was_known) {
                    tell(unkept);
                    toasts.warn(words(unkept, text));
                }
            }
            Some(Progress::Lost) => self.trial = None,
            Some(Progress::Running) | None => {}
        }
        if self.is_due && self.trial.is_none() {
            self.is_due = false;
            let try_to_keep = Arc::clone(&self.try_to_keep);
            self.trial = Job::start("settings", ctx, move || try_to_keep()).ok();
        }
    }
}

/// The same on screen.
pub(super) fn words(unkept: &Unkept, text: &Text) -> String {
    match unkept {
        Unkept::NoFolder => text.get("unkept-no-folder").to_owned(),
        Unkept::Folder { folder, error } => text.with(
            "unkept-folder",
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
        try_to_keep(Some(&folder)).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::write(folder.join(FILE), "(version: 1)").unwrap();
        try_to_keep(Some(&folder)).unwrap();
        let kept = fs::read_to_string(folder.join(FILE)).unwrap();
        assert_eq!(kept, "(version: 1)");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn the_reason_is_that_of_the_writing() {
        // Nobody may make files there, not even root.
        let folder = Path::new("/sys/kernel");
        if !folder.is_dir() {
            eprintln!("skipped: /sys is not there");
            return;
        }
        let Err(Unkept::Folder { error, .. }) = try_to_keep(Some(folder)) else {
            panic!("nothing is written there");
        };
        assert_ne!(error.kind(), io::ErrorKind::NotFound, "{error}");
    }

    #[test]
    fn what_stands_in_the_way_is_named() {
        let words = |folder: Option<&Path>| try_to_keep(folder).unwrap_err().to_string();
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
