//! Where no window can open, the program ends soon, with exit code 3 and one message that names what is wrong and what works
//! without a window. No toolkit starts in these tests: all of it is found out before.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::thread;
use std::time::{Duration, Instant};

use crate::driver::{output_of, proclab};

/// Longer than the program waits for a display, shorter than anybody does.
const SOON: Duration = Duration::from_secs(20);

/// Starts the program with these variables; what it says on the terminal.
fn refusal(variables: &[(&str, &str)]) -> String {
    let began = Instant::now();
    let mut command = proclab(&[]);
    command
        .env_remove("WAYLAND_SOCKET")
        .envs(variables.iter().copied());
    let output = output_of(&mut command);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{words}");
    assert_eq!(words.matches("proclab: ").count(), 1, "{words}");
    assert!(words.contains("`proclab run pool-callback`"), "{words}");
    assert!(words.contains("xvfb-run -a proclab`"), "{words}");
    words
}

/// An X server that treats its clients like this; its display's name.
fn x_server(treat: impl Fn(TcpStream) + Send + 'static) -> String {
    let (listener, number) = std::iter::repeat_with(|| TcpListener::bind("127.0.0.1:0").unwrap())
        .find_map(|listener| {
            let number = listener.local_addr().unwrap().port().checked_sub(6000)?;
            Some((listener, number))
        })
        .unwrap();
    thread::Builder::new()
        .spawn(move || listener.incoming().flatten().for_each(treat))
        .unwrap();
    format!("127.0.0.1:{number}")
}

/// Takes in all that a client says until it leaves.
fn listen(mut client: TcpStream) {
    client.read_to_end(&mut Vec::new()).ok();
}

#[test]
fn no_display_at_all() {
    let words = refusal(&[]);
    assert!(words.contains("there is no display"), "{words}");
}

#[test]
fn a_display_that_nobody_serves() {
    let words = refusal(&[("DISPLAY", ":59123")]);
    assert!(
        words.contains("DISPLAY=:59123 cannot be reached"),
        "{words}"
    );
}

#[test]
fn an_x_server_that_hangs() {
    let display = x_server(listen);
    let words = refusal(&[("DISPLAY", &display)]);
    assert!(words.contains("does not answer"), "{words}");
}

#[test]
fn an_x_server_that_hangs_up() {
    let display = x_server(drop);
    let words = refusal(&[("DISPLAY", &display)]);
    assert!(words.contains("closes the connection"), "{words}");
}

#[test]
fn an_x_server_that_refuses() {
    let display = x_server(|mut client| {
        // Failed, the length of the reason, version 11.0, the length in words, the reason with its padding.
        let mut answer = vec![0, 33];
        for number in [11_u16, 0, 9] {
            answer.extend(number.to_ne_bytes());
        }
        answer.extend(b"Maximum number of clients reached\0\0\0");
        client.write_all(&answer).unwrap();
        listen(client);
    });
    let words = refusal(&[("DISPLAY", &display)]);
    let reason = "refuses this program: Maximum number of clients reached.";
    assert!(words.contains(reason), "{words}");
}

#[test]
fn a_wayland_display_that_hangs_and_one_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let hangs = UnixListener::bind(folder.path().join("wayland-7")).unwrap();
    drop(UnixListener::bind(folder.path().join("wayland-8")).unwrap());
    for (display, trouble) in [
        ("wayland-7", "does not answer"),
        ("wayland-8", "cannot be reached"),
    ] {
        let words = refusal(&[
            ("WAYLAND_DISPLAY", display),
            ("XDG_RUNTIME_DIR", folder.path().to_str().unwrap()),
            ("DISPLAY", ":0"),
        ]);
        let sentence = format!("WAYLAND_DISPLAY={display} {trouble}");
        assert!(words.contains(&sentence), "{words}");
        assert!(words.contains("env -u WAYLAND_DISPLAY proclab"), "{words}");
    }
    drop(hangs);
}
