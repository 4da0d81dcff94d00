//! What can be asked of the window: widgets and shortcuts send a [`Command`], `logic()` applies it.

mod actions;
mod compare;
mod lab;
mod selection;

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::theme::ThemeChoice;
use crate::monitor::{Aspect, FigureId, Grouping, RowId};
use crate::os::ProcKey;

pub use actions::{ActCommand, Answer, Offer, Targets, Verb};
pub use compare::CompareCommand;
pub use lab::LabCommand;
pub use selection::RunSelection;

/// One request, imperative.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Go to the table of all processes.
    OpenMonitor,
    /// Go to the Lab.
    OpenLab,
    /// Go to the Lab with a lesson laid out, not yet started.
    OpenLesson(&'static str),
    /// Select a process, or none.
    SelectProcess(Option<ProcKey>),
    /// Select a process besides the others, or no longer.
    ToggleSelected(ProcKey),
    /// Select the rows up to this one, besides the others if so wished.
    SelectTo(ProcKey, bool),
    /// Select every process that the table shows.
    SelectAll,
    /// Step through the table.
    MoveSelection(Motion),
    /// Step through the table and select what is passed.
    ExtendSelection(Motion),
    /// Open the detail of the selected process.
    OpenDetail,
    /// Look at the selected process from this side.
    LookAt(Aspect),
    /// Close the detail; the process stays selected.
    CloseDetail,
    /// Close what is in front: the moment of before, the detail, the selection, then the filter.
    StepBack,
    /// Copy the selected rows.
    CopyRows,
    /// Copy a text.
    CopyText(String),
    /// Sort by a column, or the other way round.
    SortBy(FigureId),
    /// Sort by a column, largest value first.
    SortBusiest(FigureId),
    /// Sort by a column too, among equals; the other way round; no more.
    SortAlsoBy(FigureId),
    /// How rows stand to each other.
    ShowAs(Grouping),
    /// Open or close what is below a row.
    ToggleFold(RowId),
    /// Show or hide a column.
    ToggleColumn(FigureId),
    /// Move a column to a place among those shown.
    MoveColumn(FigureId, usize),
    /// The columns, their order and widths as at first.
    ResetColumns,
    /// CPU use in percent of the whole machine, or of one core.
    SetCpuOfMachine(bool),
    /// Make a column so many points wide, or as wide as at first.
    SetColumnWidth(FigureId, Option<f32>),
    /// Remember the width of the detail panel.
    SetDetailWidth(f32),
    /// Go to Monitor with this process selected and in sight.
    ShowInMonitor(ProcKey),
    /// Replace the filter's text.
    SetFilter(String),
    /// Put the text cursor into the filter.
    FocusFilter,
    /// Hold the picture of the machine still, or go back to now.
    ToggleFreeze,
    /// Look at the moment nearest to this one.
    LookBackTo(Instant),
    /// Look at the moment before the one on screen.
    LookEarlier,
    /// Look at the moment after it.
    LookLater,
    /// Look at what is now again.
    LookAtNow,
    /// Read the machine this often.
    SetInterval(Duration),
    /// Show or hide threads of the kernel.
    ToggleKernelThreads,
    /// Show or hide processes that have ended.
    ToggleEnded,
    /// Take a process that has ended away.
    DismissEnded(ProcKey),
    /// Take away all that have.
    DismissAllEnded,
    /// Ask where to write the snapshot document.
    ExportJson,
    /// Show a file in the desktop's file manager.
    ShowFile(PathBuf),
    /// Something to do with comparing.
    Compare(CompareCommand),
    /// Take away the line that introduces the Lab.
    DismissIntroduction,
    /// Take away the line that says why the view is limited.
    DismissLimits,
    /// Something in the Lab.
    Lab(LabCommand),
    /// Something to processes.
    Act(ActCommand),
    /// Dark, light, or as the system.
    SetTheme(ThemeChoice),
    /// From dark to light and back.
    ToggleTheme,
    /// Everything larger.
    ZoomIn,
    /// Everything smaller.
    ZoomOut,
    /// Everything at its own size.
    ZoomReset,
}

