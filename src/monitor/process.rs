//! One process as the table knows it: what can be read cheaply about every process, every second.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::detail::PageFaults;
use super::extra::Extra;
use super::naming::{self, Subject};
use super::reading::Reading;
use super::scheduling::Scheduling;
use crate::os::ProcKey;

/// One row of a snapshot.
///
/// Texts are shared with the snapshot before, so that a row costs no allocation while nothing changes.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcessRow {
    /// Which process: pid and start time.
    pub key: ProcKey,
    /// The name: the kernel's `comm`, extended from the command line where the kernel cut it at 15 bytes.
    pub name: Arc<str>,
    /// The parent's pid as the kernel tells it; 0 for none (pid 1, kthreadd, a parent outside this pid namespace).
    pub ppid: u32,
    /// The parent, if it is in this snapshot and no younger than its child; `None` otherwise.
    pub parent: Option<ProcKey>,
    /// The real user id.
    pub uid: Reading<u32>,
    /// The name of the real user; the number as text where the system has no name for it.
    pub username: Reading<Arc<str>>,
    /// What its first thread is doing: the kernel tells one state of a process, and psutil the same.
    pub state: ProcState,
    /// CPU use since the snapshot before, in percent of *one* core: four busy threads are 400. For a process that was not in
    /// the snapshot before: since its start, if that is recent; `NotSampled` otherwise.
    pub cpu_percent: Reading<f32>,
    /// CPU time used so far.
    pub cpu_times: Reading<CpuTimes>,
    /// Resident memory, bytes. `NotApplicable` for kernel threads, `Zombie` for zombies.
    pub rss_bytes: Reading<u64>,
    /// The most resident memory it is known to have had, bytes: the largest figure seen, or the kernel's own of the last time
    /// that was read. It may have had more between two looks. As above.
    pub peak_rss_bytes: Reading<u64>,
    /// Virtual memory, bytes; as above.
    pub vsize_bytes: Reading<u64>,
    /// Its threads, the first one included.
    pub num_threads: Reading<u32>,
    /// When it began, seconds since 1970. Moves when the clock is set: to be shown, not compared (that is `key`'s task).
    pub create_time: f64,
    /// The command line. `NotApplicable` for kernel threads, `Zombie` for zombies.
    pub cmdline: Reading<Arc<CommandLine>>,
    /// Path of the executable; as the command line, and `Denied` for other people's processes.
    pub exe: Reading<Arc<str>>,
    /// Whether that file is no longer there: it was removed or replaced after the process began to run it. As above.
    pub exe_deleted: Reading<bool>,
    /// The controlling terminal, e.g. `/dev/pts/3`; `NotApplicable` without one.
    pub terminal: Reading<Arc<str>>,
    /// The nice value, -20 (favoured) to 19.
    pub nice: Reading<i32>,
    /// Page faults so far.
    pub page_faults: Reading<PageFaults>,
    /// Policy and priority.
    pub scheduling: Reading<Scheduling>,
    /// What is read only while it is wanted.
    pub extra: Extra,
    /// True for a thread of the kernel itself.
    pub is_kernel_thread: bool,
    /// False if its first thread has ended and others go on: what belongs to one thread (state, nice value, wait) is that of the
    /// first of these.
    pub has_first_thread: bool,
    /// Which texts held bytes that are not UTF-8 and became U+FFFD.
    pub lossy: Lossy,
}

/// CPU time a process has used, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CpuTimes {
    /// In its own code.
    pub user: f64,
    /// In the kernel on its behalf.
    pub system: f64,
    /// User time of ended children that it has waited for.
    pub children_user: f64,
    /// Kernel time of the same.
    pub children_system: f64,
    /// Waiting for block I/O; `Unsupported` unless the kernel counts it (`kernel.task_delayacct`).
    pub iowait: Reading<f64>,
}

/// The arguments a process was started with (or has written over them).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CommandLine {
    args: Vec<String>,
    text: String,
    subject: Option<Box<Subject>>,
}

