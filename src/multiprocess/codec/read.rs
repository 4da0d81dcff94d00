//! Reads a value.

use serde::de::{self, Deserializer, Error as _, IgnoredAny, Unexpected, Visitor};
use smallvec::SmallVec;

use super::access::{Entries, NameOnly, Octets, Values, Variant};
use super::error::Error;
use super::format::{
    BYTES, CHAR, F32, F64, FALSE, MAP, MOST_NAMES, MOST_NESTED, NARROW_NAMES, NEW_NAME, NONE,
    Number, OCTETS, SEQ, SOME, STR, STRUCT, TRUE, UNIT, VARIANT, VARIANT_WITH, WIDE, WIDE_NAME,
};

/// Tags of numbers of at most 8 bytes.
const UNSIGNED: u8 = Number::U8.tag(0);
const UNSIGNED_END: u8 = Number::U128.tag(0);
const SIGNED: u8 = Number::I8.tag(0);
const SIGNED_END: u8 = Number::I128.tag(0);

/// As many names as most values have need no memory of their own.
const FEW: usize = 8;

/// Reads one value from the beginning of `rest`.
pub(super) struct Reader<'de> {
    pub(super) rest: &'de [u8],
    names: SmallVec<[&'de str; FEW]>,
    /// Within how many values the one is that is being read.
    depth: usize,
}

impl<'de> Reader<'de> {
    #[inline]
    pub(super) fn new(rest: &'de [u8]) -> Self {
        Self {
            rest,
            names: SmallVec::new(),
            depth: 0,
        }
    }

