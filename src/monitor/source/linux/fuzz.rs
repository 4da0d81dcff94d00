//! The parsers against bytes that nobody thought of: whatever comes, they neither panic nor tell what is not there.

use proptest::prelude::*;

use super::group_path::cgroup;
use super::net::{inet_entry, unix_entry};
use super::parse::{
    Status, arguments, fd_info, full_name, io_counters, limits, namespace, number, pss_and_uss,
    run_queue, text, variables,
};
use crate::monitor::container::Container;
use crate::monitor::detail::{Family, SocketKind};
use crate::os::Stat;

/// Any bytes, and bytes of the kind that the kernel writes.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "Uid:\t",
        "Pss: ",
        "VmHWM:",
        " kB",
        "\n",
        ":",
        " ",
        "\t",
        "\0",
        "(",
        ")",
        "=",
        "/",
        "-",
        "0",
        "18446744073709551615",
        "9223372036854775808",
        "unlimited",
        "Max open files            ",
        "pos:",
        "flags:\t",
        "rchar: ",
        "net:[",
        "]",
        "0::",
        "é",
        "S",
        "0100007F:1F90",
        "0A",
    ]);
    let words = prop::collection::vec(words, 0..40).prop_map(|words| words.concat().into_bytes());
    prop_oneof![prop::collection::vec(any::<u8>(), 0..300), words]
}

/// A name as a process may choose it: anything but NUL.
fn name() -> impl Strategy<Value = Vec<u8>> {
    let awkward = prop_oneof![Just(b')'), Just(b'('), Just(b' '), Just(b'\n'), 1..=u8::MAX];
    prop::collection::vec(awkward, 0..64)
}

/// The line that the kernel would write.
fn line(pid: u32, comm: &[u8], fields: &[i64; 50]) -> Vec<u8> {
    let mut line = format!("{pid} (").into_bytes();
    line.extend(comm);
    line.extend(b") S");
    for field in fields {
        line.extend(format!(" {field}").into_bytes());
    }
    line.push(b'\n');
    line
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_refused(bytes in content()) {
        Stat::parse(&bytes).ok();
        Status::parse(&bytes);
        io_counters(&bytes);
        pss_and_uss(&bytes);
        limits(&bytes);
        fd_info(&bytes);
        run_queue(&bytes);
        namespace(&bytes);
        number::<i32>(&bytes);
        inet_entry(&bytes, Family::Inet, SocketKind::Stream);
        inet_entry(&bytes, Family::Inet6, SocketKind::Datagram);
        unix_entry(&bytes);
        let (path, _) = text(cgroup(&bytes).unwrap_or_default());
        Container::of_cgroup(&path);
        full_name(&bytes, Some(&bytes));
    }

    #[test]
    fn any_name_leaves_the_other_fields_as_they_are(pid in 1_u32..=4_194_304, comm in name(), fields in prop::array::uniform(0..i64::MAX)) {
        let stat = Stat::parse(&line(pid, &comm, &fields)).unwrap();
        prop_assert_eq!((stat.pid, stat.state), (pid, b'S'));
        prop_assert_eq!(&*stat.comm, &*comm);
        // Fields are counted from 4 in proc(5).
        prop_assert_eq!(stat.utime_ticks, fields[10].cast_unsigned());
        prop_assert_eq!(stat.start_ticks, fields[18].cast_unsigned());
        prop_assert_eq!(stat.blkio_ticks, fields[38].cast_unsigned());
    }

    #[test]
    fn a_line_cut_anywhere_is_refused_or_has_what_was_there(comm in name(), cut in 0_usize..400) {
        let whole = line(77, &comm, &[7; 50]);
        let cut = whole.get(..cut.min(whole.len())).unwrap_or_default();
        if let Ok(stat) = Stat::parse(cut) {
            prop_assert_eq!((stat.pid, stat.start_ticks), (77, 7));
        }
    }

    #[test]
    fn arguments_come_back_as_they_were_given(arguments_ in prop::collection::vec(name(), 2..8)) {
        // Many empty ones behind one that is not are what a title leaves.
        prop_assume!(arguments_.len() <= 4 || arguments_.iter().skip(1).any(|it| !it.is_empty()));
        let mut bytes = arguments_.join(&0);
        bytes.push(0);
        prop_assert_eq!(arguments(&bytes), arguments_);
    }

    #[test]
    fn variables_come_back_as_they_were_set(pairs in prop::collection::vec(("[A-Z_]{1,9}", "[^\0]{0,20}"), 0..8)) {
        let entries: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}\0")).collect();
        let bytes = entries.concat().into_bytes();
        let found: Vec<_> = variables(&bytes).map(|(key, value)| (text(key).0, text(value).0)).collect();
        prop_assert_eq!(found, pairs);
    }
}
