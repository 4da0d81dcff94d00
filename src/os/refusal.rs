//! A system call that is refused, for tests: by the kernel, as a filter of a sandbox does.

use std::mem::offset_of;

/// What comes of `what` where the kernel answers this system call with that error: on a thread of its own, since that is for good.
pub fn where_refused<T: Send>(
    call: libc::c_long,
    errno: i32,
    what: impl FnOnce() -> T + Send,
) -> T {
    std::thread::scope(|scope| {
        let refused = scope.spawn(|| {
            refuse(call, errno);
            what()
        });
        refused.join().unwrap()
    })
}

fn refuse(call: libc::c_long, errno: i32) {
    let instruction = |code: u32, jump_if_not: u8, operand: u32| libc::sock_filter {
        code: u16::try_from(code).unwrap(),
        jt: 0,
        jf: jump_if_not,
        k: operand,
    };
    let number_at = u32::try_from(offset_of!(libc::seccomp_data, nr)).unwrap();
    let error = libc::SECCOMP_RET_ERRNO | errno.unsigned_abs();
    let mut filter = [
        instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, number_at),
        instruction(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            1,
            u32::try_from(call).unwrap(),
        ),
        instruction(libc::BPF_RET | libc::BPF_K, 0, error),
        instruction(libc::BPF_RET | libc::BPF_K, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog {
        len: 4,
        filter: filter.as_mut_ptr(),
    };
    #[expect(unsafe_code, reason = "rustix does not wrap seccomp")]
    // SAFETY: both calls concern this thread alone and only read what they are given, which lives until they return.
    let answers = unsafe {
        [
            libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
            libc::prctl(
                libc::PR_SET_SECCOMP,
                libc::SECCOMP_MODE_FILTER,
                &raw const program,
            ),
        ]
    };
    assert_eq!(answers, [0, 0], "{}", std::io::Error::last_os_error());
}
