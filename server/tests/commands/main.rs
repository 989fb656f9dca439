//! The binary as an operator meets it: what it prints, how it ends, and that every failure is one line with a way on.
//!
//! Stands here and not with the other suites because only this package is told by cargo where its binary lies.

mod house;

mod backup;
mod config;
mod doctor;
mod drain;
mod import;
mod keys;
mod postgres;
mod serve;
mod trouble;
mod user;
mod verify;
