//! The library from outside: a program with a `main` of its own, real processes. Every wait has a deadline.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]
#![expect(clippy::print_stderr, reason = "a test that cannot run here says so")]

mod clean_slate;
mod driver;
mod family;
mod foreign;
mod foreign_pool;
mod functions;
mod gate;
mod handles;
mod held;
mod large;
mod pool_apply;
mod pool_imap;
mod pool_map;
mod queue_calls;
mod queue_faults;
mod queue_unwatched;
mod reaped;
mod tasks;
mod terminal;
mod typed_process;
mod values;
mod waits;

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
    if std::env::var_os(foreign_pool::VARIABLE).is_some() {
        return foreign_pool::serve();
    }
    if let Some(code) = worker::enter(&tasks::Tasks) {
        return code;
    }
    if std::env::args().nth(1).as_deref() == Some(typed_process::TWO_GREETERS) {
        return typed_process::start_two_greeters();
    }
    if std::env::args().nth(1).as_deref() == Some(clean_slate::UNCLEAN_MAIN) {
        return clean_slate::be_unclean_main();
    }
    if std::env::args().nth(1).as_deref() == Some(terminal::MAIN_ON_TERMINAL) {
        return terminal::be_main_on_terminal();
    }
    if std::env::args().nth(1).as_deref() == Some(large::MEASURED) {
        return large::measure();
    }
    libtest_mimic::run(&Arguments::from_args(), trials()).exit_code()
}

fn trials() -> Vec<Trial> {
    trials![
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
        queue_unwatched::many_items_each_once,
        queue_unwatched::few_places_each_item_once,
        queue_unwatched::an_item_and_the_end_of_the_time_at_once,
        queue_unwatched::a_bounded_queue_is_never_over_its_bound,
        queue_unwatched::a_killed_consumer_gives_back_what_it_was_sent_ahead,
        queue_unwatched::who_is_hungry_gets_what_another_was_sent_ahead,
        queue_unwatched::what_a_killed_producer_has_put_is_in_the_queue,
        queue_unwatched::a_task_gives_back_what_it_was_sent_ahead,
        queue_unwatched::closing_ends_producers_and_consumers,
        queue_unwatched::large_items_each_once,
        queue_unwatched::what_is_left_of_a_killed_producer_is_whole,
        queue_unwatched::a_large_item_of_a_killed_consumer_comes_back_whole,
        pool_apply::a_function_is_called_with_its_types,
        pool_apply::errors_and_panics_come_back_as_words,
        pool_apply::an_observer_that_panics_stops_nobody,
        pool_apply::a_function_that_nobody_registered,
        pool_apply::a_result_can_be_asked_before_it_is_there,
        pool_apply::callbacks_come_before_the_result,
        pool_apply::a_callback_may_panic,
        pool_apply::a_value_that_does_not_cross,
        pool_apply::a_worker_that_dies_costs_its_task,
        pool_apply::a_timeout_of_nothing_is_refused_and_says_what_is_allowed,
        pool_apply::a_wait_may_be_as_long_as_one_likes,
        pool_apply::after_close_nothing_is_taken,
        pool_apply::waiting_in_a_callback_is_refused,
        values::a_value_comes_back_as_it_went,
        values::a_types_own_words_arrive,
        values::a_call_with_other_types_is_refused,
        values::an_item_is_the_same_or_an_error,
        values::a_worker_ends_its_item_when_it_is_of_another_type,
        family::a_child_knows_who_it_is_and_whose,
        family::living_children_are_listed,
        family::workers_of_a_pool_are_children_until_they_have_ended,
        family::workers_are_listed_with_what_they_do,
        pool_map::values_come_in_the_order_of_the_items,
        pool_map::chunks_are_pythons,
        pool_map::what_was_read_is_run_while_more_is_read,
        pool_map::items_may_be_borrowed_or_unknown_in_number,
        pool_map::several_arguments,
        pool_map::the_first_error_comes_when_all_chunks_are_done,
        pool_map::an_error_ends_its_chunk_and_names_its_item,
        pool_map::nothing_is_ready_at_once,
        pool_map::a_callback_gets_all_values_at_once,
        pool_map::a_worker_that_dies_costs_its_chunk,
        pool_map::what_does_not_cross_is_an_error,
        pool_map::values_are_as_many_as_the_items,
        pool_map::terminate_ends_a_map,
        pool_map::a_map_can_be_cancelled,
        pool_map::chunks_have_their_own_time_and_retries,
        pool_map::workers_are_replaced_after_so_many_chunks,
        large::what_is_large_takes_little_more_than_itself,
        large::a_map_loses_no_result_for_its_size,
        large::more_than_is_supported_is_a_typed_error,
        pool_imap::results_come_in_order_from_input_without_end,
        pool_imap::input_is_read_a_bounded_way_ahead,
        pool_imap::what_is_large_or_takes_long_is_not_sent_far_ahead,
        pool_imap::errors_are_the_results_of_their_items,
        pool_imap::unordered_results_come_as_they_arrive,
        pool_imap::next_may_have_a_timeout,
        pool_imap::what_was_begun_before_close_is_read_to_its_end,
        pool_imap::dropping_it_lets_the_pool_end,
        pool_imap::terminate_is_its_last_error,
        pool_imap::input_that_panics_loses_no_result,
        pool_imap::a_worker_that_dies_costs_the_items_of_its_chunk,
        pool_imap::an_item_that_does_not_encode_is_an_error_at_its_place,
        typed_process::a_function_in_a_process_of_its_own,
        typed_process::a_class_with_a_run_of_its_own,
        typed_process::an_error_is_exit_code_1_and_on_stderr,
        typed_process::what_is_printed_unwatched_goes_where_ours_goes,
        typed_process::calls_at_the_wrong_time_say_so,
        clean_slate::a_child_inherits_no_signals_and_no_descriptors,
        terminal::workers_print_and_are_told_when_they_may_not_read,
        clean_slate::a_sentinel_is_readable_once_its_process_has_ended,
        handles::a_process_that_could_not_be_started_may_be_started_again,
        handles::processes_of_several_engines_are_waited_for_together,
        handles::a_pool_stands_still_only_by_its_own_hand,
        handles::a_queue_that_is_closed_and_dropped_leaves_its_name_and_no_account,
        handles::whoever_used_a_queue_that_is_gone_hears_that_it_is_closed,
        handles::a_queue_without_a_handle_is_the_childrens_until_it_is_closed,
        handles::a_result_outlives_its_pool_and_its_engine,
        handles::many_tasks_are_cancelled_at_once_or_one_by_one_in_no_time,
        handles::a_worker_may_be_killed_again_and_again_while_it_starts,
        handles::a_worker_that_becomes_another_program_costs_its_task,
        handles::a_program_that_never_says_hello_is_ended,
        foreign::a_foreign_worker_is_a_process_with_queues_output_and_exit_code,
        foreign::a_foreign_worker_of_another_version_is_killed,
        foreign_pool::a_foreign_worker_serves_a_pool,
        held::every_wait_of_the_main_has_its_rest_after_a_hold,
        held::a_queue_timeout_of_a_child_has_its_rest_after_a_hold,
        held::a_tasks_timeout_has_its_rest_after_a_hold,
        reaped::a_process_that_something_else_has_reaped_has_ended_and_no_exit_code,
        reaped::a_worker_that_something_else_has_reaped_costs_its_task_and_says_so,
        waits::threads_that_wait_do_not_wake_each_other,
        waits::threads_that_wait_are_left_alone_while_another_has_its_results,
        waits::whoever_waits_goes_on_when_another_has_what_it_waited_for,
    ]
}
