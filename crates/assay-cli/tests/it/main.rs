//! The command line as a person or a script meets it: the real program in a process of its own, with a
//! data folder of its own, against a real engine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod adaptive;
mod bad_input;
mod benchmarks;
mod clean;
mod compare;
mod crash;
mod eval;
mod grade;
mod keys;
mod outside;
mod recorded;
mod replay;
mod score;
mod server;
mod support;
mod trends;
mod upkeep;
mod usage;
