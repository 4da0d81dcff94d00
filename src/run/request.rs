//! What whoever watches a run may ask of it: lines of JSON on the main's standard input.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::config::RunConfig;

/// The version of the first line and the requests.
pub const VERSION: u32 = 1;

/// The first line: what to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// [`VERSION`].
    pub version: u32,
    /// What to run.
    pub config: RunConfig,
    /// The built-in lesson it comes from, whose listing is to be shown.
    #[serde(default)]
    pub lesson: Option<String>,
}

/// Every further line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// End the run in order: processes are asked before they are killed.
    Stop,
    /// End the run at once.
    Terminate,
    /// Kill one process of the run (SIGKILL).
    KillWorker {
        /// Its pid.
        pid: u32,
    },
}

/// Why a line is no request.
#[derive(Debug, Error)]
#[error("not a request: {source}")]
pub struct RequestError {
    /// What the JSON reader says.
    #[from]
    source: serde_json::Error,
}

impl Request {
    /// Reads one line.
    pub fn from_json(line: &str) -> Result<Self, RequestError> {
        Ok(serde_json::from_str(line)?)
    }

    /// Writes it as one line, without its newline.
    pub fn to_json(&self) -> String {
        // Plain enums of numbers always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_survive_their_json() {
        let request = Request::KillWorker { pid: 4712 };
        assert_eq!(request.to_json(), r#"{"type":"kill_worker","pid":4712}"#);
        assert_eq!(Request::from_json(&request.to_json()).unwrap(), request);
        let unknown = Request::from_json(r#"{"type":"dance"}"#)
            .unwrap_err()
            .to_string();
        assert!(
            unknown.contains("`dance`") && unknown.contains("`kill_worker`"),
            "{unknown}"
        );
    }
}
