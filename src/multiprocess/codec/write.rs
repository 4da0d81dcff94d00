//! Writes a value.

use serde::ser::{Serialize, Serializer};

use super::error::Error;
use super::format::{
    BYTES, CHAR, F32, F64, FALSE, MAP, MOST_NESTED, NARROW_NAMES, NEW_NAME, NONE, Number, SEQ,
    SOME, STR, STRUCT, TRUE, UNIT, VARIANT, VARIANT_WITH, WIDE, WIDE_NAME,
};
use super::names::Names;
use super::parts::Parts;
use crate::multiprocess::wire::Room;

/// Appends one value to `out`.
pub(super) struct Writer<'o, O> {
    pub(super) out: &'o mut O,
    names: Names,
    /// Within how many values the one is that is being written.
    depth: usize,
}

impl<'o, O: Room> Writer<'o, O> {
    pub(super) fn new(out: &'o mut O) -> Self {
        Self {
            out,
            names: Names::default(),
            depth: 0,
        }
    }

    /// What follows is in a value, until [`leave`](Self::leave).
    #[inline]
    pub(super) fn enter(&mut self) -> Result<(), Error> {
        if self.depth >= MOST_NESTED {
            return Err(Error::nested_too_deep());
        }
        self.depth += 1;
        Ok(())
    }

    #[inline]
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Writes the value that is in the one that has begun.
    #[inline]
    fn within<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.enter()?;
        let written = value.serialize(&mut *self);
        self.leave();
        written
    }

    pub(super) fn count(&mut self, count: usize) {
        match u8::try_from(count) {
            Ok(count) if count != WIDE => self.out.push(count),
            _ => {
                self.out.push(WIDE);
                self.out.extend(&(count as u64).to_le_bytes());
            }
        }
    }

    pub(super) fn name(&mut self, name: &'static str) {
        match self.names.number(name) {
            Some(number) if number < NARROW_NAMES => self.out.push(number as u8),
            Some(number) => {
                let [low, high] = number.to_le_bytes();
                self.out.put([WIDE_NAME, low, high], 3);
            }
            None => {
                self.head(NEW_NAME, name.len());
                self.out.extend(name.as_bytes());
            }
        }
    }

    /// A tag and the bytes of a number, of which the first so many count.
    #[inline]
    fn number<const ALL: usize, const BYTES: usize>(
        &mut self,
        tag: u8,
        bytes: [u8; BYTES],
        count: usize,
    ) {
        const { assert!(ALL == 1 + BYTES) };
        let mut all = [tag; ALL];
        if let Some(place) = all.get_mut(1..) {
            place.copy_from_slice(&bytes);
        }
        self.out.put(all, 1 + count);
    }

    /// What has a length begins with it.
    #[inline]
    fn head(&mut self, tag: u8, count: usize) {
        match u8::try_from(count) {
            Ok(count) if count != WIDE => self.out.put([tag, count], 2),
            _ => {
                self.out.push(tag);
                self.count(count);
            }
        }
    }

    /// A number with as many bytes as it needs: all are stored at once, and then counted, as a branch for each width would cost
    /// more where numbers are of mixed widths.
    #[inline]
    fn unsigned(&mut self, number: Number, value: u64) {
        let width = u8::from(value > u64::from(u8::MAX))
            + u8::from(value > u64::from(u16::MAX))
            + u8::from(value > u64::from(u32::MAX));
        self.number::<9, 8>(number.tag(width), value.to_le_bytes(), 1 << width);
    }

    #[inline]
    fn signed(&mut self, number: Number, value: i64) {
        let width = u8::from(i64::from(value as i8) != value)
            + u8::from(i64::from(value as i16) != value)
            + u8::from(i64::from(value as i32) != value);
        self.number::<9, 8>(number.tag(width), value.to_le_bytes(), 1 << width);
    }

    fn variant_with(&mut self, variant: &'static str) {
        self.out.push(VARIANT_WITH);
        self.name(variant);
    }
}

