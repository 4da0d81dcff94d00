//! Every icon of the window, painted as shapes: no font holds them, so they look the same on every machine.
//!
//! Each is drawn on a square of 16 units with strokes of 1.4 units and scaled to the rectangle it is given.

use eframe::egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

/// What an icon stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// The Monitor: a pulse.
    Monitor,
    /// The Lab: a flask.
    Lab,
    /// Start.
    Play,
    /// Hold.
    Pause,
    /// Stop.
    Stop,
    /// One moment further.
    Step,
    /// Freeze the picture.
    Snowflake,
    /// Write to a file.
    Export,
    /// Two things side by side.
    Compare,
    /// Look for something.
    Search,
    /// Close, clear.
    Close,
    /// Opens below.
    ChevronDown,
    /// Leads on, unfolds.
    ChevronRight,
    /// Leads back.
    ChevronLeft,
    /// Smallest first.
    SortUp,
    /// Largest first.
    SortDown,
    /// Mind this.
    Warning,
    /// Done, well.
    Check,
    /// Copy to the clipboard.
    Copy,
    /// Choose columns.
    Columns,
    /// The light theme.
    Sun,
    /// The dark theme.
    Moon,
    /// Add one.
    Plus,
    /// Take one away.
    Minus,
    /// Hidden text: show it.
    Eye,
    /// How this works.
    Help,
    /// Nothing can be done from here.
    Locked,
    /// Something can.
    Unlocked,
}

