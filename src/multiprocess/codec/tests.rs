//! Values of every shape there and back, and what is no value of a type.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use proptest::prelude::*;
use serde::de::{Error as _, IgnoredAny};
use serde::ser::{Error as _, SerializeSeq as _, SerializeStruct as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_bytes::ByteBuf;
use serde_json::json;

use super::{decode, encode, take};

mod nested;

/// The value comes back, whatever stands behind it; no shorter piece of its bytes is a value, and no longer one.
fn comes_back<T>(value: T)
where
    T: Serialize + for<'de> Deserialize<'de> + PartialEq + Debug,
{
    let bytes = encode(&value).unwrap();
    assert_eq!(decode::<T>(&bytes).unwrap(), value, "{:?}", &bytes[..]);
    let more = [&bytes[..], &[0x42]].concat();
    let (read, rest) = take::<T>(&more).unwrap();
    assert_eq!((read, rest), (value, &[0x42][..]));
    assert!(decode::<T>(&more).is_err());
    assert_eq!(take::<IgnoredAny>(&more).unwrap().1, [0x42]);
    for cut in (0..bytes.len()).step_by(bytes.len() / 256 + 1) {
        assert!(decode::<T>(&bytes[..cut]).is_err(), "cut at {cut}");
    }
}

/// What this type has written, the other one does not read.
fn refuses<T: Serialize, U: for<'de> Deserialize<'de> + Debug>(value: T) -> String {
    decode::<U>(&encode(&value).unwrap()).unwrap_err().reason
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Point {
    x: i64,
    y: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Plain {
    Unit,
    New(u8),
    Tuple(i8, String),
    Struct { a: Option<u8>, b: Vec<Self> },
}

#[test]
fn plain_types_come_back() {
    comes_back(());
    comes_back((true, false, 'x', '\u{1f600}'));
    comes_back((0_u8, u8::MAX, u16::MAX, u32::MAX, u64::MAX, u128::MAX));
    comes_back((i8::MIN, i16::MIN, i32::MIN, i64::MIN, i128::MIN, i128::MAX));
    comes_back((1_u128, -1_i128, usize::MAX, isize::MIN));
    comes_back((f32::MIN_POSITIVE, f64::MAX, -0.1_f32, 0.1_f64));
    comes_back((String::new(), "text".to_owned(), "x".repeat(70_000)));
    comes_back(vec![Some(1), None]);
    comes_back(vec![1_u8; 1000]);
    comes_back([7_u8; 32]);
    comes_back((ByteBuf::from(vec![255; 300]), [0.5; 3], [(); 2]));
    comes_back(vec![Point { x: -3, y: 0.25 }; 5]);
    comes_back(vec![
        Plain::Unit,
        Plain::New(1),
        Plain::Tuple(-1, "t".into()),
        Plain::Struct {
            a: Some(3),
            b: vec![Plain::Struct { a: None, b: vec![] }],
        },
    ]);
    comes_back(BTreeMap::from([
        ((1, 'a'), Some(vec![1.5])),
        ((2, 'b'), None),
    ]));
    comes_back(BTreeMap::from([(BTreeSet::from([1_u8]), 1)]));
    comes_back((
        Duration::from_nanos(1_234_567_890),
        IpAddr::from(Ipv4Addr::LOCALHOST),
        PathBuf::from("/tmp"),
        Ok::<u8, String>(3),
        1..5,
        Box::new(4),
    ));
}

#[test]
fn nothing_is_not_something_of_nothing() {
    comes_back((Some(()), None::<()>));
    comes_back(vec![None, Some(None), Some(Some(1_u8))]);
}

#[test]
fn a_float_comes_back_to_the_last_bit() {
    for bits in [
        f64::NAN.to_bits(),
        0x7ff0_0000_0000_0001,
        (-0.0_f64).to_bits(),
    ] {
        let bytes = encode(&f64::from_bits(bits)).unwrap();
        assert_eq!(decode::<f64>(&bytes).unwrap().to_bits(), bits);
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Skipping {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    a: Option<u8>,
    b: u8,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    c: Vec<u8>,
    #[serde(skip)]
    d: u8,
    #[serde(default = "three")]
    e: u8,
}

fn three() -> u8 {
    3
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Tagged {
    A { n: i64 },
    B(Point),
    C,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    A { n: i64 },
    B(Vec<u8>, Option<()>),
    C,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Real(f64),
    Text(String),
    Plain(Plain),
    Many(Vec<Self>),
    Point(Point),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    id: u32,
    #[serde(flatten)]
    point: Point,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FlatTag {
    id: u32,
    #[serde(flatten)]
    tagged: Tagged,
}

#[test]
fn what_serde_can_leave_out_or_fold_comes_back() {
    let skipping = Skipping {
        a: None,
        b: 1,
        c: vec![9, 1, 7],
        d: 0,
        e: 4,
    };
    comes_back(skipping.clone());
    comes_back(vec![
        skipping.clone(),
        Skipping {
            a: Some(1),
            c: vec![],
            ..skipping
        },
    ]);
    let point = Point { x: 1, y: -0.5 };
    let tagged = Tagged::A { n: 1 };
    comes_back(vec![tagged.clone(), Tagged::B(point.clone()), Tagged::C]);
    comes_back(vec![
        Adjacent::A { n: 1 },
        Adjacent::B(vec![1], Some(())),
        Adjacent::C,
    ]);
    comes_back(vec![
        Untagged::Number(-1),
        Untagged::Real(1.0),
        Untagged::Text("t".into()),
        Untagged::Plain(Plain::New(2)),
        Untagged::Plain(Plain::Tuple(2, "t".into())),
        Untagged::Many(vec![Untagged::Number(1)]),
        Untagged::Point(point.clone()),
    ]);
    comes_back(Flat {
        id: 7,
        point,
        rest: BTreeMap::from([(
            "more".to_owned(),
            json!({"a": [1, -1, 0.5, null, "x", true]}),
        )]),
    });
    comes_back(FlatTag { id: 7, tagged });
    comes_back(json!({"a": 1, "b": [u64::MAX, i64::MIN, 1e300], "": {}}));
}

/// Serde has no room for it where it sets a value aside.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type")]
enum TooWide {
    A { n: i128 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct OneSided {
    kept: u8,
    #[serde(skip_serializing)]
    secret: u8,
}

#[derive(Debug, Serialize, Deserialize)]
enum Reordered {
    New(String),
    Unit(u8),
}

#[derive(Debug, Deserialize, PartialEq)]
struct Swapped {
    y: f64,
    x: i64,
}

#[test]
fn what_another_type_has_written_is_refused_or_the_same() {
    let given = OneSided { kept: 1, secret: 2 };
    assert_eq!(given.secret, 2);
    assert_eq!(refuses::<_, OneSided>(given), "missing field `secret`");
    assert_eq!(
        refuses::<_, TooWide>(TooWide::A { n: 1 }),
        "invalid type: integer `1` as i128, expected any value"
    );
    let point = encode(&Point { x: 1, y: 2.0 }).unwrap();
    assert_eq!(decode::<Swapped>(&point).unwrap(), Swapped { x: 1, y: 2.0 });
    assert_eq!(decode::<i64>(&encode(&5_u32).unwrap()).unwrap(), 5);
    assert_eq!(
        refuses::<_, u8>(300_i64),
        "invalid value: integer `300`, expected u8"
    );
    assert_eq!(
        refuses::<_, u32>(-1_i32),
        "invalid value: integer `-1`, expected u32"
    );
    assert_eq!(
        refuses::<_, u32>(1.0_f32),
        "invalid type: a number of type f32, expected u32"
    );
    refuses::<_, f32>(1_u32);
    refuses::<_, f32>(0.1_f64);
    refuses::<_, f64>(0.1_f32);
    refuses::<_, i128>(u128::MAX);
    refuses::<_, (u8, u8)>(513_u16);
    refuses::<_, (u8, u8)>((1_u8, 2_u8, 3_u8));
    refuses::<_, (u8, u8, u8)>((1_u8, 2_u8));
    refuses::<_, (i64, f64)>(Point { x: 1, y: 2.0 });
    refuses::<_, Point>((1_i64, 2.0));
    refuses::<_, u32>('x');
    refuses::<_, char>(120_u32);
    refuses::<_, bool>(Some(1_u8));
    refuses::<_, Option<u8>>(true);
    refuses::<_, u8>(true);
    refuses::<_, Vec<u8>>("text");
    refuses::<_, String>(ByteBuf::from(vec![65]));
    refuses::<_, Plain>(("Unit", 1));
    refuses::<_, ()>(0_u8);
    refuses::<_, Plain>(Reordered::New("x".into()));
    refuses::<_, Plain>(Reordered::Unit(1));
}

#[derive(Debug, Serialize)]
struct Port(u16);

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match u16::deserialize(from)? {
            0 => Err(D::Error::custom("port 0 is reserved")),
            port => Ok(Self(port)),
        }
    }
}

#[derive(Debug)]
struct Mute;

impl Serialize for Mute {
    fn serialize<S: Serializer>(&self, _to: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("says nothing"))
    }
}

#[test]
fn a_types_own_words_are_kept() {
    assert_eq!(
        refuses::<_, Vec<Port>>([Port(80), Port(0)]),
        "port 0 is reserved"
    );
    let mismatch = encode(&(1, Some(Mute))).unwrap_err();
    assert_eq!(mismatch.reason, "says nothing");
}

/// Says that it has so many parts, and has as many as it has.
struct Liar(Option<usize>, Vec<u16>);

impl Serialize for Liar {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut parts = to.serialize_seq(self.0)?;
        for part in &self.1 {
            parts.serialize_element(part)?;
        }
        parts.end()
    }
}

#[test]
fn what_is_said_about_a_length_does_not_matter() {
    for said in [
        None,
        Some(0),
        Some(3),
        Some(254),
        Some(255),
        Some(usize::MAX),
    ] {
        for count in [0, 2, 254] {
            let parts = vec![1; count];
            let bytes = encode(&Liar(said, parts.clone())).unwrap();
            assert_eq!(decode::<Vec<u16>>(&bytes).unwrap(), parts, "{said:?}");
        }
    }
    let many = vec![1; 255];
    assert!(encode(&Liar(Some(3), many.clone())).is_err());
    let bytes = encode(&Liar(None, many.clone())).unwrap();
    assert_eq!(decode::<Vec<u16>>(&bytes).unwrap(), many);
}

/// A list of what it likes.
struct Mixed(usize);

impl Serialize for Mixed {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut parts = to.serialize_seq(None)?;
        for octet in 0..self.0 {
            parts.serialize_element(&(octet as u8))?;
        }
        parts.serialize_element("text")?;
        parts.serialize_element(&1_u8)?;
        parts.end()
    }
}

#[test]
fn octets_are_a_byte_each_and_may_have_other_neighbours() {
    assert_eq!(encode(&vec![200_u8; 100]).unwrap().len(), 102);
    for octets in [0, 1, 300] {
        let read: Vec<serde_json::Value> = decode(&encode(&Mixed(octets)).unwrap()).unwrap();
        let expected: Vec<_> = (0..octets).map(|octet| json!(octet as u8)).collect();
        assert_eq!(read, [&expected[..], &[json!("text"), json!(1)]].concat());
    }
}

#[test]
fn names_are_written_once_in_a_value() {
    let one = encode(&vec![Point { x: 1, y: 1.0 }]).unwrap().len();
    let two = encode(&vec![Point { x: 1, y: 1.0 }; 2]).unwrap().len();
    assert_eq!(two - one, 2 + (1 + 2) + (1 + 9));
}

/// More fields than have a number of one byte.
struct Broad(&'static [&'static str]);

impl Serialize for Broad {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut parts = to.serialize_struct("Broad", self.0.len())?;
        for (value, name) in self.0.iter().enumerate() {
            parts.serialize_field(name, &value)?;
        }
        parts.end()
    }
}

#[test]
fn there_may_be_many_names() {
    let names: Vec<&'static str> = (0..1000)
        .map(|n| &*Box::leak(format!("field{n}").into_boxed_str()))
        .collect();
    let names: &'static [&'static str] = Box::leak(names.into_boxed_slice());
    let bytes = encode(&[Broad(names), Broad(names)]).unwrap();
    let expected: BTreeMap<String, usize> = (0..)
        .zip(names)
        .map(|(value, name)| ((*name).to_owned(), value))
        .collect();
    let read: [BTreeMap<String, usize>; 2] = decode(&bytes).unwrap();
    assert_eq!(read, [expected.clone(), expected]);
}

proptest! {
    #[test]
    fn bytes_that_nobody_wrote_are_an_error_or_a_value(bytes: Vec<u8>) {
        // None of these is a panic, an endless loop, or room for what is not there.
        decode::<Flat>(&bytes).ok();
        decode::<Vec<Plain>>(&bytes).ok();
        decode::<serde_json::Value>(&bytes).ok();
        decode::<(u8, i128, f32, char, String, ByteBuf)>(&bytes).ok();
        take::<IgnoredAny>(&bytes).ok();
    }

    #[test]
    fn whatever_numbers_there_are_come_back(
        all: (u16, u32, u64, u128, i16, i32, i64, i128, f64), many: Vec<i64>, keys: BTreeMap<i8, Option<String>>
    ) {
        comes_back((all, many, keys));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Octet(u8);

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Transparent {
    octet: u8,
}

/// In letters only where a form is for people.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Letter(u8);

impl Serialize for Letter {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            return to.serialize_str(&self.0.to_string());
        }
        to.serialize_u8(self.0)
    }
}

impl<'de> Deserialize<'de> for Letter {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            let text = String::deserialize(from)?;
            return text.parse().map(Self).map_err(D::Error::custom);
        }
        u8::deserialize(from).map(Self)
    }
}

#[test]
fn a_list_of_what_is_written_as_u8_is_read_as_its_own_type() {
    comes_back(vec![Octet(1), Octet(255)]);
    comes_back([Octet(1); 3]);
    comes_back(vec![Transparent { octet: 7 }; 300]);
    comes_back(vec![Letter(7); 3]);
    comes_back((Octet(1), Letter(2), Transparent { octet: 3 }));
    comes_back(vec![std::num::Wrapping(1_u8), std::num::Wrapping(2)]);
    assert_eq!(
        decode::<Vec<u16>>(&encode(&[1_u8, 2]).unwrap()).unwrap(),
        [1, 2]
    );
    // As one value by itself is refused.
    assert!(decode::<f64>(&encode(&1_u8).unwrap()).is_err());
    refuses::<_, Vec<f64>>([1_u8, 2]);
    refuses::<_, Vec<bool>>([1_u8, 0]);
    refuses::<_, Vec<Option<u8>>>([1_u8, 2]);
    refuses::<_, Vec<Plain>>([0_u8]);
}