impl<'w, 'o, O: Room> Serializer for &'w mut Writer<'o, O> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Parts<'w, 'o, O>;
    type SerializeTuple = Parts<'w, 'o, O>;
    type SerializeTupleStruct = Parts<'w, 'o, O>;
    type SerializeTupleVariant = Parts<'w, 'o, O>;
    type SerializeMap = Parts<'w, 'o, O>;
    type SerializeStruct = Parts<'w, 'o, O>;
    type SerializeStructVariant = Parts<'w, 'o, O>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.out.push(if value { TRUE } else { FALSE });
        Ok(())
    }

    #[inline]
    fn serialize_i8(self, value: i8) -> Result<(), Error> {
        self.signed(Number::I8, value.into());
        Ok(())
    }

    #[inline]
    fn serialize_i16(self, value: i16) -> Result<(), Error> {
        self.signed(Number::I16, value.into());
        Ok(())
    }

    #[inline]
    fn serialize_i32(self, value: i32) -> Result<(), Error> {
        self.signed(Number::I32, value.into());
        Ok(())
    }

    #[inline]
    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        self.signed(Number::I64, value);
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<(), Error> {
        match i64::try_from(value) {
            Ok(value) => self.signed(Number::I128, value),
            Err(_large) => self.number::<17, 16>(Number::I128.tag(4), value.to_le_bytes(), 16),
        }
        Ok(())
    }

    #[inline]
    fn serialize_u8(self, value: u8) -> Result<(), Error> {
        self.out.put([Number::U8.tag(0), value], 2);
        Ok(())
    }

    #[inline]
    fn serialize_u16(self, value: u16) -> Result<(), Error> {
        self.unsigned(Number::U16, value.into());
        Ok(())
    }

    #[inline]
    fn serialize_u32(self, value: u32) -> Result<(), Error> {
        self.unsigned(Number::U32, value.into());
        Ok(())
    }

    #[inline]
    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.unsigned(Number::U64, value);
        Ok(())
    }

    fn serialize_u128(self, value: u128) -> Result<(), Error> {
        match u64::try_from(value) {
            Ok(value) => self.unsigned(Number::U128, value),
            Err(_large) => self.number::<17, 16>(Number::U128.tag(4), value.to_le_bytes(), 16),
        }
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.number::<5, 4>(F32, value.to_le_bytes(), 4);
        Ok(())
    }

    #[inline]
    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.number::<9, 8>(F64, value.to_le_bytes(), 8);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.number::<5, 4>(CHAR, u32::from(value).to_le_bytes(), 4);
        Ok(())
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.head(STR, value.len());
        self.out.extend(value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.head(BYTES, value.len());
        self.out.extend(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.out.push(NONE);
        Ok(())
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.out.push(SOME);
        self.within(value)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.out.push(UNIT);
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.out.push(VARIANT);
        self.name(variant);
        Ok(())
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.variant_with(variant);
        self.within(value)
    }

    fn serialize_seq(self, count: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        Parts::begin(self, SEQ, count)
    }

    #[inline]
    fn serialize_tuple(self, count: usize) -> Result<Self::SerializeTuple, Error> {
        Parts::begin(self, SEQ, Some(count))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        count: usize,
    ) -> Result<Self::SerializeTupleStruct, Error> {
        Parts::begin(self, SEQ, Some(count))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        count: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        self.variant_with(variant);
        self.enter()?;
        Parts::begin(self, SEQ, Some(count))
    }

    fn serialize_map(self, count: Option<usize>) -> Result<Self::SerializeMap, Error> {
        Parts::begin(self, MAP, count)
    }

    fn serialize_struct(
        self,
        _name: &'static str,
        count: usize,
    ) -> Result<Self::SerializeStruct, Error> {
        Parts::begin(self, STRUCT, Some(count))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        count: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        self.variant_with(variant);
        self.enter()?;
        Parts::begin(self, STRUCT, Some(count))
    }
}
