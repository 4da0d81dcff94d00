//! The library from outside: a program with a `main` of its own, real processes. Every wait has a deadline.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod driver;
mod functions;
mod gate;
mod pool_apply;
mod queue_calls;
mod queue_faults;
mod tasks;
mod typed_process;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use proclab::multiprocess::worker;

/// The tests by their names.
macro_rules! trials {
    ($($module:ident :: $test:ident,)*) => {
        vec![$(Trial::test(
            concat!(stringify!($module), "::", stringify!($test)),
            || driver::in_time($module::$test),
        )),*]
    };
}

fn main() -> ExitCode {
    if let Some(code) = worker::enter(&tasks::Tasks) {
        return code;
    }
    let trials = trials![
        queue_calls::items_of_a_type_of_ones_own_go_to_a_child_and_back,
        queue_calls::timeouts_in_the_main_leave_nothing_behind,
        queue_calls::timeouts_in_a_child_leave_nothing_behind,
        queue_calls::everybody_sees_how_full_it_is,
        queue_calls::back_pressure_reaches_the_producer_and_is_told,
        queue_calls::a_join_waits_for_every_task_done,
        queue_calls::closing_refuses_everybody,
        queue_calls::queues_are_told_apart_by_name,
        queue_calls::a_callback_does_not_wait_for_ever,
        queue_calls::too_large_items_are_refused,
        queue_faults::a_killed_consumer_loses_no_item,
        queue_faults::a_producer_killed_within_a_large_put_corrupts_nothing,
        queue_faults::a_producer_does_not_outwait_its_consumers,
        queue_faults::a_pools_task_finishes_its_item_or_gives_it_back,
        queue_faults::one_place_three_producers_two_consumers_each_item_once,
        queue_faults::a_hundred_thousand_items,
        queue_faults::an_item_and_the_end_of_the_time_at_once,
        pool_apply::a_function_is_called_with_its_types,
        pool_apply::errors_and_panics_come_back_as_words,
        pool_apply::a_function_that_nobody_registered,
        pool_apply::a_result_can_be_asked_before_it_is_there,
        pool_apply::callbacks_come_before_the_result,
        pool_apply::a_callback_may_panic,
        pool_apply::a_value_that_does_not_cross,
        pool_apply::a_worker_that_dies_costs_its_task,
        pool_apply::after_close_nothing_is_taken,
        pool_apply::waiting_in_a_callback_is_refused,
        typed_process::a_function_in_a_process_of_its_own,
        typed_process::a_class_with_a_run_of_its_own,
        typed_process::an_error_is_exit_code_1_and_on_stderr,
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
