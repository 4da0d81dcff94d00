//! Buttons: an icon alone, an icon with a word, an entry of the rail.

use eframe::egui::{
    Align2, Color32, CornerRadius, Rect, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui,
    Vec2, WidgetInfo, pos2, vec2,
};

use super::line::line_galley;
use crate::app::icons::{Icon, icon_rect};
use crate::app::theme::{self, Face, RADIUS, ROW_TALL, Theme, UNIT};

/// A square, quiet button; `name` is its tooltip and its accessible name.
pub fn icon_button(ui: &mut Ui, theme: &Theme, icon: Icon, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(ROW_TALL - UNIT), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    if ui.is_rect_visible(rect) {
        ground(
            ui,
            theme,
            rect,
            &response,
            Color32::TRANSPARENT,
            Color32::TRANSPARENT,
        );
        let color = if !enabled {
            theme.border_strong
        } else if response.hovered() || response.has_focus() {
            theme.text_strong
        } else {
            theme.text_dim
        };
        icon.paint(ui.painter(), icon_rect(rect.center(), 16.0), color);
    }
    response.on_hover_text(name)
}

/// A button with a word and, if given, an icon before it. `is_on` shows that what it switches is on.
pub fn text_button(
    ui: &mut Ui,
    theme: &Theme,
    icon: Option<Icon>,
    label: &str,
    is_on: bool,
) -> Response {
    let color = if !ui.is_enabled() {
        theme.text_dim
    } else if is_on {
        theme.accent
    } else {
        theme.text
    };
    let galley = ui.painter().layout_no_wrap(
        label.to_owned(),
        theme::font(Face::Medium, theme::TEXT_S),
        color,
    );
    let lead = if icon.is_some() {
        14.0 + 1.5 * UNIT
    } else {
        0.0
    };
    let size = vec2(galley.size().x + lead + 4.5 * UNIT, ROW_TALL);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, is_on, label));
    if ui.is_rect_visible(rect) {
        let fill = if is_on { theme.selected } else { theme.raised };
        ground(ui, theme, rect, &response, fill, theme.border);
        let mut x = rect.left() + 2.25 * UNIT;
        if let Some(icon) = icon {
            icon.paint(
                ui.painter(),
                Rect::from_center_size(pos2(x + 7.0, rect.center().y), Vec2::splat(14.0)),
                color,
            );
            x += lead;
        }
        let y = rect.center().y - galley.size().y / 2.0;
        ui.painter().galley(pos2(x, y), galley, color);
    }
    response
}

/// The same where there may be little room: the icon alone, with its word as its name.
pub fn bar_button(ui: &mut Ui, theme: &Theme, icon: Icon, label: &str, has_room: bool) -> Response {
    if has_room {
        text_button(ui, theme, Some(icon), label, false)
    } else {
        icon_button(ui, theme, icon, label)
    }
}

/// The button of what is to be done.
pub fn primary_button(ui: &mut Ui, theme: &Theme, label: &str, is_enabled: bool) -> Response {
    filled_button(ui, theme.accent, theme.on_accent, label, is_enabled)
}

/// The button of what is to be done and cannot be taken back.
pub fn danger_button(ui: &mut Ui, theme: &Theme, label: &str, is_enabled: bool) -> Response {
    let ink = theme::ink_on(theme.error);
    filled_button(ui, theme.error, ink, label, is_enabled)
}

fn filled_button(
    ui: &mut Ui,
    fill: Color32,
    ink: Color32,
    label: &str,
    is_enabled: bool,
) -> Response {
    let text = RichText::new(label)
        .font(theme::font(Face::Medium, theme::TEXT_S))
        .color(ink);
    let button = eframe::egui::Button::new(text)
        .fill(fill)
        .min_size(vec2(72.0, ROW_TALL));
    let response = ui.add_enabled(is_enabled, button);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, label));
    response
}

/// An entry of the rail: an icon above its word.
pub fn rail_button(ui: &mut Ui, theme: &Theme, icon: Icon, label: &str, is_here: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(theme::RAIL - 1.0, 54.0), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, is_here, label));
    if ui.is_rect_visible(rect) {
        let inner = rect.shrink2(vec2(UNIT / 2.0, UNIT / 2.0));
        let fill = if is_here {
            theme.hover
        } else {
            Color32::TRANSPARENT
        };
        ground(ui, theme, inner, &response, fill, Color32::TRANSPARENT);
        if is_here {
            let mark = Rect::from_min_max(
                rect.left_top() + vec2(0.0, 14.0),
                pos2(rect.left() + 2.0, rect.bottom() - 14.0),
            );
            ui.painter()
                .rect_filled(mark, CornerRadius::same(1), theme.accent);
        }
        let color = if is_here || response.hovered() {
            theme.text_strong
        } else {
            theme.text_dim
        };
        let ink = if is_here { theme.accent } else { color };
        icon.paint(
            ui.painter(),
            icon_rect(rect.center() - vec2(0.0, 8.0), 20.0),
            ink,
        );
        ui.painter().text(
            rect.center() + vec2(0.0, 14.0),
            Align2::CENTER_CENTER,
            label,
            theme::font(Face::Medium, theme::TEXT_XS),
            color,
        );
    }
    response
}

