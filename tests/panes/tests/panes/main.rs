//! Whole panes by their labels, on scripted data: no display, no GPU, no threads.

mod actions;
mod compare;
mod copying;
mod detail;
mod drawing;
mod ended;
mod export;
mod geometry;
mod lab;
mod lab_form;
mod lab_pool;
mod lab_runs;
mod lab_selection;
mod lab_shape;
mod lab_start;
mod language;
mod limits;
mod looking_back;
mod monitor;
mod motion;
mod priority;
mod selection;
mod shell;
mod strip;
mod table;
mod window;
