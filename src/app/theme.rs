//! The design tokens: every colour, size, space and font of the window.
//!
//! Views ask for a meaning (`theme.text_dim`, `theme.slot_color(2)`), never for a number. Dark and light are equals: one
//! struct, two constants. Only this file may make a colour from numbers.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place where colours are made from numbers"
)]

use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

use eframe::egui::{
    self, Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke,
    TextStyle, Vec2,
    style::{HandleShape, ScrollStyle, WidgetVisuals},
};

/// The spacing unit: every gap and margin is a multiple of it.
pub const UNIT: f32 = 4.0;
/// Height of a dense table row and of the status bar.
pub const ROW: f32 = 24.0;
/// Height of a control, a list entry and a lane.
pub const ROW_TALL: f32 = 28.0;
/// Height of a place's bar of controls.
pub const BAR: f32 = 40.0;
/// Width of the rail of places.
pub const RAIL: f32 = 52.0;
/// Corner radius of controls, bars and boxes.
pub const RADIUS: u8 = 4;
/// Sizes of the one type scale, in points: the smallest has digits nine points high.
pub const TEXT_XS: f32 = 12.5;
/// Dense tables and secondary text.
pub const TEXT_S: f32 = 13.0;
/// Body text and controls.
pub const TEXT_M: f32 = 13.0;
/// Titles of panels.
pub const TEXT_L: f32 = 15.0;
/// The largest figure on screen.
pub const TEXT_XL: f32 = 20.0;

/// The weights and faces of type in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Inter Regular: running text and table cells; its digits are all equally wide.
    Regular,
    /// Inter Medium: names, controls.
    Medium,
    /// Inter Semibold: titles.
    Semibold,
    /// `JetBrains Mono`: code, logs, paths, command lines.
    Mono,
}

static MEDIUM: LazyLock<Arc<str>> = LazyLock::new(|| "medium".into());
static SEMIBOLD: LazyLock<Arc<str>> = LazyLock::new(|| "semibold".into());

/// The font of a face at one of the `TEXT_` sizes.
pub fn font(face: Face, size: f32) -> FontId {
    let family = match face {
        Face::Regular => FontFamily::Proportional,
        Face::Medium => FontFamily::Name(Arc::clone(&MEDIUM)),
        Face::Semibold => FontFamily::Name(Arc::clone(&SEMIBOLD)),
        Face::Mono => FontFamily::Monospace,
    };
    FontId::new(size, family)
}

/// The tokens of one theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Whether text is light on dark.
    pub dark: bool,
    /// The ground the window stands on: rail, status bar.
    pub ground: Color32,
    /// Where content lies: tables, panes.
    pub surface: Color32,
    /// A step above the surface: table headers, strips, cards.
    pub raised: Color32,
    /// Popups, tooltips, menus, modals.
    pub overlay: Color32,
    /// Inside of text fields and plots.
    pub well: Color32,
    /// A row or quiet control under the pointer.
    pub hover: Color32,
    /// A selected row or tab.
    pub selected: Color32,
    /// Thin separators and outlines at rest.
    pub border: Color32,
    /// Outlines of controls and of what is hovered.
    pub border_strong: Color32,
    /// Titles, names, values that matter. Also the ink of a run's main process.
    pub text_strong: Color32,
    /// Running text.
    pub text: Color32,
    /// Labels, units, what is unknown.
    pub text_dim: Color32,
    /// The one accent: focus, selection, links, what may be pressed next.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// All is well: running, ok.
    pub ok: Color32,
    /// Look here: waiting, blocked, held, masked.
    pub warning: Color32,
    /// Failed, killed, refused.
    pub error: Color32,
    /// The line and area of CPU plots.
    pub cpu: Color32,
    /// The line and area of memory plots.
    pub memory: Color32,
    /// The lines of a hatched span: waiting inside a call.
    pub hatch: Color32,
    /// Shade behind a modal.
    pub shade: Color32,
    slots: [Color32; 10],
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Text on light hues.
const INK_DARK: Color32 = rgb(0x0d_0f_14);
/// Text on deep hues.
const INK_LIGHT: Color32 = rgb(0xff_ff_ff);

