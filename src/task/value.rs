//! `Value`: the erased form of arguments and results that forms, lessons and configurations speak.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::text::Sentence;

/// What can be handed to a task and come back from it.
///
/// In frames between processes it is a tagged enum; in TOML and JSON it takes their own plain form, with
/// `{ queue = "food" }` for a queue and `{ bytes = "68656c6c6f" }` (hexadecimal) for bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Python's None; between queues, the sentinel.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number of 64 bits.
    Int(i64),
    /// A number of 64 bits.
    Float(f64),
    /// Text.
    Str(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Self>),
    /// A dictionary with text as keys.
    Map(BTreeMap<String, Self>),
    /// A queue of the run, by its name.
    Queue(String),
}

impl Value {
    /// What people call this kind of value, with its article.
    pub const fn kind_name(&self) -> Sentence {
        Sentence::new(match self {
            Self::Null => "value-none",
            Self::Bool(_) => "value-boolean",
            Self::Int(_) => "value-integer",
            Self::Float(_) => "value-number",
            Self::Str(_) => "value-text",
            Self::Bytes(_) => "value-bytes",
            Self::List(_) => "value-list",
            Self::Map(_) => "value-dictionary",
            Self::Queue(_) => "value-queue",
        })
    }

    /// The value as JSON, as the event stream shows it. A float that JSON has no number for (NaN, infinity) becomes its
    /// name as text.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Float(number) if !number.is_finite() => Json::String(number.to_string()),
            Self::List(list) => Json::Array(list.iter().map(Self::to_json).collect()),
            Self::Map(map) => Json::Object(
                map.iter()
                    .map(|(key, value)| (key.clone(), value.to_json()))
                    .collect(),
            ),
            plain => serde_json::to_value(plain).unwrap_or(Json::Null),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

/// As Python's `repr` would write it, which is how listings and logs show arguments.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("None"),
            Self::Bool(true) => f.write_str("True"),
            Self::Bool(false) => f.write_str("False"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number:?}"),
            Self::Str(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => write!(f, "<{} bytes>", bytes.len()),
            Self::List(list) => {
                f.write_str("[")?;
                for (index, value) in list.iter().enumerate() {
                    write!(f, "{}{value}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Map(map) => {
                f.write_str("{")?;
                for (index, (key, value)) in map.iter().enumerate() {
                    write!(f, "{}{key:?}: {value}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
            Self::Queue(name) => f.write_str(name),
        }
    }
}

/// The form of frames, where the format does not describe itself. The nested values come back to `Value`'s own impls.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(remote = "Value")]
enum Tagged {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Map(BTreeMap<String, Value>),
    Queue(String),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return Tagged::serialize(self, serializer);
        }
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Str(value) => serializer.serialize_str(value),
            Self::Bytes(bytes) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("bytes", &hex_from_bytes(bytes))?;
                map.end()
            }
            Self::List(list) => list.serialize(serializer),
            Self::Map(map) => map.serialize(serializer),
            Self::Queue(name) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("queue", name)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Plain)
        } else {
            Tagged::deserialize(deserializer)
        }
    }
}

struct Plain;

impl<'de> Visitor<'de> for Plain {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value: number, text, true or false, list, table or { queue = \"name\" }")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value)
            .map(Value::Int)
            .map_err(|_too_large| E::custom(format!("{value} does not fit in 64 bits with a sign")))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Str(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some((key, value)) = access.next_entry::<String, Value>()? {
            map.insert(key, value);
        }
        if map.len() == 1 {
            if let Some(Value::Str(name)) = map.get("queue") {
                return Ok(Value::Queue(name.clone()));
            }
            if let Some(Value::Str(text)) = map.get("bytes") {
                return bytes_from_hex(text).map(Value::Bytes).ok_or_else(|| {
                    de::Error::custom("bytes must be hexadecimal digits, two a byte")
                });
            }
        }
        Ok(Value::Map(map))
    }
}

/// Bytes as hexadecimal digits, two a byte, in lower case.
pub fn hex_from_bytes(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            write!(text, "{byte:02x}").ok();
            text
        })
}

fn bytes_from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty()
        .then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        Value::List(vec![
            Value::Null,
            Value::Bool(true),
            Value::Int(-3),
            Value::Float(2.5),
            Value::Str("work0".into()),
            Value::Bytes(vec![0, 255]),
            Value::Map(BTreeMap::from([
                ("a".into(), Value::Int(1)),
                ("b".into(), Value::Null),
            ])),
            Value::Queue("food".into()),
        ])
    }

    #[test]
    fn values_survive_frames_and_json() {
        let value = sample();
        let frame = postcard::to_stdvec(&value).unwrap();
        assert_eq!(postcard::from_bytes::<Value>(&frame).unwrap(), value);
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(
            json,
            r#"[null,true,-3,2.5,"work0",{"bytes":"00ff"},{"a":1,"b":null},{"queue":"food"}]"#
        );
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
        assert_eq!(serde_json::to_string(&value.to_json()).unwrap(), json);
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        assert!(serde_json::from_str::<Value>("9223372036854775808").is_err());
        assert!(serde_json::from_str::<Value>(r#"{"bytes":"0"}"#).is_err());
        assert_eq!(Value::Float(f64::NAN).to_json(), serde_json::json!("NaN"));
    }

    #[test]
    fn values_read_as_python_writes_them() {
        assert_eq!(
            sample().to_string(),
            r#"[None, True, -3, 2.5, "work0", <2 bytes>, {"a": 1, "b": None}, food]"#
        );
    }
}
