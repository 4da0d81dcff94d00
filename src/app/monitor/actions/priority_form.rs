//! The question for a nice value, CPUs or an I/O priority: what there is now, and what this user may choose.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use eframe::egui::{self, Align, Layout, RichText, Ui};

use super::words::turn_words;
use crate::app::command::Answer;
use crate::app::command::Verb;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{primary_button, text_button};
use crate::monitor::control::{Action, Outcome, Plan, Priorities, RequestId};
use crate::monitor::scheduling::{IoClass, IoPriority};
use crate::os::priority::Setting;

/// CPUs side by side.
const COLUMNS: usize = 8;

/// The confirmation on screen.
pub struct PriorityForm {
    pub verb: Verb,
    pub plan: Plan,
    /// The request that looks what there is now.
    pub id: RequestId,
    /// What the first process has, and the strictest limits of all.
    known: Option<Priorities>,
    nice: i32,
    cpus: BTreeSet<u32>,
    io: IoPriority,
    /// Where the arrows choose a number.
    slider: Option<egui::Id>,
    /// The number that is being typed there.
    typed: String,
}

impl PriorityForm {
    /// For those of a plan; what there is now is still being read.
    pub fn new(verb: Verb, plan: Plan, id: RequestId) -> Self {
        Self {
            verb,
            plan,
            id,
            known: None,
            nice: 0,
            cpus: BTreeSet::new(),
            io: IoPriority {
                class: IoClass::BestEffort,
                level: 4,
            },
            slider: None,
            typed: String::new(),
        }
    }

    /// Takes in what one of them has; nothing is known of one that has ended meanwhile.
    pub fn take_in(&mut self, priorities: Result<Priorities, Outcome>) {
        let Ok(priorities) = priorities else {
            return;
        };
        if let Some(known) = &mut self.known {
            known.lowest_nice = known.lowest_nice.max(priorities.lowest_nice);
            known.may_real_time &= priorities.may_real_time;
        } else {
            self.nice = priorities.nice;
            self.cpus = priorities.cpus.iter().copied().collect();
            self.io = priorities.io_priority;
            self.known = Some(priorities);
        }
    }

    /// What was chosen.
    pub fn action(&self) -> Action {
        Action::Set(self.setting())
    }

    fn setting(&self) -> Setting {
        match self.verb {
            Verb::Nice => Setting::Nice(self.nice),
            Verb::Cpus => Setting::Cpus(self.cpus.iter().copied().collect()),
            _ => Setting::IoPriority(self.io.number()),
        }
    }

    /// Whether this user may give back what there is now.
    pub fn can_go_back(&self) -> bool {
        let Some(known) = &self.known else {
            return false;
        };
        self.verb != Verb::Nice || self.nice <= known.nice || known.lowest_nice <= known.nice
    }

    fn is_ready(&self) -> bool {
        self.known.is_some() && (self.verb != Verb::Cpus || !self.cpus.is_empty())
    }

    /// Draws it.
    pub fn form_ui(&mut self, ui: &mut Ui, view: View<'_>) -> Option<Answer> {
        ui.set_width(420.0);
        ui.spacing_mut().item_spacing.y = 1.5 * UNIT;
        let key = match self.verb {
            Verb::Nice => "priority-nice",
            Verb::Cpus => "priority-cpus",
            _ => "priority-io",
        };
        let first = self.plan.targets.first();
        let args = [
            ("count", self.plan.targets.len().into()),
            ("name", first.map_or("", |target| &*target.name).into()),
            (
                "pid",
                first.map_or(0, |target| target.key.pid).to_string().into(),
            ),
        ];
        let title = RichText::new(view.text.with(key, &args));
        let title = title.font(theme::font(Face::Semibold, theme::TEXT_L));
        ui.add(egui::Label::new(title.color(view.theme.text_strong)).wrap());
        match self.known.clone() {
            None => note_ui(ui, view, view.text.get("priority-reading")),
            Some(known) => {
                let now = match self.verb {
                    Verb::Nice => Setting::Nice(known.nice),
                    Verb::Cpus => Setting::Cpus(known.cpus.clone()),
                    _ => Setting::IoPriority(known.io_priority.number()),
                };
                let args = [("now", turn_words(view.text, &now).into())];
                note_ui(ui, view, &view.text.with("priority-now", &args));
                match self.verb {
                    Verb::Nice => self.nice_ui(ui, view, &known),
                    Verb::Cpus => self.cpus_ui(ui, view, &known),
                    _ => self.io_ui(ui, view, &known),
                }
            }
        }
        ui.add_space(2.0 * UNIT);
        let is_ready = self.is_ready();
        let buttons = |ui: &mut Ui| {
            let yes = primary_button(ui, view.theme, view.text.get("priority-apply"), is_ready);
            let no = text_button(ui, view.theme, None, view.text.get("action-cancel"), false);
            if yes.clicked() {
                Some(Answer::Yes)
            } else {
                no.clicked().then_some(Answer::No)
            }
        };
        let to_the_right = Layout::right_to_left(Align::Center);
        let answer = ui.horizontal(|ui| ui.with_layout(to_the_right, buttons).inner);
        // Whatever else has the focus is pressed by Enter.
        let focused = ui.memory(egui::Memory::focused);
        let is_free = focused.is_none() || focused == self.slider;
        let is_entered =
            is_ready && is_free && ui.input(|input| input.key_pressed(egui::Key::Enter));
        answer.inner.or(is_entered.then_some(Answer::Yes))
    }

