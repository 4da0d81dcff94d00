//! Names of users.

use std::ffi::CStr;
use std::io;
use std::ptr;

/// The name of a user id; `None` if the system has none for it, or names that are not UTF-8. An error if it cannot be looked
/// up now, for want of a descriptor perhaps.
///
/// Asks the system's name services, which may be slow (a directory on the network): ask once per id.
#[cfg(unix)]
#[expect(
    unsafe_code,
    reason = "getpwuid_r is the only way to users that stand in no file; rustix has none"
)]
pub fn user_name(uid: u32) -> io::Result<Option<String>> {
    // Entries of large directories may need more than any fixed size.
    for size in [1 << 10, 1 << 14, 1 << 18] {
        let mut buffer = vec![0_u8; size];
        let mut found = ptr::null_mut();
        // SAFETY: passwd is plain data of C for which all zeros is a value.
        let mut entry = unsafe { std::mem::zeroed::<libc::passwd>() };
        // SAFETY: all pointers are to live memory of the given sizes; the result points into `entry` or is null.
        let error = unsafe {
            libc::getpwuid_r(
                uid,
                &raw mut entry,
                buffer.as_mut_ptr().cast(),
                buffer.len(),
                &raw mut found,
            )
        };
        if error == libc::ERANGE {
            continue;
        }
        if matches!(error, libc::EMFILE | libc::ENFILE) {
            return Err(io::Error::from_raw_os_error(error));
        }
        if error != 0 || found.is_null() || entry.pw_name.is_null() {
            return Ok(None);
        }
        // SAFETY: the name is a string with its NUL inside `buffer`, which is alive.
        let name = unsafe { CStr::from_ptr(entry.pw_name) };
        return Ok(name.to_str().ok().map(str::to_owned));
    }
    Ok(None)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn root_has_a_name_and_nobody_has_the_last_number() {
        assert_eq!(user_name(0).unwrap().as_deref(), Some("root"));
        assert_eq!(user_name(u32::MAX - 7).unwrap(), None);
    }
}
