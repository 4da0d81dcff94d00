//! How a configuration is read from a table of TOML or JSON: what every run has first, the rest by its kind.

use std::fmt;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::RunConfig;
use crate::run::kinds::{RunKind, SCHEMAS};
use crate::run::validate::{Field, Problem, ProblemKind};
use crate::run::whole;

/// The keys that every run has, in two groups: before those of its kind and after them.
const COMMON: [&[&str]; 2] = [&["version", "kind"], &["time_scale", "seed"]];

/// A table whose entries are read one by one.
pub(super) trait Table<'de>: Sized {
    /// What an entry is read from.
    type Entry: Deserializer<'de, Error = Self::Error>;
    /// What is wrong, with its place where the source has places.
    type Error: serde::de::Error;

    /// The keys that are still there.
    fn keys(&self) -> Vec<String>;
    /// Takes an entry out.
    fn take(&mut self, key: &str) -> Option<Self::Entry>;
    /// Takes an entry out as a table that has nothing else.
    fn take_alone(&mut self, key: &str) -> Option<Self::Entry>;
    /// Takes a key out of each table in a list; whether any had it.
    fn take_from_entries(&mut self, list: &str, key: &str) -> bool;
    /// An error at the place of a key.
    fn refuse(&self, key: &str, words: String) -> Self::Error;
    /// Reads what is left.
    fn rest<T>(
        self,
        read: impl FnOnce(Self::Entry) -> Result<T, Self::Error>,
    ) -> Result<T, Self::Error>;
}

/// What becomes of keys that this version does not know.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// They are refused with those that it knows.
    Refused,
    /// They are of a later version, or say nothing in this kind, and are passed over.
    PassedOver,
}

/// Reads a configuration.
pub(super) fn read<'de, T: Table<'de>>(
    mut table: T,
    unknown: Unknown,
) -> Result<RunConfig, T::Error> {
    let missing = T::Error::missing_field;
    let kind = table.take("kind").ok_or_else(|| missing("kind"))?;
    let kind = RunKind::deserialize(kind)?;
    let version = table.take("version").ok_or_else(|| missing("version"))?;
    let version = u32::deserialize(version)?;
    let time_scale = table.take("time_scale").map(f64::deserialize);
    let seed = table
        .take("seed")
        .map(whole::optional::<0, { u64::MAX }, _, _>);
    let (time_scale, seed) = (time_scale.transpose()?, seed.transpose()?);
    let foreign = take_foreign(&mut table, kind, unknown)?;
    Ok(RunConfig {
        version,
        time_scale: time_scale.unwrap_or(1.0),
        seed: seed.flatten(),
        kind: table.rest(|rest| kind.read(rest))?,
        foreign,
    })
}

/// Takes out what the kind does not have: an error for what no kind has, a problem for what another has.
fn take_foreign<'de, T: Table<'de>>(
    table: &mut T,
    kind: RunKind,
    unknown: Unknown,
) -> Result<Vec<Problem>, T::Error> {
    let own = kind.schema();
    let mut foreign = Vec::new();
    let mut add = |field, others: &[RunKind]| {
        let kind = ProblemKind::NotHere {
            needs: needs(others),
        };
        foreign.push(Problem { field, kind });
    };
    for key in table.keys() {
        if own.fields.contains(&key.as_str()) {
            continue;
        }
        if unknown == Unknown::PassedOver {
            table.take(&key);
            continue;
        }
        let having = SCHEMAS.iter().filter_map(|schema| {
            let field = schema.fields.iter().find(|field| **field == key)?;
            Some((schema, *field))
        });
        let having: Vec<_> = having.collect();
        let Some((schema, field)) = having.first() else {
            return Err(table.refuse(&key, unknown_field(&key, own.fields)));
        };
        let alone = table.take_alone(&key).map(|alone| schema.kind.read(alone));
        // Written as it is where it is left out, it says nothing.
        if alone.transpose()?.as_ref() != Some(&schema.default) {
            let kinds: Vec<_> = having.iter().map(|(schema, _)| schema.kind).collect();
            add(Field::of(field), &kinds);
        }
    }
    for schema in SCHEMAS.iter().filter(|schema| schema.kind != kind) {
        for (list, key) in schema.parts {
            if !own.parts.contains(&(*list, *key)) && table.take_from_entries(list, key) {
                add(Field::of(list).part(key), &[schema.kind]);
            }
        }
    }
    Ok(foreign)
}

