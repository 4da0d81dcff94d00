//! Which processes and which fields of them a command writes: the options that `snapshot` and `watch` share.

use std::time::Duration;

use clap::{Args, ValueEnum};
use thiserror::Error;

use super::exit::UsageError;
use crate::monitor::document::{
    Cells, Columns, EnvironMode, FieldError, FieldSet, Keys, Request, TakeError,
};
use crate::monitor::source::SourceError;
use crate::monitor::{Filter, FilterError};
use crate::text::{Sentence, Worded, worded};

/// The shared options.
#[derive(Args, Clone, Debug, Default)]
pub struct Selection {
    /// Only these processes
    #[arg(long = "pid", value_name = "N", num_args = 1.., value_delimiter = ',')]
    pub pids: Vec<u32>,
    /// Only what passes, in the language of the table: 'user:ana cpu>10'
    #[arg(long, value_name = "QUERY")]
    pub filter: Option<String>,
    /// all, or names separated by commas
    #[arg(long, value_name = "LIST")]
    pub fields: Option<String>,
    /// What becomes of the environment, which can hold secrets [default: omit]
    #[arg(long, value_name = "HOW")]
    pub environ: Option<EnvironArg>,
    /// The names of the fields: psutil's, or the tutorial's Chinese labels [default: en]
    #[arg(long, value_name = "LANGUAGE")]
    pub keys: Option<KeysArg>,
    /// In CSV, put a ' before texts that a spreadsheet would take for a formula (= + - @ at the beginning)
    #[arg(long)]
    pub safe_csv: bool,
}

/// What becomes of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EnvironArg {
    /// It is left out
    Omit,
    /// Values that look like secrets are hidden
    Redact,
    /// All values are shown
    Show,
}

/// How fields are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeysArg {
    /// pid, name, exe ...
    En,
    /// 进程编号, 进程名称, 执行路径 ...
    Zh,
}

/// What is wrong with what was asked for, or why processes cannot be read.
#[derive(Debug, Error)]
pub enum SelectionError {
    /// `--fields` was not understood.
    Fields(#[from] FieldError),
    /// `--filter` was not understood.
    Filter(#[from] FilterError),
    /// `--safe-csv` without CSV.
    NoCells,
    /// `--pid` names nobody.
    Take(#[from] TakeError),
    /// This machine's processes cannot be read.
    Source(#[from] SourceError),
}

impl Worded for SelectionError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Fields(error) => error.sentence(),
            Self::Filter(error) => Sentence::new("cli-of-filter").with("problem", error.sentence()),
            Self::NoCells => Sentence::new("cli-no-cells"),
            Self::Take(error) => error.sentence(),
            Self::Source(error) => error.sentence(),
        }
    }
}

worded!(SelectionError);

impl SelectionError {
    /// The exit code: 3 where nothing could be read, otherwise 2.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Source(_) | Self::Take(TakeError::NoDescriptors) => super::exit::CANNOT_START,
            Self::Fields(_) | Self::Filter(_) | Self::NoCells | Self::Take(_) => {
                super::exit::WRONG_USAGE
            }
        }
    }
}

impl Selection {
    /// Whether these options go with the format.
    pub const fn check_format(&self, is_csv: bool) -> Result<(), SelectionError> {
        if self.safe_csv && !is_csv {
            return Err(SelectionError::NoCells);
        }
        Ok(())
    }

    /// The columns of CSV for what is asked for.
    pub fn columns(&self, request: &Request) -> Columns {
        let cells = if self.safe_csv {
            Cells::Safe
        } else {
            Cells::Exact
        };
        Columns::of(&request.fields, request.keys).with_cells(cells)
    }

    /// What is asked for. Mistakes are told before anything is read.
    pub fn request(&self, span: Duration) -> Result<Request, SelectionError> {
        let environ = match self.environ {
            None | Some(EnvironArg::Omit) => None,
            Some(EnvironArg::Redact) => Some(EnvironMode::Redact),
            Some(EnvironArg::Show) => Some(EnvironMode::Show),
        };
        Ok(Request {
            pids: self.pids.clone(),
            filter: Filter::parse(self.filter.as_deref().unwrap_or_default())?,
            fields: FieldSet::parse(self.fields.as_deref(), environ)?,
            environ,
            keys: match self.keys {
                None | Some(KeysArg::En) => Keys::En,
                Some(KeysArg::Zh) => Keys::Zh,
            },
            span,
        })
    }
}

/// Seconds between two readings, as typed.
pub(super) fn seconds_from_text(text: &str) -> Result<Duration, UsageError> {
    let seconds = text.parse().ok();
    let seconds = seconds.filter(|seconds| (SHORTEST..=LONGEST).contains(seconds));
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| {
            UsageError(
                Sentence::new("seconds-range")
                    .with("min", SHORTEST.to_string())
                    .with("max", LONGEST.to_string()),
            )
        })
}

/// Below it the watching would be what is seen.
const SHORTEST: f64 = crate::monitor::sampler::MIN_INTERVAL.as_millis() as f64 / 1e3;

/// A day.
const LONGEST: f64 = 86_400.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_bounds() {
        assert_eq!(
            seconds_from_text("0.25").unwrap(),
            Duration::from_millis(250)
        );
        for wrong in ["0", "0.09", "-1", "86401", "NaN", "inf", "soon", ""] {
            let message = seconds_from_text(wrong).unwrap_err().to_string();
            assert_eq!(message, "choose 0.1 to 86400 seconds", "{wrong}");
        }
    }
}
