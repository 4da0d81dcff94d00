//! `proclab snapshot`: the processes of this machine, once.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use thiserror::Error;

use super::selection::{Selection, SelectionError, seconds_from_text};
use crate::monitor::document::{
    Document, Format, Readers, Request, SHORT_SPAN, WriteError, json_schema, take, write_file,
};
use crate::monitor::source::{self, Source};

/// What `--help` shows below the options.
const EXAMPLES: &str = "\
Examples:
  proclab snapshot                                        every process, the fields of the table
  proclab snapshot --pid 1 --fields all                   everything about process 1
  proclab snapshot --fields name,cmdline -o all.json      two fields, into a file
  proclab snapshot --format csv --filter 'user:root'      what root runs, for a spreadsheet
  proclab snapshot --pid $$ --environ redact              the shell's environment, secrets hidden
  proclab snapshot --pid $$ --keys zh                     with the tutorial's Chinese labels
  proclab snapshot --fields pid,io_rates --interval 2     disk use over two seconds

cpu_percent and io_rates need two readings, a quarter of a second apart unless --interval says otherwise; the document
tells the time that was measured as cpu_percent_span. --schema prints what every field is, with its unit.
A value that could not be read is null, and `unreadable` says why.
Exit codes: 0 done, 2 a field, pid, filter or file that is not possible (nothing is written), 3 processes cannot be read here.";

/// The options of `proclab snapshot`.
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = EXAMPLES)]
pub struct SnapshotArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// How it is written [default: json]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<FormatArg>,
    /// Seconds between the two readings that rates need [default: 0.25]
    #[arg(long, value_name = "S", value_parser = seconds_from_text, allow_negative_numbers = true)]
    pub interval: Option<Duration>,
    /// Writes to a file, which appears whole or not at all
    #[arg(long, short = 'o', value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Prints the JSON Schema of the document instead
    #[arg(long, exclusive = true)]
    pub schema: bool,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// One document, indented
    Json,
    /// One process a line
    Ndjson,
    /// One process a record, units in the names of the columns
    Csv,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Json => Self::Json,
            FormatArg::Ndjson => Self::Ndjson,
            FormatArg::Csv => Self::Csv,
        }
    }
}

/// Why there is no snapshot.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// It was asked for what cannot be.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] WriteError),
    /// Standard output is broken.
    #[error("could not write to standard output: {0}")]
    Output(#[from] io::Error),
}

impl SnapshotError {
    /// The exit code: 1 where standard output could not be written, otherwise that of what is wrong.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Selection(error) => error.exit_code(),
            Self::Output(_) => super::exit::FAILED,
            Self::File(_) => super::exit::WRONG_USAGE,
        }
    }
}

/// Runs the command on this machine.
pub fn run(args: &SnapshotArgs, out: &mut dyn Write) -> Result<(), SnapshotError> {
    if args.schema {
        return to_reader(out, |out| {
            serde_json::to_writer_pretty(&mut *out, &json_schema())?;
            writeln!(out)
        });
    }
    // Mistakes in the options are told before anything is read.
    let request = request(args)?;
    let mut source = source::native().map_err(SelectionError::from)?;
    write(&mut *source, &request, args, out)
}

fn request(args: &SnapshotArgs) -> Result<Request, SelectionError> {
    args.selection.request(args.interval.unwrap_or(SHORT_SPAN))
}

fn write(
    source: &mut dyn Source,
    request: &Request,
    args: &SnapshotArgs,
    out: &mut dyn Write,
) -> Result<(), SnapshotError> {
    let document = take(source, request).map_err(SelectionError::from)?;
    let format = args.format.map_or_else(Format::default, Format::from);
    // The other formats have no place for it.
    if format != Format::Json || document.has_pids_of_another_namespace() {
        tell_limits(&document);
    }
    if document.processes.is_empty() && args.selection.filter.is_some() {
        tell("no process passes the filter");
    }
    let write = |out: &mut dyn Write| format.write(&document, &request.fields, out);
    match &args.out {
        Some(path) => Ok(write_file(path, readers(request), write)?),
        None => to_reader(out, write),
    }
}

/// An environment is for nobody else's eyes.
pub(super) const fn readers(request: &Request) -> Readers {
    match request.environ {
        Some(_) => Readers::Owner,
        None => Readers::Usual,
    }
}

