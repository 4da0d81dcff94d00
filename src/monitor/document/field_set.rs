//! Which fields are asked for.

use std::collections::BTreeSet;

use thiserror::Error;

use super::ended::ENDED_FIELDS;
use super::field::{Field, FieldSource};
use super::table::{ALWAYS, FIELDS};
use crate::monitor::extra::Wanted;
use crate::monitor::fact::{Fact, Facts};
use crate::monitor::figure::{FIGURES, Figure};
use crate::text::{Sentence, Worded, worded};

/// The one field that `all` does not bring.
pub const ENVIRON: &str = "environ";

/// What is done with values of environment variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvironMode {
    /// Names are shown, and values that do not look like secrets ([`crate::monitor::secret`]).
    Redact,
    /// All is shown, secrets included.
    Show,
}

/// The fields that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSet(BTreeSet<&'static str>);

/// Why a list of fields was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FieldError {
    /// No such field.
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// No field at all.
    Empty,
    /// The environment was listed, but not how to show it.
    EnvironUnasked,
}

impl Worded for FieldError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Unknown { name } => Sentence::new("document-unknown-field")
                .with("name", name)
                .with("names", all_names()),
            Self::Empty => Sentence::new("document-no-field").with("names", all_names()),
            Self::EnvironUnasked => Sentence::new("document-environ"),
        }
    }
}

worded!(FieldError);

fn all_names() -> String {
    let names = Field::every().filter(|field| field.name != "start_ticks");
    let names: Vec<_> = names.map(|field| field.name).collect();
    names.join(", ")
}

impl Default for FieldSet {
    /// What comes without being asked for.
    fn default() -> Self {
        Self::of(Field::is_default)
    }
}

impl FieldSet {
    /// Every field but the environment.
    pub fn all() -> Self {
        Self::of(|field| field.source != FieldSource::DetailApart)
    }

    /// Those of them that are told of processes that have ended.
    pub(super) fn outliving(&self) -> Self {
        Self::of(|field| self.has(field.name) && ENDED_FIELDS.contains(&field.name))
    }

    fn of(is_wanted: impl Fn(&Field) -> bool) -> Self {
        let wanted = FIELDS.iter().filter(|field| is_wanted(field));
        Self(wanted.map(|field| field.name).collect())
    }

    /// Reads `all` or names separated by commas; `environ` says what was asked about the environment.
    pub fn parse(list: Option<&str>, environ: Option<EnvironMode>) -> Result<Self, FieldError> {
        let set = match list.map(str::trim) {
            None => Self::default(),
            Some("all") => Self::all(),
            Some("") => return Err(FieldError::Empty),
            Some(list) => Self(
                list.split(',')
                    .map(str::trim)
                    .filter_map(|name| known(name).transpose())
                    .collect::<Result<_, _>>()?,
            ),
        };
        match environ {
            Some(_) => Ok(set.with_environ()),
            None if set.has(ENVIRON) => Err(FieldError::EnvironUnasked),
            None => Ok(set),
        }
    }

    /// Those of these names that are fields.
    pub fn of_names(names: &BTreeSet<&str>) -> Self {
        Self::of(|field| names.contains(field.name))
    }

    /// The same, and the environment.
    #[must_use]
    pub fn with_environ(mut self) -> Self {
        self.0.insert(ENVIRON);
        self
    }

    /// True if a field is asked for.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Those that come anyway and those that are asked for, in their order.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        let asked = FIELDS.iter().filter(|field| self.has(field.name));
        ALWAYS.iter().chain(asked)
    }

    /// True if some field needs more than a row of the table.
    pub fn needs_detail(&self) -> bool {
        self.fields().any(Field::needs_detail)
    }

    /// True if some field is over the time between two readings.
    pub fn needs_span(&self) -> bool {
        self.figures().any(Figure::is_over_time)
    }

    /// What of processes that hardly ever changes is among them.
    pub fn facts(&self) -> Facts {
        let beside = BESIDE_FIGURES.iter().filter(|(name, _)| self.has(name));
        let facts = self.figures().map(|figure| figure.facts);
        facts
            .chain(beside.map(|(_, fact)| Facts::of(*fact)))
            .fold(Facts::NONE, Facts::and)
    }

    /// What rows must have beyond what they always have.
    pub fn wanted(&self) -> Wanted {
        let asked = FIELDS
            .iter()
            .filter(|field| self.has(field.name) && field.source == FieldSource::RowAsked);
        let figures = asked.flat_map(|field| figures_of(field.name));
        Wanted::by(figures.map(|figure| figure.id)).looking_at(self.facts())
    }

    fn figures(&self) -> impl Iterator<Item = &'static Figure> {
        let figures = FIGURES.iter();
        figures.filter(|figure| figure.fields().any(|name| self.has(name)))
    }
}