    /// The number that was typed while the slider had the keys; a digit that would lead beyond what may be chosen begins a new
    /// one. Backspace takes the last one away; where what is left may not be chosen, nothing is: that is `unchanged`.
    fn typed_number(
        &mut self,
        ui: &Ui,
        allowed: RangeInclusive<i32>,
        unchanged: i32,
    ) -> Option<i32> {
        let focused = ui.memory(egui::Memory::focused);
        if focused.is_some() && focused != self.slider {
            self.typed.clear();
            return None;
        }
        let (typed, is_corrected, is_moved) = ui.input(|input| {
            let typed = input.events.iter().filter_map(|event| match event {
                egui::Event::Text(text) => Some(text.as_str()),
                _ => None,
            });
            let moves = [egui::Key::ArrowLeft, egui::Key::ArrowRight];
            let is_moved = moves.into_iter().any(|key| input.key_pressed(key));
            let is_corrected = input.key_pressed(egui::Key::Backspace);
            (typed.collect::<String>(), is_corrected, is_moved)
        });
        if is_moved {
            self.typed.clear();
        }
        let fits = |text: &str| text.parse().ok().filter(|number| allowed.contains(number));
        let mut number = None;
        if is_corrected && self.typed.pop().is_some() {
            number = fits(&self.typed).or(Some(unchanged));
        }
        let signs = typed.chars();
        for sign in signs.filter(|sign| sign.is_ascii_digit() || *sign == '-') {
            let longer = format!("{}{sign}", self.typed);
            self.typed = if longer == "-" || fits(&longer).is_some() {
                longer
            } else {
                sign.to_string()
            };
            number = fits(&self.typed).or(number);
        }
        number
    }

    fn nice_ui(&mut self, ui: &mut Ui, view: View<'_>, known: &Priorities) {
        let lowest = known.lowest_nice.min(known.nice);
        if let Some(typed) = self.typed_number(ui, lowest..=19, known.nice) {
            self.nice = typed;
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().slider_width = 300.0;
            let slider = egui::Slider::new(&mut self.nice, lowest..=19).trailing_fill(true);
            let slider = ui.add(slider).on_hover_text(view.text.get("act-nice-tip"));
            if self.slider.replace(slider.id).is_none() {
                slider.request_focus();
            }
        });
        let words = if lowest == -20 {
            view.text.get("priority-nice-any").to_owned()
        } else {
            let args = [("lowest", lowest.to_string().into())];
            view.text.with("priority-nice-limit", &args)
        };
        note_ui(ui, view, &words);
        if !self.can_go_back() {
            let words = RichText::new(view.text.get("priority-nice-one-way"));
            ui.add(egui::Label::new(words.color(view.theme.warning)).wrap());
        }
    }

    fn cpus_ui(&mut self, ui: &mut Ui, view: View<'_>, known: &Priorities) {
        ui.horizontal(|ui| {
            if text_button(ui, view.theme, None, view.text.get("priority-all"), false).clicked() {
                self.cpus = known.online_cpus.iter().copied().collect();
            }
            if text_button(ui, view.theme, None, view.text.get("priority-none"), false).clicked() {
                self.cpus.clear();
            }
        });
        egui::ScrollArea::vertical()
            .max_height(240.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                egui::Grid::new("cpus").show(ui, |ui| {
                    for (place, &cpu) in known.online_cpus.iter().enumerate() {
                        let mut is_on = self.cpus.contains(&cpu);
                        if ui.checkbox(&mut is_on, cpu.to_string()).changed() {
                            if is_on {
                                self.cpus.insert(cpu);
                            } else {
                                self.cpus.remove(&cpu);
                            }
                        }
                        if (place + 1).is_multiple_of(COLUMNS) {
                            ui.end_row();
                        }
                    }
                });
            });
        let args = [
            ("chosen", self.cpus.len().into()),
            ("online", known.online_cpus.len().into()),
        ];
        let key = if self.cpus.is_empty() {
            "priority-cpus-none"
        } else {
            "priority-cpus-count"
        };
        note_ui(ui, view, &view.text.with(key, &args));
    }

    fn io_ui(&mut self, ui: &mut Ui, view: View<'_>, known: &Priorities) {
        for (class, key) in [
            (IoClass::None, "priority-io-none"),
            (IoClass::BestEffort, "priority-io-best-effort"),
            (IoClass::Idle, "priority-io-idle"),
            (IoClass::RealTime, "priority-io-real-time"),
        ] {
            let may = class != IoClass::RealTime || known.may_real_time;
            let radio = egui::RadioButton::new(self.io.class == class, view.text.get(key));
            let response = ui
                .add_enabled(may, radio)
                .on_disabled_hover_text(view.text.get("priority-io-needs-root"));
            if response.clicked() {
                self.io.class = class;
            }
        }
        if self.io.has_level()
            && let Some(typed) = self.typed_number(ui, 0..=7, known.io_priority.level.into())
            && let Ok(level) = typed.try_into()
        {
            self.io.level = level;
        }
        ui.add_enabled_ui(self.io.has_level(), |ui| {
            ui.horizontal(|ui| {
                let label = ui.label(view.text.get("priority-io-level"));
                let slider = egui::Slider::new(&mut self.io.level, 0..=7).trailing_fill(true);
                self.slider = Some(ui.add(slider).labelled_by(label.id).id);
            });
        });
        note_ui(ui, view, view.text.get("priority-io-note"));
    }
}

fn note_ui(ui: &mut Ui, view: View<'_>, words: &str) {
    let words = RichText::new(words).font(theme::font(Face::Regular, theme::TEXT_S));
    ui.add(egui::Label::new(words.color(view.theme.text_dim)).wrap());
}
