//! Memory that a parent and its child both see, and how its descriptor gets from one to the other.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::AtomicU64;

use rustix::fs::{
    FallocateFlags, MemfdFlags, SealFlags, fallocate, fcntl_add_seals, fstat, ftruncate,
    memfd_create,
};
use rustix::io::Errno;
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use rustix::process::{Resource, getrlimit};

const WORD_BYTES: usize = size_of::<AtomicU64>();

/// A mapping of anonymous memory, shared by all who have its descriptor. Zeroed at first.
///
/// A process that maps it may be faulty or about to be killed: what is read is plain numbers and bytes, never references.
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
// SAFETY: the mapping belongs to no thread, and all access goes through atomics or copies of bytes.
unsafe impl Send for SharedMemory {}
#[expect(unsafe_code, reason = "as above")]
// SAFETY: as above; copying bytes in and out while others do gives torn bytes at worst, which are still bytes.
unsafe impl Sync for SharedMemory {}

/// Anonymous memory behind a descriptor, of which each process maps what it needs.
#[derive(Debug)]
pub struct SharedFile {
    fd: OwnedFd,
    bytes: usize,
}

impl SharedFile {
    /// So many zeroed bytes, a multiple of the page size. Pages that are never written cost nothing.
    pub fn new(bytes: usize) -> io::Result<Self> {
        // It counts as a file that grows: over the limit of those, the kernel does not only refuse but ends this process.
        let limit = getrlimit(Resource::Fsize).current;
        if limit.is_some_and(|limit| limit < bytes as u64) {
            return Err(Errno::FBIG.into());
        }
        let fd = memfd_create("proclab", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        ftruncate(&fd, bytes as u64)?;
        // So that no process can take the memory away below the other's feet.
        fcntl_add_seals(&fd, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        Ok(Self { fd, bytes })
    }

    /// What another process made; an error if it is smaller.
    pub fn open(fd: OwnedFd, bytes: usize) -> io::Result<Self> {
        if usize::try_from(fstat(&fd)?.st_size).unwrap_or(0) < bytes {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Self { fd, bytes })
    }

    /// By which others open it.
    pub fn fd(&self) -> &OwnedFd {
        &self.fd
    }

    /// The descriptor alone.
    pub fn into_fd(self) -> OwnedFd {
        self.fd
    }

    /// Maps a part of it; the offset and the number of bytes are multiples of the page size.
    pub fn map(&self, offset: usize, bytes: usize) -> io::Result<SharedMemory> {
        self.check(offset, bytes)?;
        #[expect(
            unsafe_code,
            reason = "rustix's mmap is unsafe for callers that choose the address"
        )]
        // SAFETY: the kernel chooses an address where nothing is mapped; the part is inside of the file, which is sealed.
        let start = unsafe {
            mmap(
                std::ptr::null_mut(),
                bytes,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED,
                &self.fd,
                offset as u64,
            )
        }?;
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::InvalidData)?;
        Ok(SharedMemory { start, bytes })
    }

    /// Gives the memory of a part back to the system; it is zeroed when it is next used.
    pub fn forget(&self, offset: usize, bytes: usize) -> io::Result<()> {
        self.check(offset, bytes)?;
        let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        Ok(fallocate(&self.fd, flags, offset as u64, bytes as u64)?)
    }

    fn check(&self, offset: usize, bytes: usize) -> io::Result<()> {
        let inside = offset
            .checked_add(bytes)
            .is_some_and(|end| end <= self.bytes);
        inside
            .then_some(())
            .ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }
}

