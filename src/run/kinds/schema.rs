//! Which keys the configuration of a kind has: asked of its type, so that they stand nowhere else.

use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

use super::{Kind, KindConfig, RunKind};

/// The keys of one kind.
#[derive(Debug)]
pub struct Schema {
    /// Whose.
    pub kind: RunKind,
    /// Its keys, without those that every run has.
    pub fields: &'static [&'static str],
    /// Keys in the entries of its lists that not every kind has there: the list and the key.
    pub parts: &'static [(&'static str, &'static str)],
    /// What it is where all are left out.
    pub default: KindConfig,
}

impl Schema {
    pub(super) fn of<C: Kind + Default + DeserializeOwned + Into<KindConfig>>(
        kind: RunKind,
    ) -> Self {
        let config = C::default();
        Self {
            kind,
            fields: fields_of::<C>(),
            parts: config.parts(),
            default: config.into(),
        }
    }
}

/// The keys that a derived `Deserialize` knows.
fn fields_of<C: DeserializeOwned>() -> &'static [&'static str] {
    let mut fields: &[&str] = &[];
    // Always fails: there is nothing to read.
    C::deserialize(Asked(&mut fields)).ok();
    fields
}

/// Hears which fields a type asks for.
struct Asked<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("nothing to read"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
