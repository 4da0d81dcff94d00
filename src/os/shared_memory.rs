//! Memory that a parent and its child both see, and how its descriptor gets from one to the other.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::AtomicU64;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fstat, ftruncate, memfd_create};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

const WORD_BYTES: usize = size_of::<AtomicU64>();

/// A mapping of anonymous memory, shared by all who have its descriptor. Zeroed at first.
///
/// Whoever maps it may be faulty or about to be killed: what is read is plain numbers and bytes, never references.
#[derive(Debug)]
pub struct SharedMemory {
    /// Aligned to a page.
    start: NonNull<AtomicU64>,
    bytes: usize,
}

#[expect(
    unsafe_code,
    reason = "a raw pointer into the mapping is not Send by itself"
)]
// SAFETY: the mapping belongs to nobody's thread, and all access goes through atomics or copies of bytes.
unsafe impl Send for SharedMemory {}
#[expect(unsafe_code, reason = "as above")]
// SAFETY: as above; whoever copies bytes in and out while others do gets torn bytes at worst, which are still bytes.
unsafe impl Sync for SharedMemory {}

impl SharedMemory {
    /// New memory of so many bytes, a multiple of the page size, and the descriptor by which a child maps it too.
    pub fn new(bytes: usize) -> io::Result<(Self, OwnedFd)> {
        let fd = memfd_create("proclab", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        ftruncate(&fd, bytes as u64)?;
        // So that nobody can take the memory away below the other's feet.
        fcntl_add_seals(&fd, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        Ok((Self::map(&fd, bytes)?, fd))
    }

    /// Maps memory that somebody else made; an error if it is smaller.
    pub fn open(fd: &OwnedFd, bytes: usize) -> io::Result<Self> {
        if usize::try_from(fstat(fd)?.st_size).unwrap_or(0) < bytes {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Self::map(fd, bytes)
    }

    fn map(fd: &OwnedFd, bytes: usize) -> io::Result<Self> {
        #[expect(
            unsafe_code,
            reason = "rustix's mmap is unsafe for callers that choose the address"
        )]
        // SAFETY: the kernel chooses an address where nothing is mapped; the length is that of the file, which is sealed.
        let start = unsafe {
            mmap(
                std::ptr::null_mut(),
                bytes,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED,
                fd,
                0,
            )
        }?;
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Self { start, bytes })
    }

    /// The memory's first `count` words of 64 bits; fewer if it is smaller.
    pub fn words(&self, count: usize) -> &[AtomicU64] {
        let count = count.min(self.bytes / WORD_BYTES);
        #[expect(
            unsafe_code,
            reason = "atomics over shared memory have no safe constructor"
        )]
        // SAFETY: the mapping is page-aligned, at least so long, lives as long as `self`, and atomics have no invalid bits.
        unsafe {
            slice::from_raw_parts(self.start.as_ptr(), count)
        }
    }

    /// Copies bytes to this place; false, and nothing is done, if they do not fit.
    pub fn copy_in(&self, offset: usize, from: &[u8]) -> bool {
        let Some(to) = self.place(offset, from.len()) else {
            return false;
        };
        #[expect(
            unsafe_code,
            reason = "a slice would claim that nobody else writes there"
        )]
        // SAFETY: `place` has checked the bounds, and nobody hands out slices of the mapping that could overlap.
        unsafe {
            std::ptr::copy_nonoverlapping(from.as_ptr(), to, from.len());
        }
        true
    }

    /// A copy of the bytes at this place; `None` if there are not so many.
    pub fn copy_out(&self, offset: usize, bytes: usize) -> Option<Vec<u8>> {
        let from = self.place(offset, bytes)?;
        let mut copy = vec![0; bytes];
        #[expect(
            unsafe_code,
            reason = "a slice would claim that nobody else writes there"
        )]
        // SAFETY: as for `copy_in`; `copy` is a fresh allocation of the same length.
        unsafe {
            std::ptr::copy_nonoverlapping(from, copy.as_mut_ptr(), bytes);
        }
        Some(copy)
    }

    fn place(&self, offset: usize, bytes: usize) -> Option<*mut u8> {
        offset
            .checked_add(bytes)
            .filter(|&end| end <= self.bytes)
            .map(|_end| self.start.as_ptr().cast::<u8>().wrapping_add(offset))
    }
}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        #[expect(unsafe_code, reason = "rustix's munmap is unsafe")]
        // SAFETY: exactly the range that was mapped, and nothing borrowed from it can outlive `self`.
        let unmapped = unsafe { munmap(self.start.as_ptr().cast(), self.bytes) };
        // Cannot fail for a range that is mapped; if it did, the memory stayed until the process ends.
        unmapped.ok();
    }
}

/// Sends a descriptor over a socket, together with the one byte that it needs to travel with.
pub fn send_fd(socket: impl AsFd, fd: &OwnedFd) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let fds = [fd.as_fd()];
    if !control.push(SendAncillaryMessage::ScmRights(&fds)) {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    sendmsg(
        socket,
        &[IoSlice::new(&[0])],
        &mut control,
        SendFlags::NOSIGNAL,
    )?;
    Ok(())
}

/// Waits for a descriptor that was sent by [`send_fd`].
pub fn receive_fd(socket: impl AsFd) -> io::Result<OwnedFd> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    recvmsg(
        socket,
        &mut [IoSliceMut::new(&mut byte)],
        &mut control,
        RecvFlags::CMSG_CLOEXEC,
    )?;
    let received = control.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
        _ => None,
    });
    received.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;
    use std::sync::atomic::Ordering;

    use super::*;

    #[test]
    fn two_mappings_are_the_same_memory() {
        let (ours, fd) = SharedMemory::new(8192).unwrap();
        let (here, there) = UnixStream::pair().unwrap();
        send_fd(&here, &fd).unwrap();
        let theirs = SharedMemory::open(&receive_fd(&there).unwrap(), 8192).unwrap();
        ours.words(4)[3].store(7, Ordering::Release);
        assert_eq!(theirs.words(4)[3].load(Ordering::Acquire), 7);
        assert!(theirs.copy_in(8190, b"ab"));
        assert_eq!(ours.copy_out(8190, 2).unwrap(), b"ab");
        assert!(!ours.copy_in(8191, b"ab") && ours.copy_out(usize::MAX, 2).is_none());
        assert_eq!(ours.words(usize::MAX).len(), 1024);
        assert!(SharedMemory::open(&fd, 8193).is_err());
        assert!(ftruncate(&fd, 0).is_err(), "sealed");
    }
}
