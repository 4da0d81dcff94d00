//! Every fault that a pool must survive, grouped so that one group runs alone: `cargo test --test faults kills`.
//!
//! Each case runs in a process of its own with a hard deadline, and must leave behind no process, no zombie, no descriptor
//! and no thread ([`alone`]). The rows of `proclab selftest faults` are among them.
//!
//! Cases that stand elsewhere:
//!
//! | fault | test |
//! |---|---|
//! | a reused pid is killed | `os::processes`: `a_kill_of_a_reused_pid_hits_nobody` |
//! | few descriptors | `program`: `few_descriptors_are_enough_for_a_few_workers_and_named_when_they_are_not` |
//! | SIGCHLD ignored by the launcher | `program`: `what_the_launcher_ignores_does_no_harm` |
//! | something else in the program reaps a child | `multiprocess`: `reaped` |
//! | SIGINT and SIGTERM of a main | `program`: `an_interrupt_stops_in_order`, `a_termination_stops_in_order` |
//! | a main that stands still | `program`: `a_stopped_main_is_killed_in_the_end` |
//! | the reader of the events goes or stands still, the disk is full | `program`: `faults` and `ends` |
//! | consumers or producers die, no room, no time, a hundred thousand items | `multiprocess`: `queue_faults` |
//! | sentinels that are too few, consumers that are all gone, in a run | `program`: `too_few_sentinels_are_told_of`, `producers_do_not_wait_for_ever_when_no_consumer_is_left` |
//! | a worker dies in its initializer | `program`: `workers_that_die_before_they_are_ready_end_the_pool` |
//! | nobody reads fast enough, and dropped lines are counted | `run::stream`: `when_nothing_has_room_only_output_is_dropped_and_it_is_counted` |
//! | a recording is cut anywhere | `run::record`: `a_cut_costs_at_most_the_last_line` |
//! | a line in pieces | `os::lines` |

#![expect(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod alone;
mod callbacks;
mod chaos;
mod clock;
mod ends;
mod exits;
mod frames;
mod initializers;
mod kills;
mod output;
mod recordings;
mod results;
mod scale;
mod scarcity;
mod spawn;
mod timeouts;
