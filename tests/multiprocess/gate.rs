//! A gate that tasks wait at, so that a test knows where they are and when they go on.

use std::io::Read as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Where tasks arrive, and wait until they are let through.
pub struct Gate {
    listener: UnixListener,
    path: PathBuf,
    _folder: TempDir,
}

/// A task that waits; dropping this lets it through.
pub struct Waiting {
    _stream: UnixStream,
}

impl Gate {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("gate");
        Self {
            listener: UnixListener::bind(&path).unwrap(),
            path,
            _folder: folder,
        }
    }

    /// What a task is told, to find the gate.
    pub fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// Waits until a task is at the gate.
    pub fn arrived(&self) -> Waiting {
        let (stream, _) = self.listener.accept().unwrap();
        Waiting { _stream: stream }
    }
}

/// Waits at a gate, in a worker.
pub fn wait_at(gate: &Path) {
    // Nothing ever comes but the end.
    let mut stream = UnixStream::connect(gate).unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
}
