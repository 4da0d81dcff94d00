//! What whoever watches a run may ask of it: lines of JSON on the main's standard input.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::config::RunConfig;
use crate::text::{Sentence, Worded, worded};

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

/// Why a first line is no start of a run.
#[derive(Debug, Error)]
pub enum StartError {
    /// From a newer program.
    Newer {
        /// The version found.
        found: u64,
        /// The newest that is known.
        known: u32,
        /// Of the configuration in the first line, rather than of the line.
        is_of_config: bool,
    },
    /// There never was a version 0.
    NeverWas,
    /// What the JSON reader says.
    Syntax(#[from] serde_json::Error),
}

impl Worded for StartError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Newer {
                found,
                known,
                is_of_config,
            } => Sentence::new(if *is_of_config {
                "start-newer-configuration"
            } else {
                "start-newer-line"
            })
            .with("found", found.to_string())
            .with("known", known.to_string()),
            Self::NeverWas => Sentence::new("start-never-was").with("known", VERSION.to_string()),
            Self::Syntax(error) => Sentence::new("start-syntax").with("reason", error.to_string()),
        }
    }
}

worded!(StartError);

/// The versions in a first line: what a newer program wrote may look different in everything else.
#[derive(Deserialize)]
struct Versions {
    version: Option<u64>,
    config: Option<ConfigVersion>,
}

#[derive(Deserialize)]
struct ConfigVersion {
    version: Option<u64>,
}

impl Start {
    /// Reads the first line; of a newer version only that is said.
    pub fn from_json(line: &[u8]) -> Result<Self, StartError> {
        if let Ok(found) = serde_json::from_slice::<Versions>(line) {
            let config = found.config.and_then(|config| config.version);
            for (found, known, is_of_config) in [
                (found.version, VERSION, false),
                (config, super::config::VERSION, true),
            ] {
                if let Some(found) = found.filter(|&found| found > u64::from(known)) {
                    return Err(StartError::Newer {
                        found,
                        known,
                        is_of_config,
                    });
                }
            }
        }
        let start: Self = serde_json::from_slice(line)?;
        if start.version == 0 {
            return Err(StartError::NeverWas);
        }
        Ok(start)
    }
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
    /// Kill the process that runs this task (SIGKILL).
    KillTask {
        /// The task's number.
        task: u64,
    },
    /// End a task: one that waits at once, one that runs with its worker, which is replaced.
    Cancel {
        /// The task's number.
        task: u64,
    },
    /// Stop one process of the run where it is (SIGSTOP).
    Suspend {
        /// Its pid.
        pid: u32,
    },
    /// Let a stopped process go on (SIGCONT).
    Resume {
        /// Its pid.
        pid: u32,
    },
    /// Change the number of the pool's workers.
    Resize {
        /// How many there are to be.
        processes: u32,
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
    fn a_newer_start_is_refused_by_its_version_first() {
        let error = |line: &str| Start::from_json(line.as_bytes()).unwrap_err().to_string();
        let newer = error(r#"{"version":9,"setup":[1]}"#);
        assert!(
            newer.contains("version 9 of the first line is newer"),
            "{newer}"
        );
        let newer = error(r#"{"version":1,"config":{"version":7,"tree":1}}"#);
        assert!(
            newer.contains("version 7 of the configuration is newer"),
            "{newer}"
        );
        assert!(error("hello").contains("no start of a run"));
        assert!(
            error(r#"{"version":0,"config":{"version":1,"kind":"pool"}}"#).contains("no version 0")
        );
    }

    #[test]
    fn requests_survive_their_json() {
        for (request, json) in [
            (Request::Stop, r#"{"type":"stop"}"#),
            (
                Request::KillWorker { pid: 4712 },
                r#"{"type":"kill_worker","pid":4712}"#,
            ),
            (
                Request::KillTask { task: 3 },
                r#"{"type":"kill_task","task":3}"#,
            ),
            (Request::Cancel { task: 3 }, r#"{"type":"cancel","task":3}"#),
            (
                Request::Suspend { pid: 4712 },
                r#"{"type":"suspend","pid":4712}"#,
            ),
            (
                Request::Resume { pid: 4712 },
                r#"{"type":"resume","pid":4712}"#,
            ),
            (
                Request::Resize { processes: 4 },
                r#"{"type":"resize","processes":4}"#,
            ),
        ] {
            assert_eq!(request.to_json(), json);
            assert_eq!(Request::from_json(json).unwrap(), request);
        }
        let unknown = Request::from_json(r#"{"type":"dance"}"#)
            .unwrap_err()
            .to_string();
        assert!(
            unknown.contains("`dance`") && unknown.contains("`kill_worker`"),
            "{unknown}"
        );
    }
}
