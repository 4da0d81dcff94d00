//! The specification of a list: its columns, declared once.

use std::borrow::Cow;
use std::cmp::Ordering;

use eframe::egui::{Align, Color32};

use crate::app::monitor::detail::masks::Masks;
use crate::app::text::Text;
use crate::app::theme;
use crate::app::theme::{Face, Theme};

/// What a column's text is made of.
#[derive(Clone, Copy)]
pub struct ListText<'a> {
    /// The sentences.
    pub text: &'a Text,
    /// Which values are hidden.
    pub masks: &'a Masks,
}

/// One column of a list: declared once, read by the list, its filter, its order and what is copied.
pub struct ListColumn<T> {
    /// Key of its title.
    pub title: &'static str,
    /// Its width; the one of 0 takes what the others leave.
    pub width: f32,
    /// Where it stands.
    pub align: Align,
    /// Its face and size.
    pub face: (Face, f32),
    /// Its text.
    pub words: CellText<T>,
    /// In which colour.
    pub color: fn(&T, &Theme) -> Color32,
    /// How it sorts; the larger first where `is_large_first`.
    pub order: fn(&T, &T) -> Ordering,
    /// Whether a first click puts the largest first.
    pub is_large_first: bool,
    /// Whether it stands on a second line, below the wide one.
    pub is_below: bool,
    /// Whether its end is what matters where it is cut: of a path the file's name.
    pub is_end_kept: bool,
}

/// Words for an item.
pub type CellText<T> = for<'a> fn(&'a T, ListText<'a>) -> Cow<'a, str>;

impl<T> ListColumn<T> {
    /// One of numbers or words at the left edge, in the colour of text, smallest first.
    pub const fn new(
        title: &'static str,
        width: f32,
        words: CellText<T>,
        order: fn(&T, &T) -> Ordering,
    ) -> Self {
        Self {
            title,
            width,
            align: Align::Min,
            face: (Face::Regular, theme::TEXT_S),
            words,
            color: |_, theme| theme.text,
            order,
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        }
    }

    /// At the right edge.
    pub const fn right(self) -> Self {
        Self {
            align: Align::Max,
            ..self
        }
    }

    /// In this face and size.
    pub const fn in_face(self, face: Face, size: f32) -> Self {
        Self {
            face: (face, size),
            ..self
        }
    }

    /// What the kernel or the program wrote.
    pub const fn code(self) -> Self {
        self.in_face(Face::Mono, theme::TEXT_XS)
    }

    /// In this colour.
    pub const fn colored(self, color: fn(&T, &Theme) -> Color32) -> Self {
        Self { color, ..self }
    }

    /// A first click puts the largest first.
    pub const fn large_first(self) -> Self {
        Self {
            is_large_first: true,
            ..self
        }
    }

    /// On a second line, below the wide one.
    pub const fn below(self) -> Self {
        Self {
            is_below: true,
            ..self
        }
    }

    /// Where it is cut, its end stays.
    pub const fn end_kept(self) -> Self {
        Self {
            is_end_kept: true,
            ..self
        }
    }
}

/// The specification of a list.
pub struct ListSpec<T: 'static> {
    /// Distinguishes the lists for egui.
    pub salt: &'static str,
    /// The sentence in place of an empty one.
    pub none_key: &'static str,
    /// Its columns.
    pub columns: &'static [ListColumn<T>],
    /// By which column it is sorted at first, largest first where that column says so; `None` as it was read.
    pub sorted_by: Option<usize>,
    /// A row as one line for the clipboard.
    pub row: fn(&T, ListText<'_>) -> String,
}
