//! What the process may use, and how much of that it does: limits with bars, its control group, its turns.

use eframe::egui::{Align, Color32, Margin, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::DetailData;
use super::fields::{Fields, NAMES};
use crate::app::monitor::reason::reason_text;
use crate::app::text::Text;
use crate::app::theme;
use crate::app::theme::Face;
use crate::app::view::View;
use crate::app::widgets::paint_line;
use crate::monitor::cgroup::{Ceiling, CgroupUse, CpuQuota};
use crate::monitor::detail::Limit;
use crate::monitor::limit::{LimitUse, WARN_PERCENT, limit_uses};
use crate::monitor::unit::{bytes_text, count_text};
use crate::monitor::{ProcessDetail, Reading, Unread};

/// Height of a row with a bar.
const ROW: f32 = 34.0;
/// Height of a row without.
const BARE_ROW: f32 = 22.0;
/// Height of a bar.
const BAR: f32 = 4.0;

/// A figure with a bar below it.
struct Gauge<'a> {
    name: &'a str,
    words: String,
    percent: Option<f64>,
    /// Whether the words are a figure, not the reason why there is none.
    is_known: bool,
    tip: String,
}

/// Draws the tab.
pub fn limits_ui(ui: &mut Ui, view: View<'_>, data: DetailData<'_>, detail: &ProcessDetail) {
    let margin = Margin {
        left: 16,
        right: 16,
        top: 0,
        bottom: 16,
    };
    eframe::egui::Frame::new()
        .inner_margin(margin)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let field = Fields {
                view,
                asking: data.asking(),
            };
            field.heading_ui(ui, "detail-group-group");
            group_ui(ui, view, data, detail, &field);
            field.heading_ui(ui, "detail-group-limits");
            match &detail.limits {
                Err(reason) => {
                    let reason = reason_text(view.text, *reason, data.asking());
                    super::list::small_note_ui(ui, view, &reason);
                }
                Ok(_) => {
                    for used in limit_uses(detail, data.snapshot) {
                        gauge_ui(ui, view, &gauge_of(view.text, &used));
                    }
                }
            }
            field.heading_ui(ui, "detail-group-turns");
            turns_ui(ui, view, data, detail, &field);
        });
}

fn group_ui(
    ui: &mut Ui,
    view: View<'_>,
    data: DetailData<'_>,
    detail: &ProcessDetail,
    field: &Fields<'_>,
) {
    let text = view.text;
    field.long_ui(ui, "field-cgroup", detail.cgroup.clone());
    field.long_ui(ui, "field-container", container_text(detail));
    let group = match &detail.cgroup_use {
        Ok(group) => group,
        Err(reason) => {
            field.short_ui(ui, "field-quota", Err(*reason));
            return;
        }
    };
    ceiling_ui(
        ui,
        view,
        data,
        "field-group-memory",
        &group.memory,
        bytes_text,
    );
    ceiling_ui(
        ui,
        view,
        data,
        "field-memory-high",
        &group.memory_high,
        bytes_text,
    );
    ceiling_ui(
        ui,
        view,
        data,
        "field-group-tasks",
        &group.tasks,
        count_text,
    );
    field.short_ui(ui, "field-quota", quota_text(text, group));
    if let Ok(quota) = &group.cpu {
        field.short_ui(ui, "field-throttled", throttled_text(text, quota));
    }
    field.short_ui(ui, "field-oom-kills", group.oom_kills.map(count_text));
}

fn container_text(detail: &ProcessDetail) -> Reading<String> {
    let container = detail.container.as_ref()?;
    Ok(format!("{} {}", container.runtime, container.id))
}

fn quota_text(text: &Text, group: &CgroupUse) -> Reading<String> {
    match &group.cpu {
        Ok(quota) => {
            let cpus = format!("{:.2}", quota.cpus);
            let cpus = cpus.trim_end_matches('0').trim_end_matches('.');
            Ok(text.with("quota-cpus", &[("cpus", cpus.into())]))
        }
        Err(Unread::NotApplicable) => Ok(text.get("quota-none").to_owned()),
        Err(reason) => Err(*reason),
    }
}

fn throttled_text(text: &Text, quota: &CpuQuota) -> Reading<String> {
    let (percent, seconds) = (quota.throttled_percent?, quota.throttled_seconds?);
    let args = [
        ("percent", format!("{percent:.0}").into()),
        ("seconds", format!("{seconds:.1}").into()),
    ];
    Ok(text.with("throttled-now", &args))
}