/// The ground of a button in its present state.
fn ground(ui: &Ui, theme: &Theme, rect: Rect, response: &Response, fill: Color32, border: Color32) {
    let (fill, border) = if response.is_pointer_button_down_on() {
        (theme.selected, theme.border_strong)
    } else if response.has_focus() {
        (fill, theme.accent)
    } else if response.hovered() {
        (
            if fill == theme.selected {
                fill
            } else {
                theme.hover
            },
            if border.a() == 0 {
                border
            } else {
                theme.border_strong
            },
        )
    } else {
        (fill, border)
    };
    ui.painter().rect(
        rect,
        CornerRadius::same(RADIUS),
        fill,
        Stroke::new(1.0, border),
        StrokeKind::Inside,
    );
}

/// A word that leads somewhere: in the accent's colour, underlined while pointed at, cut where there is no room.
pub fn link_button(ui: &mut Ui, theme: &Theme, label: &str) -> Response {
    let font = theme::font(Face::Regular, theme::TEXT_S);
    let galley = line_galley(
        ui.painter(),
        label,
        font,
        theme.accent,
        ui.available_width(),
    );
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, label));
    if ui.is_rect_visible(rect) {
        if response.hovered() || response.has_focus() {
            ui.painter().hline(
                rect.x_range(),
                rect.bottom() - 1.0,
                Stroke::new(1.0, theme.accent),
            );
        }
        ui.painter().galley(rect.min, galley, theme.accent);
    }
    response.on_hover_cursor(eframe::egui::CursorIcon::PointingHand)
}

/// A word beside low buttons, on one line with theirs.
pub fn small_label(ui: &mut Ui, label: &str, color: Color32) -> Response {
    let font = theme::font(Face::Regular, theme::TEXT_XS);
    let galley = ui.painter().layout_no_wrap(label.to_owned(), font, color);
    let size = vec2(galley.size().x, theme::ROW - UNIT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, label));
    let y = (rect.center().y - galley.size().y / 2.0).round();
    ui.painter().galley(pos2(rect.left(), y), galley, color);
    response
}

/// How wide a low button is.
pub fn small_button_width(ui: &Ui, has_icon: bool, label: &str) -> f32 {
    let font = theme::font(Face::Regular, theme::TEXT_XS);
    let galley = line_galley(
        ui.painter(),
        label,
        font,
        Color32::PLACEHOLDER,
        f32::INFINITY,
    );
    galley.size().x + if has_icon { 11.0 + UNIT } else { 0.0 } + 3.0 * UNIT
}

/// A low button for the status bar.
pub fn small_button(
    ui: &mut Ui,
    theme: &Theme,
    icon: Option<Icon>,
    label: &str,
    is_on: bool,
) -> Response {
    let font = theme::font(Face::Regular, theme::TEXT_XS);
    let galley = ui
        .painter()
        .layout_no_wrap(label.to_owned(), font, theme.text);
    let lead = if icon.is_some() { 11.0 + UNIT } else { 0.0 };
    let width = small_button_width(ui, icon.is_some(), label);
    let size = vec2(width, theme::ROW - UNIT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, label));
    if ui.is_rect_visible(rect) {
        let fill = if is_on {
            theme.selected
        } else {
            Color32::TRANSPARENT
        };
        ground(ui, theme, rect, &response, fill, Color32::TRANSPARENT);
        let color = if is_on {
            theme.accent
        } else if response.hovered() || response.has_focus() {
            theme.text_strong
        } else {
            theme.text_dim
        };
        let mut x = rect.left() + 1.5 * UNIT;
        if let Some(icon) = icon {
            icon.paint(
                ui.painter(),
                Rect::from_center_size(pos2(x + 5.5, rect.center().y), Vec2::splat(11.0)),
                color,
            );
            x += lead;
        }
        let y = (rect.center().y - galley.size().y / 2.0).round();
        ui.painter()
            .galley_with_override_text_color(pos2(x, y), galley, color);
    }
    response
}
