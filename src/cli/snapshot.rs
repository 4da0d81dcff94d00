//! `proclab snapshot`: the processes of this machine, once.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use thiserror::Error;

use super::output::{Content, OutputError, tell, to_file, to_stdout};
use super::selection::{Selection, SelectionError, seconds_from_text};
use crate::monitor::document::{
    Cells, Columns, Document, Format, Readers, Request, SHORT_SPAN, json_schema, take,
};
use crate::monitor::source::{self, Source};
use crate::os::terminal::Notation;
use crate::text::{Sentence, Text, Worded, worded};

/// The options of `proclab snapshot`.
#[derive(Args, Clone, Debug, Default)]
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

/// Why there is no snapshot.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// It was asked for what cannot be.
    Selection(#[from] SelectionError),
    /// It could not be written.
    Output(#[from] OutputError),
}

impl Worded for SnapshotError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Selection(error) => error.sentence(),
            Self::Output(error) => error.sentence(),
        }
    }
}

worded!(SnapshotError);

impl SnapshotError {
    /// The exit code, by what is wrong.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Selection(error) => error.exit_code(),
            Self::Output(error) => error.exit_code(),
        }
    }
}

/// Runs the command on this machine.
pub fn run(text: &Text, args: &SnapshotArgs) -> Result<(), SnapshotError> {
    if args.schema {
        to_stdout(Content::Json, |out| {
            serde_json::to_writer_pretty(&mut *out, &json_schema())?;
            writeln!(out)
        })?;
        return Ok(());
    }
    // Mistakes in the options are told before anything is read.
    let request = request(args)?;
    let mut source = source::native().map_err(SelectionError::from)?;
    Taken::new(text, &mut *source, request, args)?.deliver(args.out.as_deref())?;
    Ok(())
}

fn request(args: &SnapshotArgs) -> Result<Request, SelectionError> {
    let format = args.format.unwrap_or(FormatArg::Json);
    args.selection.check_format(format == FormatArg::Csv)?;
    args.selection.request(args.interval.unwrap_or(SHORT_SPAN))
}

/// A document and how it is to be written.
struct Taken {
    document: Document,
    request: Request,
    format: FormatArg,
    columns: Columns,
}

impl Taken {
    fn new(
        text: &Text,
        source: &mut dyn Source,
        request: Request,
        args: &SnapshotArgs,
    ) -> Result<Self, SelectionError> {
        let document = take(source, &request)?;
        let format = args.format.unwrap_or(FormatArg::Json);
        // The other formats have no place for it.
        if format != FormatArg::Json || document.has_pids_of_another_namespace() {
            tell_limits(text, &document);
        }
        if document.processes.is_empty() && args.selection.filter.is_some() {
            tell(text.get("cli-none-passes"));
        }
        Ok(Self {
            document,
            columns: args.selection.columns(&request),
            request,
            format,
        })
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let format = match self.format {
            FormatArg::Json => Format::Json,
            FormatArg::Ndjson => Format::Ndjson,
            FormatArg::Csv => {
                self.columns.write_names(out)?;
                return self.columns.write_processes(&self.document, out);
            }
        };
        format.write(&self.document, &self.request.fields, Cells::Exact, out)
    }

    fn deliver(&self, path: Option<&Path>) -> Result<(), OutputError> {
        let (content, notation) = match self.format {
            FormatArg::Json | FormatArg::Ndjson => (Content::Json, Notation::Json),
            FormatArg::Csv => (Content::Text, Notation::Text),
        };
        let write = |out: &mut dyn Write| self.write(out);
        match path {
            Some(path) => to_file(path, readers(&self.request), notation, write),
            None => to_stdout(content, write).map(|_audience| ()),
        }
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
pub(super) fn tell_limits(text: &Text, document: &Document) {
    let key = match document.limited_view.as_deref() {
        None => return,
        Some("hidepid") => "cli-limited-hidepid",
        Some("other_pid_namespace") => "cli-limited-namespace",
        Some("no_descriptors") => "cli-limited-descriptors",
        Some("pid_namespace") => "cli-limited-container",
        Some(_) => "cli-limited-proc",
    };
    tell(text.get(key));
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;

    use super::*;
    use crate::cli::selection::{EnvironArg, KeysArg};
    use crate::monitor::source::scripted::ScriptedSource;

    fn scripted(args: &SnapshotArgs) -> Result<String, SnapshotError> {
        let taken = Taken::new(
            &crate::text::Text::english(),
            &mut ScriptedSource::new(60, 3),
            request(args)?,
            args,
        )?;
        let mut out = Vec::new();
        match args.out.as_deref() {
            Some(path) => taken.deliver(Some(path))?,
            None => taken.write(&mut out).unwrap(),
        }
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
    fn this_machine() {
        let args = fields("all", std::process::id());
        let mut source = source::native().unwrap();
        let taken = Taken::new(
            &crate::text::Text::english(),
            &mut *source,
            request(&args).unwrap(),
            &args,
        )
        .unwrap();
        let mut out = Vec::new();
        taken.write(&mut out).unwrap();
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