/// The dark theme.
pub const DARK: Theme = Theme {
    dark: true,
    ground: rgb(0x0e_10_14),
    surface: rgb(0x14_16_1b),
    raised: rgb(0x19_1c_22),
    overlay: rgb(0x1f_22_2a),
    well: rgb(0x0e_10_14),
    hover: rgb(0x1c_1f_26),
    selected: rgb(0x1e_2b_47),
    border: rgb(0x24_28_30),
    border_strong: rgb(0x37_3d_49),
    text_strong: rgb(0xef_f1_f5),
    text: rgb(0xc4_c9_d3),
    text_dim: rgb(0x9a_a1_af),
    accent: rgb(0x7a_a5_ff),
    on_accent: rgb(0x0b_12_24),
    ok: rgb(0x4f_c3_8a),
    warning: rgb(0xe8_b0_4a),
    error: rgb(0xf2_78_78),
    cpu: rgb(0x5b_9d_f5),
    memory: rgb(0x9a_86_e8),
    hatch: rgb(0x56_5e_6d),
    shade: Color32::from_black_alpha(120),
    slots: [
        rgb(0x56_b4_e9),
        rgb(0xe6_9f_00),
        rgb(0x1f_b8_8b),
        rgb(0xd5_83_b1),
        rgb(0xec_df_55),
        rgb(0xe3_6f_3a),
        rgb(0x5c_83_e6),
        rgb(0xb8_9a_66),
        rgb(0xa7_94_ef),
        rgb(0x95_c1_b5),
    ],
};

/// The light theme.
pub const LIGHT: Theme = Theme {
    dark: false,
    ground: rgb(0xf2_f4_f7),
    surface: rgb(0xff_ff_ff),
    raised: rgb(0xf8_f9_fb),
    overlay: rgb(0xff_ff_ff),
    well: rgb(0xff_ff_ff),
    hover: rgb(0xf1_f3_f7),
    selected: rgb(0xdf_e9_ff),
    border: rgb(0xe2_e5_eb),
    border_strong: rgb(0xc6_cc_d6),
    text_strong: rgb(0x12_15_1b),
    text: rgb(0x33_39_44),
    text_dim: rgb(0x52_5a_68),
    accent: rgb(0x25_58_cc),
    on_accent: rgb(0xff_ff_ff),
    ok: rgb(0x0f_70_44),
    warning: rgb(0x86_54_00),
    error: rgb(0xb5_2a_35),
    cpu: rgb(0x2f_73_dc),
    memory: rgb(0x6d_55_c9),
    hatch: rgb(0xa3_ab_b8),
    shade: Color32::from_black_alpha(70),
    slots: [
        rgb(0x3d_a5_e0),
        rgb(0xe0_95_00),
        rgb(0x12_a5_79),
        rgb(0xcc_72_a4),
        rgb(0xd9_c8_2e),
        rgb(0xd8_5a_24),
        rgb(0x55_7f_e3),
        rgb(0x9c_7b_44),
        rgb(0x8a_72_e0),
        rgb(0x6f_a8_99),
    ],
};

impl Theme {
    /// The tokens of the theme a `Ui` (or a context) is drawn in.
    pub fn of(ctx: &egui::Context) -> &'static Self {
        match ctx.theme() {
            egui::Theme::Dark => &DARK,
            egui::Theme::Light => &LIGHT,
        }
    }

    /// The hue of the process with this number in order of appearance; after ten they repeat.
    pub fn slot_color(&self, slot: u32) -> Color32 {
        self.slots[slot as usize % self.slots.len()]
    }

    /// Readable ink for text on [`Self::slot_color`].
    pub fn slot_ink(&self, slot: u32) -> Color32 {
        ink_on(self.slot_color(slot))
    }

    /// A faint version of a colour for areas: the ground of a chip, the filling under a line.
    pub fn faint(&self, color: Color32) -> Color32 {
        color.gamma_multiply(if self.dark { 0.20 } else { 0.16 })
    }

    /// A breath of a colour, for whole rows that many may be.
    pub fn row_tint(&self, color: Color32) -> Color32 {
        color.gamma_multiply(if self.dark { 0.09 } else { 0.07 })
    }

    /// How much of a curve's colour the area under it has.
    pub fn fill_alpha(&self) -> f32 {
        if self.dark { 0.14 } else { 0.16 }
    }

    /// A calmer version of a hue for large areas: the bars of the lanes.
    pub fn bar_color(&self, color: Color32) -> Color32 {
        color.lerp_to_gamma(self.surface, if self.dark { 0.16 } else { 0.04 })
    }

    /// The separator: one thin line.
    pub fn line(&self) -> Stroke {
        Stroke::new(1.0, self.border)
    }
}