    /// Goes past one value, whatever it is.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        self.deserialize_any(IgnoredAny).map(|_ignored| ())
    }

    /// Reads what is in a value.
    #[inline]
    pub(super) fn within<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.depth >= MOST_NESTED {
            return Err(Error::nested_too_deep());
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    #[inline]
    fn byte(&mut self) -> Result<u8, Error> {
        let (&byte, rest) = self.rest.split_first().ok_or_else(Error::cut)?;
        self.rest = rest;
        Ok(byte)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (array, rest) = self.rest.split_first_chunk().ok_or_else(Error::cut)?;
        self.rest = rest;
        Ok(*array)
    }

    #[inline]
    fn bytes(&mut self) -> Result<&'de [u8], Error> {
        let count = self.count()?;
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or_else(Error::cut)?;
        self.rest = rest;
        Ok(bytes)
    }

    #[inline]
    fn text(&mut self) -> Result<&'de str, Error> {
        std::str::from_utf8(self.bytes()?).map_err(Error::custom)
    }

    /// How many there are of what takes a byte each at least.
    #[inline]
    fn count(&mut self) -> Result<usize, Error> {
        let count = match self.byte()? {
            WIDE => usize::try_from(u64::from_le_bytes(self.array()?)).unwrap_or(usize::MAX),
            count => usize::from(count),
        };
        if count > self.rest.len() {
            return Err(Error::cut());
        }
        Ok(count)
    }

    #[inline]
    pub(super) fn name(&mut self) -> Result<&'de str, Error> {
        if let Some((&number, rest)) = self.rest.split_first()
            && u16::from(number) < NARROW_NAMES
            && let Some(&name) = self.names.get(usize::from(number))
        {
            self.rest = rest;
            return Ok(name);
        }
        self.other_name()
    }

    /// One that is new, has a large number, or is none.
    fn other_name(&mut self) -> Result<&'de str, Error> {
        let number = match self.byte()? {
            NEW_NAME => {
                let name = self.text()?;
                if self.names.len() < MOST_NAMES {
                    self.names.push(name);
                }
                return Ok(name);
            }
            WIDE_NAME => u16::from_le_bytes(self.array()?),
            number if u16::from(number) < NARROW_NAMES => number.into(),
            other => return Err(Error::new(format!("there is no name {other}"))),
        };
        let name = self.names.get(usize::from(number)).copied();
        name.ok_or_else(|| Error::new(format!("there is no name {number}")))
    }

    #[inline]
    fn unsigned(&mut self, width: u8) -> Result<u64, Error> {
        Ok(match width {
            0 => self.byte()?.into(),
            1 => u16::from_le_bytes(self.array()?).into(),
            2 => u32::from_le_bytes(self.array()?).into(),
            3 => u64::from_le_bytes(self.array()?),
            _ => return Err(no_width(width)),
        })
    }

    #[inline]
    fn signed(&mut self, width: u8) -> Result<i64, Error> {
        Ok(match width {
            0 => i8::from_le_bytes(self.array()?).into(),
            1 => i16::from_le_bytes(self.array()?).into(),
            2 => i32::from_le_bytes(self.array()?).into(),
            3 => i64::from_le_bytes(self.array()?),
            _ => return Err(no_width(width)),
        })
    }

    /// A whole number, whatever its type was: whoever reads it takes it only if it is one of theirs.
    #[inline]
    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let tag = self.byte()?;
        let width = tag & 7;
        match tag {
            UNSIGNED..UNSIGNED_END => visitor.visit_u64(self.unsigned(width)?),
            SIGNED..SIGNED_END => visitor.visit_i64(self.signed(width)?),
            tag => match Number::of_tag(tag) {
                Some((number, width)) => self.wide_number(number, width, visitor),
                None => Err(mismatch(tag, &visitor)),
            },
        }
    }

    /// A number of a type of 16 bytes, however many it needed.
    fn wide_number<V: Visitor<'de>>(
        &mut self,
        number: Number,
        width: u8,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match (number, width) {
            (Number::I128, 4) => visitor.visit_i128(i128::from_le_bytes(self.array()?)),
            (Number::I128, _) => visitor.visit_i128(self.signed(width)?.into()),
            (_, 4) => visitor.visit_u128(u128::from_le_bytes(self.array()?)),
            (_, _) => visitor.visit_u128(self.unsigned(width)?.into()),
        }
    }

    /// A whole number as one of the type that it was.
    fn exact_number<V: Visitor<'de>>(
        &mut self,
        number: Number,
        width: u8,
        visitor: V,
    ) -> Result<V::Value, Error> {
        // Whoever writes a number says of which type it is, and gives it no more bytes than that has.
        match number {
            Number::U8 => visitor.visit_u8(self.unsigned(width)? as u8),
            Number::U16 => visitor.visit_u16(self.unsigned(width)? as u16),
            Number::U32 => visitor.visit_u32(self.unsigned(width)? as u32),
            Number::U64 => visitor.visit_u64(self.unsigned(width)?),
            Number::I8 => visitor.visit_i8(self.signed(width)? as i8),
            Number::I16 => visitor.visit_i16(self.signed(width)? as i16),
            Number::I32 => visitor.visit_i32(self.signed(width)? as i32),
            Number::I64 => visitor.visit_i64(self.signed(width)?),
            Number::I128 | Number::U128 => self.wide_number(number, width, visitor),
        }
    }

    #[inline]
    fn values<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let count = self.count()?;
        self.within(|reader| {
            let mut values = Values::new(count, reader);
            let value = visitor.visit_seq(&mut values)?;
            values.end()?;
            Ok(value)
        })
    }

    fn octets<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let mut octets = Octets::new(self.bytes()?);
        let value = visitor.visit_seq(&mut octets)?;
        octets.end()?;
        Ok(value)
    }

    #[inline]
    fn entries<V: Visitor<'de>>(&mut self, named: bool, visitor: V) -> Result<V::Value, Error> {
        let count = self.count()?;
        self.within(|reader| {
            let mut entries = Entries::new(count, named, reader);
            let value = visitor.visit_map(&mut entries)?;
            entries.end()?;
            Ok(value)
        })
    }

    #[inline]
    fn sequence<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match self.byte()? {
            SEQ => self.values(visitor),
            OCTETS | BYTES => self.octets(visitor),
            tag => Err(mismatch(tag, &visitor)),
        }
    }
}

/// What begins with this tag is not what is expected.
#[cold]
pub(super) fn mismatch(tag: u8, expected: &dyn de::Expected) -> Error {
    let found = match tag {
        UNIT => Unexpected::Unit,
        NONE | SOME => Unexpected::Option,
        FALSE => Unexpected::Bool(false),
        TRUE => Unexpected::Bool(true),
        CHAR => Unexpected::Other("a character"),
        F32 => Unexpected::Other("a number of type f32"),
        F64 => Unexpected::Other("a number of type f64"),
        STR => Unexpected::Other("a string"),
        BYTES => Unexpected::Other("bytes"),
        SEQ | OCTETS => Unexpected::Seq,
        MAP => Unexpected::Map,
        STRUCT => Unexpected::Other("a struct"),
        VARIANT | VARIANT_WITH => Unexpected::Enum,
        tag => match Number::of_tag(tag) {
            Some((number, _)) => Unexpected::Other(number.name()),
            None => return Error::new(format!("no value begins with {tag}")),
        },
    };
    Error::invalid_type(found, expected)
}

