//! Asks a display whether it is alive, as a client does: a connection alone proves nothing, as the kernel takes it in the
//! name of a server that hangs.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use thiserror::Error;
use x11rb::connection::RequestConnection as _;
use x11rb::errors::{ConnectError, ConnectionError};
use x11rb::reexports::x11rb_protocol::parse_display::parse_display;
use x11rb::rust_connection::RustConnection;

/// How long a display may take to answer: a few ways to and fro even over a slow `ssh -X`.
const DEADLINE: Duration = Duration::from_secs(3);

/// Extensions without which winit panics.
const EXTENSIONS: [&str; 3] = ["RANDR", "XInputExtension", "XKEYBOARD"];

/// What is wrong with a display; follows its name in a message.
#[derive(Debug, Error)]
pub enum DisplayProblem {
    /// The variable does not name a display.
    #[error("names no display; one is called `:0` or `host:10.0`")]
    Misnamed,
    /// The connection is refused.
    #[error("cannot be reached: {}", reason(.0))]
    Unreachable(io::Error),
    /// It accepts the connection and does not answer.
    #[error("does not answer: its server hangs")]
    Silent,
    /// It accepts the connection and closes it.
    #[error("closes the connection at once")]
    Closed,
    /// It refuses this client.
    #[error("refuses this program: {0}")]
    Refused(String),
    /// It answers, but a window cannot open in it.
    #[error("lacks what a window needs, the extension {0}")]
    Lacks(&'static str),
}

impl From<io::Error> for DisplayProblem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Unreachable(error),
        }
    }
}

impl From<ConnectError> for DisplayProblem {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::IoError(error) => error.into(),
            ConnectError::Incomplete { .. } => Self::Closed,
            ConnectError::DisplayParsingError(_) | ConnectError::InvalidScreen => Self::Misnamed,
            ConnectError::SetupFailed(refusal) => Self::Refused(words(&refusal.reason)),
            ConnectError::SetupAuthenticate(refusal) => Self::Refused(words(&refusal.reason)),
            other => Self::Refused(other.to_string()),
        }
    }
}

impl From<ConnectionError> for DisplayProblem {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::IoError(error) => error.into(),
            other => Self::Refused(other.to_string()),
        }
    }
}

/// Why there is no connection, without the number of the error.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
            "no server listens there".to_owned()
        }
        _ => error.to_string(),
    }
}

/// The reason that a server gives: a line, padded.
fn words(reason: &[u8]) -> String {
    let reason = String::from_utf8_lossy(reason);
    reason.trim_matches(['\0', '\n', ' ']).to_owned()
}

/// Becomes a client of an X11 display. `None` where the name is a path, which only Xlib knows to read.
pub(super) fn x11(display: String) -> Result<Option<RustConnection>, DisplayProblem> {
    if display.starts_with('/') || display.starts_with("unix:/") {
        return Ok(None);
    }
    let parsed = parse_display(Some(&display)).map_err(|_error| DisplayProblem::Misnamed)?;
    // Above that there is no port for it, and the connecting would panic.
    if parsed.display.checked_add(6000).is_none() {
        return Err(DisplayProblem::Misnamed);
    }
    in_time(move || {
        let (connection, _screen) = RustConnection::connect(Some(&display))?;
        for name in EXTENSIONS {
            if connection.extension_information(name)?.is_none() {
                return Err(DisplayProblem::Lacks(name));
            }
        }
        Ok(Some(connection))
    })
}

/// Waits for a sign of life from a Wayland display.
pub(super) fn wayland(socket: PathBuf) -> Result<(), DisplayProblem> {
    in_time(move || {
        let mut stream = UnixStream::connect(socket)?;
        // wl_display.sync: object 1, size and opcode, the id of the callback that is to be called.
        let request = [1_u32, 12 << 16, 2].map(u32::to_ne_bytes);
        stream.write_all(request.as_flattened())?;
        let mut header = [0; 8];
        stream.read_exact(&mut header)?;
        // Opcode 0 of the display itself is wl_display.error; anything else is an answer.
        let [object, rest] = *header.as_chunks().0 else {
            return Err(DisplayProblem::Closed);
        };
        let opcode = u32::from_ne_bytes(rest) & 0xffff;
        if u32::from_ne_bytes(object) == 1 && opcode == 0 {
            return Err(DisplayProblem::Refused(
                "it speaks another Wayland".to_owned(),
            ));
        }
        Ok(())
    })
}

/// Does `work` on a thread of its own and waits no longer than the deadline. The thread of one that hangs stays behind: the
/// program is about to end.
fn in_time<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DisplayProblem> + Send + 'static,
) -> Result<T, DisplayProblem> {
    let (sender, answer) = sync_channel(1);
    thread::Builder::new()
        .name("display".to_owned())
        // The receiver is gone after the deadline.
        .spawn(move || sender.send(work()).ok())
        .map_err(DisplayProblem::Unreachable)?;
    match answer.recv_timeout(DEADLINE) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            Err(DisplayProblem::Silent)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_none_is_said_so() {
        for name in ["nonsense", "", ":x", ":59999"] {
            let trouble = x11(name.to_owned()).err();
            assert!(
                matches!(trouble, Some(DisplayProblem::Misnamed)),
                "{trouble:?}"
            );
        }
    }

    #[test]
    fn a_server_that_answers_with_anything_but_an_error_is_alive() {
        for (opcode, lives) in [(1_u32, true), (0, false)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("wayland-0");
            let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
            let server = thread::Builder::new().spawn(move || {
                let (mut client, _) = listener.accept().unwrap();
                let answer = [1_u32, (12 << 16) | opcode, 2].map(u32::to_ne_bytes);
                client.write_all(answer.as_flattened()).unwrap();
                // Until the client has gone.
                client.read_to_end(&mut Vec::new()).ok();
            });
            assert_eq!(wayland(path).is_ok(), lives);
            server.unwrap().join().unwrap();
        }
    }
}