impl Icon {
    /// Paints the icon into the middle of `rect`, as large as fits.
    pub fn paint(self, painter: &Painter, rect: Rect, color: Color32) {
        let side = rect.width().min(rect.height());
        let pen = Pen {
            painter,
            origin: rect.center() - Vec2::splat(side / 2.0),
            unit: side / 16.0,
            color,
        };
        match self {
            Self::Monitor => pen.line(&[
                (1.5, 8.5),
                (4.5, 8.5),
                (6.5, 3.5),
                (9.5, 12.5),
                (11.5, 8.5),
                (14.5, 8.5),
            ]),
            Self::Lab => {
                pen.line(&[
                    (6.3, 2.0),
                    (6.3, 6.2),
                    (2.8, 12.2),
                    (3.6, 14.0),
                    (12.4, 14.0),
                    (13.2, 12.2),
                    (9.7, 6.2),
                    (9.7, 2.0),
                ]);
                pen.line(&[(5.2, 2.0), (10.8, 2.0)]);
                pen.line(&[(4.6, 10.0), (11.4, 10.0)]);
            }
            Self::Play => pen.fill(&[(4.5, 2.8), (13.2, 8.0), (4.5, 13.2)]),
            Self::Pause => {
                pen.block(4.0, 3.0, 3.0, 10.0);
                pen.block(9.0, 3.0, 3.0, 10.0);
            }
            Self::Stop => pen.block(3.5, 3.5, 9.0, 9.0),
            Self::Step => {
                pen.fill(&[(3.5, 3.0), (10.5, 8.0), (3.5, 13.0)]);
                pen.block(11.0, 3.0, 2.0, 10.0);
            }
            Self::Snowflake => pen.snowflake(),
            Self::Locked => pen.padlock(0.0),
            Self::Unlocked => pen.padlock(3.2),
            Self::Export => {
                pen.line(&[(8.0, 10.0), (8.0, 2.2)]);
                pen.line(&[(4.8, 5.2), (8.0, 2.0), (11.2, 5.2)]);
                pen.line(&[(2.5, 9.5), (2.5, 13.5), (13.5, 13.5), (13.5, 9.5)]);
            }
            Self::Compare => pen.two_sheets(),
            Self::Search => {
                pen.ring(7.0, 7.0, 4.4);
                pen.line(&[(10.3, 10.3), (13.8, 13.8)]);
            }
            Self::Close => {
                pen.line(&[(4.0, 4.0), (12.0, 12.0)]);
                pen.line(&[(12.0, 4.0), (4.0, 12.0)]);
            }
            Self::ChevronDown => pen.line(&[(4.0, 6.2), (8.0, 10.2), (12.0, 6.2)]),
            Self::ChevronRight => pen.line(&[(6.2, 4.0), (10.2, 8.0), (6.2, 12.0)]),
            Self::ChevronLeft => pen.line(&[(9.8, 4.0), (5.8, 8.0), (9.8, 12.0)]),
            Self::SortUp => pen.fill(&[(8.0, 4.6), (12.6, 10.8), (3.4, 10.8)]),
            Self::SortDown => pen.fill(&[(8.0, 11.4), (3.4, 5.2), (12.6, 5.2)]),
            Self::Warning => {
                pen.closed(&[(8.0, 2.2), (14.6, 13.6), (1.4, 13.6)]);
                pen.line(&[(8.0, 6.4), (8.0, 9.8)]);
                pen.dot(8.0, 11.7, 0.9);
            }
            Self::Check => pen.line(&[(3.0, 8.6), (6.6, 12.0), (13.0, 4.4)]),
            Self::Copy => {
                pen.frame(5.5, 5.5, 8.0, 8.0);
                pen.line(&[
                    (3.8, 10.5),
                    (2.5, 10.5),
                    (2.5, 2.5),
                    (10.5, 2.5),
                    (10.5, 3.8),
                ]);
            }
            Self::Columns => {
                pen.frame(2.0, 3.0, 12.0, 10.0);
                pen.line(&[(6.0, 3.0), (6.0, 13.0)]);
                pen.line(&[(10.0, 3.0), (10.0, 13.0)]);
            }
            Self::Sun => pen.sun(),
            Self::Moon => pen.moon(),
            Self::Help => {
                pen.ring(8.0, 8.0, 6.0);
                pen.line(&[
                    (6.1, 6.6),
                    (6.6, 5.3),
                    (8.0, 4.8),
                    (9.4, 5.3),
                    (9.8, 6.5),
                    (8.1, 8.2),
                    (8.0, 9.3),
                ]);
                pen.block(7.3, 10.6, 1.4, 1.4);
            }
            Self::Plus => {
                pen.line(&[(8.0, 3.2), (8.0, 12.8)]);
                pen.line(&[(3.2, 8.0), (12.8, 8.0)]);
            }
            Self::Minus => pen.line(&[(3.2, 8.0), (12.8, 8.0)]),
            Self::Eye => {
                pen.closed(&[
                    (1.5, 8.0),
                    (4.6, 4.9),
                    (8.0, 3.9),
                    (11.4, 4.9),
                    (14.5, 8.0),
                    (11.4, 11.1),
                    (8.0, 12.1),
                    (4.6, 11.1),
                ]);
                pen.dot(8.0, 8.0, 2.0);
            }
        }
    }
}