/// A step of the selection through the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// So many rows down; negative is up.
    By(i32),
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// Into the row: open it, or go to the first one below it.
    In,
    /// Out of the row: close it, or go to the one above it.
    Out,
}

impl Command {
    /// The commands without parameters: what shortcuts, menus and a palette offer.
    pub const PLAIN: [Self; 34] = [
        Self::Lab(LabCommand::Start),
        Self::Lab(LabCommand::Stop),
        Self::Lab(LabCommand::FollowRun),
        Self::OpenMonitor,
        Self::OpenLab,
        Self::ShowAs(Grouping::Flat),
        Self::ShowAs(Grouping::Tree),
        Self::ShowAs(Grouping::Programs),
        Self::FocusFilter,
        Self::SelectAll,
        Self::StepBack,
        Self::ToggleFreeze,
        Self::LookEarlier,
        Self::LookLater,
        Self::ToggleKernelThreads,
        Self::ToggleEnded,
        Self::DismissAllEnded,
        Self::ExportJson,
        Self::Compare(CompareCommand::Remember),
        Self::Compare(CompareCommand::WithMoment),
        Self::Compare(CompareCommand::AskFile),
        Self::ToggleTheme,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ZoomReset,
        Self::Act(ActCommand::Begin(Verb::End, Targets::Selection)),
        Self::Act(ActCommand::Begin(Verb::Kill, Targets::Selection)),
        Self::Act(ActCommand::Begin(Verb::KillTree, Targets::Selection)),
        Self::Act(ActCommand::Begin(Verb::Signal, Targets::Selection)),
        Self::Act(ActCommand::Begin(Verb::Suspend, Targets::Selection)),
        Self::Act(ActCommand::Begin(Verb::Resume, Targets::Selection)),
        Self::Act(ActCommand::Begin(Verb::Nice, Targets::Selection)),
        Self::Act(ActCommand::Begin(Verb::Cpus, Targets::Selection)),
        Self::Act(ActCommand::Begin(Verb::IoPriority, Targets::Selection)),
    ];

    /// Whether it is about the rows that the table shows, and which: what was filtered or sorted a moment ago is meant.
    pub const fn is_about_rows(&self) -> bool {
        matches!(
            self,
            Self::SelectTo(..)
                | Self::SelectAll
                | Self::MoveSelection(_)
                | Self::ExtendSelection(_)
                | Self::CopyRows
                | Self::ExportJson
                | Self::Act(ActCommand::Begin(..))
        )
    }