/// Dark or light ink, whichever reads better on `ground`.
pub fn ink_on(ground: Color32) -> Color32 {
    if contrast(ground, INK_DARK) >= contrast(ground, INK_LIGHT) {
        INK_DARK
    } else {
        INK_LIGHT
    }
}

/// The contrast ratio of two opaque colours, from 1 to 21 (WCAG 2).
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |c: Color32| {
        let [r, g, b, _] = egui::Rgba::from(c).to_array();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Sets fonts and the style of both themes; called once by the app and by every test harness.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    for (which, theme) in [(egui::Theme::Dark, &DARK), (egui::Theme::Light, &LIGHT)] {
        ctx.style_mut_of(which, |style| apply(style, theme));
    }
    ctx.options_mut(|options| options.input_options.line_scroll_speed = 3.0 * ROW);
}

/// Name of the face for code, which also stands in for the others.
const MONO: &str = "JetBrains Mono";

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let faces: [(&str, &'static [u8], FontFamily); 4] = [
        (
            "Inter",
            include_bytes!("../../assets/fonts/Inter-Regular.otf"),
            FontFamily::Proportional,
        ),
        (
            "Inter Medium",
            include_bytes!("../../assets/fonts/Inter-Medium.otf"),
            FontFamily::Name(Arc::clone(&MEDIUM)),
        ),
        (
            "Inter Semibold",
            include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
            FontFamily::Name(Arc::clone(&SEMIBOLD)),
        ),
        (
            MONO,
            include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"),
            FontFamily::Monospace,
        ),
    ];
    let fallback = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    for (name, bytes, family) in faces {
        let data = Arc::new(FontData::from_static(bytes));
        fonts.font_data.insert(name.to_owned(), data);
        let names = fonts
            .families
            .entry(family)
            .or_insert_with(|| fallback.clone());
        names.insert(0, name.to_owned());
        if name != MONO {
            // It has signs that Inter lacks, the replacement character among them.
            names.insert(1, MONO.to_owned());
        }
    }
    fonts
}

