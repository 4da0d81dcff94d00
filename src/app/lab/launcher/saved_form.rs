//! The form as it is remembered: each field by its name, as a text, a switch, a word or a list of texts.

use std::fmt;
use std::sync::LazyLock;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::form::{FormValue, RunForm, shapes};
use crate::run::kinds::form::{FieldShape, FormOption, Widget};

/// The names of all fields.
static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let names = shapes().map(|shape| shape.name);
    ["kind", "is_more_open"].into_iter().chain(names).collect()
});

impl Serialize for RunForm {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut form = to.serialize_struct("Form", NAMES.len())?;
        form.serialize_field("kind", &self.kind)?;
        form.serialize_field("is_more_open", &self.is_more_open)?;
        for shape in shapes() {
            match (self.values.get(shape.name), shape.widget) {
                (Some(FormValue::Text(word)), Widget::Choice(options)) => {
                    form.serialize_field(shape.name, &Word { options, word })?;
                }
                (Some(FormValue::Text(text)), _) => form.serialize_field(shape.name, text)?,
                (Some(FormValue::Switch(on)), _) => form.serialize_field(shape.name, on)?,
                (Some(FormValue::Texts(texts)), _) => form.serialize_field(shape.name, texts)?,
                (None, _) => form.skip_field(shape.name)?,
            }
        }
        form.end()
    }
}

/// One of several words, written as formats write the variants of an enum.
struct Word<'a> {
    options: &'static [FormOption],
    word: &'a str,
}

impl Serialize for Word<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut options = self.options.iter().map(|option| option.value);
        let word = options.find(|value| *value == self.word);
        to.serialize_unit_variant("Word", 0, word.unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for RunForm {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_struct("Form", &NAMES, FormVisitor)
    }
}

struct FormVisitor;

impl<'de> Visitor<'de> for FormVisitor {
    type Value = RunForm;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what was typed into a form")
    }

    /// What is missing stays as it is at first, and what is not known is passed over.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RunForm, A::Error> {
        let mut form = RunForm::default();
        while let Some(key) = map.next_key_seed(Key)? {
            match key.as_str() {
                "kind" => form.kind = map.next_value()?,
                "is_more_open" => form.is_more_open = map.next_value()?,
                name => match shapes().find(|shape| shape.name == name) {
                    Some(shape) => {
                        let value = map.next_value_seed(Remembered(shape))?;
                        form.values.insert(shape.name, value);
                    }
                    None => {
                        map.next_value::<IgnoredAny>()?;
                    }
                },
            }
        }
        Ok(form)
    }
}

/// A field's name or a word: what formats call an identifier.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<String, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<String, E> {
        Ok(name.to_owned())
    }
}

/// What was remembered of a field.
struct Remembered(&'static FieldShape);

impl<'de> DeserializeSeed<'de> for Remembered {
    type Value = FormValue;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<FormValue, D::Error> {
        Ok(match self.0.widget {
            Widget::Text { .. } | Widget::Seed(_) | Widget::Task(_) => {
                FormValue::Text(Deserialize::deserialize(from)?)
            }
            Widget::Choice(options) => {
                let word = Key.deserialize(from)?;
                let is_known = options.iter().any(|option| option.value == word);
                let first = || options.first().map_or("", |option| option.value).to_owned();
                FormValue::Text(if is_known { word } else { first() })
            }
            Widget::Switch { .. } => FormValue::Switch(Deserialize::deserialize(from)?),
            Widget::Arguments(_) => FormValue::Texts(Deserialize::deserialize(from)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::kinds::RunKind;

    /// As the version before fields were declared wrote it.
    const BEFORE: &str = r#"(kind:processes,workers:"7",task:"nap",count:"9",arguments:["a","5"],mode:apply,callbacks:false,initializer:true,tasks_per_worker:"",timeout:"2",retries:"1",producers:"3",items:"3",consumers:"2",maxsize:"0",sentinels:"",group:"4",daemons:"1",main_seconds:"1.5",time_scale:"1",seed:"251",is_more_open:true)"#;

    #[test]
    fn what_was_remembered_before_is_read() {
        let form: RunForm = ron::from_str(BEFORE).unwrap();
        assert_eq!((form.kind, form.is_more_open), (RunKind::Processes, true));
        for (name, text) in [
            ("workers", "7"),
            ("mode", "apply"),
            ("timeout", "2"),
            ("group", "4"),
        ] {
            assert_eq!(form.typed(name), text);
        }
        assert_eq!(
            form.values["arguments"],
            FormValue::Texts(vec!["a".to_owned(), "5".to_owned()])
        );
        assert_eq!(form.values["initializer"], FormValue::Switch(true));
        let again: RunForm = ron::from_str(&ron::to_string(&form).unwrap()).unwrap();
        assert_eq!(again, form);
        let again: RunForm = serde_json::from_str(&serde_json::to_string(&form).unwrap()).unwrap();
        assert_eq!(again, form);
    }

    #[test]
    fn what_a_newer_window_wrote_is_passed_over() {
        let text = r#"{"workers":"8","mode":"apply_later","beyond":{"a":[1]}}"#;
        let form: RunForm = serde_json::from_str(text).unwrap();
        assert_eq!(form.typed("workers"), "8");
        assert_eq!(form.typed("mode"), RunForm::default().typed("mode"));
        assert_eq!(form.typed("count"), "5");
    }
}
