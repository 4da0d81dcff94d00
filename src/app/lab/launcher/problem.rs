//! What is wrong with a form, in words beside the field.

use crate::app::text::Text;
use crate::run::kinds::form::FormProblem;
use crate::run::validate::{MAX_PROCESSES, ProblemKind};
use crate::text::Worded as _;

/// A problem in words that follow the field's name.
pub fn sentence(text: &Text, problem: &FormProblem) -> String {
    let problem = match problem {
        FormProblem::Missing => return text.get("form-problem-missing").to_owned(),
        FormProblem::NoNumber { found } => {
            return text.with("form-problem-number", &[("found", found.clone().into())]);
        }
        FormProblem::Config(problem) => problem,
    };
    match problem {
        ProblemKind::Processes { found, usable_cpus } => text.with(
            "form-problem-processes",
            &[
                ("found", (*found).into()),
                ("max", MAX_PROCESSES.into()),
                ("cpus", (*usable_cpus).into()),
            ],
        ),
        ProblemKind::Range { found, min, max } => range(text, found, min, max),
        ProblemKind::Empty => text.get("form-problem-empty").to_owned(),
        ProblemKind::TooMany { found, max } => {
            range(text, &found.to_string(), "1", &max.to_string())
        }
        other => text.with(
            "form-problem-other",
            &[("what", text.say(&other.sentence()).into())],
        ),
    }
}

fn range(text: &Text, found: &str, min: &str, max: &str) -> String {
    text.with(
        "form-problem-range",
        &[
            ("found", found.to_owned().into()),
            ("min", min.to_owned().into()),
            ("max", max.to_owned().into()),
        ],
    )
}
