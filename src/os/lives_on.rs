//! A process for tests whose first thread has ended while another one goes on.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};

/// The test below, by which this program knows that it is to be such a process.
const TEST: &str = "os::lives_on::without_its_first_thread";

/// Such a process; killed when this is dropped.
pub struct LivesOn(Child);

impl LivesOn {
    /// Memory that it has at least.
    pub const BYTES: u64 = 24 << 20;

    /// Descriptors that it holds at least.
    pub const FILES: usize = 20;

    /// Starts it with some more variables in its environment, and waits until its first thread has ended.
    pub fn start(environ: &[(&str, &str)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", TEST])
            .envs(environ.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let is_said = lines
            .map_while(Result::ok)
            .any(|line| line.contains("alone"));
        assert!(is_said, "no process without its first thread");
        Self(child)
    }

    /// Its pid.
    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Lets it end by itself, with this code, and collects it.
    pub fn end_with(&mut self, code: u8) {
        let mut stdin = self.0.stdin.take().unwrap();
        stdin.write_all(&[code]).unwrap();
        self.0.wait().unwrap();
    }

    /// Kills it; it is not collected.
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
    }
}

impl Drop for LivesOn {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Ends the thread that gets it, and no other.
extern "C" fn end_thread(_signal: libc::c_int) {
    #[expect(unsafe_code, reason = "rustix ends whole processes only")]
    // SAFETY: the thread is at an end and touches nothing any more.
    unsafe {
        libc::syscall(libc::SYS_exit, 0);
    }
}

#[test]
#[ignore = "is what other tests start as a process of its own"]
fn without_its_first_thread() {
    let own = std::process::id();
    let memory = vec![1_u8; LivesOn::BYTES as usize];
    let files: Vec<_> = (0..LivesOn::FILES)
        .map(|_| std::fs::File::open("/dev/null").unwrap())
        .collect();
    let goes_on = std::thread::Builder::new().spawn(move || {
        #[expect(unsafe_code, reason = "a signal for one thread is not in rustix")]
        // SAFETY: the handler only ends its thread, and the call takes numbers.
        unsafe {
            let handler = end_thread as extern "C" fn(libc::c_int);
            libc::signal(libc::SIGUSR1, handler as libc::sighandler_t);
            libc::syscall(libc::SYS_tgkill, own, own, libc::SIGUSR1);
        }
        let stat = format!("/proc/{own}/stat");
        while !std::fs::read(&stat).is_ok_and(|line| line.windows(4).any(|part| part == b") Z ")) {
            std::thread::yield_now();
        }
        println!("alone");
        let mut code = [0];
        std::io::stdin().read_exact(&mut code).ok();
        drop((memory, files));
        #[expect(
            clippy::exit,
            reason = "the thread that would return from main is gone"
        )]
        std::process::exit(code[0].into());
    });
    let goes_on = goes_on.unwrap();
    goes_on.join().unwrap();
}