/// In serde's words.
fn unknown_field(key: &str, own: &[&str]) -> String {
    let [before, after] = COMMON;
    let known: Vec<_> = [before, own, after]
        .concat()
        .iter()
        .map(|key| format!("`{key}`"))
        .collect();
    format!(
        "unknown field `{key}`, expected one of {}",
        known.join(", ")
    )
}

/// `kind = "pool" or "processes"`.
fn needs(kinds: &[RunKind]) -> String {
    let names: Vec<_> = kinds
        .iter()
        .map(|kind| format!("\"{}\"", kind.name()))
        .collect();
    format!("kind = {}", names.join(" or "))
}

impl<'de> Table<'de> for Spanned<DeTable<'de>> {
    type Entry = ValueDeserializer<'de>;
    type Error = toml::de::Error;

    fn keys(&self) -> Vec<String> {
        let keys = self.get_ref().keys();
        keys.map(|key| key.get_ref().clone().into_owned()).collect()
    }

    fn take(&mut self, key: &str) -> Option<Self::Entry> {
        self.get_mut().remove(key).map(ValueDeserializer::from)
    }

    fn take_alone(&mut self, key: &str) -> Option<Self::Entry> {
        let (key, entry) = self.get_mut().remove_entry(key)?;
        let span = key.span();
        let mut table = DeTable::new();
        table.insert(key, entry);
        let table = Spanned::new(span, DeValue::Table(table));
        Some(ValueDeserializer::from(table))
    }

    fn take_from_entries(&mut self, list: &str, key: &str) -> bool {
        let Some(DeValue::Array(entries)) = self.get_mut().get_mut(list).map(Spanned::get_mut)
        else {
            return false;
        };
        let mut found = false;
        for entry in &mut **entries {
            if let DeValue::Table(entry) = entry.get_mut() {
                found |= entry.remove(key).is_some();
            }
        }
        found
    }

    fn refuse(&self, key: &str, words: String) -> Self::Error {
        let key = self.get_ref().get_key_value(key).map(|(key, _)| key);
        let Some(key) = key else {
            return Self::Error::custom(words);
        };
        let here = Spanned::new(key.span(), DeValue::Boolean(false));
        match ValueDeserializer::from(here).deserialize_any(Refusing(words)) {
            Err(error) => error,
            Ok(never) => match never {},
        }
    }

    fn rest<T>(
        self,
        read: impl FnOnce(Self::Entry) -> Result<T, Self::Error>,
    ) -> Result<T, Self::Error> {
        let span = self.span();
        let table = DeValue::Table(self.into_inner());
        read(ValueDeserializer::from(Spanned::new(span, table)))
    }
}

/// Refuses any value, so that the error has its place.
struct Refusing(String);

impl Visitor<'_> for Refusing {
    type Value = std::convert::Infallible;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Err(E::custom(self.0))
    }
}

impl Table<'_> for serde_json::Map<String, Json> {
    type Entry = Json;
    type Error = serde_json::Error;

    fn keys(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }

    fn take(&mut self, key: &str) -> Option<Self::Entry> {
        self.remove(key)
    }

    fn take_alone(&mut self, key: &str) -> Option<Self::Entry> {
        let (key, entry) = self.remove_entry(key)?;
        Some(Json::Object(Self::from_iter([(key, entry)])))
    }

    fn take_from_entries(&mut self, list: &str, key: &str) -> bool {
        let entries = self.get_mut(list).and_then(Json::as_array_mut);
        let mut found = false;
        for entry in entries.into_iter().flatten() {
            let entry = entry.as_object_mut();
            found |= entry.is_some_and(|entry| entry.remove(key).is_some());
        }
        found
    }

    fn refuse(&self, _: &str, words: String) -> Self::Error {
        Self::Error::custom(words)
    }

    fn rest<T>(
        self,
        read: impl FnOnce(Self::Entry) -> Result<T, Self::Error>,
    ) -> Result<T, Self::Error> {
        read(Json::Object(self))
    }
}

/// From JSON, where errors have no place.
impl<'de> Deserialize<'de> for RunConfig {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let table = serde_json::Map::deserialize(from)?;
        read(table, Unknown::Refused).map_err(D::Error::custom)
    }
}

impl RunConfig {
    /// Reads the configuration in the first event of a run of this kind, which a later version may have written.
    pub fn from_event(kind: &str, config: &Json) -> Result<Self, serde_json::Error> {
        let mut table = serde_json::Map::deserialize(config.clone())?;
        table.insert("kind".to_owned(), kind.into());
        read(table, Unknown::PassedOver)
    }
}
