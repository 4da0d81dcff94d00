//! The time axis: from seconds to points and back, and its ticks.

use eframe::egui::Rangef;

use crate::run::event::RunTime;

/// A window of time laid over a stretch of the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeScale {
    /// The stretch of the screen.
    pub x: Rangef,
    /// The moment at its left end, seconds; may lie before the run.
    pub from: f64,
    /// The moment at its right end, seconds.
    pub to: f64,
}

/// The narrowest window, seconds.
pub const NARROWEST: f64 = 1e-4;

/// The widest window, seconds: a day.
pub const WIDEST: f64 = 86_400.0;

impl TimeScale {
    /// Points a second.
    pub fn points_per_second(&self) -> f64 {
        f64::from(self.x.span()) / (self.to - self.from).max(NARROWEST)
    }

    /// Where a moment lies; beyond the screen it is cut to a place just outside.
    pub fn x_from_time(&self, t: RunTime) -> f32 {
        self.x_from_seconds(t.seconds())
    }

    /// Where a moment in seconds lies; beyond the screen it is cut to a place just outside.
    pub fn x_from_seconds(&self, seconds: f64) -> f32 {
        let x = f64::from(self.x.min) + (seconds - self.from) * self.points_per_second();
        x.clamp(f64::from(self.x.min) - 40.0, f64::from(self.x.max) + 40.0) as f32
    }

    /// The moment at a place, seconds.
    pub fn seconds_from_x(&self, x: f32) -> f64 {
        self.from + f64::from(x - self.x.min) / self.points_per_second()
    }

    /// The moment at a place; the beginning of the run for places before it.
    pub fn time_from_x(&self, x: f32) -> RunTime {
        RunTime::from_seconds(self.seconds_from_x(x))
    }

    /// The first moment in sight.
    pub fn first(&self) -> RunTime {
        RunTime::from_seconds(self.from)
    }

    /// The last moment in sight.
    pub fn last(&self) -> RunTime {
        RunTime::from_seconds(self.to)
    }

    /// The distance of ticks, seconds: 1, 2 or 5 times a power of ten, so that labels have room; for minutes their kind.
    pub fn tick_step(&self) -> f64 {
        const ROOM: f64 = 72.0;
        let least = ROOM / self.points_per_second();
        for step in [60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 14_400.0] {
            if least > 30.0 && step >= least {
                return step;
            }
        }
        let power = 10_f64.powf(least.log10().floor());
        for factor in [1.0, 2.0, 5.0] {
            if factor * power >= least {
                return factor * power;
            }
        }
        10.0 * power
    }

    /// The ticks in sight, from the run's beginning on: each with its moment in seconds.
    pub fn ticks(&self) -> impl Iterator<Item = f64> + use<> {
        let step = self.tick_step();
        let first = (self.from.max(0.0) / step).ceil() as i64;
        let last = (self.to / step).floor() as i64;
        (first..=last.min(first + 200)).map(move |n| n as f64 * step)
    }

    /// What stands beside a tick.
    pub fn tick_label(&self, seconds: f64) -> String {
        let step = self.tick_step();
        if step >= 60.0 {
            let minutes = (seconds / 60.0).round() as i64;
            return format!("{}:{:02} h", minutes / 60, minutes % 60);
        }
        if seconds >= 60.0 && step >= 1.0 {
            let whole = seconds.round() as i64;
            return format!("{}:{:02}", whole / 60, whole % 60);
        }
        let decimals = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
        format!("{seconds:.decimals$} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(from: f64, to: f64) -> TimeScale {
        TimeScale {
            x: Rangef::new(100.0, 1100.0),
            from,
            to,
        }
    }

    #[test]
    fn there_and_back() {
        let scale = scale(2.0, 4.0);
        assert!((scale.x_from_seconds(3.0) - 600.0).abs() < 1e-3);
        assert!((scale.seconds_from_x(600.0) - 3.0).abs() < 1e-9);
        assert!(
            (scale.x_from_seconds(1e9) - 1140.0).abs() < 1e-3,
            "just outside"
        );
        assert_eq!(scale.time_from_x(-9000.0), RunTime::default());
    }

    #[test]
    fn ticks_have_room_at_every_zoom() {
        for width in [1e-4, 0.003, 0.5, 7.0, 42.0, 300.0, 5000.0, 86_400.0] {
            let scale = scale(0.0, width);
            let count = scale.ticks().count();
            assert!((3..=14).contains(&count), "{count} ticks for {width} s");
            let labels: std::collections::BTreeSet<_> =
                scale.ticks().map(|t| scale.tick_label(t)).collect();
            assert_eq!(labels.len(), count, "each label once for {width} s");
        }
        assert_eq!(scale(0.0, 3.0).tick_label(0.5), "0.5 s");
        assert_eq!(scale(0.0, 12.0).tick_label(3.0), "3 s");
        assert_eq!(scale(0.0, 300.0).tick_label(100.0), "1:40");
        assert!(
            scale(-1.0, 6.0).ticks().all(|t| t >= 0.0),
            "no time before the run"
        );
    }
}