/// Draws in units of a sixteenth of the icon's side.
struct Pen<'a> {
    painter: &'a Painter,
    origin: Pos2,
    unit: f32,
    color: Color32,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Pos2 {
        self.origin + vec2(x, y) * self.unit
    }

    fn points(&self, points: &[(f32, f32)]) -> Vec<Pos2> {
        points.iter().map(|&(x, y)| self.at(x, y)).collect()
    }

    fn stroke(&self) -> Stroke {
        Stroke::new(1.4 * self.unit, self.color)
    }

    fn line(&self, points: &[(f32, f32)]) {
        self.painter
            .add(Shape::line(self.points(points), self.stroke()));
    }

    fn closed(&self, points: &[(f32, f32)]) {
        self.painter
            .add(Shape::closed_line(self.points(points), self.stroke()));
    }

    fn fill(&self, points: &[(f32, f32)]) {
        self.painter.add(Shape::convex_polygon(
            self.points(points),
            self.color,
            Stroke::NONE,
        ));
    }

    fn rect(&self, x: f32, y: f32, width: f32, height: f32) -> Rect {
        Rect::from_min_size(self.at(x, y), vec2(width, height) * self.unit)
    }

    fn block(&self, x: f32, y: f32, width: f32, height: f32) {
        self.painter
            .rect_filled(self.rect(x, y, width, height), self.unit, self.color);
    }

    fn frame(&self, x: f32, y: f32, width: f32, height: f32) {
        self.painter.rect_stroke(
            self.rect(x, y, width, height),
            self.unit,
            self.stroke(),
            StrokeKind::Middle,
        );
    }

    fn ring(&self, x: f32, y: f32, radius: f32) {
        self.painter
            .circle_stroke(self.at(x, y), radius * self.unit, self.stroke());
    }

    fn dot(&self, x: f32, y: f32, radius: f32) {
        self.painter
            .circle_filled(self.at(x, y), radius * self.unit, self.color);
    }

    /// A point at an angle (in sixths of a half turn) and a distance from the middle.
    fn polar(angle: f32, radius: f32) -> (f32, f32) {
        let (sin, cos) = angle.sin_cos();
        (8.0 + radius * sin, 8.0 - radius * cos)
    }

    fn two_sheets(&self) {
        for left in [2.5, 10.0] {
            let right = left + 3.5;
            self.line(&[
                (left, 3.0),
                (left, 13.0),
                (right, 13.0),
                (right, 3.0),
                (left, 3.0),
            ]);
        }
    }

    fn snowflake(&self) {
        for arm in 0..6 {
            let angle = arm as f32 * std::f32::consts::FRAC_PI_3;
            self.line(&[(8.0, 8.0), Self::polar(angle, 6.4)]);
            self.line(&[
                Self::polar(angle - 0.32, 6.2),
                Self::polar(angle, 4.0),
                Self::polar(angle + 0.32, 6.2),
            ]);
        }
    }

    /// The shackle stands so far to the right: out of the body, it is open.
    fn padlock(&self, aside: f32) {
        self.frame(3.0, 7.4, 10.0, 6.8);
        self.line(&[
            (5.2 + aside, 7.2),
            (5.2 + aside, 4.4),
            (6.4 + aside, 2.4),
            (9.6 + aside, 2.4),
            (10.8 + aside, 4.4),
            (10.8 + aside, if aside > 0.0 { 5.4 } else { 7.2 }),
        ]);
    }

    fn sun(&self) {
        self.ring(8.0, 8.0, 2.9);
        for ray in 0..8 {
            let angle = ray as f32 * std::f32::consts::FRAC_PI_4;
            self.line(&[Self::polar(angle, 5.0), Self::polar(angle, 6.8)]);
        }
    }

    /// A disc less a smaller one up to its right.
    fn moon(&self) {
        const STEPS: i32 = 48;
        let (outer, outer_radius) = (vec2(7.6, 8.4), 5.8_f32);
        let (inner, inner_radius) = (vec2(10.4, 6.0), 4.8_f32);
        let turn = |step: i32| {
            (inner - outer).angle() + step as f32 * std::f32::consts::TAU / STEPS as f32
        };
        let edge = (0..STEPS)
            .map(|step| outer + outer_radius * Vec2::angled(turn(step)))
            .filter(|point| (*point - inner).length() >= inner_radius);
        let bite = (0..STEPS)
            .map(|step| inner + inner_radius * Vec2::angled(turn(STEPS - step)))
            .filter(|point| (*point - outer).length() <= outer_radius);
        self.closed(
            &edge
                .chain(bite)
                .map(|point| (point.x, point.y))
                .collect::<Vec<_>>(),
        );
    }
}

/// A square of an icon's usual size around a centre.
pub fn icon_rect(center: Pos2, side: f32) -> Rect {
    Rect::from_center_size(pos2(center.x.round(), center.y.round()), Vec2::splat(side))
}