/// What goes by a fact and is no figure.
const BESIDE_FIGURES: [(&str, Fact); 3] = [
    ("name", Fact::CommandLine),
    ("parent_name", Fact::CommandLine),
    ("exe_deleted", Fact::Exe),
];

fn figures_of(field: &str) -> impl Iterator<Item = &'static Figure> {
    let figures = FIGURES.iter();
    figures.filter(move |figure| figure.fields().any(|name| name == field))
}

/// The field of a name; `None` for those that come anyway.
fn known(name: &str) -> Result<Option<&'static str>, FieldError> {
    if ALWAYS.iter().any(|field| field.name == name) {
        return Ok(None);
    }
    let field = FIELDS.iter().find(|field| field.name == name);
    field
        .map(|field| Some(field.name))
        .ok_or_else(|| FieldError::Unknown {
            name: name.to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::extra::Need;

    #[test]
    fn lists_of_fields() {
        let all = FieldSet::parse(Some("all"), None).unwrap();
        assert!(all.has("connections") && !all.has("environ") && all.needs_detail());
        assert!(!FieldSet::parse(None, None).unwrap().needs_detail());
        let some = FieldSet::parse(Some("pid, name,exe"), Some(EnvironMode::Redact)).unwrap();
        assert!(some.has("name") && some.has("environ") && !some.has("ppid"));
        assert!(!FieldSet::parse(Some("pid"), None).unwrap().needs_detail());
    }

    #[test]
    fn what_a_row_tells_when_asked_needs_no_detail() {
        let fields = FieldSet::parse(Some("num_fds,io_rates"), None).unwrap();
        assert!(!fields.needs_detail() && fields.needs_span());
        let wanted = fields.wanted();
        assert!(wanted.has(Need::Descriptors) && wanted.has(Need::Io));
        assert!(FieldSet::default().wanted().is_empty());
    }

    #[test]
    fn mistakes_name_the_field_and_what_is_allowed() {
        let message = FieldSet::parse(Some("name,color"), None)
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with(
                "unknown field `color`: use all, or a list of pid, name, label, ppid, "
            ),
            "{message}"
        );
        assert_eq!(FieldSet::parse(Some(" "), None), Err(FieldError::Empty));
        assert_eq!(
            FieldSet::parse(Some("environ"), None),
            Err(FieldError::EnvironUnasked)
        );
    }

    /// Whoever asks for one field alone has read for it what it is made of.
    #[test]
    fn every_field_of_a_row_is_as_fresh_as_what_it_is_made_of() {
        use std::sync::Arc;

        use crate::monitor::document::Document;
        use crate::monitor::process::{CommandLine, ProcessRow};

        use crate::monitor::source::scripted::{row, snapshot_of};

        let line = |words: &[&str]| {
            let words = words.iter().map(|&word| word.to_owned());
            Ok(Arc::new(CommandLine::new(words.collect())))
        };
        let mut base = row(7, "python3");
        base.exe = Ok("/usr/bin/python3".into());
        base.cmdline = line(&["python3", "one.py"]);
        let changed = |fact| {
            let mut row = base.clone();
            match fact {
                Fact::User => {
                    row.uid = Ok(77);
                    row.username = Ok("ana".into());
                }
                Fact::CommandLine => {
                    row.name = "other".into();
                    row.cmdline = line(&["python3", "two.py"]);
                }
                Fact::Exe => {
                    row.exe = Ok("/usr/bin/other".into());
                    row.exe_deleted = Ok(true);
                }
                // Read for every document.
                Fact::SetByOthers => {}
            }
            row
        };
        let snapshot = snapshot_of(Vec::new());
        for field in FIELDS.iter().filter(|field| !field.needs_detail()) {
            let fields = FieldSet::of(|other| other.name == field.name);
            let shown = |row: &ProcessRow| {
                let document = Document::of_rows(&snapshot, std::slice::from_ref(row), &fields);
                serde_json::to_value(&document).unwrap()["processes"].clone()
            };
            for fact in Fact::EACH {
                let is_made_of_it = shown(&changed(fact)) != shown(&base);
                assert!(
                    !is_made_of_it || fields.facts().has(fact),
                    "{} without {fact:?}",
                    field.name
                );
            }
        }
    }
}
