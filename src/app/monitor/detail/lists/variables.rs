//! The environment: names and values, where secrets are masked.

use crate::app::monitor::detail::list::{ListColumn, ListSpec};

pub(super) static VARIABLES: ListSpec<(String, String)> = ListSpec {
    salt: "variables",
    none_key: "detail-environment-none",
    columns: &[
        ListColumn::<(String, String)>::new(
            "variable-name",
            132.0,
            |(name, _), _| name.as_str().into(),
            |a, b| a.0.cmp(&b.0),
        )
        .code(),
        ListColumn::<(String, String)>::new(
            "variable-value",
            0.0,
            |(name, value), words| {
                if words.masks.hides(name, value) {
                    words.text.get("mark-masked").into()
                } else {
                    value.as_str().into()
                }
            },
            |a, b| a.1.cmp(&b.1),
        )
        .code()
        .colored(|_, theme| theme.text_strong),
    ],
    sorted_by: None,
    row: |(name, value), words| {
        if words.masks.hides(name, value) {
            format!("{name}={}", words.text.get("mark-masked"))
        } else {
            format!("{name}={value}")
        }
    },
};