/// Equal ones have equal texts.
impl Hash for CommandLine {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl CommandLine {
    /// From the arguments, the program's name first.
    pub fn new(args: Vec<String>) -> Self {
        let text = args.join(" ");
        let subject = Subject::of(&args).map(Box::new);
        Self {
            args,
            text,
            subject,
        }
    }

    /// The arguments, the program's name first.
    pub fn args(&self) -> &[String] {
        &self.args
    }

    /// All of them in one line, separated by spaces.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What an interpreter would run by them, whatever the program is.
    fn subject(&self) -> Option<&Subject> {
        self.subject.as_deref()
    }
}

/// Which texts of a row were not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Lossy {
    /// The name.
    pub name: bool,
    /// Some argument of the command line.
    pub cmdline: bool,
    /// The executable's path.
    pub exe: bool,
}

/// Who uses so much CPU is at work, whatever the state of a moment says; percent of one core.
pub const AT_WORK_PERCENT: f32 = 5.0;

/// What a process is doing: the kernel's one-letter state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProcState {
    /// `R`: on a CPU or waiting for one.
    Running,
    /// `S`: waiting, a signal wakes it.
    Sleeping,
    /// `D`: waiting for a disk or the like; signals wait too.
    DiskSleep,
    /// `T`: stopped by a signal.
    Stopped,
    /// `t`: stopped by a debugger.
    TracingStop,
    /// `Z`: ended, its parent has not collected it.
    Zombie,
    /// `X` or `x`: about to vanish.
    Dead,
    /// `K`: as `D`, but a fatal signal wakes it.
    WakeKill,
    /// `W`: waking.
    Waking,
    /// `I`: a kernel thread with nothing to do.
    Idle,
    /// `P`: parked.
    Parked,
    /// `+`: gone altogether; what is told of it was seen before. Word and letter are ours, not the kernel's.
    Ended,
    /// `*`: its first thread sleeps and others are at work. Word and letter are ours; it is shown and found, and stands in no
    /// document.
    Active,
    /// A letter this version does not know.
    Unknown(u8),
}

impl ProcState {
    /// The state of a letter of the kernel's.
    pub const fn from_letter(letter: u8) -> Self {
        match letter {
            b'R' => Self::Running,
            b'S' => Self::Sleeping,
            b'D' => Self::DiskSleep,
            b'T' => Self::Stopped,
            b't' => Self::TracingStop,
            b'Z' => Self::Zombie,
            b'X' | b'x' => Self::Dead,
            b'K' => Self::WakeKill,
            b'W' => Self::Waking,
            b'I' => Self::Idle,
            b'P' => Self::Parked,
            b'+' => Self::Ended,
            b'*' => Self::Active,
            other => Self::Unknown(other),
        }
    }

    /// The letter; the first one where two mean the same.
    pub const fn letter(self) -> u8 {
        match self {
            Self::Running => b'R',
            Self::Sleeping => b'S',
            Self::DiskSleep => b'D',
            Self::Stopped => b'T',
            Self::TracingStop => b't',
            Self::Zombie => b'Z',
            Self::Dead => b'X',
            Self::WakeKill => b'K',
            Self::Waking => b'W',
            Self::Idle => b'I',
            Self::Parked => b'P',
            Self::Ended => b'+',
            Self::Active => b'*',
            Self::Unknown(letter) => letter,
        }
    }

    /// The word psutil uses; also what the filter's `state:` takes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Sleeping => "sleeping",
            Self::DiskSleep => "disk-sleep",
            Self::Stopped => "stopped",
            Self::TracingStop => "tracing-stop",
            Self::Zombie => "zombie",
            Self::Dead => "dead",
            Self::WakeKill => "wake-kill",
            Self::Waking => "waking",
            Self::Idle => "idle",
            Self::Parked => "parked",
            Self::Ended => "ended",
            Self::Active => "active",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Every state that a document may hold.
    pub const ALL: [Self; 12] = [
        Self::Running,
        Self::Sleeping,
        Self::DiskSleep,
        Self::Stopped,
        Self::TracingStop,
        Self::Zombie,
        Self::Dead,
        Self::WakeKill,
        Self::Waking,
        Self::Idle,
        Self::Parked,
        Self::Ended,
    ];
}

