//! Real files: the SHA-256 of one.

use std::fs::File;
use std::io::Read as _;

use sha2::{Digest as _, Sha256};

use super::declaration::{TaskDeclaration, TaskKind};
use super::parameter::{Bound, Parameter, ParameterKind};
use super::value::{Value, hex_from_bytes};
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::worker::Context;

pub(super) const DECLARATION: TaskDeclaration = TaskDeclaration {
    name: "sha256_file",
    summary: "task-sha256-file",
    kind: TaskKind::Work,
    computes: true,
    parameters: &[Parameter {
        name: "path",
        kind: ParameterKind::Path,
        help: "task-sha256-file-path",
    }],
    run,
};

fn run(_context: &mut Context, arguments: &Bound) -> Result<Value, RemoteError> {
    let path = arguments.text("path");
    digest(path)
        .map(Value::Str)
        .map_err(|error| RemoteError::new(os_error_name(&error), format!("{error}: '{path}'")))
}

fn digest(path: &str) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(hex_from_bytes(&hasher.finalize()));
        }
        hasher.update(buffer.get(..count).unwrap_or_default());
    }
}

/// Python's name for an error of the system.
fn os_error_name(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "FileNotFoundError",
        std::io::ErrorKind::PermissionDenied => "PermissionError",
        std::io::ErrorKind::IsADirectory => "IsADirectoryError",
        _ => "OSError",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_digest() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, "abc").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest(file.path().to_str().unwrap()).unwrap(), expected);
        assert_eq!(
            os_error_name(&digest("/nonexistent").unwrap_err()),
            "FileNotFoundError"
        );
    }
}
