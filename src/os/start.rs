//! Starting a program of ours with a clean slate: no signal is blocked or ignored in it, and it has no descriptor but the three
//! that it is given. (What users bring is started by the standard library, and inherits what this process was started with.)

use std::ffi::{CString, OsStr, c_char, c_int};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd as _, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::ptr::null_mut;
use std::sync::OnceLock;

/// Descriptors from here on are no standard streams.
const FIRST_OTHER: c_int = 3;

/// Where the program stands among process groups and sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It leads a process group of its own.
    OwnGroup,
    /// It leads a session of its own, away from every terminal.
    OwnSession,
}

/// A program with what it is started with.
#[derive(Debug)]
pub struct CleanStart<'a> {
    /// Its file; one without a slash is looked for along `PATH`.
    pub program: &'a Path,
    /// Its arguments, the name that it is called by first.
    pub arguments: &'a [&'a str],
    /// Variables that are added to the environment of this process.
    pub environment: &'a [(String, String)],
    /// Where it stands.
    pub place: Place,
    /// Its standard input.
    pub stdin: BorrowedFd<'a>,
    /// Its standard output; this process's if left out.
    pub stdout: Option<BorrowedFd<'a>>,
    /// Its standard error, likewise.
    pub stderr: Option<BorrowedFd<'a>>,
}

impl CleanStart<'_> {
    /// Starts it and returns its pid, which is its own until it is reaped.
    ///
    /// By `posix_spawn`, whose cost does not grow with this process's memory. Signals and descriptors are set between the birth
    /// of the process and its program: nothing that is sent to it in between is lost, and what its libraries open is theirs.
    /// Where the C library is older than 2.34 (or not GNU's), descriptors that this process has opened without `CLOEXEC` stay
    /// open in it.
    pub fn spawn(&self) -> io::Result<u32> {
        let program = c_string(self.program.as_os_str())?;
        let arguments = self.arguments.iter().map(|&text| c_string(text.as_ref()));
        let arguments = arguments.collect::<io::Result<Vec<_>>>()?;
        let environment = self.whole_environment()?;
        let mut attributes = Attributes::new()?;
        attributes.set(self.place)?;
        let mut actions = FileActions::new()?;
        // Above the standard streams, so that none is overwritten before it is given.
        let mut lifted = Vec::new();
        let streams = [Some(self.stdin), self.stdout, self.stderr];
        for (number, stream) in (0..).zip(streams) {
            let Some(stream) = stream else { continue };
            let source = if stream.as_raw_fd() < FIRST_OTHER {
                let above = rustix::io::fcntl_dupfd_cloexec(stream, FIRST_OTHER)?;
                let raw = above.as_raw_fd();
                lifted.push(above);
                raw
            } else {
                stream.as_raw_fd()
            };
            actions.duplicate(source, number)?;
        }
        actions.close_all_others()?;
        let pid = posix_spawn(&program, &actions, &attributes, &arguments, &environment)?;
        drop::<Vec<OwnedFd>>(lifted);
        Ok(pid)
    }

    /// This process's own variables with those that are added.
    fn whole_environment(&self) -> io::Result<Vec<CString>> {
        let added = |name: &OsStr| {
            self.environment
                .iter()
                .any(|(added, _)| name == added.as_str())
        };
        let own = std::env::vars_os().filter(|(name, _)| !added(name));
        let own = own.map(|(name, value)| variable(&name, &value));
        let more = self.environment.iter();
        let more = more.map(|(name, value)| variable(name.as_ref(), value.as_ref()));
        own.chain(more).collect()
    }
}

fn variable(name: &OsStr, value: &OsStr) -> io::Result<CString> {
    let mut text = name.as_bytes().to_vec();
    text.push(b'=');
    text.extend_from_slice(value.as_bytes());
    Ok(CString::new(text)?)
}

fn c_string(text: &OsStr) -> io::Result<CString> {
    Ok(CString::new(text.as_bytes())?)
}

/// What `posix_spawn` and its relatives answer: 0, or the number of an error.
fn answer(number: c_int) -> io::Result<()> {
    match number {
        0 => Ok(()),
        number => Err(io::Error::from_raw_os_error(number)),
    }
}

struct Attributes(libc::posix_spawnattr_t);

