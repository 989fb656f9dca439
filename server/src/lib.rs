//! The company's side: one hub that judges and stores what phones and the console say, and the readers of its feed.
//!
//! The modules stand in floor order: each knows those above it in this list and none below.

pub mod figures;
pub mod memory;
pub mod outside;
pub mod picture;
pub mod telemetry;
pub mod tls;
pub mod traces;

pub mod store;

pub mod config;

pub mod scope;

pub mod hub;

pub mod feed;
pub mod recovery;
pub mod snapshots;
pub mod verify;

pub mod receivables;
pub mod rows;

pub mod export;

pub mod demo;
pub mod import;

pub mod auth;
pub mod live;
pub mod vitals;

pub mod http;

pub mod doctor;