#[cold]
fn no_width(width: u8) -> Error {
    Error::new(format!("no number has a width of {width}"))
}

/// Reads a whole number.
macro_rules! numbers {
    ($($method:ident)*) => {
        $(
            #[inline]
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
                self.number(visitor)
            }
        )*
    };
}

/// Reads what begins with one tag.
macro_rules! tagged {
    ($($method:ident($self:ident, $visitor:ident): $tag:pat => $read:expr;)*) => {
        $(
            #[inline]
            fn $method<V: Visitor<'de>>($self, $visitor: V) -> Result<V::Value, Error> {
                match $self.byte()? {
                    $tag => $read,
                    other => Err(mismatch(other, &$visitor)),
                }
            }
        )*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.byte()? {
            UNIT => visitor.visit_unit(),
            NONE => visitor.visit_none(),
            SOME => self.within(|reader| visitor.visit_some(reader)),
            FALSE => visitor.visit_bool(false),
            TRUE => visitor.visit_bool(true),
            CHAR => visitor.visit_char(self.character()?),
            F32 => visitor.visit_f32(f32::from_le_bytes(self.array()?)),
            F64 => visitor.visit_f64(f64::from_le_bytes(self.array()?)),
            STR => visitor.visit_borrowed_str(self.text()?),
            BYTES => visitor.visit_borrowed_bytes(self.bytes()?),
            SEQ => self.values(visitor),
            OCTETS => self.octets(visitor),
            MAP => self.entries(false, visitor),
            STRUCT => self.entries(true, visitor),
            // As in JSON, where `tag` and its kind come from: a name, or a map of a name and its content.
            VARIANT => visitor.visit_borrowed_str(self.name()?),
            VARIANT_WITH => self.within(|reader| {
                let mut entry = Entries::new(1, true, reader);
                let value = visitor.visit_map(&mut entry)?;
                entry.end()?;
                Ok(value)
            }),
            tag => match Number::of_tag(tag) {
                Some((number, width)) => self.exact_number(number, width, visitor),
                None => Err(mismatch(tag, &visitor)),
            },
        }
    }

    numbers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
    }

    tagged! {
        // Not as the other type: to make one of the other may cost digits.
        deserialize_f32(self, visitor): F32 => visitor.visit_f32(f32::from_le_bytes(self.array()?));
        deserialize_f64(self, visitor): F64 => visitor.visit_f64(f64::from_le_bytes(self.array()?));
        deserialize_char(self, visitor): CHAR => visitor.visit_char(self.character()?);
        deserialize_str(self, visitor): STR => visitor.visit_borrowed_str(self.text()?);
        deserialize_string(self, visitor): STR => visitor.visit_borrowed_str(self.text()?);
        deserialize_identifier(self, visitor): STR => visitor.visit_borrowed_str(self.text()?);
        deserialize_bytes(self, visitor): BYTES | OCTETS => visitor.visit_borrowed_bytes(self.bytes()?);
        deserialize_byte_buf(self, visitor): BYTES | OCTETS => visitor.visit_borrowed_bytes(self.bytes()?);
        deserialize_unit(self, visitor): UNIT => visitor.visit_unit();
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.byte()? {
            FALSE => visitor.visit_bool(false),
            TRUE => visitor.visit_bool(true),
            tag => Err(mismatch(tag, &visitor)),
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.byte()? {
            NONE => visitor.visit_none(),
            SOME => self.within(|reader| visitor.visit_some(reader)),
            tag => Err(mismatch(tag, &visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.sequence(visitor)
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _count: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.sequence(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _count: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.sequence(visitor)
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.byte()? {
            MAP => self.entries(false, visitor),
            STRUCT => self.entries(true, visitor),
            tag => Err(mismatch(tag, &visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.byte()? {
            VARIANT => visitor.visit_enum(NameOnly(self.name()?)),
            VARIANT_WITH => self.within(|reader| visitor.visit_enum(Variant(reader))),
            tag => Err(mismatch(tag, &visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }
}

impl Reader<'_> {
    fn character(&mut self) -> Result<char, Error> {
        let code = u32::from_le_bytes(self.array()?);
        char::from_u32(code).ok_or_else(|| Error::new(format!("{code} is no character")))
    }
}
