//! What a child writes to its standard output and error: two pipes that are read into lines without ever waiting.
//!
//! Nothing here depends on what the child is. Whoever starts one gives it the writing ends of two [`readable_pipe`]s, waits
//! for [`OutputPipes::fds`] together with its other descriptors, and reads.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::lines::{LineAssembler, LineBatch, Lines, Pipe, READ_BYTES};

/// A pipe with its reading end, which does not block, first.
pub(crate) fn readable_pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (ours, theirs) = io::pipe()?;
    rustix::io::ioctl_fionbio(&ours, true)?;
    Ok((ours.into(), theirs.into()))
}

/// One thing for each of the two pipes.
#[derive(Debug, Default)]
struct Both<T> {
    stdout: T,
    stderr: T,
}

impl<T> Both<T> {
    fn each(&self) -> [(Pipe, &T); 2] {
        [(Pipe::Stdout, &self.stdout), (Pipe::Stderr, &self.stderr)]
    }

    fn of(&mut self, pipe: Pipe) -> &mut T {
        match pipe {
            Pipe::Stdout => &mut self.stdout,
            Pipe::Stderr => &mut self.stderr,
        }
    }
}

/// Lines that were read from the two pipes of one child.
#[derive(Debug, Default)]
pub(crate) struct OutputLines(Both<LineBatch>);

impl OutputLines {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.each().iter().all(|(_, lines)| lines.is_empty())
    }

    /// The lines of each pipe that has any.
    pub(crate) fn each(&self) -> impl Iterator<Item = (Pipe, Lines<'_>)> {
        let some = self.0.each().into_iter();
        let some = some.filter(|(_, lines)| !lines.is_empty());
        some.map(|(pipe, lines)| (pipe, lines.lines()))
    }

    /// Forgets the lines, but keeps the room for the next ones.
    pub(crate) fn clear(&mut self) {
        self.0.stdout.clear();
        self.0.stderr.clear();
    }
}

/// The reading ends of a child's pipes, as far as it has any.
#[derive(Debug)]
pub(crate) struct OutputPipes(Both<ReadingEnd>);

#[derive(Debug, Default)]
struct ReadingEnd {
    fd: Option<OwnedFd>,
    assembler: LineAssembler,
}

impl OutputPipes {
    /// Pipes that do not block; `None` for what is not read.
    pub(crate) fn new(stdout: Option<OwnedFd>, stderr: Option<OwnedFd>) -> Self {
        let end = |fd| ReadingEnd {
            fd,
            ..ReadingEnd::default()
        };
        Self(Both {
            stdout: end(stdout),
            stderr: end(stderr),
        })
    }

    /// The descriptors of those that have not ended.
    pub(crate) fn fds(&self) -> impl Iterator<Item = (Pipe, BorrowedFd<'_>)> {
        let ends = self.0.each().into_iter();
        ends.filter_map(|(pipe, end)| Some((pipe, end.fd.as_ref()?.as_fd())))
    }

    /// Those that have not ended.
    pub(crate) fn open(&self) -> Vec<Pipe> {
        self.fds().map(|(pipe, _)| pipe).collect()
    }

    /// Whether there is something to read in one of them, or one has just ended.
    pub(crate) fn have_something(&self) -> bool {
        let fds = self.fds();
        let mut fds: Vec<_> = fds
            .map(|(_, fd)| PollFd::from_borrowed_fd(fd, PollFlags::IN))
            .collect();
        if fds.is_empty() {
            return false;
        }
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        !matches!(poll(&mut fds, Some(&now)), Ok(0))
    }

    /// Reads what a pipe holds, so many bufferfuls of 64 KiB at most. At its end returns its descriptor; dropping that closes it.
    pub(crate) fn read(
        &mut self,
        pipe: Pipe,
        lines: &mut OutputLines,
        reads: usize,
    ) -> Option<OwnedFd> {
        let (end, lines) = (self.0.of(pipe), lines.0.of(pipe));
        for _ in 0..reads {
            let fd = end.fd.as_ref()?;
            let read = |room: &mut [u8]| rustix::io::read(fd, room);
            match end.assembler.read(lines, read) {
                Ok(READ_BYTES) | Err(Errno::INTR) => {}
                Ok(0) => return end.finish(lines),
                // Nothing more at that moment.
                Ok(_) | Err(Errno::AGAIN) => return None,
                Err(_) => return end.finish(lines),
            }
        }
        None
    }

