//! Writes what is made of other values: their number, then one after the other.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::error::Error;
use super::format::{OCTETS, SEQ, WIDE};
use super::write::Writer;
use crate::multiprocess::wire::Room;

/// What is being written. How many parts there are is what there were at the end, not what was said at the beginning, which is
/// only a hint of how much room the number needs.
pub(super) struct Parts<'w, 'o, O> {
    writer: &'w mut Writer<'o, O>,
    /// Where its tag stands.
    tag_at: usize,
    is_wide: bool,
    /// What was written as its number.
    said: u64,
    count: u64,
    form: Form,
}

/// How the parts are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As they come.
    Plain,
    /// A sequence that may become one of octets with its first part.
    Open,
    /// All so far were of type `u8`: each is one byte without a tag.
    Octets,
}

impl<'w, 'o, O: Room> Parts<'w, 'o, O> {
    #[inline]
    pub(super) fn begin(
        writer: &'w mut Writer<'o, O>,
        tag: u8,
        count: Option<usize>,
    ) -> Result<Self, Error> {
        writer.enter()?;
        let tag_at = writer.out.filled();
        let narrow = count.and_then(|count| u8::try_from(count).ok());
        let narrow = narrow.filter(|&count| count != WIDE);
        if let Some(count) = narrow {
            writer.out.put([tag, count], 2);
        } else {
            writer.out.put([tag, WIDE, 0, 0, 0, 0, 0, 0, 0, 0], 10);
        }
        Ok(Self {
            writer,
            tag_at,
            is_wide: narrow.is_none(),
            said: narrow.map_or(0, u64::from),
            count: 0,
            form: if tag == SEQ { Form::Open } else { Form::Plain },
        })
    }

    fn head_bytes(&self) -> usize {
        if self.is_wide { 10 } else { 2 }
    }

    fn set_tag(&mut self, tag: u8) {
        self.writer.out.change(self.tag_at, &[tag]);
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.count += 1;
        match self.form {
            Form::Plain => value.serialize(&mut *self.writer),
            Form::Open | Form::Octets => value.serialize(Element(self)),
        }
    }

    /// The parts are not all octets: what was written as octets gets its tags.
    fn make_plain(&mut self) -> Result<&mut Writer<'o, O>, Error> {
        if self.form == Form::Octets {
            self.set_tag(SEQ);
            let start = self.tag_at + self.head_bytes();
            let octets = self.writer.out.copy_from(start);
            self.writer.out.take_back(start);
            for octet in octets {
                octet.serialize(&mut *self.writer)?;
            }
        }
        self.form = Form::Plain;
        Ok(self.writer)
    }

    #[inline]
    fn finish(self) -> Result<(), Error> {
        self.writer.leave();
        if self.count == self.said {
            return Ok(());
        }
        if self.is_wide {
            let count = self.count.to_le_bytes();
            self.writer.out.change(self.tag_at + 2, &count);
            return Ok(());
        }
        let Some(count) = u8::try_from(self.count).ok().filter(|&it| it != WIDE) else {
            return Err(Error::new(format!(
                "it said that it has few parts and has {}",
                self.count
            )));
        };
        self.writer.out.change(self.tag_at + 1, &[count]);
        Ok(())
    }
}

impl<O: Room> SerializeSeq for Parts<'_, '_, O> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.element(value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl<O: Room> SerializeTuple for Parts<'_, '_, O> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.element(value)
    }

    #[inline]
    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl<O: Room> SerializeTupleStruct for Parts<'_, '_, O> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.element(value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl<O: Room> SerializeTupleVariant for Parts<'_, '_, O> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.element(value)
    }

    fn end(self) -> Result<(), Error> {
        // Of the variant that they are the content of.
        self.writer.leave();
        self.finish()
    }
}

impl<O: Room> SerializeMap for Parts<'_, '_, O> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.element(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl<O: Room> SerializeStruct for Parts<'_, '_, O> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.count += 1;
        self.writer.name(name);
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl<O: Room> SerializeStructVariant for Parts<'_, '_, O> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        SerializeStruct::serialize_field(self, name, value)
    }

    fn end(self) -> Result<(), Error> {
        // Of the variant that they are the content of.
        self.writer.leave();
        self.finish()
    }
}

/// The next part of a sequence that may be one of octets.
struct Element<'p, 'w, 'o, O>(&'p mut Parts<'w, 'o, O>);

/// What is no `u8` is written as it is.
macro_rules! plain {
    ($($method:ident($($name:ident: $type:ty),*) -> $result:ty;)*) => {
        $(
            #[inline]
            fn $method(self, $($name: $type),*) -> Result<$result, Error> {
                self.0.make_plain()?.$method($($name),*)
            }
        )*
    };
}

impl<'p, 'o, O: Room> Serializer for Element<'p, '_, 'o, O> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Parts<'p, 'o, O>;
    type SerializeTuple = Parts<'p, 'o, O>;
    type SerializeTupleStruct = Parts<'p, 'o, O>;
    type SerializeTupleVariant = Parts<'p, 'o, O>;
    type SerializeMap = Parts<'p, 'o, O>;
    type SerializeStruct = Parts<'p, 'o, O>;
    type SerializeStructVariant = Parts<'p, 'o, O>;

    fn is_human_readable(&self) -> bool {
        false
    }

    #[inline]
    fn serialize_u8(self, value: u8) -> Result<(), Error> {
        if self.0.form == Form::Open {
            self.0.set_tag(OCTETS);
            self.0.form = Form::Octets;
        }
        self.0.writer.out.push(value);
        Ok(())
    }

    plain! {
        serialize_bool(value: bool) -> ();
        serialize_i8(value: i8) -> ();
        serialize_i16(value: i16) -> ();
        serialize_i32(value: i32) -> ();
        serialize_i64(value: i64) -> ();
        serialize_i128(value: i128) -> ();
        serialize_u16(value: u16) -> ();
        serialize_u32(value: u32) -> ();
        serialize_u64(value: u64) -> ();
        serialize_u128(value: u128) -> ();
        serialize_f32(value: f32) -> ();
        serialize_f64(value: f64) -> ();
        serialize_char(value: char) -> ();
        serialize_str(value: &str) -> ();
        serialize_bytes(value: &[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(name: &'static str) -> ();
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str) -> ();
        serialize_seq(count: Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(count: usize) -> Self::SerializeTuple;
        serialize_tuple_struct(name: &'static str, count: usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, count: usize)
            -> Self::SerializeTupleVariant;
        serialize_map(count: Option<usize>) -> Self::SerializeMap;
        serialize_struct(name: &'static str, count: usize) -> Self::SerializeStruct;
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, count: usize)
            -> Self::SerializeStructVariant;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.0.make_plain()?.serialize_some(value)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let writer = self.0.make_plain()?;
        writer.serialize_newtype_variant(name, index, variant, value)
    }
}