    /// Key of its title in the message catalogue.
    pub const fn title_key(&self) -> &'static str {
        match self {
            Self::OpenMonitor => "command-open-monitor",
            Self::OpenLab => "command-open-lab",
            Self::OpenLesson(_) => "command-open-lesson",
            Self::SelectProcess(_) => "command-select-process",
            Self::ShowInMonitor(_) => "command-show-in-monitor",
            Self::ToggleSelected(_) => "command-toggle-selected",
            Self::SelectTo(..) => "command-select-to",
            Self::SelectAll => "command-select-all",
            Self::MoveSelection(_) => "command-move-selection",
            Self::ExtendSelection(_) => "command-extend-selection",
            Self::OpenDetail => "command-open-detail",
            Self::LookAt(_) => "command-look-at",
            Self::CloseDetail => "command-close-detail",
            Self::StepBack => "command-step-back",
            Self::CopyRows => "command-copy-rows",
            Self::CopyText(_) => "command-copy-text",
            Self::SortBy(_) => "command-sort-by",
            Self::SortBusiest(_) => "command-sort-busiest",
            Self::SortAlsoBy(_) => "command-sort-also-by",
            Self::ShowAs(Grouping::Flat) => "command-show-flat",
            Self::ShowAs(Grouping::Tree) => "command-show-tree",
            Self::ShowAs(Grouping::Programs) => "command-show-programs",
            Self::ToggleFold(_) => "command-toggle-fold",
            Self::ToggleColumn(_) => "command-toggle-column",
            Self::MoveColumn(..) => "command-move-column",
            Self::ResetColumns => "command-reset-columns",
            Self::SetCpuOfMachine(_) => "command-set-cpu-unit",
            Self::SetColumnWidth(..) => "command-set-column-width",
            Self::SetDetailWidth(_) => "command-set-detail-width",
            Self::SetFilter(_) => "command-set-filter",
            Self::FocusFilter => "command-focus-filter",
            Self::ToggleFreeze => "command-toggle-freeze",
            Self::LookBackTo(_) => "command-look-back-to",
            Self::LookEarlier => "command-look-earlier",
            Self::LookLater => "command-look-later",
            Self::LookAtNow => "command-look-at-now",
            Self::SetInterval(_) => "command-set-interval",
            Self::ToggleKernelThreads => "command-toggle-kernel-threads",
            Self::ToggleEnded => "command-toggle-ended",
            Self::DismissEnded(_) => "command-dismiss-ended",
            Self::DismissAllEnded => "command-dismiss-all-ended",
            Self::ExportJson => "command-export-json",
            Self::ShowFile(_) => "command-show-file",
            Self::Compare(command) => command.title_key(),
            Self::DismissIntroduction => "command-dismiss-introduction",
            Self::DismissLimits => "command-dismiss-limits",
            Self::Lab(command) => command.title_key(),
            Self::Act(command) => command.title_key(),
            Self::SetTheme(_) => "command-set-theme",
            Self::ToggleTheme => "command-toggle-theme",
            Self::ZoomIn => "command-zoom-in",
            Self::ZoomOut => "command-zoom-out",
            Self::ZoomReset => "command-zoom-reset",
        }
    }

    /// The keys that send it, the first one shown in tooltips; those that type text count only outside text fields.
    pub const fn shortcuts(&self) -> &'static [KeyboardShortcut] {
        const fn ctrl(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::COMMAND, key)
        }
        const fn ctrl_shift(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
        }
        const fn alt(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::ALT, key)
        }
        match self {
            Self::Lab(command) => command.shortcuts(),
            Self::Act(command) => command.shortcuts(),
            Self::OpenMonitor => const { &[ctrl(Key::Num1)] },
            Self::OpenLab => const { &[ctrl(Key::Num2)] },
            Self::ShowAs(Grouping::Flat) => const { &[alt(Key::Num1)] },
            Self::ShowAs(Grouping::Tree) => const { &[alt(Key::Num2)] },
            Self::ShowAs(Grouping::Programs) => const { &[alt(Key::Num3)] },
            Self::FocusFilter => {
                const {
                    &[
                        ctrl(Key::F),
                        KeyboardShortcut::new(Modifiers::NONE, Key::Slash),
                    ]
                }
            }
            Self::SelectAll => const { &[ctrl(Key::A)] },
            Self::ToggleFreeze => const { &[KeyboardShortcut::new(Modifiers::NONE, Key::Space)] },
            Self::LookEarlier => const { &[alt(Key::ArrowLeft)] },
            Self::LookLater => const { &[alt(Key::ArrowRight)] },
            Self::ToggleKernelThreads => const { &[ctrl_shift(Key::K)] },
            Self::ToggleEnded => const { &[ctrl_shift(Key::E)] },
            Self::DismissAllEnded => const { &[ctrl_shift(Key::Delete)] },
            Self::ExportJson => const { &[ctrl(Key::E)] },
            Self::ToggleTheme => const { &[ctrl_shift(Key::L)] },
            Self::ZoomIn => const { &[ctrl(Key::Plus), ctrl(Key::Equals)] },
            Self::ZoomOut => const { &[ctrl(Key::Minus)] },
            Self::ZoomReset => const { &[ctrl(Key::Num0)] },
            Self::StepBack => const { &[KeyboardShortcut::new(Modifiers::NONE, Key::Escape)] },
            Self::OpenLesson(_)
            | Self::SelectProcess(_)
            | Self::ToggleSelected(_)
            | Self::SelectTo(..)
            | Self::MoveSelection(_)
            | Self::ExtendSelection(_)
            | Self::OpenDetail
            | Self::LookAt(_)
            | Self::CloseDetail
            | Self::CopyRows
            | Self::CopyText(_)
            | Self::SortBy(_)
            | Self::SortBusiest(_)
            | Self::SortAlsoBy(_)
            | Self::ToggleFold(_)
            | Self::ToggleColumn(_)
            | Self::MoveColumn(..)
            | Self::ResetColumns
            | Self::SetCpuOfMachine(_)
            | Self::SetColumnWidth(..)
            | Self::SetDetailWidth(_)
            | Self::ShowInMonitor(_)
            | Self::SetFilter(_)
            | Self::SetInterval(_)
            | Self::DismissEnded(_)
            | Self::ShowFile(_)
            | Self::Compare(_)
            | Self::LookBackTo(_)
            | Self::LookAtNow
            | Self::DismissIntroduction
            | Self::DismissLimits
            | Self::SetTheme(_) => &[],
        }
    }

    /// The first shortcut as people write it, e.g. `Ctrl+1`.
    pub fn shortcut_text(&self, ctx: &Context) -> Option<String> {
        self.shortcuts()
            .first()
            .map(|shortcut| ctx.format_shortcut(shortcut))
    }
}

