//! Values as events show them: whole if they are small, by size and beginning if not.

use std::borrow::Cow;

use super::event::PREVIEW_BYTES;
use crate::task;
use crate::task::value::Value;

/// Encodings up to this are decoded for their preview, bytes; that takes a millisecond or so.
const DECODED_BYTES: usize = 1 << 20;

/// The JSON of an encoding of so many bytes is never longer than a preview: a byte becomes seven at most.
pub(super) const SURELY_SMALL_BYTES: usize = PREVIEW_BYTES / 8;

/// A value as events show it: whole, or its size and its beginning.
#[derive(Default)]
pub(super) struct Preview {
    pub(super) value: Option<serde_json::Value>,
    pub(super) bytes: Option<u64>,
    pub(super) text: Option<String>,
}

impl Preview {
    pub(super) fn of(encoded: &[u8]) -> Self {
        if encoded.len() <= DECODED_BYTES
            && let Some(value) = task::value_from_bytes(encoded)
        {
            let json = value.to_json();
            if json.is_null() {
                return Self::default();
            }
            let whole = |value| Self {
                value: Some(value),
                bytes: None,
                text: None,
            };
            if encoded.len() <= SURELY_SMALL_BYTES {
                return whole(json);
            }
            let text = json.to_string();
            if text.len() <= PREVIEW_BYTES {
                return whole(json);
            }
            return Self {
                value: None,
                bytes: Some(text.len() as u64),
                text: Some(cut(&text)),
            };
        }
        // Too large to be decoded, or of somebody's own encoding: the text in its beginning.
        let text = String::from_utf8_lossy(encoded.get(..PREVIEW_BYTES).unwrap_or(encoded));
        let text: String = text
            .chars()
            .filter(|&char| !char.is_control() && char != char::REPLACEMENT_CHARACTER)
            .collect();
        Self {
            value: None,
            bytes: Some(encoded.len() as u64),
            text: Some(cut(&text)),
        }
    }
}

/// An argument as events show it.
pub(super) fn preview(value: &Value) -> serde_json::Value {
    let json = value.to_json();
    let text = json.to_string();
    if text.len() <= PREVIEW_BYTES {
        json
    } else {
        serde_json::Value::String(cut(&text))
    }
}

/// The beginning of a text, at most a preview long.
pub(crate) fn cut(text: &str) -> String {
    shortened(text).into_owned()
}

/// As [`cut`], without a copy of what is short enough.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    if text.len() <= PREVIEW_BYTES {
        return text.into();
    }
    let end = (0..=PREVIEW_BYTES - 3)
        .rev()
        .find(|&end| text.is_char_boundary(end))
        .unwrap_or(0);
    format!("{}…", text.get(..end).unwrap_or_default()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_values_are_shown_by_size_and_beginning() {
        let small = Preview::of(&task::bytes_from_value(&Value::Str("ab".into())));
        assert_eq!((small.value, small.bytes), (Some("ab".into()), None));
        let none = Preview::of(&task::bytes_from_value(&Value::Null));
        assert_eq!((none.value, none.bytes), (None, None));
        let list = Value::List((0..5000).map(Value::Int).collect());
        let list = Preview::of(&task::bytes_from_value(&list));
        assert!(list.text.unwrap().starts_with("[0,1,2,"));
        for length in [5000, 1_000_000] {
            let large = Preview::of(&task::bytes_from_value(&Value::Str("é".repeat(length))));
            assert!(large.value.is_none() && large.bytes.unwrap() >= 2 * length as u64);
            assert!(large.text.unwrap().len() <= PREVIEW_BYTES);
        }
    }
}
