//! multiprocess.