impl SharedMemory {
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
            reason = "a slice would claim that no other process writes there"
        )]
        // SAFETY: `place` has checked the bounds, and no code hands out slices of the mapping that could overlap.
        unsafe {
            std::ptr::copy_nonoverlapping(from.as_ptr(), to, from.len());
        }
        true
    }

    /// A copy of the bytes at this place; `None` if there are not so many.
    pub fn copy_out(&self, offset: usize, bytes: usize) -> Option<Vec<u8>> {
        let from = self.place(offset, bytes)?;
        let mut copy = Vec::with_capacity(bytes);
        #[expect(
            unsafe_code,
            reason = "a slice would claim that no other process writes there; and to zero what is written at once costs as much as to copy it"
        )]
        // SAFETY: as for `copy_in`; `copy` has room for so many bytes, and all of them are written.
        unsafe {
            std::ptr::copy_nonoverlapping(from, copy.as_mut_ptr(), bytes);
            copy.set_len(bytes);
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

/// How many descriptors travel together at most.
const MOST_FDS: usize = 2;

/// Sends a descriptor or two over a socket, together with the one byte that they need to travel with.
pub fn send_fds(socket: impl AsFd, fds: &[BorrowedFd<'_>]) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FDS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !control.push(SendAncillaryMessage::ScmRights(fds)) {
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

/// Waits for what was sent by [`send_fds`].
pub fn receive_fds(socket: impl AsFd) -> io::Result<Vec<OwnedFd>> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_FDS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    recvmsg(
        socket,
        &mut [IoSliceMut::new(&mut byte)],
        &mut control,
        RecvFlags::CMSG_CLOEXEC,
    )?;
    let fds = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(fds) => Some(fds),
        _ => None,
    });
    Ok(fds.flatten().collect())
}

/// Sends some of these bytes, and the descriptor together with the first of them; how many.
pub fn send_with_fd(
    socket: impl AsFd,
    bytes: &[u8],
    fd: BorrowedFd<'_>,
    flags: SendFlags,
) -> io::Result<usize> {
    let fds = [fd];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !control.push(SendAncillaryMessage::ScmRights(&fds)) {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    let sent = sendmsg(socket, &[IoSlice::new(bytes)], &mut control, flags)?;
    Ok(sent)
}

/// What was read from a socket at a time.
#[derive(Debug)]
pub struct Received {
    /// How many bytes; 0 at the end.
    pub bytes: usize,
    /// The descriptor that came with them, if one did; none in its place if this process may not have one more.
    pub fd: Option<Option<OwnedFd>>,
}

/// Reads what there is into the room, at most up to the bytes with which a descriptor comes.
pub fn receive(
    socket: impl AsFd,
    room: &mut [u8],
    flags: RecvFlags,
) -> rustix::io::Result<Received> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = flags | RecvFlags::CMSG_CLOEXEC;
    let received = recvmsg(socket, &mut [IoSliceMut::new(room)], &mut control, flags)?;
    let mut fds = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
        _ => None,
    });
    let fd = match fds.next() {
        Some(fd) => Some(Some(fd)),
        None if received.flags.contains(ReturnFlags::CTRUNC) => Some(None),
        None => None,
    };
    Ok(Received {
        bytes: received.bytes,
        fd,
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;
    use std::sync::atomic::Ordering;

    use super::*;

    #[test]
    fn two_mappings_are_the_same_memory() {
        let file = SharedFile::new(8192).unwrap();
        let ours = file.map(0, 8192).unwrap();
        let (here, there) = UnixStream::pair().unwrap();
        send_fds(&here, &[file.fd().as_fd(), here.as_fd()]).unwrap();
        let mut fds = receive_fds(&there).unwrap();
        assert_eq!(fds.len(), 2);
        let opened = SharedFile::open(fds.remove(0), 8192).unwrap();
        let theirs = opened.map(0, 8192).unwrap();
        ours.words(4)[3].store(7, Ordering::Release);
        assert_eq!(theirs.words(4)[3].load(Ordering::Acquire), 7);
        assert!(theirs.copy_in(8190, b"ab"));
        assert_eq!(ours.copy_out(8190, 2).unwrap(), b"ab");
        assert!(!ours.copy_in(8191, b"ab") && ours.copy_out(usize::MAX, 2).is_none());
        assert_eq!(ours.words(usize::MAX).len(), 1024);
        let part = opened.map(4096, 4096).unwrap();
        assert_eq!(part.copy_out(4094, 2).unwrap(), b"ab");
        assert!(opened.map(4096, 8192).is_err() && opened.forget(4096, 8192).is_err());
        opened.forget(4096, 4096).unwrap();
        assert_eq!(ours.copy_out(8190, 2).unwrap(), [0, 0]);
        assert!(ftruncate(file.fd(), 0).is_err(), "sealed");
        assert!(SharedFile::open(file.fd, 8193).is_err());
    }
}