impl ProcessRow {
    /// The process id.
    pub const fn pid(&self) -> u32 {
        self.key.pid
    }

    /// What it is called on screen: its name, with the script, module or program that it runs where an interpreter does.
    pub fn label(&self) -> &str {
        let subject = self.cmdline.as_ref().ok().and_then(|line| line.subject());
        naming::label(&self.name, self.exe_path(), subject)
    }

    /// What it is doing, for the table: that of its first thread, unless that sleeps while others have used CPU since the look
    /// before.
    pub fn shown_state(&self) -> ProcState {
        let has_more = self.num_threads.is_ok_and(|count| count > 1);
        let used = self.cpu_percent;
        let is_at_work = used.is_ok_and(|percent| percent >= AT_WORK_PERCENT);
        match self.state {
            ProcState::Sleeping if has_more && is_at_work => ProcState::Active,
            state => state,
        }
    }

    /// What its program is called: its label, without code on the command line and without a name that it gave itself.
    pub fn program(&self) -> &str {
        let line = self.cmdline.as_ref().ok();
        let started_as = line.and_then(|line| line.args.first());
        let subject = line.and_then(|line| line.subject());
        naming::program(
            &self.name,
            self.exe_path(),
            started_as.map(String::as_str),
            subject,
        )
    }

    /// What it runs, if it is an interpreter that runs something with a name.
    pub fn subject(&self) -> Option<&Subject> {
        let subject = self.cmdline.as_ref().ok().and_then(|line| line.subject());
        subject.filter(|subject| subject.is_of(&self.name, self.exe_path()))
    }

    fn exe_path(&self) -> Option<&str> {
        self.exe.as_deref().ok()
    }

    /// The command line in one line; empty if there is none to show.
    pub fn cmdline_text(&self) -> &str {
        self.cmdline.as_ref().map_or("", |cmdline| cmdline.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::reading::Unread;

    #[test]
    fn letters_and_words_of_states() {
        let words: Vec<_> = b"RSDTtZXxKWIP+q"
            .iter()
            .map(|&letter| ProcState::from_letter(letter).word())
            .collect();
        assert_eq!(
            words.join(" "),
            "running sleeping disk-sleep stopped tracing-stop zombie dead dead wake-kill waking idle parked ended unknown"
        );
        assert_eq!(ProcState::from_letter(b'q'), ProcState::Unknown(b'q'));
        for state in ProcState::ALL.into_iter().chain([ProcState::Active]) {
            assert_eq!(ProcState::from_letter(state.letter()), state);
        }
    }

    #[test]
    fn a_process_whose_other_threads_work_is_active_and_its_document_says_what_psutil_says() {
        use ProcState::{Active, DiskSleep, Running, Sleeping};

        let mut row = crate::monitor::source::scripted::row(1, "rustc");
        let mut shown = |state, threads, percent| {
            row.state = state;
            row.num_threads = Ok(threads);
            row.cpu_percent = percent;
            (row.shown_state(), row.state)
        };
        let (busy, calm) = (Ok(118.0), Ok(0.4));
        assert_eq!(shown(Sleeping, 7, busy), (Active, Sleeping));
        assert_eq!(shown(Sleeping, 7, calm), (Sleeping, Sleeping));
        assert_eq!(
            shown(Sleeping, 7, Err(Unread::NotSampled)),
            (Sleeping, Sleeping)
        );
        // The state of its only thread is its own.
        assert_eq!(shown(Sleeping, 1, busy), (Sleeping, Sleeping));
        assert_eq!(shown(Running, 7, busy), (Running, Running));
        assert_eq!(shown(DiskSleep, 7, busy), (DiskSleep, DiskSleep));
    }

    #[test]
    fn a_command_line_in_one_line() {
        let cmdline = CommandLine::new(vec!["sh".into(), "-c".into(), "exit 7".into()]);
        assert_eq!(cmdline.text(), "sh -c exit 7");
        assert_eq!(cmdline.args().len(), 3);
    }
}
