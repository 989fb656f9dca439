//! The browser's powers behind plain functions: storage, keys, network, locks, camera, place.
//!
//! Floor: above `sync-core`'s units and messages. These modules must not know the replica's rules, nor any screen.

pub mod hex;
pub(crate) mod js;

pub mod clock;
pub mod connectivity;
pub mod device_name;
pub mod install;
pub mod settings;
pub mod version;

pub mod ajar;
pub mod device_key;
pub mod keys;
pub mod vault;

pub mod db;
pub mod safe;

pub mod camera;
pub mod locks;
pub mod net;
pub mod place;
