//! The words of the command line, from the catalogue: help, and what is wrong with what was typed.
//!
//! The declarations of the commands have none. They get them here, by the name of the command and of the argument, when help is
//! asked for or a mistake is explained.

use std::error::Error as _;

use anstyle::{AnsiColor, Style};
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use crate::text::{Sentence, Text, Worded as _};

use super::exit::UsageError;

/// A command with its words, and those below it.
pub(super) fn worded(command: Command, text: &Text) -> Command {
    let command = command.disable_version_flag(true);
    let name = command.get_name().to_owned();
    one_worded(command, text, &name).arg(
        Arg::new("version")
            .short('V')
            .long("version")
            .action(ArgAction::Version)
            .help_heading(text.get("help-options").to_owned())
            .help(text.get("help-version").to_owned()),
    )
}

fn one_worded(command: Command, text: &Text, path: &str) -> Command {
    let get = |key: &str| text.get(key).to_owned();
    let after = format!("help-{path}-after");
    let usage = Style::new().bold().underline();
    let template = format!(
        "{{before-help}}{{about-with-newline}}\n{usage}{}{usage:#} {{usage}}\n\n{{all-args}}{{after-help}}",
        text.get("help-usage"),
    );
    let mut command = command
        .about(get(&format!("help-{path}")))
        .help_template(template)
        .subcommand_help_heading(get("help-commands"))
        .subcommand_value_name(get("help-command"))
        .disable_help_flag(true);
    if text.get(&after) != after {
        command = command.after_help(get(&after));
    }
    let mut place = 0;
    command = command.mut_args(|arg| {
        place += 1;
        let arg = argument_worded(arg, text, path);
        // Below a heading of ours, positional arguments would be sorted by their names.
        if arg.is_positional() {
            arg.display_order(place)
        } else {
            arg
        }
    });
    let has_long = command
        .get_arguments()
        .any(|arg| arg.get_long_help().is_some());
    let flag = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help_heading(get("help-options"));
    command = command.arg(if has_long {
        flag.help(get("help-flag-short"))
            .long_help(get("help-flag-long"))
    } else {
        flag.help(get("help-flag"))
    });
    command.mut_subcommands(|below| {
        let path = match path {
            "proclab" => below.get_name().to_owned(),
            above => format!("{above}-{}", below.get_name()),
        };
        one_worded(below, text, &path)
    })
}

/// The key of an argument's help: the command's own, or that of options which several commands share.
fn help_key(text: &Text, path: &str, id: &str) -> String {
    let id = id.replace('_', "-");
    let own = format!("help-{path}-{id}");
    if text.get(&own) == own {
        format!("help-{id}")
    } else {
        own
    }
}

fn argument_worded(arg: Arg, text: &Text, path: &str) -> Arg {
    let id = arg.get_id().as_str().to_owned();
    let key = help_key(text, path, &id);
    let heading = if arg.is_positional() {
        "help-arguments"
    } else {
        "help-options"
    };
    let mut help = text.get(&key).to_owned();
    let takes_value = arg.get_action().takes_values();
    if let ([default], true) = (arg.get_default_values(), takes_value) {
        let value = default.to_string_lossy().into_owned();
        help = text.with(
            "help-default",
            &[("help", help.into()), ("value", value.into())],
        );
    }
    let arg = arg
        .hide_default_value(takes_value)
        .help_heading(text.get(heading).to_owned());
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|_| takes_value)
        .map(|value| value.get_name().to_owned())
        .collect();
    if values.is_empty() {
        return arg.help(help);
    }
    let width = values.iter().map(String::len).max().unwrap_or_default() + 1;
    let mut long = format!("{help}\n\n{}", text.get("help-values-heading"));
    for value in &values {
        let words = text.get(&format!("{key}-{value}")).to_owned();
        long.extend([format!("\n- {:<width$} {words}", format!("{value}:"))]);
    }
    let args = [("help", help.into()), ("values", values.join(", ").into())];
    arg.hide_possible_values(true)
        .help(text.with("help-values", &args))
        .long_help(long)
}

/// What is wrong with a command line, and how it is written; in clap's own words where it is nothing that our commands know.
pub(super) fn mistake(error: &clap::Error, text: &Text) -> StyledStr {
    let Some(sentence) = sentence_of(error) else {
        return error.render();
    };
    let (red, green, bold) = (
        AnsiColor::Red.on_default().bold(),
        AnsiColor::Green.on_default(),
        Style::new().bold().underline(),
    );
    let mut words = format!(
        "{red}{}{red:#} {}\n",
        text.get("usage-error"),
        text.say(&sentence)
    );
    if let Some(values) = list(error, ContextKind::ValidValue).filter(|values| !values.is_empty()) {
        let args = [("values", values.join(", ").into())];
        words.extend([format!("  {}\n", text.with("usage-possible-values", &args))]);
    }
    let similar = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    let similar = similar.into_iter().find_map(|kind| list(error, kind));
    if let Some(name) = similar.and_then(|names| names.into_iter().next()) {
        let tip = text.with("usage-similar", &[("name", name.into())]);
        words.extend([format!(
            "\n  {green}{}{green:#} {tip}\n",
            text.get("usage-tip")
        )]);
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.strip_prefix("Usage:").unwrap_or(&usage).trim_start();
        words.extend([format!(
            "\n{bold}{}{bold:#} {usage}\n",
            text.get("help-usage")
        )]);
    }
    let more = text.with("usage-more", &[("flag", "--help".into())]);
    words.extend([format!("\n{more}\n")]);
    words.into()
}

