//! `proclab snapshot`: the processes of this machine as one JSON document.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use thiserror::Error;

use crate::monitor::document::{
    EnvironMode, FieldError, FieldSet, Request, TakeError, WriteError, take, write_file,
};
use crate::monitor::source::{self, Source, SourceError};

/// What `--help` shows below the options.
const EXAMPLES: &str = "\
Examples:
  proclab snapshot                                        every process, the fields of the table
  proclab snapshot --pid 1 --fields all                   everything about process 1
  proclab snapshot --fields name,cmdline --out all.json   two fields, into a file
  proclab snapshot --pid $$ --environ redact              the shell's environment, values hidden

A value that could not be read is null, and `unreadable` says why.
Exit codes: 0 done, 2 a field, pid or file that is not possible (nothing is written), 3 processes cannot be read here.";

/// The options of `proclab snapshot`.
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = EXAMPLES)]
pub struct SnapshotArgs {
    /// Only this process; may be given several times.
    #[arg(long = "pid", value_name = "N")]
    pub pids: Vec<u32>,
    /// `all`, or names separated by commas.
    #[arg(long, value_name = "LIST")]
    pub fields: Option<String>,
    /// Adds the environment, which can hold secrets.
    #[arg(long, value_name = "HOW")]
    pub environ: Option<EnvironArg>,
    /// Writes to a file, which appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// How the environment is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EnvironArg {
    /// Values are hidden, but for harmless ones such as PATH.
    Redact,
    /// All values are shown.
    Show,
}

/// Why there is no snapshot.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// `--fields` was not understood.
    #[error(transparent)]
    Fields(#[from] FieldError),
    /// `--pid` names nobody.
    #[error(transparent)]
    Take(#[from] TakeError),
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] WriteError),
    /// This machine's processes cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Standard output is broken.
    #[error("could not write to standard output: {0}")]
    Output(#[from] io::Error),
}

impl SnapshotError {
    /// The exit code: 3 where nothing could be read, 1 where standard output could not be written, otherwise 2.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Source(_) => 3,
            Self::Output(_) => 1,
            Self::Fields(_) | Self::Take(_) | Self::File(_) => 2,
        }
    }
}

/// Runs the command on this machine.
pub fn run(args: &SnapshotArgs, out: &mut dyn Write) -> Result<(), SnapshotError> {
    // Mistakes in the options are told before anything is read.
    let request = request(args)?;
    let mut source = source::native()?;
    write(&mut *source, &request, args, out)
}

fn request(args: &SnapshotArgs) -> Result<Request, FieldError> {
    let environ = args.environ.map(|environ| match environ {
        EnvironArg::Redact => EnvironMode::Redact,
        EnvironArg::Show => EnvironMode::Show,
    });
    Ok(Request {
        pids: args.pids.clone(),
        fields: FieldSet::parse(args.fields.as_deref(), environ)?,
        environ,
    })
}

fn write(
    source: &mut dyn Source,
    request: &Request,
    args: &SnapshotArgs,
    out: &mut dyn Write,
) -> Result<(), SnapshotError> {
    let document = take(source, request)?;
    if let Some(path) = &args.out {
        return Ok(write_file(path, &document)?);
    }
    let written = serde_json::to_writer_pretty(&mut *out, &document)
        .map_err(io::Error::from)
        .and_then(|()| writeln!(out))
        .and_then(|()| out.flush());
    match written {
        // The reader has seen enough: `proclab snapshot | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;

    use super::*;
    use crate::monitor::source::scripted::ScriptedSource;

    fn scripted(args: &SnapshotArgs) -> Result<String, SnapshotError> {
        let mut out = Vec::new();
        write(
            &mut ScriptedSource::new(60, 3),
            &request(args)?,
            args,
            &mut out,
        )?;
        Ok(String::from_utf8(out).unwrap())
    }

    fn fields(list: &str, pid: u32) -> SnapshotArgs {
        SnapshotArgs {
            pids: vec![pid],
            fields: Some(list.to_owned()),
            ..SnapshotArgs::default()
        }
    }

    #[test]
    fn chosen_pids_and_fields() {
        let mut args = fields("name,exe", 20);
        args.pids.push(1);
        args.pids.push(20);
        let document: Value = serde_json::from_str(&scripted(&args).unwrap()).unwrap();
        let expected = serde_json::json!([
            {"pid": 1, "start_ticks": 1, "name": "systemd", "exe": "/usr/bin/systemd"},
            {"pid": 20, "start_ticks": 20, "name": "defunct", "exe": null, "unreadable": {"exe": "zombie"}},
        ]);
        assert_eq!(
            (&document["schema"], &document["processes"]),
            (&Value::from("proclab.snapshot/1"), &expected)
        );
    }

    #[test]
    fn secrets_come_only_when_asked_for() {
        let all = scripted(&fields("all", 1)).unwrap();
        assert!(!all.contains("environ") && !all.contains("API_TOKEN"));
        let mut args = fields("name", 1);
        args.environ = Some(EnvironArg::Redact);
        let redacted = scripted(&args).unwrap();
        assert!(
            redacted.contains("\"API_TOKEN\": \"<redacted>\"") && redacted.contains("/home/ana")
        );
        args.environ = Some(EnvironArg::Show);
        assert!(scripted(&args).unwrap().contains("not-a-real-secret"));
    }

    #[test]
    fn mistakes_write_nothing_and_exit_with_2() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        fs::write(&path, "before").unwrap();
        let check = |args: SnapshotArgs, expected: &str| {
            let args = SnapshotArgs {
                out: args.out.or_else(|| Some(path.clone())),
                ..args
            };
            let error = scripted(&args).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
            assert_eq!(error.exit_code(), 2);
        };
        check(fields("color", 1), "unknown field `color`");
        check(fields("name", 4_000_000), "no process has pid 4000000");
        let to = |path: PathBuf| SnapshotArgs {
            out: Some(path),
            ..fields("name", 1)
        };
        check(to(folder.path().to_owned()), "it is a folder");
        check(
            to(folder.path().join("missing/out.json")),
            "missing/out.json",
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_is_replaced_and_a_device_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        fs::write(&path, "before").unwrap();
        let link = folder.path().join("link.json");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let mut args = fields("name", 1);
        args.out = Some(link.clone());
        assert_eq!(scripted(&args).unwrap(), "");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        let document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(document["processes"][0]["name"], "systemd");
        args.out = Some("/dev/null".into());
        scripted(&args).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_error() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let args = fields("name", 1);
        let request = request(&args).unwrap();
        assert!(
            write(
                &mut ScriptedSource::new(60, 3),
                &request,
                &args,
                &mut Closed
            )
            .is_ok()
        );
    }

    #[test]
    fn this_machine() {
        let mut out = Vec::new();
        run(&fields("all", std::process::id()), &mut out).unwrap();
        let document: Value = serde_json::from_slice(&out).unwrap();
        let us = &document["processes"][0];
        assert_eq!(us["pid"], std::process::id());
        assert_eq!(
            us["cwd"],
            std::env::current_dir().unwrap().to_str().unwrap()
        );
        assert!(us["memory_info"]["shared"].is_u64());
    }
}
