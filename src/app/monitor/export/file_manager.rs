//! The desktop's own file manager, with a file in sight.

use std::path::Path;

/// Asks it to show a file in its folder; waits for the answer.
pub(super) fn show(path: &Path) -> zbus::Result<()> {
    let bus = zbus::blocking::Connection::session()?;
    let manager = zbus::blocking::Proxy::new(
        &bus,
        "org.freedesktop.FileManager1",
        "/org/freedesktop/FileManager1",
        "org.freedesktop.FileManager1",
    )?;
    manager.call("ShowItems", &(vec![uri(path)], ""))
}

/// The file as an address: what is no plain letter stands in percent.
fn uri(path: &Path) -> String {
    use std::fmt::Write as _;
    let mut uri = "file://".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                uri.push(char::from(*byte));
            }
            // Writing into a string does not fail.
            other => write!(uri, "%{other:02X}").unwrap_or_default(),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_file_is_called_has_an_address() {
        assert_eq!(
            uri(Path::new("/tmp/a b%\u{e4}.json")),
            "file:///tmp/a%20b%25%C3%A4.json"
        );
    }
}
