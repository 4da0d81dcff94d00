//! Events as lines of the stream.

use std::io::Write as _;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{EventKind, RunEvent, RunTime, SCHEMA};

/// Why a line is no event.
#[derive(Debug, Error)]
#[error("not an event of {SCHEMA}: {source}")]
pub struct EventError {
    /// What the JSON reader says.
    #[from]
    source: serde_json::Error,
}

#[derive(Deserialize)]
struct Head {
    seq: u64,
    t: f64,
}

impl RunEvent {
    /// Reads one line of the stream.
    pub fn from_json(line: &str) -> Result<Self, EventError> {
        let head: Head = serde_json::from_str(line)?;
        let kind: EventKind = serde_json::from_str(line)?;
        Ok(Self {
            seq: head.seq,
            t: RunTime::from_seconds(head.t),
            kind,
        })
    }

    /// The event as one line of the stream, without its newline.
    pub fn to_json(&self) -> String {
        let mut line = Vec::new();
        self.write_line(&mut line);
        line.pop();
        // It was written as text.
        String::from_utf8(line).unwrap_or_default()
    }

    /// Adds the event to the end of `lines` as one line of the stream, with its newline.
    pub fn write_line(&self, lines: &mut Vec<u8>) {
        // Every variant has named fields or a struct, so that the object starts with its type; NaN becomes null.
        write_line(self.seq, self.t, &self.kind, lines);
    }
}

/// Adds an event to the end of `lines`; `body` is an object that begins with its type.
pub(in crate::run) fn write_line(seq: u64, t: RunTime, body: &impl Serialize, lines: &mut Vec<u8>) {
    // Writing into memory cannot fail.
    write!(lines, "{{\"seq\":{seq},\"t\":{t}").ok();
    let joint = lines.len();
    if serde_json::to_writer(&mut *lines, body).is_err() {
        lines.truncate(joint);
        lines.extend_from_slice(br#"{"type":"unknown"}"#);
    }
    // The body's fields go on in the same object.
    if let Some(brace) = lines.get_mut(joint) {
        *brace = b',';
    }
    lines.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::event::ItemData;

    #[test]
    fn a_line_that_is_read_and_written_again_is_the_same_line() {
        let line = r#"{"seq":85,"t":0.353295,"type":"progress","done":3,"failed":1,"total":9,"rate":12.366027348514411,"eta":0.40433357124999997}"#;
        assert_eq!(RunEvent::from_json(line).unwrap().to_json(), line);
    }

    #[test]
    fn an_event_survives_its_json() {
        let event = RunEvent {
            seq: 7,
            t: RunTime { micros: 1_000_042 },
            kind: EventKind::TaskStarted {
                task: 3,
                pid: 4712,
                attempt: 1,
            },
        };
        let line = event.to_json();
        assert_eq!(
            line,
            r#"{"seq":7,"t":1.000042,"type":"task_started","task":3,"pid":4712,"attempt":1}"#
        );
        assert_eq!(RunEvent::from_json(&line).unwrap(), event);
    }

    #[test]
    fn null_fields_are_written() {
        let item = ItemData {
            queue: "food".into(),
            number: 1,
            item: None,
            value_bytes: None,
            value_preview: None,
            pid: 1,
            depth: 1,
            attempt: 1,
            step: None,
        };
        let line = RunEvent {
            seq: 1,
            t: RunTime::default(),
            kind: EventKind::ItemPut(item),
        }
        .to_json();
        assert!(
            line.contains(r#""item":null"#) && line.contains(r#""step":null"#),
            "{line}"
        );
    }

    #[test]
    fn unknown_types_and_fields_are_passed_over() {
        let later = r#"{"seq":9,"t":0.5,"type":"machine_flew","columns":[[1,2]],"more":{"a":1}}"#;
        assert_eq!(RunEvent::from_json(later).unwrap().kind, EventKind::Unknown);
        let wider = r#"{"seq":9,"t":0.5,"type":"process_ready","pid":4,"new_field":[1]}"#;
        assert_eq!(
            RunEvent::from_json(wider).unwrap().kind,
            EventKind::ProcessReady { pid: 4 }
        );
        assert!(RunEvent::from_json("{\"seq\":1").is_err());
        assert!(RunEvent::from_json("hello").is_err());
    }
}
