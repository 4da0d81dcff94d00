//! Running text in which `code` stands between backticks.

use eframe::egui::Color32;
use eframe::egui::text::{LayoutJob, TextFormat};

use crate::app::theme::{self, Face};

/// A paragraph of this size and colour; what stands between backticks is in the face of code.
pub fn prose(text: &str, size: f32, color: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (place, part) in text.split('`').enumerate() {
        let face = if place % 2 == 0 {
            Face::Regular
        } else {
            Face::Mono
        };
        job.append(
            part,
            0.0,
            TextFormat::simple(theme::font(face, size), color),
        );
    }
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_become_a_face() {
        let job = prose("One `apply` waits.", 12.0, Color32::WHITE);
        assert_eq!(job.text, "One apply waits.");
        assert_eq!(job.sections.len(), 3);
    }
}