fn turns_ui(
    ui: &mut Ui,
    view: View<'_>,
    data: DetailData<'_>,
    detail: &ProcessDetail,
    field: &Fields<'_>,
) {
    let text = view.text;
    let scheduling = detail.scheduling;
    let policy = scheduling.map(|scheduling| scheduling.policy.word().to_owned());
    field.short_ui(ui, "field-policy", policy);
    field.short_ui(ui, "field-nice", detail.nice.map(|nice| nice.to_string()));
    let priority = scheduling.map(|scheduling| scheduling.priority.to_string());
    field.short_ui(ui, "field-priority", priority);
    field.short_ui(ui, "field-affinity", affinity_text(text, data, detail));
    let io = detail.io_priority;
    let io = io.map(|priority| format!("{} {}", text.get(priority.class.key()), priority.level));
    field.short_ui(ui, "field-io-priority", io);
    field.short_ui(ui, "field-oom-score", oom_score_text(text, detail));
}

fn affinity_text(text: &Text, data: DetailData<'_>, detail: &ProcessDetail) -> Reading<String> {
    let cpus = detail.cpu_affinity.as_ref()?;
    let all = data.snapshot.host.cpu_count;
    Ok(if all.is_ok_and(|all| cpus.len() >= all as usize) {
        text.get("affinity-all").to_owned()
    } else {
        text.with("affinity-cpus", &[("cpus", ranges(cpus).into())])
    })
}

fn oom_score_text(text: &Text, detail: &ProcessDetail) -> Reading<String> {
    let (score, adjustment) = (detail.oom_score?, detail.oom_score_adj?);
    if adjustment == 0 {
        return Ok(score.to_string());
    }
    let args = [("score", score.into()), ("adjustment", adjustment.into())];
    Ok(text.with("oom-score-adjusted", &args))
}

fn ceiling_ui(
    ui: &mut Ui,
    view: View<'_>,
    data: DetailData<'_>,
    key: &'static str,
    ceiling: &Reading<Ceiling>,
    amount: fn(u64) -> String,
) {
    let text = view.text;
    let name = text.get(key);
    let gauge = match ceiling {
        Ok(ceiling) => Gauge {
            name,
            words: text.with(
                "limit-of",
                &[
                    ("used", amount(ceiling.used).into()),
                    ("most", amount(ceiling.most).into()),
                ],
            ),
            percent: Some(ceiling.percent()),
            is_known: true,
            tip: text.with("ceiling-group", &[("group", ceiling.path.as_str().into())]),
        },
        Err(Unread::NotApplicable) => Gauge {
            name,
            words: text.get("ceiling-none").to_owned(),
            percent: None,
            is_known: true,
            tip: String::new(),
        },
        Err(reason) => {
            let asking = data.asking();
            Gauge {
                name,
                words: reason_text(text, *reason, asking),
                percent: None,
                is_known: false,
                tip: String::new(),
            }
        }
    };
    gauge_ui(ui, view, &gauge);
}

fn gauge_of<'a>(text: &'a Text, used: &LimitUse<'a>) -> Gauge<'a> {
    let limit = used.limit;
    let amount = |amount: u64| amount_text(limit, amount);
    let most = limit
        .soft
        .map_or_else(|| text.get("limit-unlimited").to_owned(), amount);
    let words = match (used.used, limit.soft) {
        (Ok(used), Some(_)) => {
            let args = [("used", amount(used).into()), ("most", most.into())];
            text.with("limit-of", &args)
        }
        (Ok(used), None) => format!("{} · {most}", amount(used)),
        (Err(_), _) => most,
    };
    let mut tips = vec![match limit.hard {
        Some(hard) => text.with("limit-hard", &[("hard", amount(hard).into())]),
        None => text.get("limit-hard-none").to_owned(),
    }];
    if used.used.is_err() {
        tips.push(text.get("limit-not-counted").to_owned());
    }
    if limit.name == "Max processes" {
        tips.push(text.get("limit-threads-of-user").to_owned());
    }
    Gauge {
        name: limit_name(text, &limit.name),
        words,
        percent: used.percent(),
        is_known: true,
        tip: tips.join("\n"),
    }
}

/// In the limit's unit, as people write it.
fn amount_text(limit: &Limit, amount: u64) -> String {
    match limit.unit.as_str() {
        "bytes" => bytes_text(amount),
        "seconds" => format!("{} s", count_text(amount)),
        "us" => format!("{} µs", count_text(amount)),
        _ => count_text(amount),
    }
}

