//! Which of the system's limits an error speaks of.

use std::io;

/// Why a process or a thread could not be started, with the limit that stands behind it where there is one: the system's own
/// words ("Resource temporarily unavailable") do not say of what there is too little.
pub fn words_of_start_error(error: &io::Error) -> String {
    let limit = match error.raw_os_error() {
        Some(libc::EAGAIN) => "this user may have no more processes and threads, see ulimit -u",
        Some(libc::EMFILE) => "this process may open no more files, see ulimit -n",
        Some(libc::ENFILE) => "the machine may open no more files",
        Some(libc::EFBIG) => "this process may have no larger files, see ulimit -f",
        Some(libc::ENOMEM) => {
            "there is no more memory, or this process may have no more, see ulimit -v"
        }
        _ => return error.to_string(),
    };
    format!("{error}: {limit}")
}

/// Whether there is too little of something now, of which there may be enough later: processes, descriptors or memory.
pub fn is_shortage(error: &io::Error) -> bool {
    let short = [libc::EAGAIN, libc::EMFILE, libc::ENFILE, libc::ENOMEM];
    error.raw_os_error().is_some_and(|it| short.contains(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_named() {
        let words = |number| words_of_start_error(&io::Error::from_raw_os_error(number));
        assert_eq!(
            words(libc::EAGAIN),
            "Resource temporarily unavailable (os error 11): this user may have no more processes and threads, see ulimit -u"
        );
        assert_eq!(
            words(libc::ENOENT),
            "No such file or directory (os error 2)"
        );
    }
}
