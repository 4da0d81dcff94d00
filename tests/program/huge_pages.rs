//! Huge pages are resident memory. Needs root to set some aside, and python3 to take them; says so where there are none.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::driver::output;

const SETTING: &str = "/proc/sys/vm/nr_hugepages";

/// So many huge pages more than there were, until the test ends.
struct SetAside(String);

impl SetAside {
    fn pages(more: u64) -> Option<Self> {
        let before = std::fs::read_to_string(SETTING).ok()?.trim().to_owned();
        let count: u64 = before.parse().ok()?;
        std::fs::write(SETTING, (count + more).to_string()).ok()?;
        Some(Self(before))
    }
}

impl Drop for SetAside {
    fn drop(&mut self) {
        std::fs::write(SETTING, &self.0).ok();
    }
}

struct Holder(Child);

impl Drop for Holder {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

const HOLDER: &str = "\
import mmap, sys
flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000
try:
    held = mmap.mmap(-1, 16 << 20, flags=flags)
    held.write(b'x' * len(held))
except OSError:
    print('none', flush=True)
    sys.exit()
print('held', flush=True)
sys.stdin.readline()
";

#[test]
fn unshared_memory_is_no_more_than_resident_and_the_filter_finds_both() {
    let Some(aside) = SetAside::pages(12) else {
        eprintln!("skipped: no huge pages can be set aside here");
        return;
    };
    let mut python = Command::new("python3");
    python.args(["-c", HOLDER]);
    python.stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(child) = python.spawn() else {
        eprintln!("skipped: there is no python3 here");
        return;
    };
    let mut holder = Holder(child);
    let mut line = String::new();
    let mut told = BufReader::new(holder.0.stdout.take().unwrap());
    told.read_line(&mut line).unwrap();
    if line.trim() != "held" {
        eprintln!("skipped: there are no huge pages of 2 MiB here");
        return;
    }
    let pid = holder.0.id().to_string();
    for filter in ["mem>16M", "mem>=0"] {
        let fields = "memory_info,memory_full_info";
        let output = output(&[
            "snapshot", "--pid", &pid, "--fields", fields, "--filter", filter,
        ]);
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let process = &document["processes"][0];
        let (memory, full) = (&process["memory_info"], &process["memory_full_info"]);
        let bytes = |value: &Value| value.as_u64().unwrap();
        assert_eq!(bytes(&full["hugetlb"]), 16 << 20, "{filter}: {document}");
        assert!(bytes(&full["uss"]) >= 16 << 20, "{full}");
        assert!(bytes(&full["uss"]) <= bytes(&full["pss"]), "{full}");
        assert!(bytes(&full["pss"]) <= bytes(&memory["rss"]), "{process}");
        assert!(
            bytes(&full["peak_rss"]) >= bytes(&memory["rss"]),
            "{process}"
        );
    }
    holder.0.stdin.take().unwrap().write_all(b"\n").unwrap();
    drop((holder, aside));
}