/// The queue that widgets send to. It belongs to the window's thread; other threads have channels of their own.
#[derive(Debug, Default)]
pub struct Commands {
    queue: RefCell<Vec<Command>>,
}

impl Commands {
    /// Adds a request; it is applied before the next picture is drawn.
    pub fn send(&self, command: Command) {
        self.queue.borrow_mut().push(command);
    }

    /// Takes all requests out.
    pub fn take(&self) -> Vec<Command> {
        self.queue.take()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.queue.borrow().is_empty()
    }

    /// Sends the command of every shortcut that was pressed, those with more modifiers first.
    pub fn send_pressed(&self, ctx: &Context, is_accepted: impl Fn(&Command) -> bool) {
        let is_typing = ctx.text_edit_focused();
        let has_focus = ctx.memory(|memory| memory.focused().is_some());
        let mut bound: Vec<(&Command, &KeyboardShortcut)> = Command::PLAIN
            .iter()
            .flat_map(|command| command.shortcuts().iter().map(move |keys| (command, keys)))
            .collect();
        bound.sort_by_key(|(_, keys)| !keys.modifiers.shift);
        for (command, keys) in bound {
            // Some keys type into a text field, and Space presses the button that has the focus.
            let is_taken = (is_typing && keys.conflicts_with_text_editing())
                || (has_focus && keys.logical_key == Key::Space);
            if !is_taken
                && is_accepted(command)
                && ctx.input_mut(|input| input.consume_shortcut(keys))
            {
                self.send(command.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_share_a_shortcut() {
        let all: Vec<_> = Command::PLAIN
            .iter()
            .flat_map(|c| c.shortcuts().iter().map(move |s| (c, s)))
            .collect();
        for (index, (command, keys)) in all.iter().enumerate() {
            for (other, other_keys) in all.iter().skip(index + 1) {
                assert!(
                    keys != other_keys,
                    "{command:?} and {other:?} share {keys:?}"
                );
            }
        }
    }

    #[test]
    fn commands_leave_in_the_order_of_sending() {
        let commands = Commands::default();
        commands.send(Command::OpenLab);
        commands.send(Command::ToggleFreeze);
        assert_eq!(commands.take(), [Command::OpenLab, Command::ToggleFreeze]);
        assert!(commands.is_empty());
    }
}