fn apply(style: &mut egui::Style, theme: &Theme) {
    style.text_styles = [
        (TextStyle::Small, font(Face::Regular, TEXT_XS)),
        (TextStyle::Body, font(Face::Regular, TEXT_M)),
        (TextStyle::Button, font(Face::Regular, TEXT_M)),
        (TextStyle::Heading, font(Face::Semibold, TEXT_L)),
        (TextStyle::Monospace, font(Face::Mono, TEXT_S)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(2.0 * UNIT, UNIT);
    spacing.button_padding = Vec2::new(2.0 * UNIT, UNIT);
    spacing.interact_size = Vec2::new(ROW_TALL, ROW_TALL);
    spacing.menu_margin = Margin::same(4);
    spacing.window_margin = Margin::same(16);
    spacing.combo_width = 64.0;
    spacing.icon_width = 14.0;
    spacing.icon_spacing = 6.0;
    spacing.tooltip_width = 420.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_width: 3.0,
        ..ScrollStyle::floating()
    };
    style.animation_time = 0.08;
    style.interaction.tooltip_delay = 0.35;
    style.interaction.selectable_labels = false;
    style.compact_menu_style = true;
    apply_visuals(&mut style.visuals, theme);
}

fn apply_visuals(visuals: &mut egui::Visuals, theme: &Theme) {
    let radius = CornerRadius::same(RADIUS);
    let widget = |fill: Color32, border: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, border),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = widget(theme.surface, theme.border, theme.text);
    visuals.widgets.inactive = widget(theme.raised, theme.border_strong, theme.text);
    visuals.widgets.hovered = widget(theme.hover, theme.border_strong, theme.text_strong);
    visuals.widgets.active = widget(theme.selected, theme.accent, theme.text_strong);
    visuals.widgets.open = widget(theme.hover, theme.border_strong, theme.text_strong);
    visuals.selection.bg_fill = theme.selected;
    visuals.selection.stroke = Stroke::new(1.0, theme.accent);
    visuals.weak_text_color = Some(theme.text_dim);
    visuals.hyperlink_color = theme.accent;
    visuals.faint_bg_color = theme.raised;
    visuals.extreme_bg_color = theme.well;
    visuals.text_edit_bg_color = Some(theme.well);
    visuals.code_bg_color = theme.raised;
    visuals.warn_fg_color = theme.warning;
    visuals.error_fg_color = theme.error;
    visuals.window_corner_radius = CornerRadius::same(RADIUS * 2);
    visuals.menu_corner_radius = CornerRadius::same(RADIUS + 2);
    visuals.window_fill = theme.overlay;
    visuals.window_stroke = Stroke::new(1.0, theme.border_strong);
    visuals.panel_fill = theme.surface;
    let shadow = egui::Shadow {
        offset: [0, 6],
        blur: 20,
        spread: 0,
        color: theme.shade,
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = egui::Shadow {
        offset: [0, 3],
        blur: 10,
        ..shadow
    };
    visuals.text_cursor.stroke = Stroke::new(1.5, theme.accent);
    visuals.handle_shape = HandleShape::Circle;
    visuals.indent_has_left_vline = false;
    visuals.striped = false;
}

/// Which colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ThemeChoice {
    /// Light on dark.
    #[default]
    Dark,
    /// Dark on light.
    Light,
    /// As the desktop has it.
    System,
}

impl From<ThemeChoice> for eframe::egui::ThemePreference {
    fn from(choice: ThemeChoice) -> Self {
        match choice {
            ThemeChoice::Dark => Self::Dark,
            ThemeChoice::Light => Self::Light,
            ThemeChoice::System => Self::System,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_on_every_surface() {
        // Thin strokes are drawn with a sixth less contrast than their colour has; what remains must be 4.5, 4.2 where the
        // same is said in words.
        for theme in [&DARK, &LIGHT] {
            for ground in [
                theme.ground,
                theme.surface,
                theme.raised,
                theme.overlay,
                theme.hover,
                theme.selected,
            ] {
                assert!(contrast(theme.text_strong, ground) >= 7.0);
                assert!(contrast(theme.text, ground) >= 7.0);
                assert!(
                    contrast(theme.text_dim, ground) >= 5.4,
                    "{} {ground:?}",
                    theme.dark
                );
                for meaning in [theme.accent, theme.ok, theme.warning, theme.error] {
                    assert!(
                        contrast(meaning, ground) >= 5.0,
                        "{} {meaning:?} on {ground:?}",
                        theme.dark
                    );
                }
            }
            assert!(contrast(theme.on_accent, theme.accent) >= 4.5);
        }
    }

    #[test]
    fn ink_reads_on_every_hue() {
        for theme in [&DARK, &LIGHT] {
            for slot in 0..10 {
                assert!(
                    contrast(theme.slot_color(slot), theme.slot_ink(slot)) >= 4.5,
                    "{} {slot}",
                    theme.dark
                );
                let bar = theme.bar_color(theme.slot_color(slot));
                assert!(contrast(bar, ink_on(bar)) >= 4.5, "{} {slot}", theme.dark);
                assert!(
                    contrast(theme.slot_color(slot), theme.surface) >= 1.6,
                    "{} {slot}",
                    theme.dark
                );
            }
        }
    }

    #[test]
    fn hues_repeat_after_ten() {
        assert_eq!(DARK.slot_color(3), DARK.slot_color(13));
    }
}
