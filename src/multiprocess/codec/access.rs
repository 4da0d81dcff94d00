//! Reads what is made of other values, one after the other.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};

use super::error::Error;
use super::format::Number;
use super::read::{Reader, mismatch};

fn named(name: &str) -> BorrowedStrDeserializer<'_, Error> {
    BorrowedStrDeserializer::new(name)
}

/// What is left after whoever reads has stopped is of another type.
#[inline]
fn check_none_left(left: usize, count: usize) -> Result<(), Error> {
    match left {
        0 => Ok(()),
        _ => Err(Error::invalid_length(count, &"fewer")),
    }
}

/// The values of a list or tuple.
pub(super) struct Values<'r, 'de> {
    reader: &'r mut Reader<'de>,
    count: usize,
    left: usize,
}

impl<'r, 'de> Values<'r, 'de> {
    #[inline]
    pub(super) fn new(count: usize, reader: &'r mut Reader<'de>) -> Self {
        Self {
            reader,
            count,
            left: count,
        }
    }

    #[inline]
    pub(super) fn end(self) -> Result<(), Error> {
        check_none_left(self.left, self.count)
    }
}

impl<'de> SeqAccess<'de> for Values<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// The values of a list of octets.
pub(super) struct Octets<'de> {
    bytes: &'de [u8],
    count: usize,
}

impl<'de> Octets<'de> {
    pub(super) fn new(bytes: &'de [u8]) -> Self {
        Self {
            bytes,
            count: bytes.len(),
        }
    }

    #[inline]
    pub(super) fn end(self) -> Result<(), Error> {
        check_none_left(self.bytes.len(), self.count)
    }
}

impl<'de> SeqAccess<'de> for Octets<'de> {
    type Error = Error;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some((&octet, rest)) = self.bytes.split_first() else {
            return Ok(None);
        };
        self.bytes = rest;
        seed.deserialize(Octet(octet)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.bytes.len())
    }
}

/// One of them. It is read as the reader reads the same number with its tag, by whatever type it is of.
struct Octet(u8);

macro_rules! octet {
    (number: $($number:ident)*; other: $($other:ident($($name:ident: $type:ty),*))*) => {
        $(
            #[inline]
            fn $number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
                visitor.visit_u64(self.0.into())
            }
        )*
        $(
            fn $other<V: Visitor<'de>>(self, $($name: $type,)* visitor: V) -> Result<V::Value, Error> {
                Err(mismatch(Number::U8.tag(0), &visitor))
            }
        )*
    };
}

impl<'de> Deserializer<'de> for Octet {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u8(self.0)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u8(self.0)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    octet! {
        number:
            deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
            deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128;
        other:
            deserialize_bool()
            deserialize_f32()
            deserialize_f64()
            deserialize_char()
            deserialize_str()
            deserialize_string()
            deserialize_identifier()
            deserialize_bytes()
            deserialize_byte_buf()
            deserialize_option()
            deserialize_unit()
            deserialize_unit_struct(_name: &'static str)
            deserialize_seq()
            deserialize_tuple(_count: usize)
            deserialize_tuple_struct(_name: &'static str, _count: usize)
            deserialize_map()
            deserialize_struct(_name: &'static str, _fields: &'static [&'static str])
            deserialize_enum(_name: &'static str, _variants: &'static [&'static str])
    }
}

/// The entries of a map, or the fields of a struct.
pub(super) struct Entries<'r, 'de> {
    reader: &'r mut Reader<'de>,
    count: usize,
    left: usize,
    /// Whether keys are names.
    named: bool,
}

impl<'r, 'de> Entries<'r, 'de> {
    pub(super) fn new(count: usize, named: bool, reader: &'r mut Reader<'de>) -> Self {
        Self {
            reader,
            count,
            left: count,
            named,
        }
    }

    #[inline]
    pub(super) fn end(self) -> Result<(), Error> {
        check_none_left(self.left, self.count)
    }
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        let key = if self.named {
            seed.deserialize(named(self.reader.name()?))
        } else {
            seed.deserialize(&mut *self.reader)
        };
        key.map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// A variant without content.
pub(super) struct NameOnly<'de>(pub(super) &'de str);

impl<'de> EnumAccess<'de> for NameOnly<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        Ok((seed.deserialize(named(self.0))?, self))
    }
}

impl<'de> VariantAccess<'de> for NameOnly<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _seed: T) -> Result<T::Value, Error> {
        Err(Error::invalid_type(
            Unexpected::UnitVariant,
            &"a variant with a value",
        ))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _count: usize, visitor: V) -> Result<V::Value, Error> {
        Err(Error::invalid_type(Unexpected::UnitVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        Err(Error::invalid_type(Unexpected::UnitVariant, &visitor))
    }
}

/// A variant with content: a name and a value.
pub(super) struct Variant<'r, 'de>(pub(super) &'r mut Reader<'de>);

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let name = self.0.name()?;
        Ok((seed.deserialize(named(name))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Err(Error::invalid_type(
            Unexpected::Other("a variant with content"),
            &"one without",
        ))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, count: usize, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_tuple(count, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_struct("", fields, visitor)
    }
}
