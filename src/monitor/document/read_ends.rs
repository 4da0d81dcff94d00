//! What has ended, by all the documents of a file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use serde::Deserialize;

use super::ended::EndedRecord;
use super::read::HEAD;
use super::slot::Slot;

/// Of a document, only what is asked for here.
#[derive(Deserialize)]
struct DocumentEnds {
    #[serde(default)]
    host: HostId,
    #[serde(default)]
    ended: Slot<Vec<EndedRecord>>,
}

/// Of lines of NDJSON, which have no ends, it is the host's name.
#[derive(Deserialize, Default)]
#[serde(untagged)]
enum HostId {
    Known {
        boot_id: String,
    },
    #[default]
    Unknown,
}

/// Calls `found` with all that ended in this boot by what a file's documents tell, in their order. Documents without such news
/// have none; one that was cut off is left aside, and so is what follows one that is damaged and stands in more than one line.
pub fn read_ends(path: &Path, boot_id: &str, found: impl FnMut(EndedRecord)) -> io::Result<()> {
    let file = BufReader::with_capacity(1 << 16, File::open(path)?);
    ends_in(file, boot_id, found)
}

fn ends_in(
    mut input: impl BufRead,
    boot_id: &str,
    mut found: impl FnMut(EndedRecord),
) -> io::Result<()> {
    let mut tell = |told: DocumentEnds| {
        let is_ours = matches!(&told.host, HostId::Known { boot_id: its } if its == boot_id);
        if let (true, Slot::Value(ended)) = (is_ours, told.ended) {
            ended.into_iter().for_each(&mut found);
        }
    };
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        match serde_json::from_slice(&line) {
            Ok(told) => tell(told),
            // Torn: whoever went on with the stream began a new line.
            Err(_torn) if line.starts_with(HEAD.as_bytes()) => {}
            Err(_many_lines) => {
                let whole = line.chain(input);
                let documents = serde_json::Deserializer::from_reader(whole).into_iter();
                documents.map_while(Result::ok).for_each(tell);
                break;
            }
        }
        line.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(pid: u32) -> String {
        format!(
            r#"{{"pid":{pid},"start_ticks":1,"ended_at":"2026-01-01T00:00:00Z","is_exact":true,"exit_code":0,"lifetime":1.5,
"is_cpu_final":true,"peak_rss":null}}"#
        )
        .replace('\n', "")
    }

    #[test]
    fn of_every_document_of_this_boot() {
        let document = |boot: &str, ends: &[u32]| {
            let ends: Vec<_> = ends.iter().map(|&pid| end(pid)).collect();
            format!(
                r#"{{"host":{{"boot_id":"{boot}"}},"ended":[{}]}}"#,
                ends.join(",")
            )
        };
        // Of a version that knew of no ends, of a look that has none before it, of another boot, and one that was cut off.
        let stream = [
            r#"{"host":{"boot_id":"b"},"processes":[]}"#.to_owned(),
            r#"{"host":{"boot_id":"b"},"ended":null}"#.to_owned(),
            document("b", &[3, 4]),
            document("a", &[5]),
            r#"{"schema":"proclab.snapshot/1","host":{"boot_id":"b"},"ended":[{"pid":8"#.to_owned(),
            document("b", &[6]),
            document("b", &[7])[..40].to_owned(),
        ];
        let mut pids = Vec::new();
        let find = |text: &str, pids: &mut Vec<u32>| {
            ends_in(text.as_bytes(), "b", |ended| pids.push(ended.process.pid)).unwrap();
        };
        find(&stream.join("\n"), &mut pids);
        assert_eq!(pids, [3, 4, 6]);
        let whole: serde_json::Value = serde_json::from_str(&stream[2]).unwrap();
        find(&serde_json::to_string_pretty(&whole).unwrap(), &mut pids);
        assert_eq!(pids, [3, 4, 6, 3, 4]);
        let lines =
            r#"{"schema":"proclab.process/1","host":"here","boot_id":"b","pid":1,"start_ticks":1}"#;
        ends_in(lines.as_bytes(), "b", |ended| panic!("{ended:?}")).unwrap();
    }
}
