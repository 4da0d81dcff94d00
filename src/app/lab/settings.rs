//! What the window remembers of the Lab between two runs of the program.

use serde::{Deserialize, Serialize};

use super::Lab;
use super::LauncherChoice;
use super::launcher::RunForm;
use super::logs::LogsPane;
use super::panes::RightTab;
use crate::run::lesson::Lesson;

/// The tabs at the left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SideTab {
    /// The program of the run.
    #[default]
    Code,
    /// What is to be run.
    Form,
    /// The lessons.
    Lessons,
}

/// The Lab as it was left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LabSettings {
    /// The tab at the left.
    pub side: SideTab,
    /// The tab at the lower right.
    pub right: RightTab,
    /// Width of the panel at the left, points; `None` until its edge is dragged.
    pub side_width: Option<f32>,
    /// Height of log and results, points.
    pub bottom_height: Option<f32>,
    /// Width of the results, points.
    pub right_width: Option<f32>,
    /// The lesson that was laid out; none for the form.
    pub lesson: Option<String>,
    /// What was typed into the form.
    pub form: RunForm,
    /// Whether the log follows a run.
    pub follows_log: bool,
}

impl Default for LabSettings {
    fn default() -> Self {
        Self {
            side: SideTab::Code,
            right: RightTab::Results,
            side_width: None,
            bottom_height: None,
            right_width: None,
            lesson: Some("pool-callback".to_owned()),
            form: RunForm::default(),
            follows_log: true,
        }
    }
}

impl Lab {
    /// What is to be remembered.
    pub fn remembered(&self) -> LabSettings {
        LabSettings {
            lesson: self.chosen_lesson().map(str::to_owned),
            form: self.form.clone(),
            follows_log: self.panes.logs.is_to_follow(),
            ..self.layout.clone()
        }
    }

    /// Lays out what was remembered.
    pub(super) fn recall(&mut self) {
        self.panes.logs = LogsPane::new(self.layout.follows_log);
        let lesson = self.layout.lesson.as_deref().and_then(Lesson::find);
        match lesson {
            Some(lesson) => self.choose(LauncherChoice::Lesson(lesson)),
            None => self.choose(LauncherChoice::Form),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_newer_window_wrote_is_read_as_far_as_it_is_known() {
        let settings: LabSettings = serde_json::from_str(
            r#"{"side":"Form","right":"Workers","form":{"workers":"8"},"beyond":1}"#,
        )
        .unwrap();
        assert_eq!(settings.side, SideTab::Form);
        assert_eq!(settings.right, RightTab::Processes, "its name before");
        assert_eq!(settings.form.typed("workers"), "8");
        assert_eq!(settings.form.typed("count"), "5");
        assert!(settings.follows_log);
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(
            serde_json::from_str::<LabSettings>(&text).unwrap(),
            settings
        );
    }
}
