//! What the form asks for a run of any kind, and how it is read together with what its kind asks.

use super::RunConfig;
use crate::run::kinds::RunKind;
use crate::run::kinds::form::{
    FieldShape, Filled, FormField, FormPlace, FormProblem, KindForm, Shows, Typed, Widget,
};

impl KindForm for RunConfig {
    /// What the form asks for a run of any kind.
    const FORM: &'static [FormField<Self>] = &[
        FormField::new(
            FieldShape::text("time_scale", "form-time-scale", "1")
                .tip("form-time-scale-tip")
                .shows(&[Shows::Field("time_scale")])
                .more(),
            |run, typed| run.time_scale = typed.number(),
        ),
        // The same from run to run, so that another number of workers is all that differs; that of the lessons with the same
        // tasks.
        FormField::new(
            FieldShape::new("seed", "form-seed", Widget::Seed("251"))
                .tip("form-seed-tip")
                .shows(&[Shows::Field("seed")])
                .more(),
            |run, typed| run.seed = typed.optional(),
        ),
    ];
}

impl RunConfig {
    /// What was typed for a run of this kind, and what could not be read of it.
    pub fn typed(kind: RunKind, filled: &dyn Filled) -> (Self, Vec<(FormPlace, FormProblem)>) {
        let mut typed = Typed::new(filled);
        let mut config = Self::new(kind.typed(&mut typed));
        typed.apply(Self::FORM, &mut config);
        (config, typed.into_problems())
    }

    /// The fields of the form for a run of this kind.
    pub fn form(kind: RunKind) -> Vec<&'static FieldShape> {
        let common = Self::FORM.iter().map(|field| &field.shape);
        kind.form().into_iter().chain(common).collect()
    }
}