#[expect(unsafe_code, reason = "neither std nor rustix wraps the attributes")]
impl Attributes {
    fn new() -> io::Result<Self> {
        let mut attributes = MaybeUninit::uninit();
        // SAFETY: the call initialises what it is given, or fails.
        answer(unsafe { libc::posix_spawnattr_init(attributes.as_mut_ptr()) })?;
        // SAFETY: initialised just now.
        Ok(Self(unsafe { attributes.assume_init() }))
    }

    /// No signal blocked, none ignored, at that place.
    fn set(&mut self, place: Place) -> io::Result<()> {
        let mut none = MaybeUninit::<libc::sigset_t>::uninit();
        let mut all = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: `sigemptyset` initialises its set. A set is a field of bits, of which every value is one; `sigfillset` would
        // leave out the two signals of the C library's own, which would then be ignored in the child.
        let (none, all) = unsafe {
            libc::sigemptyset(none.as_mut_ptr());
            all.as_mut_ptr().write_bytes(0xff, 1);
            (none.assume_init(), all.assume_init())
        };
        let placed = match place {
            Place::OwnGroup => libc::POSIX_SPAWN_SETPGROUP,
            Place::OwnSession => c_int::from(libc::POSIX_SPAWN_SETSID),
        };
        let flags = libc::POSIX_SPAWN_SETSIGMASK | libc::POSIX_SPAWN_SETSIGDEF | placed;
        let flags = libc::c_short::try_from(flags).map_err(io::Error::other)?;
        // SAFETY: the attributes were initialised, the sets live for the calls, which copy them.
        unsafe {
            answer(libc::posix_spawnattr_setsigmask(
                &raw mut self.0,
                &raw const none,
            ))?;
            answer(libc::posix_spawnattr_setsigdefault(
                &raw mut self.0,
                &raw const all,
            ))?;
            answer(libc::posix_spawnattr_setpgroup(&raw mut self.0, 0))?;
            answer(libc::posix_spawnattr_setflags(&raw mut self.0, flags))
        }
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        #[expect(unsafe_code, reason = "the counterpart of the initialisation")]
        // SAFETY: initialised in `new` and never used again.
        unsafe {
            libc::posix_spawnattr_destroy(&raw mut self.0);
        }
    }
}

struct FileActions(libc::posix_spawn_file_actions_t);

/// `posix_spawn_file_actions_addclosefrom_np`, where the C library has it.
type AddCloseFrom = unsafe extern "C" fn(*mut libc::posix_spawn_file_actions_t, c_int) -> c_int;

#[expect(unsafe_code, reason = "neither std nor rustix wraps the file actions")]
impl FileActions {
    fn new() -> io::Result<Self> {
        let mut actions = MaybeUninit::uninit();
        // SAFETY: the call initialises what it is given, or fails.
        answer(unsafe { libc::posix_spawn_file_actions_init(actions.as_mut_ptr()) })?;
        // SAFETY: initialised just now.
        Ok(Self(unsafe { actions.assume_init() }))
    }

    fn duplicate(&mut self, from: c_int, to: c_int) -> io::Result<()> {
        // SAFETY: the actions were initialised; the numbers are used in the child only.
        answer(unsafe { libc::posix_spawn_file_actions_adddup2(&raw mut self.0, from, to) })
    }

    fn close_all_others(&mut self) -> io::Result<()> {
        static FOUND: OnceLock<Option<AddCloseFrom>> = OnceLock::new();
        let found = FOUND.get_or_init(|| {
            let name = c"posix_spawn_file_actions_addclosefrom_np";
            // SAFETY: the name is a string with its NUL.
            let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
            // SAFETY: a function of this name has this type; null stands for none.
            unsafe { std::mem::transmute::<*mut libc::c_void, Option<AddCloseFrom>>(address) }
        });
        match found {
            // SAFETY: the actions were initialised.
            Some(add) => answer(unsafe { add(&raw mut self.0, FIRST_OTHER) }),
            None => Ok(()),
        }
    }
}

impl Drop for FileActions {
    fn drop(&mut self) {
        #[expect(unsafe_code, reason = "the counterpart of the initialisation")]
        // SAFETY: initialised in `new` and never used again.
        unsafe {
            libc::posix_spawn_file_actions_destroy(&raw mut self.0);
        }
    }
}

