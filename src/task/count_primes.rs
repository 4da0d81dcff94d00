//! Real computing: counts primes by trial division, which no sleep can speed up.

use super::declaration::{TaskDeclaration, TaskKind};
use super::parameter::{Bound, Parameter, ParameterKind};
use super::value::Value;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::worker::Context;

pub(super) const DECLARATION: TaskDeclaration = TaskDeclaration {
    name: "count_primes",
    summary: "task-count-primes",
    kind: TaskKind::Work,
    computes: true,
    parameters: &[Parameter {
        name: "n",
        kind: ParameterKind::Integer {
            min: 0,
            max: 1_000_000_000,
        },
        help: "task-count-primes-n",
    }],
    run,
};

#[expect(clippy::unnecessary_wraps, reason = "every task has this form")]
fn run(_context: &mut Context, arguments: &Bound) -> Result<Value, RemoteError> {
    Ok(Value::Int(primes_below(arguments.integer("n"))))
}

fn primes_below(n: i64) -> i64 {
    let is_prime = |candidate: &i64| {
        (3..)
            .step_by(2)
            .take_while(|d| d * d <= *candidate)
            .all(|d| candidate % d != 0)
    };
    let odd = (3..n).step_by(2).filter(is_prime).count();
    i64::from(n > 2) + i64::try_from(odd).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_are_counted() {
        let counts: Vec<_> = [0, 2, 3, 4, 10, 100, 10_000]
            .into_iter()
            .map(primes_below)
            .collect();
        assert_eq!(counts, [0, 0, 1, 2, 4, 25, 1229]);
    }
}