/// A figure, and a bar if there is a bound to it; from four fifths on a warning, in words too.
fn gauge_ui(ui: &mut Ui, view: View<'_>, gauge: &Gauge<'_>) {
    let height = if gauge.percent.is_some() {
        ROW
    } else {
        BARE_ROW
    };
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let line = Rect::from_min_size(rect.min, vec2(rect.width(), BARE_ROW));
    let warning = gauge.percent.filter(|&percent| percent >= WARN_PERCENT);
    let color = match warning {
        Some(_) => view.theme.warning,
        None if gauge.is_known => view.theme.text_strong,
        None => view.theme.text_dim,
    };
    let font = || theme::font(Face::Regular, theme::TEXT_S);
    paint_line(
        ui.painter(),
        line,
        Align::Min,
        gauge.name,
        font(),
        view.theme.text_dim,
    );
    let words = match warning {
        Some(percent) => {
            let args = [("percent", format!("{percent:.0}").into())];
            format!(
                "{} · {}",
                gauge.words,
                view.text.with("limit-warning", &args)
            )
        }
        None => gauge.words.clone(),
    };
    let beside = line.with_min_x(line.left() + NAMES);
    paint_line(ui.painter(), beside, Align::Min, &words, font(), color);
    if let Some(percent) = gauge.percent {
        let top = line.bottom() + 1.0;
        let bar = Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), top + BAR));
        let share = (percent / 100.0).clamp(0.0, 1.0) as f32;
        let full = if warning.is_some() {
            view.theme.warning
        } else {
            view.theme.accent
        };
        bar_ui(ui, bar, share, view.theme.hover, full);
    }
    let label = format!("{} {words}", gauge.name);
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &label));
    if !gauge.tip.is_empty() {
        response.on_hover_text(&gauge.tip);
    }
}

fn bar_ui(ui: &Ui, bar: Rect, share: f32, ground: Color32, full: Color32) {
    let radius = BAR / 2.0;
    ui.painter().rect_filled(bar, radius, ground);
    if share > 0.0 {
        // What is used at all can be seen.
        let width = (bar.width() * share).max(BAR);
        let filled = Rect::from_min_size(bar.min, vec2(width, bar.height()));
        ui.painter().rect_filled(filled, radius, full);
    }
}

/// `0-3,6`.
fn ranges(cpus: &[u32]) -> String {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for &cpu in cpus {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == cpu => *last = cpu,
            _ => parts.push((cpu, cpu)),
        }
    }
    let part = |(first, last): (u32, u32)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    };
    parts.into_iter().map(part).collect::<Vec<_>>().join(",")
}

/// The kernel's name in our words; one that we do not know stays as it is.
fn limit_name<'a>(text: &'a Text, name: &'a str) -> &'a str {
    match name {
        "Max cpu time" => text.get("limit-name-cpu-time"),
        "Max file size" => text.get("limit-name-file-size"),
        "Max data size" => text.get("limit-name-data-size"),
        "Max stack size" => text.get("limit-name-stack-size"),
        "Max core file size" => text.get("limit-name-core-size"),
        "Max resident set" => text.get("limit-name-resident-set"),
        "Max processes" => text.get("limit-name-processes"),
        "Max open files" => text.get("limit-name-open-files"),
        "Max locked memory" => text.get("limit-name-locked-memory"),
        "Max address space" => text.get("limit-name-address-space"),
        "Max file locks" => text.get("limit-name-file-locks"),
        "Max pending signals" => text.get("limit-name-pending-signals"),
        "Max msgqueue size" => text.get("limit-name-message-queues"),
        "Max nice priority" => text.get("limit-name-nice"),
        "Max realtime priority" => text.get("limit-name-realtime-priority"),
        "Max realtime timeout" => text.get("limit-name-realtime-timeout"),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_in_their_units_with_their_use() {
        let text = Text::english();
        let gauge = |name: &str, soft, unit: &str, used: Reading<u64>| {
            let limit = Limit {
                name: name.into(),
                soft,
                hard: None,
                unit: unit.into(),
            };
            let used = LimitUse {
                limit: &limit,
                used,
            };
            let gauge = gauge_of(&text, &used);
            (gauge.name.to_owned(), gauge.words, gauge.percent)
        };
        assert_eq!(
            gauge("Max open files", Some(1_024), "files", Ok(512)),
            ("Open files".into(), "512 of 1,024".into(), Some(50.0))
        );
        assert_eq!(
            gauge("Max stack size", Some(8 << 20), "bytes", Ok(1 << 20)),
            ("Stack size".into(), "1.0 MB of 8.0 MB".into(), Some(12.5))
        );
        assert_eq!(
            gauge("Max cpu time", None, "seconds", Ok(75)),
            ("CPU time".into(), "75 s · no limit".into(), None)
        );
        assert_eq!(
            gauge("Max of tomorrow", Some(3), "", Err(Unread::Unsupported)),
            ("Max of tomorrow".into(), "3".into(), None)
        );
    }

    #[test]
    fn cpus_in_ranges() {
        assert_eq!(ranges(&[0, 1, 2, 3, 6, 8, 9]), "0-3,6,8-9");
        assert_eq!(ranges(&[5]), "5");
    }
}