/// Says why not every process of the machine is in it.
pub(super) fn tell_limits(document: &Document) {
    match document.limited_view.as_deref() {
        None => {}
        Some("hidepid") => tell("limited view: /proc hides processes of other users (hidepid)"),
        Some("other_pid_namespace") => tell(
            "limited view: /proc belongs to another pid namespace: its pids, those of --pid too, are not the pids of this one",
        ),
        Some("no_descriptors") => {
            tell("limited view: too many files are open to read every process");
        }
        Some("pid_namespace") => {
            tell("limited view: only the processes of this container (its pid namespace)");
        }
        Some(_) => tell("limited view: the processes in /proc cannot be listed"),
    }
}

/// Writes beside the output; whether somebody reads it does not matter.
pub(super) fn tell(words: &str) {
    writeln!(io::stderr(), "proclab: {words}").ok();
}

/// Writes all of it; a reader that has seen enough (`proclab snapshot | head`) is no error.
fn to_reader(
    out: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), SnapshotError> {
    let mut out = io::BufWriter::new(out);
    let written = write(&mut out).and_then(|()| out.flush());
    // What could not be written is not tried again when it is dropped.
    drop(out.into_parts());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;

    use super::*;
    use crate::cli::selection::{EnvironArg, KeysArg};
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
            selection: Selection {
                pids: vec![pid],
                fields: Some(list.to_owned()),
                ..Selection::default()
            },
            ..SnapshotArgs::default()
        }
    }

    #[test]
    fn chosen_pids_and_fields() {
        let mut args = fields("name,exe", 20);
        args.selection.pids.push(1);
        args.selection.pids.push(20);
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
        args.selection.environ = Some(EnvironArg::Redact);
        let redacted = scripted(&args).unwrap();
        assert!(
            redacted.contains("\"API_TOKEN\": \"<redacted>\"") && redacted.contains("/home/ana")
        );
        args.selection.environ = Some(EnvironArg::Show);
        assert!(scripted(&args).unwrap().contains("not-a-real-secret"));
        args.selection.environ = Some(EnvironArg::Omit);
        assert!(!scripted(&args).unwrap().contains("HOME"));
    }

    #[test]
    fn lines_and_records_stand_alone() {
        let mut args = fields("name,cmdline", 1);
        args.selection.pids = vec![1, 20];
        args.selection.keys = Some(KeysArg::Zh);
        args.format = Some(FormatArg::Ndjson);
        let text = scripted(&args).unwrap();
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["schema"], "proclab.process/1");
        assert_eq!(
            (&lines[0]["进程名称"], &lines[0]["host"]),
            (&"systemd".into(), &"scripted".into())
        );
        assert_eq!(lines[1]["unreadable"]["启动命令"], "zombie");
        args.format = Some(FormatArg::Csv);
        let text = scripted(&args).unwrap();
        let lines: Vec<_> = text.split("\r\n").collect();
        assert_eq!(
            lines[0],
            "taken_at,进程编号,启动时钟_ticks,进程名称,启动命令,unreadable,lossy,cut"
        );
        assert!(
            lines[1].ends_with(r#",1,1,systemd,"[""/usr/bin/systemd"",""--job=1""]",,,"#),
            "{}",
            lines[1]
        );
        assert!(
            lines[2].ends_with(",20,20,defunct,,启动命令=zombie,,"),
            "{}",
            lines[2]
        );
        assert_eq!(lines[3..], [""]);
    }

    #[test]
    fn the_filter_is_that_of_the_table() {
        let mut args = SnapshotArgs::default();
        args.selection.filter = Some("user:root pid<4 cpu>=0".to_owned());
        let document: Value = serde_json::from_str(&scripted(&args).unwrap()).unwrap();
        let pids = document["processes"].as_array().unwrap().iter();
        assert_eq!(
            pids.map(|p| p["pid"].as_u64().unwrap()).collect::<Vec<_>>(),
            [1, 2, 3]
        );
        args.selection.filter = Some("cpu>".to_owned());
        let error = scripted(&args).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(
            error.to_string().contains("--filter: `cpu>` needs a value"),
            "{error}"
        );
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
