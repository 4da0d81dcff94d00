//! The encoding of values: what each byte stands for.
//!
//! Every value begins with a tag of one byte that says what it is, so that a reader that has to ask (`#[serde(tag)]`,
//! `untagged`, `flatten`, `serde_json::Value`) is answered, a field that was left out is known to be left out, and what is of
//! another type is never read as this one.
//!
//! - Numbers have a tag for their type and their width: as many of 1, 2, 4, 8 or 16 bytes as they need, little-endian.
//! - Counts are one byte, or [`WIDE`] and eight bytes, little-endian.
//! - Fields and variants go by their names. A name is written in full once in each value, [`NEW_NAME`], its length and its
//!   text, and is then known by its number: one byte, or [`WIDE_NAME`] and two bytes, little-endian.
//! - What is made of other values is a tag, their number, and the values; an enum's variant is its name and its content.
//!
//! Each value stands by itself, so that items can be cut apart and put together.

pub(super) const UNIT: u8 = 0x00;
pub(super) const NONE: u8 = 0x01;
/// And the value.
pub(super) const SOME: u8 = 0x02;
pub(super) const FALSE: u8 = 0x03;
pub(super) const TRUE: u8 = 0x04;
/// And four bytes.
pub(super) const CHAR: u8 = 0x05;
/// And four bytes.
pub(super) const F32: u8 = 0x06;
/// And eight bytes.
pub(super) const F64: u8 = 0x07;
/// A count of bytes, and UTF-8.
pub(super) const STR: u8 = 0x08;
/// A count, and the bytes.
pub(super) const BYTES: u8 = 0x09;
/// A count, and values: of lists, tuples and arrays.
pub(super) const SEQ: u8 = 0x0a;
/// The same where all values are of type `u8`: a count, and the bytes.
pub(super) const OCTETS: u8 = 0x0b;
/// A count, and pairs of values.
pub(super) const MAP: u8 = 0x0c;
/// A count, and pairs of a name and a value.
pub(super) const STRUCT: u8 = 0x0d;
/// A name: a variant without content.
pub(super) const VARIANT: u8 = 0x0e;
/// A name and a value: a variant with content, of which several values are a list and named ones a struct.
pub(super) const VARIANT_WITH: u8 = 0x0f;

/// Tags of numbers: this, eight for each type in the order of [`Number`], and the width's power of two.
pub(super) const NUMBERS: u8 = 0x20;

/// The types of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Number {
    U8,
    U16,
    U32,
    U64,
    U128,
    I8,
    I16,
    I32,
    I64,
    I128,
}

impl Number {
    /// The tag of one of so many bytes, of which this is the power of two.
    pub(super) const fn tag(self, width: u8) -> u8 {
        NUMBERS + 8 * self as u8 + width
    }

    /// What it is called in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::U8 => "a number of type u8",
            Self::U16 => "a number of type u16",
            Self::U32 => "a number of type u32",
            Self::U64 => "a number of type u64",
            Self::U128 => "a number of type u128",
            Self::I8 => "a number of type i8",
            Self::I16 => "a number of type i16",
            Self::I32 => "a number of type i32",
            Self::I64 => "a number of type i64",
            Self::I128 => "a number of type i128",
        }
    }

    /// The type and the width that a tag stands for.
    pub(super) fn of_tag(tag: u8) -> Option<(Self, u8)> {
        let code = tag.checked_sub(NUMBERS)?;
        let number = match code >> 3 {
            0 => Self::U8,
            1 => Self::U16,
            2 => Self::U32,
            3 => Self::U64,
            4 => Self::U128,
            5 => Self::I8,
            6 => Self::I16,
            7 => Self::I32,
            8 => Self::I64,
            9 => Self::I128,
            _ => return None,
        };
        Some((number, code & 7))
    }
}

/// Comes before a count of eight bytes.
pub(super) const WIDE: u8 = 0xff;

/// Names with smaller numbers are one byte.
pub(super) const NARROW_NAMES: u16 = 0xf0;

/// Comes before a name's number of two bytes.
pub(super) const WIDE_NAME: u8 = 0xfe;

/// Comes before a name that was not there before. It gets the next number, as long as there is one.
pub(super) const NEW_NAME: u8 = 0xff;

/// So many names have a number.
pub(super) const MOST_NAMES: usize = 1 << 16;

/// Values are in each other no deeper, each option, list, map, struct and variant counted: bytes that say nonsense must not
/// take all of the reader's stack. What `serde_json` reads is not as deep: 128, and options not counted.
pub(super) const MOST_NESTED: usize = 256;
