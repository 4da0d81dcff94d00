//! When something happened in a run.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment of a run: microseconds of `CLOCK_MONOTONIC` since the run began; in JSON, seconds with six decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunTime {
    /// Microseconds since the run began.
    pub micros: u64,
}

impl RunTime {
    /// The moment in seconds.
    pub fn seconds(self) -> f64 {
        self.micros as f64 / 1e6
    }

    /// The moment `seconds` after the run began; what is negative or no number becomes its beginning.
    pub fn from_seconds(seconds: f64) -> Self {
        Self {
            micros: (seconds.max(0.0) * 1e6).round() as u64,
        }
    }
}

impl Serialize for RunTime {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(self.seconds())
    }
}

impl<'de> Deserialize<'de> for RunTime {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        f64::deserialize(from).map(Self::from_seconds)
    }
}

impl fmt::Display for RunTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{:06}",
            self.micros / 1_000_000,
            self.micros % 1_000_000
        )
    }
}