fn posix_spawn(
    program: &CString,
    actions: &FileActions,
    attributes: &Attributes,
    arguments: &[CString],
    environment: &[CString],
) -> io::Result<u32> {
    let pointers = |texts: &[CString]| -> Vec<*mut c_char> {
        let texts = texts.iter().map(|text| text.as_ptr().cast_mut());
        texts.chain([null_mut::<c_char>()]).collect()
    };
    let (arguments, environment) = (pointers(arguments), pointers(environment));
    let mut pid = 0;
    #[expect(
        unsafe_code,
        reason = "std's own use of it leaves signals and descriptors as they are"
    )]
    // SAFETY: every pointer is to a live value; both lists end in null and point to strings with their NUL, which the call
    // only reads.
    let answered = unsafe {
        libc::posix_spawnp(
            &raw mut pid,
            program.as_ptr(),
            &raw const actions.0,
            &raw const attributes.0,
            arguments.as_ptr(),
            environment.as_ptr(),
        )
    };
    answer(answered)?;
    u32::try_from(pid).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::os::fd::AsFd as _;

    use super::*;
    use crate::os::{Exit, Monotonic, processes, reap};

    /// Starts a shell with its output in a pipe; what it wrote, and how it ended.
    fn told_by_shell(script: &str, place: Place) -> (String, Exit) {
        let null = std::fs::File::open("/dev/null").unwrap();
        let (mut ours, theirs) = io::pipe().unwrap();
        let start = CleanStart {
            program: Path::new("sh"),
            arguments: &["sh", "-c", script],
            environment: &[("PROCLAB_TEST".to_owned(), "a b".to_owned())],
            place,
            stdin: null.as_fd(),
            stdout: Some(theirs.as_fd()),
            stderr: None,
        };
        let pid = start.spawn().unwrap();
        drop(theirs);
        let mut text = String::new();
        ours.read_to_string(&mut text).unwrap();
        let pidfd = processes::open_pidfd(pid).unwrap();
        let deadline = Monotonic::now().plus_nanos(10_000_000_000);
        assert!(processes::wait_for_end(&pidfd, deadline).unwrap());
        (text, reap(pid).unwrap().unwrap().exit)
    }

    #[test]
    #[expect(
        unsafe_code,
        reason = "to have a signal blocked and another one ignored"
    )]
    fn nothing_is_blocked_ignored_or_open_in_it() {
        // SAFETY: the mask is this thread's alone, and no test sends or expects SIGUSR2.
        unsafe {
            let mut blocked = MaybeUninit::uninit();
            libc::sigemptyset(blocked.as_mut_ptr());
            let mut blocked = blocked.assume_init();
            libc::sigaddset(&raw mut blocked, libc::SIGTERM);
            libc::pthread_sigmask(libc::SIG_BLOCK, &raw const blocked, std::ptr::null_mut());
            libc::signal(libc::SIGUSR2, libc::SIG_IGN);
        }
        // Without CLOEXEC, as C libraries open them.
        let (_reader, writer) = rustix::pipe::pipe().unwrap();
        // Not the shell's own mask, which it changes while it waits.
        let look = "exec grep -E 'Sig(Blk|Ign)' /proc/self/status";
        let (text, _) = told_by_shell(look, Place::OwnGroup);
        assert_eq!(
            text,
            "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n"
        );
        let is_open = format!(
            "[ ! -e /proc/$$/fd/{} ] && kill -TERM $$",
            writer.as_raw_fd()
        );
        let (_, exit) = told_by_shell(&is_open, Place::OwnGroup);
        assert_eq!(
            exit,
            Exit::Signalled {
                signal: libc::SIGTERM
            }
        );
    }

    #[test]
    fn it_has_its_place_and_its_variables() {
        let script =
            "echo $$ $PROCLAB_TEST; set -- $(cat /proc/$$/stat); echo $5 $6; [ -n \"$PATH\" ]";
        for place in [Place::OwnGroup, Place::OwnSession] {
            let (text, exit) = told_by_shell(script, place);
            let words: Vec<_> = text.split_whitespace().collect();
            let (pid, own_session) = (words[0], place == Place::OwnSession);
            assert_eq!(words[1..3], ["a", "b"]);
            assert_eq!(
                (words[3] == pid, words[4] == pid),
                (true, own_session),
                "{text}"
            );
            assert_eq!(exit, Exit::Exited { status: 0 });
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let null = std::fs::File::open("/dev/null").unwrap();
        let start = CleanStart {
            program: Path::new("/nowhere/at/all"),
            arguments: &["x"],
            environment: &[],
            place: Place::OwnGroup,
            stdin: null.as_fd(),
            stdout: None,
            stderr: None,
        };
        assert_eq!(start.spawn().unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