    /// Gives up waiting for a pipe's end: what was read is all of it. Returns its descriptor.
    pub(crate) fn abandon(&mut self, pipe: Pipe, lines: &mut OutputLines) -> Option<OwnedFd> {
        self.0.of(pipe).finish(lines.0.of(pipe))
    }
}

impl ReadingEnd {
    fn finish(&mut self, lines: &mut LineBatch) -> Option<OwnedFd> {
        self.assembler.finish(lines);
        self.fd.take()
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::path::Path;

    use super::*;
    use crate::os::{CleanStart, Exit, Monotonic, Place, processes, reap};

    /// Starts a shell whose output is read.
    fn shell(script: &str) -> (u32, OutputPipes) {
        let null = File::open("/dev/null").unwrap();
        let (stdout, stdout_of_child) = readable_pipe().unwrap();
        let (stderr, stderr_of_child) = readable_pipe().unwrap();
        let start = CleanStart {
            program: Path::new("sh"),
            arguments: &["sh", "-c", script],
            environment: &[],
            place: Place::OwnGroup,
            stdin: null.as_fd(),
            stdout: Some(stdout_of_child.as_fd()),
            stderr: Some(stderr_of_child.as_fd()),
        };
        let pid = start.spawn().unwrap();
        (pid, OutputPipes::new(Some(stdout), Some(stderr)))
    }

    fn wait_for_something(pipes: &OutputPipes) {
        let fds = pipes.fds();
        let mut fds: Vec<_> = fds
            .map(|(_, fd)| PollFd::from_borrowed_fd(fd, PollFlags::IN))
            .collect();
        let deadline = Timespec {
            tv_sec: 60,
            tv_nsec: 0,
        };
        assert_ne!(poll(&mut fds, Some(&deadline)), Ok(0), "not in time");
    }

    fn texts(lines: &OutputLines) -> Vec<(Pipe, String, bool)> {
        let each = lines.each().flat_map(|(pipe, lines)| {
            let text = move |line: crate::os::lines::LineRef<'_>| {
                let text = String::from_utf8(line.bytes.to_vec()).unwrap();
                (pipe, text, line.partial)
            };
            lines.iter().map(text)
        });
        each.collect()
    }

    #[test]
    fn the_output_of_a_plain_command_is_read_line_by_line_to_its_end() {
        let (pid, mut pipes) = shell("echo one; echo two >&2; printf three");
        assert_eq!(pipes.open(), [Pipe::Stdout, Pipe::Stderr]);
        let mut lines = OutputLines::default();
        while !pipes.open().is_empty() {
            wait_for_something(&pipes);
            assert!(pipes.have_something());
            for pipe in pipes.open() {
                pipes.read(pipe, &mut lines, 4);
            }
        }
        assert!(!pipes.have_something());
        let pidfd = processes::open_pidfd(pid).unwrap();
        processes::wait_for_end(&pidfd, Monotonic::now().plus_nanos(60_000_000_000)).unwrap();
        let exit = reap(pid).unwrap().unwrap().exit;
        assert_eq!(exit, Exit::Exited { status: 0 });
        let (out, err) = (Pipe::Stdout, Pipe::Stderr);
        let line = |pipe, text: &str, partial| (pipe, text.to_owned(), partial);
        assert_eq!(
            texts(&lines),
            [
                line(out, "one", false),
                line(out, "three", true),
                line(err, "two", false)
            ]
        );
        lines.clear();
        assert!(lines.is_empty());
    }

    #[test]
    fn a_pipe_that_does_not_end_can_be_given_up_with_what_it_has() {
        let (ours, theirs) = readable_pipe().unwrap();
        rustix::io::write(&theirs, b"no newline").unwrap();
        let mut pipes = OutputPipes::new(None, Some(ours));
        let mut lines = OutputLines::default();
        assert!(pipes.read(Pipe::Stderr, &mut lines, 4).is_none());
        assert!(lines.is_empty(), "the line is not whole");
        assert!(pipes.abandon(Pipe::Stderr, &mut lines).is_some());
        assert_eq!(
            texts(&lines),
            [(Pipe::Stderr, "no newline".to_owned(), true)]
        );
        assert!(pipes.open().is_empty());
        drop(theirs);
    }
}
