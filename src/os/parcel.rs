//! Memory that is written once and then read by all that have its descriptor: so that what is very large exists once on a
//! machine, however many processes it passes through.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::ptr::NonNull;
use std::slice;
use std::sync::OnceLock;

use rustix::fs::{
    MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, fstat, ftruncate, memfd_create,
};
use rustix::io::{Errno, pread, pwrite};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use rustix::process::{Resource, getrlimit};

/// Cannot be undone: the memory stays as it is for as long as any process has it.
const SEALED: SealFlags = SealFlags::WRITE
    .union(SealFlags::GROW)
    .union(SealFlags::SHRINK);

/// A parcel that is being packed. What is written is in no process's own memory.
#[derive(Debug)]
pub struct Packing {
    fd: OwnedFd,
    bytes: usize,
}

impl Packing {
    /// An empty one. An error where the size of files is limited: over that limit the kernel does not only refuse but ends
    /// this process.
    pub fn new() -> io::Result<Self> {
        if getrlimit(Resource::Fsize).current.is_some() {
            return Err(Errno::FBIG.into());
        }
        let fd = memfd_create("proclab", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        Ok(Self { fd, bytes: 0 })
    }

    /// How much was written, bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Writes at the end.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.change(self.bytes, bytes)?;
        self.bytes += bytes.len();
        Ok(())
    }

    /// Writes over what stands at this place.
    pub fn change(&self, mut at: usize, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match pwrite(&self.fd, bytes, at as u64) {
                Ok(count) => {
                    at += count;
                    bytes = bytes.get(count..).unwrap_or_default();
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// A copy of all from this place on.
    pub fn copy_from(&self, mut at: usize) -> io::Result<Vec<u8>> {
        let mut copy = vec![0; self.bytes.saturating_sub(at)];
        let mut rest = copy.as_mut_slice();
        while !rest.is_empty() {
            match pread(&self.fd, &mut *rest, at as u64) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    at += count;
                    rest = rest.get_mut(count..).unwrap_or_default();
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(copy)
    }

    /// Takes away what was written after so many bytes.
    pub fn truncate(&mut self, bytes: usize) -> io::Result<()> {
        if bytes < self.bytes {
            ftruncate(&self.fd, bytes as u64)?;
            self.bytes = bytes;
        }
        Ok(())
    }

    /// Nothing more is written, by anybody.
    pub fn finish(self) -> io::Result<Parcel> {
        fcntl_add_seals(&self.fd, SEALED | SealFlags::SEAL)?;
        Ok(Parcel {
            fd: self.fd,
            bytes: self.bytes,
            mapping: OnceLock::new(),
        })
    }
}

/// Memory that can no longer be changed.
#[derive(Debug)]
pub struct Parcel {
    fd: OwnedFd,
    bytes: usize,
    mapping: OnceLock<Mapping>,
}

impl Parcel {
    /// A copy of these bytes.
    pub fn of(bytes: &[u8]) -> io::Result<Self> {
        let mut packing = Packing::new()?;
        packing.append(bytes)?;
        packing.finish()
    }

    /// What another process has packed; an error for anything that could still change.
    pub fn receive(fd: OwnedFd) -> io::Result<Self> {
        if !fcntl_get_seals(&fd)?.contains(SEALED) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let bytes = usize::try_from(fstat(&fd)?.st_size);
        Ok(Self {
            bytes: bytes.map_err(|_negative| io::ErrorKind::InvalidData)?,
            fd,
            mapping: OnceLock::new(),
        })
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// By which others receive it.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// The bytes. They take room in this process as they are looked at.
    pub fn open(&self) -> io::Result<&[u8]> {
        if self.bytes == 0 {
            return Ok(&[]);
        }
        if self.mapping.get().is_none() {
            // Another thread may do so, too; then one of the two mappings goes at once.
            self.mapping.set(Mapping::of(&self.fd, self.bytes)?).ok();
        }
        let mapping = self.mapping.get();
        Ok(mapping.map(Mapping::bytes).unwrap_or_default())
    }
}

/// The bytes of a sealed file.
#[derive(Debug)]
struct Mapping {
    start: NonNull<u8>,
    bytes: usize,
}

#[expect(
    unsafe_code,
    reason = "a raw pointer into the mapping is not Send by itself"
)]
// SAFETY: the mapping belongs to no thread, and none writes to it.
unsafe impl Send for Mapping {}
#[expect(unsafe_code, reason = "as above")]
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Of a file that is sealed, so long.
    fn of(fd: &OwnedFd, bytes: usize) -> io::Result<Self> {
        #[expect(
            unsafe_code,
            reason = "rustix's mmap is unsafe for callers that choose the address"
        )]
        // SAFETY: the kernel chooses an address where nothing is mapped, and the file is so long and stays so.
        let start = unsafe {
            mmap(
                std::ptr::null_mut(),
                bytes,
                ProtFlags::READ,
                // Older kernels refuse to share what is sealed. No process writes, so nothing is ever copied.
                MapFlags::PRIVATE,
                fd,
                0,
            )
        }?;
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Self { start, bytes })
    }

    fn bytes(&self) -> &[u8] {
        #[expect(unsafe_code, reason = "memory of the kernel's has no other owner")]
        // SAFETY: so many bytes are mapped for as long as `self` lives, and the seals keep all processes from changing them.
        unsafe {
            slice::from_raw_parts(self.start.as_ptr(), self.bytes)
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        #[expect(unsafe_code, reason = "rustix's munmap is unsafe")]
        // SAFETY: exactly the range that was mapped, and nothing borrowed from it can outlive `self`.
        let unmapped = unsafe { munmap(self.start.as_ptr().cast(), self.bytes) };
        // Cannot fail for a range that is mapped; if it did, the memory stayed until the process ends.
        unmapped.ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_is_what_was_packed_and_stays_so() {
        let mut packing = Packing::new().unwrap();
        packing.append(b"one two three").unwrap();
        packing.change(4, b"2").unwrap();
        assert_eq!(packing.copy_from(4).unwrap(), b"2wo three");
        packing.truncate(7).unwrap();
        packing.append(b"!").unwrap();
        let parcel = packing.finish().unwrap();
        assert_eq!(parcel.open().unwrap(), b"one 2wo!");
        assert!(pwrite(parcel.fd(), b"x", 0).is_err(), "sealed");
        let received = Parcel::receive(parcel.fd().try_clone_to_owned().unwrap()).unwrap();
        drop(parcel);
        assert_eq!(
            (received.len(), received.open().unwrap()),
            (8, &b"one 2wo!"[..])
        );
        assert!(Parcel::of(b"").unwrap().open().unwrap().is_empty());
    }

    #[test]
    fn what_could_still_change_is_no_parcel() {
        let packing = Packing::new().unwrap();
        assert!(Parcel::receive(packing.fd).is_err());
        let file = tempfile::tempfile().unwrap();
        assert!(Parcel::receive(file.into()).is_err());
    }
}