fn sentence_of(error: &clap::Error) -> Option<Sentence> {
    let one = |kind| list(error, kind).map(|values| values.join(", "));
    let argument = || one(ContextKind::InvalidArg).unwrap_or_default();
    let value = || one(ContextKind::InvalidValue).unwrap_or_default();
    let sentence = |key| Sentence::new(key);
    Some(match error.kind() {
        ErrorKind::InvalidValue if value().is_empty() => {
            sentence("usage-no-value").with("argument", argument())
        }
        ErrorKind::InvalidValue => sentence("usage-wrong-value")
            .with("value", value())
            .with("argument", argument()),
        ErrorKind::ValueValidation => {
            let source = error.source()?;
            let reason = match source.downcast_ref::<UsageError>() {
                Some(error) => error.sentence(),
                None => Sentence::verbatim(source),
            };
            sentence("usage-wrong-value-why")
                .with("value", value())
                .with("argument", argument())
                .with("reason", reason)
        }
        ErrorKind::UnknownArgument => {
            sentence("usage-unknown-argument").with("argument", argument())
        }
        ErrorKind::InvalidSubcommand => sentence("usage-unknown-command").with(
            "command",
            one(ContextKind::InvalidSubcommand).unwrap_or_default(),
        ),
        ErrorKind::ArgumentConflict => {
            let other = one(ContextKind::PriorArg).unwrap_or_default();
            match one(ContextKind::InvalidSubcommand) {
                Some(command) => sentence("usage-command-conflict")
                    .with("command", command)
                    .with("other", other),
                None if other.is_empty() => {
                    sentence("usage-conflict-others").with("argument", argument())
                }
                None if other == argument() => sentence("usage-twice").with("argument", other),
                None => sentence("usage-conflict")
                    .with("argument", argument())
                    .with("other", other),
            }
        }
        ErrorKind::MissingRequiredArgument => {
            sentence("usage-missing").with("arguments", argument())
        }
        ErrorKind::MissingSubcommand => sentence("usage-missing-command").with(
            "command",
            one(ContextKind::InvalidSubcommand).unwrap_or_default(),
        ),
        ErrorKind::TooManyValues => sentence("usage-too-many")
            .with("value", value())
            .with("argument", argument()),
        ErrorKind::InvalidUtf8 => sentence("usage-not-utf8"),
        _ => return None,
    })
}

fn list(error: &clap::Error, kind: ContextKind) -> Option<Vec<String>> {
    match error.get(kind)? {
        ContextValue::String(one) => Some(vec![one.clone()]),
        ContextValue::Strings(several) => Some(several.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::{Command, CommandFactory as _};

    use super::super::command_line::CommandLine;
    use super::*;
    use crate::text::ENGLISH;

    /// The keys that a command and those below it have.
    fn keys(command: &Command, text: &Text, path: &str, keys: &mut BTreeSet<String>) {
        keys.extend([format!("help-{path}"), format!("help-{path}-after")]);
        for arg in command.get_arguments() {
            let key = help_key(text, path, arg.get_id().as_str());
            let values = arg.get_possible_values();
            let of_values = values
                .iter()
                .map(|value| format!("{key}-{}", value.get_name()));
            keys.extend(of_values);
            keys.insert(key);
        }
        for below in command.get_subcommands() {
            let path = match path {
                "proclab" => below.get_name().to_owned(),
                above => format!("{above}-{}", below.get_name()),
            };
            self::keys(below, text, &path, keys);
        }
    }

    #[test]
    fn every_argument_has_help_and_every_help_an_argument() {
        let text = Text::english();
        let mut asked = BTreeSet::new();
        keys(&CommandLine::command(), &text, "proclab", &mut asked);
        let is_flag = |key: &str| key.ends_with("-true") || key.ends_with("-false");
        let missing: Vec<_> = asked
            .iter()
            .filter(|key| text.get(key) == key.as_str() && !key.ends_with("-after"))
            .filter(|key| !is_flag(key))
            .collect();
        assert!(missing.is_empty(), "no help for {missing:?}");
        let general = [
            "help-usage",
            "help-commands",
            "help-arguments",
            "help-options",
            "help-command",
            "help-flag",
            "help-flag-short",
            "help-flag-long",
            "help-version",
            "help-values",
            "help-values-heading",
            "help-default",
        ];
        let unused: Vec<_> = ENGLISH
            .lines()
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key)
            .filter(|key| key.starts_with("help-") && !general.contains(key))
            .filter(|key| !asked.contains(*key))
            .collect();
        assert!(unused.is_empty(), "nothing asks for {unused:?}");
    }
}
